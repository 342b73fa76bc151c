/** Presence of contacts, and our own. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { contact, Stage } from './stage.ts';

const add = (nick: string) => ({ type: 'contact', contact: contact(nick), change: 'add' }) as const;

test('with MONITOR the server is asked to tell, and changes are told once', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10' });
  await stage.session.send(add('juliet'));
  assert.equal(await stage.peer.next(/^MONITOR/), 'MONITOR + juliet');
  stage.peer.numeric('731 :juliet', '730 :Juliet!j@balcony', '730 :Juliet!j@balcony');
  stage.peer.send(':Juliet!j@balcony AWAY :asleep');
  const shows = [];
  for (let count = 0; count < 3; count += 1) shows.push((await stage.ear.next('presence')).presence);
  assert.deepEqual(shows, [{ show: 'offline' }, { show: 'online' }, { show: 'away', status: 'asleep' }]);
  await stage.session.send({ ...add('juliet'), change: 'remove' });
  assert.equal(await stage.peer.next(/^MONITOR/), 'MONITOR - juliet');
});

test('beyond the limit of MONITOR contacts are polled', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=1' });
  stage.ircd.replies['ISON'] = (peer) => peer.numeric('303 :Paris');
  await stage.session.send(add('juliet'));
  await stage.session.send(add('paris'));
  assert.equal(await stage.peer.next(/^ISON/), 'ISON paris');
  assert.deepEqual((await stage.ear.next('presence')).presence, { show: 'online' });
});

test('a contact that MONITOR has no room for is polled', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR', timing: { poll: 10 } });
  await stage.session.send(add('juliet'));
  await stage.peer.next(/^MONITOR/);
  stage.peer.numeric('734 1 juliet :Monitor list is full');
  assert.equal(await stage.peer.next(/^ISON/), 'ISON juliet');
});

test('with WATCH the server is asked to tell', async () => {
  await using stage = await Stage.online({ isupport: 'WATCH=128' });
  await stage.session.send(add('juliet'));
  assert.equal(await stage.peer.next(/^WATCH/), 'WATCH +juliet');
  stage.peer.numeric('604 juliet j balcony 1 :is online', '601 juliet j balcony 2 :logged offline');
  assert.equal((await stage.ear.next('presence')).presence.show, 'online');
  assert.equal((await stage.ear.next('presence')).presence.show, 'offline');
});

test('with neither, contacts are polled again and again', async () => {
  await using stage = await Stage.online({ timing: { poll: 10 } });
  const answers = ['juliet'];
  stage.ircd.replies['ISON'] = (peer) => peer.numeric(`303 :${answers.shift() ?? ''}`);
  await stage.session.send(add('juliet'));
  assert.deepEqual(await stage.ear.next('presence'), {
    type: 'presence',
    contact: contact('juliet'),
    presence: { show: 'online' },
  });
  assert.equal((await stage.ear.next('presence')).presence.show, 'offline');
});

test('a contact who is polled is seen at once when they enter a room or quit', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.session.send(add('juliet'));
  stage.peer.send(':Juliet!j@balcony JOIN #verona', ':Juliet!j@balcony QUIT :bye');
  assert.equal((await stage.ear.next('presence')).presence.show, 'online');
  assert.equal((await stage.ear.next('presence')).presence.show, 'offline');
});

test('being away is told on change only, and never as a nick', async () => {
  await using stage = await Stage.online();
  const presence = (show: 'online' | 'chat' | 'dnd', status?: string) =>
    stage.session.send({ type: 'presence', presence: { show, ...(status !== undefined && { status }) } });
  await presence('online');
  await presence('dnd', 'in exile');
  await presence('dnd', 'in exile');
  await presence('chat');
  await stage.peer.next(/^AWAY$/);
  const lines = stage.peer.lines.filter((line) => /^(AWAY|NICK)/.test(line));
  assert.deepEqual(lines, ['NICK romeo', 'AWAY :in exile', 'AWAY']);
});

test('a message to someone away who is no contact gets their text, once', async () => {
  await using stage = await Stage.online();
  stage.peer.numeric('301 juliet :asleep', '301 juliet :asleep', '301 juliet :awake soon');
  assert.equal((await stage.ear.next('notice')).text, 'juliet is away: asleep');
  assert.equal((await stage.ear.next('notice')).text, 'juliet is away: awake soon');
});

test('who is away is told of everybody in our rooms, and forgotten when they go', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet');
  const told = async () => {
    const { contact: who, presence } = await stage.ear.next('presence');
    return [who, presence.show, presence.status];
  };
  const juliet = ':juliet!j@balcony';
  stage.peer.send(
    ':paris!p@p AWAY :hunting',
    `${juliet} AWAY :asleep`,
    `${juliet} AWAY :asleep`,
    `${juliet} NICK giulia`,
  );
  assert.deepEqual(await told(), [contact('juliet'), 'away', 'asleep']);
  assert.deepEqual(await told(), [contact('juliet'), 'offline', undefined]);
  assert.deepEqual(await told(), [contact('giulia'), 'away', 'asleep']);
  stage.peer.send(':giulia!j@balcony AWAY');
  assert.deepEqual(await told(), [contact('giulia'), 'online', undefined]);
  stage.peer.send(':giulia!j@balcony AWAY :dead', ':giulia!j@balcony QUIT :dead');
  assert.deepEqual(await told(), [contact('giulia'), 'away', 'dead']);
  assert.deepEqual(await told(), [contact('giulia'), 'offline', undefined]);
});

test('WHO after a join tells which contacts are away', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10', caps: 'away-notify' });
  stage.ircd.replies['WHO'] = (peer) =>
    peer.numeric('352 #verona j balcony fake.test juliet G :0 J', '315 #verona :End');
  await stage.session.send(add('juliet'));
  await stage.join('#verona', 'juliet');
  assert.deepEqual((await stage.ear.next('presence')).presence, { show: 'away' });
});

/** Presences in the order in which they are told. */
async function presences(stage: Stage, count: number) {
  const told = [];
  for (let at = 0; at < count; at += 1) {
    const { contact: who, presence } = await stage.ear.next('presence');
    told.push([who, presence.show, ...(presence.status === undefined ? [] : [presence.status])]);
  }
  return told;
}

