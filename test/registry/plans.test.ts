/** No query of the registry reads a table from end to end or sorts: SQLite says so itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqliteDialect } from 'kysely';
import { registryOver } from '#src/registry/database.ts';
import { openSqlite } from '#src/registry/node-sqlite.ts';
import { sealingKey } from '#src/registry/seal.ts';
import { accountOf, all, BALCONY, contactOf, HOST, KEY, LIBERA, none, occupantOf, ROMEO } from './scratch.ts';

test('every query of the registry uses an index', async () => {
  const sqlite = openSqlite(':memory:');
  const queries = new Set<string>();
  const database = {
    close: () => sqlite.close(),
    prepare(text: string) {
      if (/^(select|update|delete)/.test(text)) queries.add(text);
      return sqlite.prepare(text);
    },
  };
  await using registry = await registryOver(new SqliteDialect({ database }), sealingKey(KEY));
  const { accounts, contacts, occupants } = registry;
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
  // One for each call above, and the check of the key.
  assert.equal(queries.size, 14);
  for (const query of queries) {
    const unbound = query.replaceAll('?', 'null');
    for (const row of sqlite.prepare(`explain query plan ${unbound}`).all([])) {
      assert.match(JSON.stringify(row), /"SEARCH \w+ USING (INTEGER )?PRIMARY KEY/, query);
    }
  }
});
