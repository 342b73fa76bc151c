/** An archive of a million messages: pages are right wherever they are, and erasing leaves others their turn. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { Page } from '#src/registry/archive-page.ts';
import { openRegistry } from '#src/registry/database.ts';

const MESSAGES = 1_000_000;
const FIRST = Date.parse('2020-01-01T00:00:00Z');
const KEY = Buffer.alloc(32, 'key');
const romeo = { user: 'romeo@example.org', host: 'irc.example.com' };
const ROOM = '#balcony%irc.libera.chat';
const room = { ...romeo, room: ROOM };

/** Message `n`, counted from 1: every tenth is one-to-one with the nurse, the others were said in the room. */
function idOf(n: number): string {
  return n.toString(16).padStart(8, '0');
}
function at(n: number): Date {
  return new Date(FIRST + n * 1000);
}

async function fill(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'registry.db');
  await (await openRegistry(file, KEY))[Symbol.asyncDispose]();
  using sqlite = new DatabaseSync(file);
  sqlite.exec('pragma synchronous = off; begin');
  sqlite
    .prepare(
      `with recursive number(n) as (select 1 union all select n + 1 from number where n < ?)
       insert into archive (seq, host, user, local, id, message, at, received, kind, sender, author, text, xml)
       select n, ?, ?, iif(n % 10, ?, 'nurse'), printf('%08x', n), printf('m%08x', n), ? + n * 1000, ? + n * 1000,
         iif(n % 10, 'groupchat', 'chat'), 'someone', 'nurse', 'Ay me!', '<body>Ay me!</body>'
       from number`,
    )
    .run(MESSAGES, romeo.host, romeo.user, ROOM, FIRST, FIRST);
  sqlite.exec('commit');
  return file;
}

/** Says how long it took, for people. */
async function timed<Value>(t: TestContext, name: string, task: () => Promise<Value>): Promise<Value> {
  const begin = performance.now();
  const value = await task();
  t.diagnostic(`${name}: ${(performance.now() - begin).toFixed(1)} ms`);
  return value;
}
function span({ entries, complete }: Page): unknown[] {
  return [entries[0]?.id, entries.at(-1)?.id, entries.length, complete];
}

test('pages of an archive of a million messages are right, wherever they are', async (t) => {
  const file = await timed(t, 'filling', () => fill(t));
  await using registry = await timed(t, 'opening', () => openRegistry(file, KEY));
  const { archive } = registry;
  assert.equal(archive.last, MESSAGES);
  const page = (name: string, query: Partial<Parameters<typeof archive.page>[0]>) =>
    timed(t, name, async () => span(await archive.page({ ...room, max: 50, ...query }, true)));

  assert.deepEqual(await page('first page', {}), [idOf(1), idOf(55), 50, false]);
  assert.deepEqual(await page('last page', { fromEnd: true }), [idOf(999_945), idOf(999_999), 50, false]);
  assert.deepEqual(await page('after the middle', { after: idOf(500_001) }), [idOf(500_002), idOf(500_056), 50, false]);
  assert.deepEqual(await page('before the middle', { before: idOf(500_001), fromEnd: true }), [
    idOf(499_945),
    idOf(499_999),
    50,
    false,
  ]);
  assert.deepEqual(await page('from a time', { start: at(700_001) }), [idOf(700_001), idOf(700_055), 50, false]);
  assert.deepEqual(await page('between ids', { afterId: idOf(123_451), beforeId: idOf(123_457) }), [
    idOf(123_452),
    idOf(123_456),
    5,
    true,
  ]);
  assert.deepEqual(await page('to a time, backwards', { end: at(3), fromEnd: true }), [idOf(1), idOf(3), 3, true]);
  assert.deepEqual(await page('by id', { ids: [idOf(999_999), idOf(1)] }), [idOf(1), idOf(999_999), 2, true]);
  const chats = { ...romeo, max: 50, fromEnd: true };
  assert.deepEqual(span(await timed(t, 'one-to-one', () => archive.page(chats, true))), [
    idOf(999_510),
    idOf(1_000_000),
    50,
    false,
  ]);
  const few = await archive.page({ ...room, max: 5, start: at(500_001), end: at(500_009), after: idOf(500_004) }, true);
  assert.deepEqual([few.count, few.index], [9, 4]);
  assert.equal((await archive.page({ ...room, max: 5 }, true)).count, undefined);

  let erased = false;
  const erasing = timed(t, 'erasing 100,000', async () => {
    await archive.erase(romeo.user, romeo.host, 'nurse');
    erased = true;
  });
  assert.deepEqual(await page('a page meanwhile', { max: 1 }), [idOf(1), idOf(1), 1, false]);
  assert.ok(!erased, 'nobody else got a turn');
  await erasing;
  assert.deepEqual(await archive.page(chats, true), { entries: [], complete: true, count: 0 });
  assert.deepEqual(await page('the room stays', { fromEnd: true, max: 1 }), [idOf(999_999), idOf(999_999), 1, false]);
});
