/** Scenes of a network that listens for others itself. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Network } from '#src/network.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { Stage } from '#test/stage.ts';

function serving(serve: NonNullable<Network['serve']>): FakeNetwork {
  return Object.assign(new FakeNetwork(), { serve });
}

test('the listeners of a network live as long as it is served, and are waited for', async () => {
  const ended: string[] = [];
  const network = serving(async (signal) => {
    ended.push('began');
    await once(signal, 'abort');
    await new Promise(setImmediate);
    ended.push('ended');
  });
  {
    await using _ = await Stage.open({ network });
    assert.deepEqual(ended, ['began']);
  }
  assert.deepEqual(ended, ['began', 'ended']);
});

test('the administrator is told of a listener that fails, and the rest goes on', async () => {
  const network = serving(async () => {
    throw new Error('Something else listens on port 113.');
  });
  await using stage = await Stage.open({ network });
  await stage.settled();
  assert.match(stage.bugs.splice(0).join(), /Something else listens on port 113\..*the rest goes on/);
});
