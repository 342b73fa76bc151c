/** The serial queues: order within a key, none across keys, and their bound. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from '#src/lanes.ts';
import { Refusal } from '#src/network.ts';

test('tasks of one key run one after another in order, whatever each takes', async () => {
  const lanes = new Lanes();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lanes.run('a', async () => {
    await gate.promise;
    seen.push('first');
  });
  const second = lanes.run('a', async () => void seen.push('second'));
  await lanes.run('b', async () => void seen.push('other key'));
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(seen, ['other key', 'first', 'second']);
});

test('a task that fails rejects its own caller and lets the next one run', async () => {
  const lanes = new Lanes();
  const bad = lanes.run('a', async () => {
    throw new Error('broken');
  });
  const good = lanes.run('a', async () => 'well');
  await assert.rejects(bad, /broken/);
  assert.equal(await good, 'well');
});

test('a full lane refuses with too-fast and takes tasks again when there is room', async () => {
  const lanes = new Lanes(2);
  const gate = Promise.withResolvers<void>();
  const waiting = [lanes.run('a', () => gate.promise), lanes.run('a', () => gate.promise)];
  await assert.rejects(
    lanes.run('a', async () => undefined),
    (error) => error instanceof Refusal && error.why === 'too-fast',
  );
  gate.resolve();
  await Promise.all(waiting);
  assert.equal(await lanes.run('a', async () => 'room again'), 'room again');
});

test('a lane is busy from its first task to the end of its last, and then forgotten', async () => {
  const lanes = new Lanes();
  const gate = Promise.withResolvers<void>();
  const task = lanes.run('a', () => gate.promise);
  assert.equal(lanes.busy('a'), true);
  const idle = lanes.idle('a');
  gate.resolve();
  await Promise.all([task, idle]);
  assert.equal(lanes.busy('a'), false);
});
