/** How a session connects, and how it ends. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './stage.ts';

const WITH_SASL = { caps: 'sasl=PLAIN,EXTERNAL multi-prefix server-time', sasl: ['montague', 'rosaline'] } as const;
const account = (name: string, password: string) => ({ sasl: { account: name, password } });

test('a session registers with its nick and is online when the server is known', async () => {
  await using stage = await Stage.online();
  assert.deepEqual(stage.ear.labels, ['irc.test']);
  assert.ok(stage.peer.lines.includes('NICK romeo'));
});

test('a server without CAP and without a MOTD is no obstacle', async () => {
  await using stage = await Stage.online({ caps: undefined, motd: false });
  assert.deepEqual(stage.ear.labels, ['irc.test']);
});

test('SASL logs in with an account of another name than the nick', async () => {
  await using stage = await Stage.online({ ...WITH_SASL, settings: account('montague', 'rosaline') });
  assert.equal(stage.peer.nick, 'romeo');
  assert.ok(stage.peer.lines.includes('AUTHENTICATE PLAIN'));
  assert.match((await stage.ear.next('notice')).text, /without encryption/);
  assert.equal(stage.ear.events.length, 1);
});

test('a mechanism that is refused is followed by the next, and those the server then names are taken at their word', async () => {
  const tried: string[] = [];
  await using stage = await Stage.online({
    ...WITH_SASL,
    caps: 'sasl',
    settings: account('montague', 'rosaline'),
    prepare: ({ replies }) => {
      const plain = replies['AUTHENTICATE'];
      replies['AUTHENTICATE'] = (peer, [data = '']) => {
        if (/^[A-Z\d-]+$/.test(data) && data.length < 20) tried.push(data);
        if (data.startsWith('SCRAM')) peer.numeric('908 EXTERNAL,PLAIN :are available', '904 :SASL failed');
        else plain?.(peer, [data]);
      };
    },
  });
  assert.deepEqual(tried, ['SCRAM-SHA-512', 'PLAIN']);
  assert.equal(stage.ear.labels.length, 1);
});

test('SASL that is offered later, when services are back, logs in then', async () => {
  await using stage = await Stage.online({
    ...WITH_SASL,
    caps: 'cap-notify',
    settings: account('montague', 'rosaline'),
  });
  assert.match((await stage.ear.next('notice')).text, /not logged in as montague/);
  stage.peer.send(':fake.test CAP romeo NEW :sasl=PLAIN');
  assert.equal(await stage.peer.next(/^CAP REQ .*sasl/), 'CAP REQ :sasl');
  assert.equal(await stage.peer.next(/^AUTHENTICATE/), 'AUTHENTICATE PLAIN');
  assert.match((await stage.ear.next('notice')).text, /without encryption/);
  assert.match((await stage.ear.next('notice')).text, /You are logged in to irc.test as montague/);
});

test('wrong SASL credentials stop the session and ask the user', async () => {
  await using stage = await Stage.connecting({ ...WITH_SASL, settings: account('montague', 'juliet') });
  await assert.rejects(stage.life, { why: 'sign-in', message: /did not accept your account and password/ });
});

test('without SASL and services the session goes on and the user is told', async () => {
  await using stage = await Stage.online({ caps: 'multi-prefix', settings: account('montague', 'rosaline') });
  assert.match((await stage.ear.next('notice')).text, /not logged in as montague/);
});

test("the server's password is sent as PASS and never as a login", async () => {
  await using stage = await Stage.online({ ...WITH_SASL, settings: { password: 'open sesame' } });
  assert.ok(stage.peer.lines.includes('PASS :open sesame'));
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('AUTHENTICATE')));
});

test('a taken nick gets underscores', async () => {
  await using stage = await Stage.online({ prepare: ({ taken }) => void taken.add('romeo').add('romeo_') });
  assert.equal(stage.peer.nick, 'romeo__');
});

test('a nick that stays taken ends the attempt', async () => {
  const all = Array.from({ length: 7 }, (_, count) => `romeo${'_'.repeat(count)}`);
  await using stage = await Stage.connecting({ prepare: ({ taken }) => all.forEach((nick) => void taken.add(nick)) });
  await assert.rejects(stage.life, { why: 'nick-taken' });
});

for (const [numeric, why] of [
  ['432 romeo :Erroneous nickname', 'invalid'],
  ['464 :Password incorrect', 'sign-in'],
  ['465 :You are banned', 'sign-in'],
] as const) {
  test(`${numeric} at registration ends it as ${why}`, async () => {
    await using stage = await Stage.connecting({
      prepare: ({ replies }) => {
        replies['USER'] = (peer) => peer.numeric(numeric);
      },
    });
    await assert.rejects(stage.life, { name: 'Refusal', why });
  });
}

test('a server that never lets us in is given up', async () => {
  await using stage = await Stage.connecting({
    timing: { register: 50 },
    prepare: ({ replies }) => {
      replies['USER'] = () => undefined;
    },
  });
  await assert.rejects(stage.life, /it did not let us in/);
});

test('a refused connection ends in a readable sentence', async () => {
  const stage = await Stage.online();
  await stage[Symbol.asyncDispose]();
  await assert.rejects(stage.session.run(new AbortController().signal), /it refuses connections/);
});

test('a lost connection gives the reason of the server', async () => {
  await using stage = await Stage.online();
  stage.peer.send('ERROR :Closing Link: romeo[host] (Killed by friar)');
  stage.peer.end();
  await assert.rejects(stage.life, {
    message: 'Closing Link: romeo[host] (Killed by friar)',
  });
});

test('a half-open connection is noticed', async () => {
  await using stage = await Stage.online({ ping: 0.05 });
  stage.peer.freeze();
  await assert.rejects(stage.life, /the server no longer answers/);
});

test('a stopped session says goodbye and ends', async () => {
  await using stage = await Stage.online();
  stage.stop();
  await stage.life;
  assert.equal(await stage.peer.next(/^QUIT/), 'QUIT :Gateway is closing');
});

test('a stopped session ends though the server keeps the connection', async () => {
  await using stage = await Stage.online({ timing: { quit: 30 } });
  stage.peer.freeze();
  stage.stop();
  await stage.life;
});

test('a session stopped while it connects ends too', async () => {
  await using stage = await Stage.connecting({
    timing: { quit: 30 },
    prepare: ({ replies }) => {
      replies['USER'] = () => undefined;
    },
  });
  stage.stop();
  await stage.life;
});
