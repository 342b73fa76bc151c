/** What bouncers say again, and what servers whose clocks are wrong say now. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import type { FakeIrcd } from '#test/fakes/ircd.ts';
import { contact, inRoom, Stage } from './stage.ts';

const CAPS = 'batch server-time message-tags znc.in/self-message';
const at = (minute: number) => `2026-01-02T10:${String(minute).padStart(2, '0')}:00.000Z`;
const now = () => new Date().toISOString();

const said = ({ ear }: Stage) =>
  ear.events.flatMap((event) => (event.type === 'message' ? [[event.content.text, event.past ?? false]] : []));
const pause = (stage: Stage) => stage.peer.send(':juliet!j@j PRIVMSG romeo :end');

/** As ZNC does when a client comes. */
function buffer(stage: Stage, target: string, ...lines: readonly string[]): void {
  stage.peer.send(
    `:znc.in BATCH +b znc.in/playback ${target}`,
    ...lines.map((line, n) => `@time=${at(n)};batch=b ${line}`),
    ':znc.in BATCH -b',
  );
}

test('what a bouncer says again is past, our own words among it, and comes before what is said meanwhile', async () => {
  await using stage = await Stage.online({ caps: CAPS });
  assert.match(stage.peer.lines.join('\n'), /CAP REQ :.*znc\.in\/self-message/);
  await stage.join('#verona', 'juliet');
  buffer(stage, '#verona', ':juliet!j@j PRIVMSG #verona :Ay me!', ':romeo!r@r PRIVMSG #verona :She speaks');
  stage.peer.send(`@time=${now()} :juliet!j@j PRIVMSG #verona :O Romeo`);
  const first = await stage.ear.next('message');
  assert.deepEqual(first, {
    type: 'message',
    in: inRoom('#verona'),
    from: { contact: contact('juliet'), nick: 'juliet' },
    at: new Date(at(0)),
    content: { text: 'Ay me!' },
    past: true,
  });
  assert.deepEqual((await stage.ear.next('message')).from, { self: true });
  await stage.ear.next('message');
  assert.deepEqual(said(stage), [
    ['Ay me!', true],
    ['She speaks', true],
    ['O Romeo', false],
  ]);
});

test('what a bouncer said before is not told again; what has an id is left to the one who knows it', async () => {
  await using stage = await Stage.online({ caps: CAPS });
  stage.ear.newest = { at: new Date(at(1)) };
  await stage.join('#verona', 'juliet');
  const lines = ['zero', 'one', 'two'].map((text) => `:juliet!j@j PRIVMSG #verona :${text}`);
  buffer(stage, '#verona', ...lines);
  buffer(stage, 'juliet', ':juliet!j@j PRIVMSG romeo :known', ':juliet!j@j PRIVMSG romeo :known', ...lines.slice(0, 1));
  stage.peer.send('BATCH +c znc.in/playback #verona', `@time=${at(0)};batch=c;msgid=m ${lines[0]}`, 'BATCH -c');
  assert.equal((await stage.ear.next('message')).content.text, 'two');
  assert.equal((await stage.ear.next('message')).content.text, 'zero');
  assert.equal((await stage.ear.next('message')).id, 'm' as MessageId);
});

test('what was said before we came is past, without any batch', async () => {
  await using stage = await Stage.online({ caps: 'server-time' });
  await stage.join('#verona', 'juliet');
  stage.peer.send(
    `@time=${at(0)} :juliet!j@j PRIVMSG #verona :then`,
    `@time=${now()} :juliet!j@j PRIVMSG #verona :now`,
  );
  await stage.ear.next('message');
  await stage.ear.next('message');
  assert.deepEqual(said(stage), [
    ['then', true],
    ['now', false],
  ]);
});

test('a channel that the bouncer detaches is left, and entered again with what was said meanwhile', async () => {
  await using stage = await Stage.online({ caps: CAPS });
  await stage.join('#verona', 'juliet');
  stage.peer.send(`:${stage.peer.prefix} PART #verona :Detach`);
  assert.equal((await stage.ear.next('member')).change, 'out');
  stage.ircd.replies['JOIN']?.(stage.peer, ['#verona']);
  assert.deepEqual((await stage.ear.next('invite')).from, { self: true });
  buffer(stage, '#verona', ':juliet!j@j PRIVMSG #verona :romeo: where are you?');
  assert.equal((await stage.ear.next('message')).past, true);
});

for (const minutes of [-7, 7]) {
  /** A server whose clock is wrong. */
  const theirs = (shift = 0) => new Date(Date.now() + minutes * 60_000 + shift).toISOString();
  const prepare = ({ replies }: FakeIrcd) => {
    replies['PING'] = (peer, [token]) => peer.send(`@time=${theirs()} :fake.test PONG fake.test :${token}`);
  };

  test(`a clock that is wrong by ${minutes} minutes puts what is said now neither into the past nor the future`, async () => {
    await using stage = await Stage.online({ caps: CAPS, prepare });
    await stage.join('#verona', 'juliet');
    stage.peer.send(`@time=${theirs()} :juliet!j@j PRIVMSG #verona :now`);
    const message = await stage.ear.next('message');
    assert.equal(message.past, undefined);
    assert.ok(Math.abs(Date.now() - message.at.getTime()) < 2_000, `${message.at.toISOString()} is not now`);
    stage.peer.send(`@time=${theirs(-60_000)} :juliet!j@j PRIVMSG #verona :a minute ago`);
    assert.equal((await stage.ear.next('message')).past, true);
  });

  test(`a server whose clock is wrong by ${minutes} minutes is asked for history by its own time`, async () => {
    const caps = `${CAPS} draft/chathistory`;
    await using stage = await Stage.online({ caps, isupport: 'CHATHISTORY=100', prepare });
    const known = new Date();
    stage.ear.newest = { at: known };
    await stage.join('#verona', 'juliet');
    const [, asked = ''] = /timestamp=(\S+)/.exec(await stage.peer.next(/^CHATHISTORY AFTER/)) ?? [];
    assert.ok(Math.abs(Date.parse(asked) - known.getTime() - minutes * 60_000) < 2_000, `${asked} was asked for`);
  });
}

test('a clock that is wrong by a moment is believed, and so is a server that takes long to answer', async () => {
  const prepare = ({ replies }: FakeIrcd) => {
    const theirs = () => new Date(Date.now() - 3_000).toISOString();
    replies['PING'] = (peer, [token]) => peer.send(`@time=${theirs()} :fake.test PONG fake.test :${token}`);
  };
  await using stage = await Stage.online({ caps: CAPS, prepare });
  await stage.join('#verona', 'juliet');
  const time = now();
  stage.peer.send(`@time=${time} :juliet!j@j PRIVMSG #verona :now`);
  assert.equal((await stage.ear.next('message')).at.toISOString(), time);
  pause(stage);
  assert.equal((await stage.ear.next('message')).past, undefined);
});
