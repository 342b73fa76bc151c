/** Joins, leaves and refusals that cross each other on their way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter } from '#test/fakes/ircd.ts';
import { contact, room, Stage } from './stage.ts';

const VERONA = room('#verona');
const join = { type: 'join', room: VERONA, nick: 'romeo' } as const;

/** The connection was lost, and the JOIN of the new one is not answered yet. */
async function rejoining(): Promise<Stage> {
  const stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['JOIN'] = () => undefined;
  stage.peer.cut();
  await assert.rejects(stage.life);
  await stage.connect();
  await stage.ear.ready();
  await stage.peer.next(/^JOIN #verona/);
  return stage;
}

test('a room left while it is joined again is left as soon as the server lets us in, and for good', async () => {
  await using stage = await rejoining();
  await stage.session.send({ type: 'leave', room: VERONA });
  enter(stage.peer, '#verona');
  await stage.peer.next(/^PART #verona/);
  stage.ircd.replies['JOIN'] = (peer, [name = '']) => enter(peer, name);
  stage.peer.cut();
  await assert.rejects(stage.life);
  await stage.connect();
  await stage.ear.ready();
  await stage.join('#mantua');
  assert.ok(!stage.peer.lines.some((line) => line.includes('JOIN #verona')));
});

test('a room left and joined while it is joined again is joined once', async () => {
  await using stage = await rejoining();
  await stage.session.send({ type: 'leave', room: VERONA });
  const joined = stage.session.send(join);
  enter(stage.peer, '#verona');
  await joined;
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('PART')));
});

test('a room that throws us out before all its names are here is left', async () => {
  await using stage = await rejoining();
  stage.peer.send(`:${stage.peer.prefix} JOIN #verona`, `:tybalt!t@t KICK #verona romeo :Villain`);
  const reason = 'tybalt took you out of #verona at once: Villain';
  const out = { type: 'member', room: VERONA, change: 'out', nick: 'romeo', self: true, reason };
  assert.deepEqual(await stage.ear.next('member'), out);
  stage.ircd.replies['JOIN'] = (peer, [name = '']) => {
    peer.send(`:${peer.prefix} JOIN ${name}`, `:tybalt!t@t KICK ${name} romeo :Villain`);
  };
  await assert.rejects(stage.session.send({ ...join, room: room('#mantua') }), {
    why: 'not-allowed',
    message: /Villain$/,
  });
});

test('a join that was given up is withdrawn when it succeeds after all', async () => {
  await using stage = await Stage.online({ timing: { join: 50 } });
  stage.ircd.replies['JOIN'] = () => undefined;
  await assert.rejects(stage.session.send(join), { why: 'timeout' });
  enter(stage.peer, '#verona');
  await stage.peer.next(/^PART #verona/);
});

test('a channel is not entered under two names that its server takes for one', async () => {
  await using stage = await Stage.online({ isupport: 'CASEMAPPING=rfc1459' });
  await stage.join('#a[');
  await assert.rejects(stage.session.send({ ...join, room: room('#a{') }), { why: 'not-allowed' });
});

test('the refusal of one message does not take the answers to other commands', async () => {
  await using stage = await Stage.online();
  stage.ear.pages = false;
  const text = Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n');
  stage.ircd.replies['PRIVMSG'] = (peer) => peer.numeric('401 tybalt :No such nick');
  const refused = assert.rejects(
    stage.session.send({ type: 'message', txn: '1', to: { with: contact('tybalt') }, content: { text } }),
    { why: 'not-found' },
  );
  await stage.session.send(join);
  await refused;
});

test('a ban whose mask is set already still kicks', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'tybalt');
  stage.ircd.replies['MODE'] = (peer) => peer.numeric('697 #verona tybalt!*@* b :is set already');
  const done = stage.session.send({ type: 'moderate', room: VERONA, nick: 'tybalt', change: 'ban' });
  await stage.peer.next(/^KICK #verona tybalt/);
  stage.peer.send(`:${stage.peer.prefix} KICK #verona tybalt`);
  await done;
});

test('a stranger can not put a notice into a room', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet');
  stage.peer.send(':mallory!m@m NOTICE romeo :[#verona] the password is x');
  assert.deepEqual((await stage.ear.next('message')).in, { with: contact('mallory') });
  stage.peer.send(':ChanServ!s@services NOTICE romeo :[#verona] welcome');
  assert.deepEqual((await stage.ear.next('message')).in, { room: VERONA });
});

test('what is said between our JOIN and the last of the names is told, after who is there', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['JOIN'] = (peer, [name = '']) => {
    peer.send(`:${peer.prefix} JOIN ${name}`, `:Juliet!j@capulet PRIVMSG ${name} :O Romeo`);
    peer.numeric(`353 = ${name} :Juliet ${peer.nick}`, `366 ${name} :End of /NAMES list.`);
  };
  await stage.join('#verona');
  const { content } = await stage.ear.next('message');
  assert.equal(content.text, 'O Romeo');
  const types = stage.ear.events.map(({ type }) => type).filter((type) => type === 'room' || type === 'message');
  assert.deepEqual(types.slice(0, 2), ['room', 'message']);
});
