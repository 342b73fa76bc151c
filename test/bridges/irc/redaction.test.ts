/** Messages taken back or out of a channel (IRCv3 draft/message-redaction), and how far was read (draft/read-marker). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId, UserAction } from '#src/network.ts';
import { answerTags, ECHO, echoes, LABELS, lastOf } from './echoing.ts';
import { contact, inRoom, Stage, type StageOptions } from './stage.ts';

const JULIET = ':Juliet!j@balcony';
const id = 'm0' as MessageId;

async function inVerona(options: StageOptions): Promise<Stage> {
  const stage = await Stage.online({ prepare: echoes, ...options });
  await stage.join('#verona', 'Juliet');
  return stage;
}

const retract: UserAction = { type: 'retract', to: inRoom('#verona'), id };

for (const [how, caps] of [
  ['labels', LABELS],
  ['echoes', ECHO],
] as const) {
  test(`a message is taken back when the server says so, with ${how}`, async () => {
    await using stage = await inVerona({ caps: `${caps} draft/message-redaction` });
    stage.ircd.replies['REDACT'] = (peer, [target, what, reason]) => {
      const rest = reason === undefined ? '' : ` :${reason}`;
      peer.send(`${answerTags(lastOf(peer))}:${peer.prefix} REDACT ${target} ${what}${rest}`);
    };
    await stage.session.send(retract);
    await stage.session.send({ type: 'erase', room: inRoom('#verona').room, id, reason: 'spam\r\nand more' });
    await stage.session.send({ ...retract, to: { with: contact('juliet') } });
    const lines = stage.peer.lines.filter((line) => line.includes('REDACT')).map((line) => line.replace(/^@\S+ /, ''));
    assert.deepEqual(lines, ['REDACT #verona m0', 'REDACT #verona m0 :spam and more', 'REDACT juliet m0']);
  });

  test(`a message that may not be taken back is refused with a sentence, with ${how}`, async () => {
    await using stage = await inVerona({ caps: `${caps} draft/message-redaction` });
    for (const [code, why] of [
      ['INVALID_TARGET #verona', 'not-found'],
      ['REDACT_FORBIDDEN #verona m0', 'forbidden'],
      ['REDACT_WINDOW_EXPIRED #verona m0 60', 'not-allowed'],
      ['UNKNOWN_MSGID #verona m0', 'not-found'],
      ['SOMETHING_NEW', 'not-allowed'],
    ]) {
      stage.ircd.replies['REDACT'] = (peer) => {
        peer.send(`${answerTags(lastOf(peer))}:fake.test FAIL REDACT ${code} :The server's own words`);
      };
      await assert.rejects(stage.session.send(retract), { why, message: /\w+ \w+/ });
    }
    assert.ok(!stage.ear.events.some(({ type }) => type === 'notice'));
  });
}

test('an answer without its label, as Ergo gives it to all clients of a user, is one', async () => {
  await using stage = await inVerona({ caps: `${LABELS} draft/message-redaction`, timing: { answer: 500 } });
  stage.ircd.replies['REDACT'] = (peer, [target, what]) => peer.send(`:${peer.prefix} REDACT ${target} ${what}`);
  await stage.session.send(retract);
  assert.ok(!stage.ear.events.some(({ type }) => type === 'retract'));
});

test('without echoes or labels it is done when it is written', async () => {
  await using stage = await inVerona({ caps: 'message-tags draft/message-redaction' });
  await stage.session.send(retract);
  await stage.peer.next(/^REDACT #verona m0$/);
});

test('what others take back is told, with who and why', async () => {
  await using stage = await inVerona({ caps: 'message-tags draft/message-redaction' });
  stage.peer.send(
    `@time=2026-01-02T03:04:05.678Z ${JULIET} REDACT #verona m7 :a \x02mistake`,
    `${JULIET} REDACT romeo m8`,
    `${JULIET} REDACT #mantua m9`,
    `:${stage.peer.prefix} REDACT #verona m10`,
  );
  const from = { contact: contact('juliet'), nick: 'Juliet' };
  const { at, ...first } = await stage.ear.next('retract');
  assert.deepEqual(first, { type: 'retract', in: inRoom('#verona'), id: 'm7', from, reason: 'a mistake' });
  assert.deepEqual(at, new Date('2026-01-02T03:04:05.678Z'));
  assert.deepEqual((await stage.ear.next('retract')).in, { with: contact('juliet') });
  assert.deepEqual((await stage.ear.next('retract')).from, { self: true });
});

test('a FAIL refuses the command it names, and no other', async () => {
  await using stage = await inVerona({ caps: 'standard-replies' });
  stage.ircd.replies['TOPIC'] = (peer) => {
    peer.send(
      ':fake.test FAIL MODE FORBIDDEN #verona :Not this one',
      ':fake.test FAIL TOPIC FORBIDDEN #mantua :Nor this',
      ':fake.test FAIL topic PRIVS_NEEDED #verona :You lack what it takes',
    );
  };
  const topic: UserAction = { type: 'topic', room: inRoom('#verona').room, topic: 'peace' };
  await assert.rejects(stage.session.send(topic), { why: 'forbidden', message: 'You lack what it takes' });
  // What nobody waits for the user is told.
  assert.equal((await stage.ear.next('notice')).text, 'Not this one');
  assert.equal((await stage.ear.next('notice')).text, 'Nor this');
});

const MARKERS = `${LABELS} draft/read-marker`;
const stamp = (second: number) => `2026-01-02T03:04:0${second}.000Z`;
const said = (name: string, second: number, where = '#verona') =>
  `@msgid=${name};time=${stamp(second)} ${JULIET} PRIVMSG ${where} :${name}`;
const read = (name: string): UserAction => ({ type: 'read', to: inRoom('#verona'), id: name as MessageId });

test('how far the user has read is told by the time of that message; going back is not', async () => {
  await using stage = await inVerona({ caps: MARKERS });
  stage.peer.send(said('m1', 1), said('m2', 2), said('m3', 3));
  for (let count = 0; count < 3; count += 1) await stage.ear.next('message');
  for (const name of ['m2', 'm1', 'unknown', 'm3']) await stage.session.send(read(name));
  await stage.peer.next(/03:04:03/);
  const lines = stage.peer.lines.filter((line) => line.startsWith('MARKREAD'));
  assert.deepEqual(lines.at(-1), `MARKREAD #verona timestamp=${stamp(3)}`);
  assert.ok(!lines.some((line) => line.includes(stamp(1))));
});

test('what the user has read elsewhere is told, up to the newest message at that time', async () => {
  await using stage = await inVerona({ caps: MARKERS });
  const marker = (value: string, target = '#verona') => stage.peer.send(`:fake.test MARKREAD ${target} ${value}`);
  stage.peer.send(said('m1', 1), said('m2', 2), said('p1', 4, 'romeo'));
  marker('*');
  marker('timestamp=nonsense');
  marker(`timestamp=${stamp(1)}`);
  assert.deepEqual(await stage.ear.next('read'), {
    ...({ type: 'read', in: inRoom('#verona'), from: { self: true } } as const),
    id: 'm1',
  });
  marker(`timestamp=${stamp(3)}`);
  assert.equal((await stage.ear.next('read')).id, 'm2');
  marker(`timestamp=${stamp(5)}`, 'Juliet');
  assert.deepEqual((await stage.ear.next('read')).in, { with: contact('juliet') });
  // The server repeats what we told it ourselves.
  await stage.session.send(read('m2'));
  marker(`timestamp=${stamp(2)}`);
  marker(`timestamp=${stamp(6)}`, 'Juliet');
  assert.deepEqual((await stage.ear.next('read')).in, { with: contact('juliet') });
});

test('the marker of a channel that comes with the join is of what was kept before', async () => {
  await using stage = await Stage.online({ caps: MARKERS });
  stage.ear.newest = { id: 'old' as MessageId, at: new Date(stamp(1)) };
  stage.ircd.replies['JOIN'] = (peer) => {
    peer.send(`:${peer.prefix} JOIN #verona`, `:fake.test MARKREAD #verona timestamp=${stamp(2)}`);
    peer.numeric('353 = #verona :romeo', '366 #verona :End');
  };
  await stage.join('#verona');
  assert.equal((await stage.ear.next('read')).id, 'old');
  const types = stage.ear.events.map(({ type }) => type);
  assert.ok(types.indexOf('room') < types.indexOf('read'));
});

test('of a talk the server is asked once how far it was read', async () => {
  await using stage = await inVerona({ caps: MARKERS });
  stage.peer.send(said('p1', 1, 'romeo'), said('p2', 2, 'romeo'), said('m1', 3));
  await stage.peer.next(/^MARKREAD juliet$/);
  stage.peer.send('PING :end');
  await stage.peer.next(/^PONG :end$/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('MARKREAD')).length, 1);
});
