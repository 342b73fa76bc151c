/** What was said is kept as long as the administrator has it, or less where the user wants less. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLog } from '#src/log.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import { Retention } from '#src/retention.ts';
import { scan } from '#src/xmpp/mam-with.ts';
import { BALCONY, entryOf, HOST, JULIET, KEY, ROMEO, scratchFile } from './registry/scratch.ts';

const START = Date.parse('2026-07-01T00:00:00Z');
const DAY = 86_400_000;
const HOUR = 3_600_000;
const NURSE = 'nurse%irc.libera.chat';
const log = createLog('error', { write: (line: string) => assert.fail(line) });

async function left(registry: Registry, user = ROMEO): Promise<string[]> {
  const query = { user, host: HOST, max: 50 };
  const [room, chats] = await Promise.all([
    registry.archive.page({ ...query, room: BALCONY }),
    registry.archive.page(query),
  ]);
  return [...room.entries, ...chats.entries].map(({ id }) => id);
}

test('a sweep removes what is too old for the administrator or for its user, after a restart too', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: START });
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    for (let day = 0; day < 10; day += 1) {
      t.mock.timers.setTime(START + day * DAY);
      await registry.archive.add(entryOf({ id: `r${day}` }));
      await registry.archive.add(entryOf({ id: `c${day}`, local: NURSE, kind: 'chat' }));
      await registry.archive.add(entryOf({ id: `r${day}`, user: JULIET }));
      await registry.archive.add(entryOf({ id: `x${day}`, host: 'mail.example.com' }));
    }
    await new PreferenceBook(HOST, registry).set(JULIET, 'retentionDays', '2');
  }
  await using registry = await openRegistry(file, KEY);
  const sweep = (days: number) => new Retention({ host: HOST, registry, days, log }).sweep();
  await sweep(0);
  assert.equal((await left(registry)).length, 20);
  assert.deepEqual(await left(registry, JULIET), ['r7', 'r8', 'r9']);
  await sweep(3);
  assert.deepEqual(await left(registry), ['r6', 'r7', 'r8', 'r9', 'c6', 'c7', 'c8', 'c9']);
  await sweep(1);
  assert.deepEqual(await left(registry, JULIET), ['r8', 'r9']);
  assert.equal(
    (await registry.archive.page({ user: ROMEO, host: 'mail.example.com', room: BALCONY, max: 20 })).entries.length,
    10,
  );
});

/** How often the event loop turns meanwhile: whatever comes in has its turn then. */
async function turnsDuring(task: Promise<unknown>): Promise<number> {
  let turns = 0;
  let ended = false;
  void task.finally(() => {
    ended = true;
  });
  for (; !ended; turns += 1) await nextTurn();
  return turns;
}

test('a sweep through many conversations, and a search for a rare name, hold nobody up', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const entries = Array.from({ length: 1_000 }, (_, n) =>
    entryOf({ id: `m${n}`, ...(n % 4 === 0 && { local: `#${n}` }) }),
  );
  await Promise.all(entries.map((entry) => registry.archive.add(entry)));
  const sweep = new Retention({ host: HOST, registry, log }).sweep();
  assert.ok((await turnsDuring(sweep)) > 200);
  const query = { user: ROMEO, host: HOST, room: BALCONY, max: 50 };
  const search = scan(registry.archive, query, () => false);
  assert.ok((await turnsDuring(search)) > 2);
  assert.deepEqual(await search, { entries: [], complete: true });
});

test('a user can erase a conversation, or everything', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const retention = new Retention({ host: HOST, registry, log });
  await registry.archive.add(entryOf({ id: 'r' }));
  await registry.archive.add(entryOf({ id: 'c', local: NURSE, kind: 'chat' }));
  await registry.archive.add(entryOf({ id: 'r', user: JULIET }));
  await retention.erase(ROMEO, BALCONY);
  assert.deepEqual(await left(registry), ['c']);
  await retention.erase(ROMEO);
  assert.deepEqual(await left(registry), []);
  assert.deepEqual(await left(registry, JULIET), ['r']);
});

test('it sweeps when it starts, then every hour, until it is stopped', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'], now: START });
  await using registry = await openRegistry(':memory:', KEY);
  await registry.archive.add(entryOf({ id: 'old' }));
  t.mock.timers.setTime(START + 2 * DAY);
  await registry.archive.add(entryOf({ id: 'new' }));
  const retention = new Retention({ host: HOST, registry, days: 1, log });
  retention.start();
  while ((await left(registry)).includes('old')) await nextTurn();
  assert.deepEqual(await left(registry), ['new']);
  while ((await left(registry)).includes('new')) {
    t.mock.timers.tick(HOUR);
    await nextTurn();
  }
  await registry.archive.add(entryOf({ id: 'last' }));
  await retention[Symbol.asyncDispose]();
  t.mock.timers.tick(9 * DAY);
  await nextTurn();
  assert.deepEqual(await left(registry), ['last']);
});
