/** How soon a login is tried again. */

import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LiveAccount, type Watcher } from '#src/account.ts';
import { Entrance } from '#src/entrance.ts';
import { createLog } from '#src/log.ts';
import { type AccountId, Refusal } from '#src/network.ts';
import { FakeHost } from './fakes/host.ts';
import { FakeNetwork } from './fakes/network.ts';

const free = { take: async () => undefined };
const nobody: Watcher = {
  event: () => undefined,
  online: () => undefined,
  lost: () => undefined,
  failed: () => undefined,
  stopped: () => undefined,
  refused: () => undefined,
};

/** An account whose every try fails, and how often it was tried by a time in ms. */
function failing(t: TestContext, reason: Error) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  // So that node:timers/promises has them too where it is imported already.
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.timers.reset();
    syncBuiltinESMExports();
  });
  const network = new FakeNetwork();
  network.unreachable = reason;
  const host = new FakeHost();
  const account = new LiveAccount({
    user: host.owner,
    account: { id: 'main' as AccountId, label: 'Fake', settings: {} },
    registered: true,
    entrance: new Entrance({ most: 0, pace: free, common: free }),
    network,
    watcher: nobody,
    drained: async () => undefined,
    download: host.download,
    lend: () => host,
    log: createLog('silent'),
  });
  let now = 0;
  const triesBy = async (ms: number) => {
    await turn();
    t.mock.timers.tick(ms - now);
    now = ms;
    await turn();
    return network.session.runs;
  };
  account.start();
  return { account, triesBy };
}

test('a network that was come to too fast is left alone for half a minute', async (t) => {
  const { account, triesBy } = failing(t, new Refusal('too-fast', 'Throttled'));
  assert.equal(await triesBy(29_999), 1);
  assert.equal(account.trouble, 'Throttled');
  assert.equal(await triesBy(60_000), 2);
  await account.stop();
});

test('one that could not be reached is tried again within a second', async (t) => {
  const { account, triesBy } = failing(t, new Error('it refuses connections'));
  assert.equal(await triesBy(1_000), 2);
  await account.stop();
});