test('with extended-monitor a contact in no room of ours is seen away and back', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10', caps: 'away-notify extended-monitor' });
  await stage.session.send(add('juliet'));
  stage.ircd.replies['USERHOST'] = (peer) => {
    peer.numeric('302 :juliet=-j@balcony');
    peer.send(':juliet!j@balcony AWAY :asleep', ':juliet!j@balcony AWAY');
  };
  stage.peer.numeric('730 :juliet!j@balcony');
  assert.deepEqual(await presences(stage, 4), [
    [contact('juliet'), 'online'],
    [contact('juliet'), 'away'],
    [contact('juliet'), 'away', 'asleep'],
    [contact('juliet'), 'online'],
  ]);
  assert.equal(await stage.peer.next(/^USERHOST/), 'USERHOST juliet');
});

test('where nobody tells who is away, a few contacts at a time are asked about', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10', timing: { poll: 10 } });
  const nicks = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `citizen${letter}`);
  const asked: string[][] = [];
  stage.ircd.replies['USERHOST'] = (peer, named) => {
    asked.push([...named]);
    peer.numeric(`302 :${named.map((nick) => `${nick}*=-u@h`).join(' ')}`);
  };
  for (const nick of nicks) await stage.session.send(add(nick));
  stage.peer.numeric(`730 :${nicks.join(',')}`, `730 :${nicks.join(',')}`);
  for (let round = 0; round < 4; round += 1) await stage.peer.next(/^USERHOST/);
  assert.ok(asked.every((named) => named.length <= 5));
  assert.deepEqual([...new Set(asked.slice(2).flat())].toSorted(), nicks, 'the polls go round');
  const shows = await presences(stage, 14);
  assert.equal(shows.filter(([, show]) => show === 'away').length, 7);
});

