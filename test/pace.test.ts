/** The token bucket that holds an account to what its network allows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '#src/pace.ts';

const never = new AbortController().signal;

test('a burst passes at once and what follows is spread, in order', async () => {
  const pace = new Pace({ burst: 3, perSecond: 50 });
  const order: number[] = [];
  const startedAt = performance.now();
  await Promise.all([1, 2, 3, 4, 5].map((n) => pace.take(never).then(() => order.push(n))));
  assert.deepEqual(order, [1, 2, 3, 4, 5]);
  // Two tokens beyond the burst at 50 a second are 40 ms away; timers may round that down by a little.
  assert.ok(performance.now() - startedAt >= 35);
});

test('one who waits can give up without holding up the others', async () => {
  const pace = new Pace({ burst: 1, perSecond: 50 });
  await pace.take(never);
  const giving = new AbortController();
  const impatient = pace.take(giving.signal);
  const patient = pace.take(never);
  giving.abort(new Error('gave up'));
  await assert.rejects(impatient);
  await patient;
});
