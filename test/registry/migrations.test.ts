/** A database of any released schema opens with its rows, and a step that fails changes nothing. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { checkOwner, migrate, pragma } from '#src/registry/migrations.ts';
import {
  accountOf,
  all,
  BALCONY,
  contactOf,
  entryOf,
  HOST,
  KEY,
  none,
  occupantOf,
  ROMEO,
  scratchFile,
} from './scratch.ts';

const SCHEMA_1 = new URL('schema-1.sql', import.meta.url);
const SCHEMA_2 = new URL('schema-2.sql', import.meta.url);

function tables(sqlite: DatabaseSync): string[] {
  const rows = sqlite.prepare('select sql from sqlite_schema where sql is not null order by name').all();
  return rows.map(({ sql }) => String(sql).replace(/\s+/g, ' ').toLowerCase());
}

test('a database of schema 1 opens with all its rows', async (t) => {
  const file = scratchFile(t);
  {
    using sqlite = new DatabaseSync(file);
    sqlite.exec(readFileSync(SCHEMA_1, 'utf8'));
  }
  await using registry = await openRegistry(file, KEY);
  assert.deepEqual(await registry.accounts.list(ROMEO, HOST), [accountOf(ROMEO)]);
  assert.deepEqual(await registry.contacts.list(ROMEO, HOST), [contactOf(ROMEO)]);
  assert.deepEqual(await all(registry.occupants.list(HOST, none)), [occupantOf(ROMEO, { password: 'nightingale' })]);
});

test('a database of schema 2 opens with all its rows', async (t) => {
  const file = scratchFile(t);
  {
    using sqlite = new DatabaseSync(file);
    sqlite.exec(readFileSync(SCHEMA_2, 'utf8'));
  }
  await using registry = await openRegistry(file, KEY);
  assert.deepEqual(await registry.accounts.list(ROMEO, HOST), [accountOf(ROMEO)]);
  const stored = await registry.archive.known(ROMEO, HOST, BALCONY, 'n' as MessageId);
  const received = new Date(1_700_000_001_000);
  assert.deepEqual(stored, { ...entryOf(), seq: 7, received, ids: ['n'] });
  assert.equal(registry.archive.last, 7);
  assert.deepEqual(
    (await registry.preferences.list(ROMEO, HOST)).map(({ name, value }) => [name, value]),
    [['retentionDays', '7']],
  );
});

test('a database brought up from any schema has the tables of a new one', () => {
  using fresh = new DatabaseSync(':memory:');
  migrate(fresh);
  for (const schema of [SCHEMA_1, SCHEMA_2]) {
    using old = new DatabaseSync(':memory:');
    old.exec(readFileSync(schema, 'utf8'));
    migrate(old);
    assert.deepEqual(tables(old), tables(fresh), schema.href);
  }
});

test('steps run once each, and a later version runs the new ones alone', () => {
  using sqlite = new DatabaseSync(':memory:');
  const steps = ['create table one (id integer) strict', 'create table two (id integer) strict'];
  migrate(sqlite, steps.slice(0, 1));
  migrate(sqlite, steps);
  migrate(sqlite, steps);
  checkOwner(sqlite, steps.length);
  assert.equal(pragma(sqlite, 'user_version'), 2);
  assert.throws(() => checkOwner(sqlite, 1), /schema 2; this version knows 1/);
});

test('a step that fails takes those before it back', () => {
  using sqlite = new DatabaseSync(':memory:');
  migrate(sqlite, ['create table one (id integer) strict']);
  const steps = ['', 'create table two (id integer) strict', 'create table three (id wrong) strict'];
  assert.throws(() => migrate(sqlite, steps), /unknown datatype/);
  assert.equal(pragma(sqlite, 'user_version'), 1);
  assert.equal(pragma(sqlite, "table_info('two')"), undefined);
  assert.equal(sqlite.isTransaction, false);
});