test('a text that is known is not lost to an answer that has none', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10', timing: { poll: 10 } });
  stage.ircd.replies['USERHOST'] = (peer) => peer.numeric('302 :juliet=-j@balcony');
  await stage.session.send(add('juliet'));
  stage.peer.numeric('730 :juliet');
  stage.peer.numeric('301 juliet :asleep');
  await stage.peer.next(/^USERHOST/);
  await stage.peer.next(/^USERHOST/);
  stage.peer.numeric('731 :juliet');
  const told = [];
  do told.push(...(await presences(stage, 1)));
  while (told.at(-1)?.[1] !== 'offline');
  assert.deepEqual(told.at(-2), [contact('juliet'), 'away', 'asleep']);
});

test('the answer to a USERHOST of the user is shown to them', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10' });
  stage.ircd.replies['USERHOST'] = (peer) => peer.numeric('302 :juliet=+j@balcony');
  await stage.session.send(add('juliet'));
  stage.peer.numeric('730 :juliet');
  await stage.peer.next(/^USERHOST/);
  await stage.session.send({ type: 'raw', text: 'USERHOST juliet' });
  assert.equal((await stage.ear.next('notice')).text, 'juliet=+j@balcony');
});

test('with WATCH A the server tells who is away', async () => {
  await using stage = await Stage.online({ isupport: 'WATCH=128 WATCHOPTS=A' });
  await stage.session.send(add('juliet'));
  assert.equal(await stage.peer.next(/^WATCH/), 'WATCH A +juliet');
  stage.peer.numeric(
    '604 juliet j balcony 1 :is online',
    '598 juliet j balcony 1 :asleep',
    '597 juliet j balcony 2 :dead',
    '599 juliet j balcony 3 :is no longer away',
  );
  assert.deepEqual(await presences(stage, 4), [
    [contact('juliet'), 'online'],
    [contact('juliet'), 'away', 'asleep'],
    [contact('juliet'), 'away', 'dead'],
    [contact('juliet'), 'online'],
  ]);
  await stage.session.send({ ...add('juliet'), change: 'remove' });
  assert.equal(await stage.peer.next(/^WATCH/), 'WATCH -juliet');
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('USERHOST')));
});

test('a contact who is polled and changes their nick has gone, and one of that nick has come', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet');
  stage.ircd.replies['ISON'] = (peer, [nick]) => peer.numeric(`303 :${nick === 'juliet' ? nick : ''}`);
  await stage.session.send(add('juliet'));
  await stage.session.send(add('giulia'));
  assert.deepEqual(await presences(stage, 2), [
    [contact('juliet'), 'online'],
    [contact('giulia'), 'offline'],
  ]);
  stage.peer.send(':juliet!j@balcony NICK Giulia');
  assert.deepEqual(await presences(stage, 2), [
    [contact('juliet'), 'offline'],
    [contact('giulia'), 'online'],
  ]);
});

test('polled contacts take no room of MONITOR, which others may have', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=2' });
  for (const nick of ['juliet', 'paris', 'nurse']) await stage.session.send(add(nick));
  assert.equal(await stage.peer.next(/^ISON/), 'ISON nurse');
  await stage.session.send({ ...add('juliet'), change: 'remove' });
  await stage.session.send(add('friar'));
  await stage.session.send(add('prince'));
  assert.equal(await stage.peer.next(/^MONITOR \+ friar/), 'MONITOR + friar');
  assert.equal(await stage.peer.next(/^ISON/), 'ISON prince');
});

