import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LastSeen } from '#src/last-seen.ts';
import { createLog } from '#src/log.ts';
import { openRegistry } from '#src/registry/database.ts';
import { HOST, JULIET, KEY, ROMEO, scratchFile } from './scratch.ts';

const DAY = 86_400_000;

test('a sighting is the last one, of that user on that host, over a restart too', async (t) => {
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    await registry.sightings.put({ user: ROMEO, host: HOST }, new Date(1));
    await registry.sightings.put({ user: ROMEO, host: HOST }, new Date(2));
    await registry.sightings.put({ user: ROMEO, host: 'matrix.example.com' }, new Date(3));
    await registry.sightings.put({ user: JULIET, host: HOST }, new Date(4));
    await registry.sightings.remove({ user: JULIET, host: HOST });
  }
  await using registry = await openRegistry(file, KEY);
  assert.deepEqual(await registry.sightings.get({ user: ROMEO, host: HOST }), new Date(2));
  assert.equal(await registry.sightings.get({ user: JULIET, host: HOST }), undefined);
});

test('a user is noted once an hour, however much they do', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const writes: Date[] = [];
  const sightings = Object.assign(Object.create(registry.sightings), {
    put: async (_: object, at: Date) => void writes.push(at),
  });
  const log = createLog('error', { write: (line: string) => assert.fail(line) });
  const seen = new LastSeen({ host: HOST, registry: { sightings }, days: 1, log });
  for (let n = 0; n < 1_000; n += 1) seen.note(ROMEO);
  assert.equal(writes.length, 1);
  assert.equal(await seen.isGone(ROMEO), false);
});

test('gone is who was last seen longer ago than the days', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const log = createLog('error', { write: (line: string) => assert.fail(line) });
  const seen = new LastSeen({ host: HOST, registry, days: 2, log });
  await registry.sightings.put({ user: ROMEO, host: HOST }, new Date(Date.now() - 2 * DAY - 1_000));
  await registry.sightings.put({ user: JULIET, host: HOST }, new Date(Date.now() - 2 * DAY + 60_000));
  assert.deepEqual([await seen.isGone(ROMEO), await seen.isGone(JULIET)], [true, false]);
});
