/** No query of the registry reads a table from end to end or sorts: SQLite says so itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqliteDialect } from 'kysely';
import type { MessageId } from '#src/network.ts';
import type { Query } from '#src/registry/archive-page.ts';
import { registryOver } from '#src/registry/database.ts';
import { openSqlite } from '#src/registry/node-sqlite.ts';
import { sealingKey } from '#src/registry/seal.ts';
import { accountOf, all, BALCONY, contactOf, entryOf, HOST, KEY, LIBERA, none, occupantOf, ROMEO } from './scratch.ts';

/** An empty registry that notes the queries it runs, and what SQLite says of each. */
async function open() {
  const sqlite = openSqlite(':memory:');
  const queries = new Set<string>();
  const database = {
    close: () => sqlite.close(),
    prepare(text: string) {
      if (/^(select|update|delete)/.test(text)) queries.add(text);
      return sqlite.prepare(text);
    },
  };
  const registry = await registryOver(new SqliteDialect({ database }), sealingKey(KEY));
  queries.clear();
  const planOf = (query: string) =>
    sqlite
      .prepare(`explain query plan ${query.replaceAll('?', 'null')}`)
      .all([])
      .map((row) => String(Object(row).detail));
  return { registry, queries, planOf, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() };
}

test('every query of the registry uses an index', async () => {
  await using opened = await open();
  const { accounts, contacts, occupants, preferences, sightings } = opened.registry;
  await Promise.all([accounts.put(accountOf(ROMEO)), contacts.put(contactOf(ROMEO)), occupants.put(occupantOf(ROMEO))]);
  await Promise.all([
    accounts.get(ROMEO, HOST, LIBERA),
    accounts.list(ROMEO, HOST),
    all(accounts.listAll(HOST, none)),
    contacts.get(ROMEO, HOST, ''),
    contacts.list(ROMEO, HOST),
    all(contacts.listAll(HOST)),
    all(occupants.list(HOST, none)),
    accounts.remove(ROMEO, HOST, LIBERA),
    accounts.removeUser(ROMEO, HOST),
    contacts.remove(ROMEO, HOST, ''),
    contacts.removeUser(ROMEO, HOST),
    occupants.remove(ROMEO, HOST, BALCONY, 'orchard'),
    occupants.removeUser(ROMEO, HOST),
  ]);
  // One for each call above.
  assert.equal(opened.queries.size, 13);
  await sightings.put({ user: ROMEO, host: HOST }, new Date());
  await Promise.all([
    occupants.isStay(ROMEO, HOST, BALCONY),
    all(occupants.stays(ROMEO, HOST, none)),
    all(preferences.listConversations(HOST, 'persistent')),
    sightings.get({ user: ROMEO, host: HOST }),
    sightings.remove({ user: ROMEO, host: HOST }),
  ]);
  assert.equal(opened.queries.size, 18);
  for (const query of opened.queries) {
    for (const step of opened.planOf(query))
      assert.match(step, /^SEARCH \w+ USING ((INTEGER )?PRIMARY KEY|(COVERING )?INDEX)/, query);
  }
});

const OWNED = 'host=? AND user=?';
const ONE = `SEARCH archive USING INDEX archive_by_id (${OWNED} AND id=?)`;
const IDS = 'SEARCH archive_ids USING COVERING INDEX archive_ids_by_seq (seq=?)';
const ROW = 'SEARCH archive USING INTEGER PRIMARY KEY (rowid=?)';
const STRETCH = 'received>? AND received<?';

/** A page is one stretch of an index, from one moment to another and no longer than its limit; so is a count. */
function pagePlan(index: string): string[] {
  const stretch = `INDEX ${index} AND ${STRETCH})`;
  return [
    `SEARCH archive USING ${stretch}`,
    'CO-ROUTINE some',
    `SEARCH archive USING COVERING ${stretch}`,
    'SCAN some',
  ];
}

test('every question to the archive is a stretch of an index, and nothing is sorted', async () => {
  await using opened = await open();
  const { archive } = opened.registry;
  await archive.add(entryOf({ id: 'a', message: 'm' }), ['n' as MessageId]);
  const page = (query: Partial<Query>) => archive.page({ user: ROMEO, host: HOST, max: 5, ...query }, true);
  const now = new Date();
  const cases: [string, () => Promise<unknown>, string[]][] = [
    [
      'find',
      () => archive.find(ROMEO, HOST, BALCONY, 'm'),
      [ONE, `SEARCH archive USING INDEX archive_by_message (${OWNED} AND local=? AND message=?)`, IDS],
    ],
    [
      'known',
      () => archive.known(ROMEO, HOST, BALCONY, 'n' as MessageId),
      [ROW, 'SCALAR SUBQUERY 1', `SEARCH archive_ids USING PRIMARY KEY (${OWNED} AND local=? AND id=?)`, IDS],
    ],
    [
      'newest',
      () => archive.newest(ROMEO, HOST, BALCONY),
      [`SEARCH archive USING INDEX archive_by_time (${OWNED} AND local=?)`, IDS],
    ],
    ['page', () => page({ room: BALCONY, start: now, end: now }), pagePlan(`archive_by_time (${OWNED} AND local=?`)],
    ['last page', () => page({ room: BALCONY, fromEnd: true }), pagePlan(`archive_by_time (${OWNED} AND local=?`)],
    [
      'next page',
      () => page({ room: BALCONY, after: 'a' }),
      [ONE, ...pagePlan(`archive_by_time (${OWNED} AND local=?`)],
    ],
    ['page of a contact', () => page({ contact: 'x' }), pagePlan(`archive_by_time (${OWNED} AND local=?`)],
    ['page of all contacts', () => page({}), pagePlan(`archive_of_chats (${OWNED}`)],
    ['by id', () => page({ room: BALCONY, ids: ['a'] }), [ONE, ROW]],
    ['bury', () => archive.bury({ seq: 1 }, ''), [ROW]],
    [
      'past',
      async () => (await opened.registry.past()).add([entryOf({ id: 'past' })]),
      ['rowid<?', 'rowid>? AND rowid<?'].map((stretch) => `SEARCH archive USING INTEGER PRIMARY KEY (${stretch})`),
    ],
    [
      'conversations',
      () => all(archive.conversations(HOST)),
      ['SEARCH archive USING COVERING INDEX archive_by_time (host=? AND (user,local)>(?,?))'],
    ],
    [
      'expire',
      () => archive.expire(ROMEO, HOST, BALCONY, new Date(0)),
      [`SEARCH archive USING COVERING INDEX archive_by_time (${OWNED} AND local=? AND received<?)`],
    ],
    [
      'erase',
      () => archive.erase(ROMEO, HOST, BALCONY),
      [`SEARCH archive USING COVERING INDEX archive_by_time (${OWNED} AND local=?)`, ROW, IDS],
    ],
  ];
  for (const [name, act, wanted] of cases) {
    opened.queries.clear();
    await act();
    assert.deepEqual([...opened.queries].flatMap(opened.planOf), wanted, name);
  }
});
