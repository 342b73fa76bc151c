/** Netsplits that the server tells as such (IRCv3 netsplit and netjoin), and what may happen while people are gone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contact, room, Stage } from './stage.ts';

const MANY = Array.from({ length: 500 }, (_, n) => `montague${n}`);
const CAPS = { caps: 'batch' };
// Nothing is told by a pause, only by the end of a batch.
const timing = { tally: 60_000 };

const membersTold = ({ ear }: Stage) => ear.events.filter(({ type }) => type === 'member' || type === 'room');

test('a netsplit batch is one notice as soon as it ends, whatever the reasons say, and its netjoin another', async () => {
  await using stage = await Stage.online({ ...CAPS, timing });
  await stage.join('#verona', MANY.join(' '));
  const before = membersTold(stage).length;
  const tagged = (line: string) => `@batch=s :${line}`;
  stage.peer.send(
    ':fake.test BATCH +s NETSPLIT hub.test leaf.test',
    ...MANY.map((nick) => tagged(`${nick}!m@m QUIT :Connection closed`)),
    ':fake.test BATCH -s',
  );
  const gone = await stage.ear.next('message');
  assert.deepEqual(gone.from, { contact: contact('hub.test'), nick: 'hub.test' });
  assert.equal(gone.content.text, 'Netsplit: hub.test and leaf.test lost each other; 500 people are gone for now.');
  stage.peer.send(
    ':fake.test BATCH +s netjoin hub.test leaf.test',
    ...MANY.map((nick) => tagged(`${nick}!m@m JOIN #verona`)),
    ':fake.test BATCH -s',
  );
  const back = await stage.ear.next('message');
  assert.equal(back.content.text, 'Netsplit is over: 500 people are back.');
  assert.equal(membersTold(stage).length, before);
});

test('a netsplit batch that hides the servers, or says nothing of them, is one all the same', async () => {
  await using stage = await Stage.online({ ...CAPS, timing });
  await stage.join('#verona', 'juliet tybalt');
  for (const [nick, words] of [
    ['juliet', '*.net *.split'],
    ['tybalt', ''],
  ]) {
    stage.peer.send(`BATCH +s netsplit ${words}`, `@batch=s :${nick}!j@j QUIT :gone`, 'BATCH -s');
    const { content } = await stage.ear.next('message');
    assert.equal(content.text, 'Netsplit: two servers lost each other; 1 person is gone for now.');
  }
});

test('lines between those of a batch are taken in their turn', async () => {
  await using stage = await Stage.online({ ...CAPS, timing });
  await stage.join('#verona', 'juliet');
  stage.peer.send(
    'BATCH +s netsplit hub.test leaf.test',
    '@batch=s :juliet!j@j QUIT :hub.test leaf.test',
    ':juliet!j@j JOIN #verona',
    ':fake.test MODE #verona +o juliet',
    'BATCH -s',
  );
  const event = await stage.ear.next('member');
  assert.ok(event.change === 'in' && event.member.nick === 'juliet' && event.member.rank === 'admin');
});

test('who comes with a netjoin and was not here before is shown', async () => {
  await using stage = await Stage.online({ ...CAPS, timing });
  await stage.join('#verona');
  stage.peer.send('BATCH +j netjoin hub.test leaf.test', '@batch=j :juliet!j@j JOIN #verona', 'BATCH -j');
  const event = await stage.ear.next('member');
  assert.ok(event.change === 'in' && event.member.nick === 'juliet');
});

test('who comes back in another spelling is no second person', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet');
  stage.peer.send(':juliet!j@j QUIT :hub.test leaf.test', ':Juliet!j@j JOIN #verona');
  const event = await stage.ear.next('member');
  assert.deepEqual(event.change === 'in' && [event.was, event.member.nick], ['juliet', 'Juliet']);
});

test('who goes while the names of a room are coming is not named as one who is there, and who comes is', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet tybalt');
  stage.peer.numeric('353 = #verona :romeo juliet tybalt');
  stage.peer.send(':tybalt!t@t QUIT :slain', ':nurse!n@n JOIN #verona', ':juliet!j@j NICK capulet');
  stage.peer.numeric('366 #verona :End of /NAMES list.');
  const { members } = await stage.ear.next('room');
  assert.deepEqual(members.map(({ nick }) => nick).toSorted(), ['capulet', 'nurse', 'romeo']);
  assert.ok(stage.ear.events.every((event) => !('room' in event) || event.room === room('#verona')));
});
