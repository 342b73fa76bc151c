/** Back-off: its bounds, its jitter, and a pause that can be ended. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff, pause, slowBackoff } from '#src/backoff.ts';

test('the bound doubles with each failure up to the most', () => {
  const bounds = [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((failures) => backoff(failures, undefined, () => 1));
  assert.deepEqual(bounds, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('who came too fast waits half a minute at the least, and ten and a half at the most', () => {
  const waits = (random: number) => [1, 2, 2_000].map((failures) => slowBackoff(failures, () => random));
  assert.deepEqual(waits(0), [30_000, 30_000, 30_000]);
  assert.deepEqual(waits(1), [60_000, 90_000, 630_000]);
});

test('waits are spread over all that is below the bound', () => {
  const waits = Array.from({ length: 1_000 }, () => backoff(4));
  assert.ok(waits.every((ms) => ms >= 0 && ms < 8_000));
  for (const eighth of [0, 1, 2, 3, 4, 5, 6, 7]) {
    assert.ok(
      waits.some((ms) => Math.floor(ms / 1_000) === eighth),
      `none in eighth ${eighth}`,
    );
  }
});

test('a pause lasts until its signal aborts', async () => {
  const stop = new AbortController();
  const paused = pause(3_600_000, stop.signal);
  stop.abort();
  await paused;
  await pause(3_600_000, stop.signal);
});
