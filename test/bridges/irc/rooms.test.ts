/** Joining and leaving rooms, and what happens to those who are in them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter } from '#test/fakes/ircd.ts';
import { contact, room, Stage } from './stage.ts';

const VERONA = room('#verona');
const join = (password?: string) =>
  ({ type: 'join', room: VERONA, nick: 'romeo', ...(password !== undefined && { password }) }) as const;

test('a join resolves after the whole room was told', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['JOIN'] = (peer) => {
    peer.send(`:${peer.prefix} JOIN #Verona`);
    peer.numeric('332 #Verona :A fair city', '333 #Verona prince!p@palace 1700000000');
    peer.numeric('353 = #Verona :~@Prince &friar!f@cell %nurse', '353 = #Verona :+Juliet tybalt romeo');
    peer.numeric('366 #verona :End');
  };
  await stage.session.send(join());
  const member = (nick: string, rank: string, more = {}) => ({
    nick,
    contact: contact(nick.toLowerCase()),
    rank,
    ...more,
  });
  assert.deepEqual(stage.ear.events, [
    {
      type: 'room',
      room: VERONA,
      topic: { text: 'A fair city', by: 'prince', at: new Date(1_700_000_000_000) },
      members: [
        member('romeo', 'speaker', { self: true, origin: '~romeo@host.test' }),
        member('Prince', 'owner'),
        member('friar', 'owner', { origin: 'f@cell' }),
        member('nurse', 'moderator'),
        member('Juliet', 'member'),
        member('tybalt', 'speaker'),
      ],
    },
  ]);
});

test('the room keeps the id that was asked for, in whatever case the server writes it', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['JOIN'] = (peer) => enter(peer, '#VER[NA]');
  await stage.session.send({ type: 'join', room: room('#ver{na}'), nick: 'romeo' });
  stage.peer.send(':juliet!j@balcony JOIN #Ver{na]');
  assert.equal((await stage.ear.next('member')).room, room('#ver{na}'));
});

test('in a moderated room those without a rank are listeners', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['MODE'] = (peer) => peer.numeric('324 #verona +ntm');
  await stage.join('#verona', '@prince +juliet');
  const { members } = await stage.ear.next('room');
  assert.deepEqual(
    members.map(({ nick, rank }) => `${nick} ${rank}`),
    ['romeo listener', 'prince admin', 'juliet member'],
  );
});

test('WHO tells where the members connect from', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHO'] = (peer) =>
    peer.numeric('352 #verona ~j balcony fake.test juliet H :0 Juliet', '315 #verona :End of WHO');
  await stage.join('#verona', 'juliet');
  const { members } = await stage.ear.next('room');
  assert.equal(members.find(({ nick }) => nick === 'juliet')?.origin, '~j@balcony');
});

const REFUSALS = [
  ['403', 'not-found'],
  ['405', 'not-allowed'],
  ['470', 'not-allowed'],
  ['471', 'full'],
  ['473', 'members-only'],
  ['474', 'banned'],
  ['475', 'password'],
  ['476', 'invalid'],
  ['477', 'members-only'],
  ['489', 'not-allowed'],
  ['520', 'forbidden'],
] as const;
for (const [numeric, why] of REFUSALS) {
  test(`a join answered with ${numeric} is refused as ${why}, in a sentence`, async () => {
    await using stage = await Stage.online();
    stage.ircd.replies['JOIN'] = (peer) => peer.numeric(`${numeric} #verona :No`);
    await assert.rejects(stage.session.send(join()), { name: 'Refusal', why, message: /#verona.*\.$|: No$/ });
    assert.deepEqual(stage.ear.events, []);
  });
}

test('a join without an answer is given up', async () => {
  await using stage = await Stage.online({ timing: { join: 30 } });
  stage.ircd.replies['JOIN'] = () => undefined;
  await assert.rejects(stage.session.send(join()), { why: 'timeout' });
});

test('a join with a password sends it, and one that would add a channel is refused', async () => {
  await using stage = await Stage.online();
  await stage.session.send(join('balcony'));
  assert.equal(await stage.peer.next(/^JOIN/), 'JOIN #verona balcony');
  const other = { type: 'join', room: room('#mantua'), nick: 'romeo' } as const;
  await assert.rejects(stage.session.send({ ...other, password: 'a,b' }), { why: 'password' });
  await assert.rejects(stage.session.send({ ...other, password: 'a b' }), { why: 'password' });
});

test('a second join tells the room again without a word to the server', async () => {
  await using stage = await Stage.online();
  const first = await stage.join('#verona', 'juliet');
  await stage.session.send(join());
  assert.deepEqual(await stage.ear.next('room'), first);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('JOIN')).length, 1);
});

test('members come, change their names and hosts, and go', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'tybalt');
  stage.peer.send(
    ':juliet!j@balcony JOIN #verona capulet :Juliet',
    ':juliet!j@balcony CHGHOST lady tomb',
    ':juliet!lady@tomb NICK :Giulietta',
    ':Giulietta!lady@tomb PART #verona :adieu',
    ':tybalt!t@street QUIT :Quit: killed',
  );
  const juliet = { nick: 'juliet', contact: contact('juliet'), rank: 'speaker', origin: 'j@balcony' };
  const moved = { ...juliet, origin: 'lady@tomb' };
  const event = { type: 'member', room: VERONA };
  assert.deepEqual(await stage.ear.next('member'), { ...event, change: 'in', member: juliet });
  assert.deepEqual(await stage.ear.next('member'), { ...event, change: 'in', member: moved });
  const renamed = { ...moved, nick: 'Giulietta', contact: contact('giulietta') };
  assert.deepEqual(await stage.ear.next('member'), { ...event, change: 'in', member: renamed, was: 'juliet' });
  assert.deepEqual(await stage.ear.next('member'), { ...event, change: 'out', nick: 'Giulietta', reason: 'adieu' });
  assert.deepEqual(await stage.ear.next('member'), { ...event, change: 'out', nick: 'tybalt', reason: 'Quit: killed' });
});

test('a kick of others and of ourselves names who did it and why', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', '@prince tybalt');
  stage.peer.send(':prince!p@p KICK #verona tybalt :brawling', ':prince!p@p KICK #verona romeo :exiled');
  const event = { type: 'member', room: VERONA, change: 'kick', by: 'prince' };
  assert.deepEqual(await stage.ear.next('member'), { ...event, nick: 'tybalt', reason: 'brawling' });
  assert.deepEqual(await stage.ear.next('member'), { ...event, nick: 'romeo', reason: 'exiled' });
  await assert.rejects(stage.say('#verona', 'adieu'), { why: 'not-joined' });
});

test('leaving sends PART and is not told as an event', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.session.send({ type: 'leave', room: VERONA, reason: 'to\r\nMantua' });
  assert.equal(await stage.peer.next(/^PART/), 'PART #verona :to Mantua');
  assert.ok(!stage.ear.events.some(({ type }) => type === 'member'));
});

test('a leave that the server does not answer ends all the same', async () => {
  await using stage = await Stage.online({ timing: { leave: 20 } });
  await stage.join('#verona');
  stage.ircd.replies['PART'] = () => undefined;
  await stage.session.send({ type: 'leave', room: VERONA });
});

test('a room that is entered again while we leave it is one we are in', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['PART'] = (peer, [name = '']) => {
    peer.send(`:${peer.prefix} PART ${name}`);
    enter(peer, name);
  };
  await stage.session.send({ type: 'leave', room: VERONA });
  stage.peer.send(':juliet!j@j PRIVMSG #verona :hello');
  assert.equal((await stage.ear.next('message')).content.text, 'hello');
});

test('a join that nobody asked for is told as a room and an invitation', async () => {
  await using stage = await Stage.online();
  enter(stage.peer, '#prison');
  assert.equal((await stage.ear.next('room')).room, room('#prison'));
  assert.deepEqual(await stage.ear.next('invite'), { type: 'invite', room: room('#prison'), from: { self: true } });
});

test('a part that nobody asked for leaves the room', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.peer.send(`:${stage.peer.prefix} PART #verona :SAPART`);
  const { change, ...event } = await stage.ear.next('member');
  assert.deepEqual([change, 'nick' in event && event.nick], ['out', 'romeo']);
});

test('an invitation is done when the server has passed it on, and refused when it has not', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const invite = (nick: string) =>
    stage.session.send({ type: 'invite', room: room('#verona'), contact: contact(nick) });
  const passed = invite('juliet');
  await stage.peer.next(/^INVITE juliet #verona$/);
  stage.peer.numeric('341 juliet #verona');
  await passed;
  const refused = assert.rejects(invite('tybalt'), { why: 'not-found' });
  await stage.peer.next(/^INVITE tybalt #verona$/);
  stage.peer.numeric('401 tybalt :No such nick');
  await refused;
});

test('an invitation comes from who sent it; those of others are none of ours', async () => {
  await using stage = await Stage.online();
  stage.peer.send(':nurse!n@n INVITE juliet #balcony', ':juliet!j@j INVITE romeo #balcony');
  const from = { contact: contact('juliet'), nick: 'juliet' };
  assert.deepEqual(await stage.ear.next('invite'), { type: 'invite', room: room('#balcony'), from });
});

/** Changes of single members. */
function membersTold({ ear }: Stage) {
  return ear.events.filter(({ type }) => type === 'member');
}
const SPLIT = ['hub.test leaf.test', 'Netsplit: hub.test and leaf.test lost each other; 2 people are gone for now.'];

