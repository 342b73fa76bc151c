/** Who is still there after an outage of the XMPP server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import { RollCall } from '#src/roll-call.ts';

const log = createLog('silent');

test('each client is asked once, and only those that do not answer are gone', async () => {
  const gone: string[] = [];
  const asked: string[] = [];
  const done = Promise.withResolvers<void>();
  const clients = new Map(Array.from({ length: 50 }, (_, n) => [`u${n}@example.net/x`, '#dev@irc.example.com']));
  const begun: string[] = [];
  const begin = async () => void begun.push('begun');
  const ask = async (client: string, room: string) => {
    assert.equal(room, '#dev@irc.example.com');
    asked.push(client);
    if (asked.length === clients.size) done.resolve();
    if (client.startsWith('u7@')) throw new Refusal('unsupported', 'service-unavailable');
    if (client.startsWith('u8@')) throw new Refusal('offline', 'The link was lost.');
    if (client.startsWith('u9@')) throw new Refusal('timeout', 'A sleeping phone.');
  };
  await using call = new RollCall({
    clients: () => clients,
    begin,
    ask,
    gone: (client) => gone.push(client),
    log,
    grace: 0,
  });
  call.start();
  call.start();
  assert.equal(call.waiting, true);
  await done.promise;
  await call[Symbol.asyncDispose]();
  assert.deepEqual(begun, ['begun']);
  assert.deepEqual(asked, [...clients.keys()]);
  assert.deepEqual(gone, ['u7@example.net/x']);
  assert.equal(call.waiting, false);
});

test('a stop while clients may still come back asks nobody', async () => {
  const asked: string[] = [];
  const ask = async (client: string) => asked.push(client);
  const call = new RollCall({
    clients: () => new Map(),
    begin: async () => undefined,
    ask,
    gone: () => undefined,
    log,
    grace: 60_000,
  });
  call.start();
  await call[Symbol.asyncDispose]();
  assert.deepEqual(asked, []);
});
