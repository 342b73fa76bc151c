/** What a session does when its connection is lost and made again. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contact, room, Stage } from './stage.ts';

async function reconnect(stage: Stage): Promise<void> {
  stage.peer.cut();
  await assert.rejects(stage.life);
  await stage.connect();
  await stage.ear.ready();
}

test('rooms are joined again with their keys, and told whole', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'tybalt');
  await stage.session.send({ type: 'join', room: room('#balcony'), nick: 'romeo', password: 'rose' });
  await stage.ear.next('room');
  stage.ircd.names['#verona'] = 'juliet';
  await reconnect(stage);
  assert.equal(await stage.peer.next(/^JOIN/), 'JOIN #balcony,#verona rose');
  assert.equal((await stage.ear.next('room')).room, room('#balcony'));
  const verona = await stage.ear.next('room');
  assert.deepEqual(
    verona.members.map(({ nick }) => nick),
    ['romeo', 'juliet'],
  );
  assert.ok(!stage.ear.events.some(({ type }) => type === 'invite'));
});

test('a key that was changed while we were in is the one to come back with', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.peer.send(
    ':juliet!j@j MODE #verona +k rose',
    ':juliet!j@j MODE #verona +k :a,b c',
    ':juliet!j@j PRIVMSG #verona :end',
  );
  await stage.ear.next('message');
  await reconnect(stage);
  assert.equal(await stage.peer.next(/^JOIN/), 'JOIN #verona rose');
});

test('a room that does not let us in any more is left', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['JOIN'] = (peer) => peer.numeric('474 #verona :Banned');
  await reconnect(stage);
  const event = await stage.ear.next('member');
  assert.deepEqual([event.change, 'nick' in event && event.nick], ['out', 'romeo']);
  assert.match('reason' in event ? (event.reason ?? '') : '', /banned from #verona/);
});

test('a room that does not let us in yet is tried again, which is told once', async () => {
  await using stage = await Stage.online({ timing: { rejoin: [10, 10] } });
  await stage.join('#verona');
  const enter = stage.ircd.replies['JOIN'];
  let refusals = 2;
  stage.ircd.replies['JOIN'] = (peer, params) => {
    refusals -= 1;
    if (refusals < 0) enter?.(peer, params);
    else peer.numeric('477 #verona :You need to be identified to a registered account to join this channel');
  };
  await reconnect(stage);
  assert.match((await stage.ear.next('notice')).text, /#verona does not let you in again yet: .*It is tried again/);
  assert.equal((await stage.ear.next('room')).room, room('#verona'));
  assert.equal(stage.ear.events.filter(({ type }) => type === 'notice').length, 1);
});

test('a room that lets us in no more, however often it is tried, is left', async () => {
  await using stage = await Stage.online({ timing: { rejoin: [10] } });
  await stage.join('#verona');
  stage.ircd.replies['JOIN'] = (peer) => peer.numeric('473 #verona :Invite only');
  await reconnect(stage);
  assert.equal((await stage.ear.next('member')).change, 'out');
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('JOIN')).length, 2);
});

test('the nick that our former connection holds is taken back when it is free', async () => {
  await using stage = await Stage.online({ timing: { poll: 20 } });
  stage.ircd.taken.add('romeo');
  let polls = 0;
  stage.ircd.replies['ISON'] = (peer, [nick = '']) => {
    polls += 1;
    if (polls === 2) stage.ircd.taken.delete('romeo');
    peer.numeric(`303 :${polls < 2 ? nick : ''}`);
  };
  await reconnect(stage);
  assert.equal(stage.peer.nick, 'romeo_');
  await stage.peer.next(/^ISON romeo/);
  await stage.peer.next(/^ISON romeo/);
  assert.equal(await stage.peer.next(/^NICK/), 'NICK romeo');
});

test('services that know us end the connection that has our nick', async () => {
  const sasl = ['montague', 'rosaline'] as const;
  const settings = { sasl: { account: 'montague', password: 'rosaline' } };
  await using stage = await Stage.online({ caps: 'sasl', sasl, settings });
  stage.ircd.taken.add('romeo');
  await reconnect(stage);
  assert.equal(await stage.peer.next(/^PRIVMSG NickServ/), 'PRIVMSG NickServ :GHOST romeo');
  stage.ircd.taken.delete('romeo');
  stage.peer.send(':NickServ!n@services.test NOTICE romeo_ :romeo has been ghosted.');
  assert.equal(await stage.peer.next(/^NICK/), 'NICK romeo');
});

test('a room left or lost by a kick is not joined again', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.join('#mantua');
  await stage.session.send({ type: 'leave', room: room('#mantua') });
  stage.peer.send(':prince!p@p KICK #verona romeo :exiled');
  await stage.ear.next('member');
  await reconnect(stage);
  stage.peer.send('PING :end');
  await stage.peer.next(/^PONG :end/);
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('JOIN')));
});

test('what is asked for without a connection is done when there is one', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10' });
  await stage.join('#verona');
  stage.peer.cut();
  await assert.rejects(stage.life);
  await stage.session.send({ type: 'leave', room: room('#verona') });
  await stage.session.send({ type: 'contact', contact: contact('juliet'), change: 'add' });
  await stage.session.send({ type: 'presence', presence: { show: 'xa', status: 'away' } });
  await stage.connect();
  assert.equal(await stage.peer.next(/^AWAY/), 'AWAY :away');
  assert.equal(await stage.peer.next(/^MONITOR/), 'MONITOR + juliet');
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('JOIN')));
});

test('contacts are offline when the connection is lost, and asked for again', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10' });
  await stage.session.send({ type: 'contact', contact: contact('juliet'), change: 'add' });
  await stage.peer.next(/^MONITOR/);
  stage.peer.numeric('730 :juliet!j@j');
  await stage.ear.next('presence');
  await reconnect(stage);
  assert.equal((await stage.ear.next('presence')).presence.show, 'offline');
  assert.equal(await stage.peer.next(/^MONITOR/), 'MONITOR + juliet');
});

test('the nick that the user chose last is asked for again', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.session.send({ type: 'nick', room: room('#verona'), nick: 'Montague' });
  await reconnect(stage);
  assert.equal(stage.peer.nick, 'Montague');
});

test('a message of which a part was sent when the connection is lost is refused as uncertain', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const { pace } = stage.ear;
  let lines = 0;
  stage.ear.pace = async (signal) => {
    lines += 1;
    if (lines === 2) await new Promise((_, reject) => signal.addEventListener('abort', reject));
    await pace(signal);
  };
  stage.ircd.replies['PRIVMSG'] = (peer) => peer.cut();
  await assert.rejects(stage.say('#verona', 'one\ntwo'), { why: 'network', uncertain: true });
});

test('an action that waits when the connection is lost is refused as uncertain', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['TOPIC'] = (peer) => peer.cut();
  const topic = stage.session.send({ type: 'topic', room: room('#verona'), topic: 'peace' });
  await assert.rejects(topic, { why: 'network', uncertain: true });
});

test('a nick that was taken is asked for as soon as it is free', async () => {
  await using stage = await Stage.online({ prepare: ({ taken }) => void taken.add('romeo') });
  await stage.join('#verona', 'romeo');
  stage.ircd.taken.clear();
  stage.peer.send(':romeo!r@ghost QUIT :Ping timeout');
  assert.equal(await stage.peer.next(/^NICK/), 'NICK romeo');
  assert.equal((await stage.ear.next('member')).change, 'out');
  const event = await stage.ear.next('member');
  assert.ok(event.change === 'in' && event.member.self && event.member.nick === 'romeo');
});