test('whom a netsplit takes away is told once, and so is that they are back', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet tybalt');
  const quit = (nick: string) => `:${nick}!${nick}@host QUIT :${SPLIT[0]}`;
  stage.peer.send(quit('juliet'), quit('tybalt'));
  assert.equal((await stage.ear.next('message')).content.text, SPLIT[1]);
  stage.peer.send(':juliet!juliet@host JOIN #verona', ':tybalt!tybalt@host JOIN #verona');
  assert.equal((await stage.ear.next('message')).content.text, 'Netsplit is over: 2 people are back.');
  assert.deepEqual(membersTold(stage), []);
});

test('an operator who comes back from a netsplit is one only when the server says so', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', '@juliet tybalt');
  stage.peer.send(`:juliet!j@j QUIT :${SPLIT[0]}`, ':juliet!j@j JOIN #verona', ':leaf.test MODE #verona +o juliet');
  const told = [await stage.ear.next('member'), await stage.ear.next('member')];
  assert.deepEqual(
    told.map((event) => event.change === 'in' && event.member.rank),
    ['speaker', 'admin'],
  );
});

test('who is not back in time has left, all at once', async () => {
  await using stage = await Stage.online({ timing: { split: 30 } });
  await stage.join('#verona', 'juliet tybalt nurse');
  stage.peer.send(`:juliet!j@j QUIT :${SPLIT[0]}`, `:tybalt!t@t QUIT :${SPLIT[0]}`);
  const { members } = await stage.ear.next('room');
  assert.deepEqual(
    members.map(({ nick }) => nick),
    ['romeo', 'nurse'],
  );
});