test('an asterisk is no reason for being away', async () => {
  await using stage = await Stage.online({ isupport: 'MONITOR=10' });
  await stage.session.send(add('juliet'));
  stage.peer.send(':juliet!j@balcony AWAY *');
  assert.deepEqual(await presences(stage, 1), [[contact('juliet'), 'away']]);
});

test('presence that changes faster than the server takes lines is told as it is in the end', async () => {
  await using stage = await Stage.online();
  const gate = Promise.withResolvers<void>();
  stage.ear.pace = () => gate.promise;
  for (const status of ['one', 'two', 'three']) {
    await stage.session.send({ type: 'presence', presence: { show: 'away', status } });
  }
  gate.resolve();
  assert.equal(await stage.peer.next(/^AWAY/), 'AWAY :three');
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('AWAY')).length, 1);
});

test('of many contacts at once only those beyond the limit are polled', async () => {
  await using stage = await Stage.connecting({ isupport: 'MONITOR=2' });
  for (const nick of ['juliet', 'paris', 'nurse']) await stage.session.send(add(nick));
  await stage.ear.ready();
  assert.equal(await stage.peer.next(/^MONITOR/), 'MONITOR + juliet,paris');
  assert.equal(await stage.peer.next(/^ISON/), 'ISON nurse');
});

test('the polls ask only about those of whom the server does not tell', async () => {
  const caps = 'away-notify extended-monitor';
  await using stage = await Stage.online({ isupport: 'MONITOR=1', caps, timing: { poll: 10 } });
  stage.ircd.replies['ISON'] = (peer) => peer.numeric('303 :nurse');
  await stage.session.send(add('juliet'));
  await stage.session.send(add('nurse'));
  stage.peer.numeric('730 :juliet');
  await presences(stage, 2);
  for (let round = 0; round < 4; round += 1) await stage.peer.next(/^USERHOST/);
  const asked = stage.peer.lines.filter((line) => line.startsWith('USERHOST') && line.includes('juliet'));
  assert.ok(asked.length <= 1, 'once, when she came');
});

test('the answer to an ISON of the user is none to ours, which waits for its turn', async () => {
  await using stage = await Stage.online();
  const paced = Promise.withResolvers<void>();
  stage.ear.pace = () => paced.promise;
  await stage.session.send(add('juliet'));
  stage.peer.numeric('303 :', '303 :tybalt');
  stage.peer.send('PING :seen');
  await stage.peer.next(/^PONG/);
  paced.resolve();
  assert.equal(await stage.peer.next(/^ISON/), 'ISON juliet');
  stage.peer.numeric('303 :Tybalt', '303 :Juliet');
  assert.deepEqual((await stage.ear.next('presence')).presence, { show: 'online' });
  assert.equal(stage.ear.events.filter(({ type }) => type === 'presence').length, 1);
});

test('thousands who are polled hold nothing else up, and are not asked about anew before a round is over', async (t: TestContext) => {
  await using stage = await Stage.connecting({ isupport: 'MONITOR=1' });
  const nicks = Array.from({ length: 2_000 }, (_, at) => `citizen${at}`);
  for (const nick of nicks) await stage.session.send(add(nick));
  const paced = Promise.withResolvers<void>();
  stage.ear.pace = () => paced.promise;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await stage.ear.ready();
  for (let round = 0; round < 3; round += 1) t.mock.timers.tick(60_000);
  await stage.session.send({ type: 'presence', presence: { show: 'dnd', status: 'in exile' } });
  paced.resolve();
  await stage.peer.next(/citizen1999$/);
  const before = stage.peer.lines.slice(0, stage.peer.lines.indexOf('AWAY :in exile'));
  assert.ok(before.filter((line) => line.startsWith('ISON')).length <= 2);
  const asked = stage.peer.lines
    .filter((line) => line.startsWith('ISON'))
    .join(' ')
    .split(' ');
  assert.equal(asked.filter((word) => word === 'citizen1').length, 1);
  t.mock.timers.reset();
});