test('what the room is told meanwhile has those a netsplit took away', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet tybalt');
  stage.peer.send(`:juliet!j@j QUIT :${SPLIT[0]}`, ':prince!p@p MODE #verona +m');
  const { members } = await stage.ear.next('room');
  assert.deepEqual(members.map(({ nick }) => nick).toSorted(), ['juliet', 'romeo', 'tybalt']);
});

test('a nick that a netsplit set free may be taken by another', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet tybalt');
  stage.peer.send(`:juliet!j@j QUIT :${SPLIT[0]}`, ':tybalt!t@t NICK juliet', ':juliet!t@t PART #verona');
  const [out, renamed, left] = [
    await stage.ear.next('member'),
    await stage.ear.next('member'),
    await stage.ear.next('member'),
  ];
  assert.deepEqual([out.change, renamed.change === 'in' && renamed.was, left.change], ['out', 'tybalt', 'out']);
});

test('a topic is set in one line, and told when it changes', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.session.send({ type: 'topic', room: VERONA, topic: 'a plague\non both' });
  assert.equal(await stage.peer.next(/^TOPIC/), 'TOPIC #verona :a plague on both');
  const { topic } = await stage.ear.next('topic');
  assert.deepEqual([topic.text, topic.by], ['a plague on both', 'romeo']);
});

test('a topic that only operators may set is refused', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['TOPIC'] = (peer) => peer.numeric("482 #verona :You're not channel operator");
  const topic = { type: 'topic', room: VERONA, topic: 'peace' } as const;
  await assert.rejects(stage.session.send(topic), { why: 'forbidden', message: /operator of #verona/ });
});

test('a nick changes on the whole server, or is refused', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.session.send({ type: 'nick', room: VERONA, nick: 'Montague' });
  const event = await stage.ear.next('member');
  assert.ok(event.change === 'in' && event.member.self && event.was === 'romeo');
  stage.ircd.taken.add('tybalt');
  const nick = (wanted: string) => stage.session.send({ type: 'nick', room: VERONA, nick: wanted });
  await assert.rejects(nick('tybalt'), { why: 'nick-taken' });
  await assert.rejects(nick('two words'), { why: 'invalid' });
  stage.ircd.replies['NICK'] = (peer) => peer.numeric('438 paris :Nick change too fast. Wait 20 seconds');
  await assert.rejects(nick('paris'), { why: 'too-fast' });
});
