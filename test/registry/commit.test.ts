/** Group commit: one transaction for a turn's writes, in order, and a failure for its own caller alone. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import { GroupCommit } from '#src/registry/commit.ts';
import { openSqlite } from '#src/registry/node-sqlite.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { scratchFile } from './scratch.ts';

interface Schema {
  line: { id: number; text: string };
}

/** A commit over one table; `ran` are the statements SQLite was given. */
async function open(path = ':memory:', bound?: number, patience?: number) {
  const sqlite = openSqlite(path);
  const ran: string[] = [];
  const database: SqliteDatabase = {
    close: () => sqlite.close(),
    prepare(text) {
      ran.push(text);
      return sqlite.prepare(text);
    },
  };
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  await sql`create table line (id integer primary key, text text not null check (text <> 'bad')) strict`.execute(db);
  ran.length = 0;
  const commit = new GroupCommit(db, bound, patience);
  return {
    db,
    ran,
    commit,
    write: (id: number, text: string) => commit.run(db.insertInto('line').values({ id, text })),
    count: async () => (await db.selectFrom('line').select('id').execute()).length,
    async [Symbol.asyncDispose]() {
      await commit[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

test('the writes of one turn share a transaction and resolve after its commit', async () => {
  await using table = await open();
  const last = await Promise.all([1, 2, 3].map((id) => table.write(id, 'a').then(() => table.ran.at(-1))));
  assert.deepEqual(last, ['commit', 'commit', 'commit']);
  const verbs = table.ran.map((text) => text.split(' ')[0]);
  assert.deepEqual(verbs, ['begin', 'insert', 'insert', 'insert', 'commit']);
});

test('a statement that fails rejects its own caller and no other', async () => {
  await using table = await open();
  const outcomes = await Promise.allSettled([
    table.write(1, 'a'),
    table.write(2, 'bad'),
    table.write(3, 'c'),
    table.write(1, 'again'),
    table.write(5, 'e'),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
  const rows = await table.db.selectFrom('line').selectAll().orderBy('id').execute();
  assert.deepEqual(
    rows.map(({ id, text }) => `${id}${text}`),
    ['1a', '3c', '5e'],
  );
});

test('a value that no column can hold is refused like any failure', async () => {
  await using table = await open();
  const bad = table.write(1, {} as string);
  await assert.rejects(bad);
  await table.write(1, 'a');
});

test('writes happen in the order of the calls', async () => {
  await using table = await open();
  const texts = Array.from({ length: 1000 }, (_, index) => `text ${index}`);
  await table.write(1, 'first');
  const set = (text: string) => table.commit.run(table.db.updateTable('line').set({ text }).where('id', '=', 1));
  const done: string[] = [];
  await Promise.all(texts.map((text) => set(text).then(() => done.push(text))));
  assert.deepEqual(done, texts);
  const { text } = await table.db.selectFrom('line').select('text').executeTakeFirstOrThrow();
  assert.equal(text, 'text 999');
});

test('a read in between sees whole transactions, and each row once its promise has resolved', async () => {
  await using table = await open();
  const counts: number[] = [];
  const writes = Array.from({ length: 400 }, (_, index) => table.write(index, 'a'));
  const reads = Array.from({ length: 20 }, async () => counts.push(await table.count()));
  await writes[0];
  assert.ok((await table.count()) >= 1);
  await Promise.all([...writes, ...reads]);
  assert.deepEqual(
    counts.filter((count) => count % 200 !== 0),
    [],
  );
  assert.equal(await table.count(), 400);
});

test('what waits for the writes so far sees them ended, failed ones too, and not the later ones', async () => {
  await using table = await open();
  await table.commit.settled();
  const writes = [table.write(1, 'a'), table.write(2, 'bad')];
  const settled = table.commit.settled();
  let more = true;
  const later = (async () => {
    for (let id = 3; more; id += 1) await table.write(id, 'more');
  })();
  await settled;
  assert.ok((await table.count()) >= 1);
  assert.deepEqual(
    (await Promise.allSettled(writes)).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  more = false;
  await later;
});

test('a full disk rejects every write with its reason, and the next write goes well once there is room', async (t) => {
  await using table = await open(scratchFile(t));
  const limit = async (pages: number) => sql.raw(`pragma max_page_count = ${pages}`).execute(table.db);
  await limit(1);
  const long = 'x'.repeat(100_000);
  const outcomes = await Promise.allSettled([table.write(1, long), table.write(2, long)]);
  for (const outcome of outcomes) {
    assert.equal(outcome.status, 'rejected');
    assert.match(String(outcome.status === 'rejected' && outcome.reason), /full/);
  }
  await limit(1_000_000);
  await table.write(1, long);
  assert.equal(await table.count(), 1);
});

test('a lock that another process holds too long rejects the whole transaction, and the next one is tried', async (t) => {
  const file = scratchFile(t);
  await using table = await open(file, undefined, 0);
  using other = new DatabaseSync(file);
  other.exec('begin immediate');
  table.ran.length = 0;
  const outcomes = await Promise.allSettled([table.write(1, 'a'), table.write(2, 'b'), table.write(3, 'c')]);
  for (const outcome of outcomes) assert.match(String(outcome.status === 'rejected' && outcome.reason), /locked/);
  assert.deepEqual(table.ran, ['begin']);
  other.exec('rollback');
  await table.write(1, 'a');
});

test('closing commits what waits and takes no more', async (t) => {
  const file = scratchFile(t);
  const table = await open(file);
  const last = table.write(1, 'a');
  const closed = table[Symbol.asyncDispose]();
  await assert.rejects(table.write(2, 'b'), { name: 'Refusal', why: 'offline' });
  await Promise.all([last, closed]);
  using sqlite = new DatabaseSync(file);
  assert.deepEqual(
    sqlite
      .prepare('select id from line')
      .all()
      .map((row) => ({ ...row })),
    [{ id: 1 }],
  );
});

test('more than can wait is refused, not kept', async () => {
  await using table = await open(':memory:', 2);
  const outcomes = await Promise.allSettled([table.write(1, 'a'), table.write(2, 'b'), table.write(3, 'c')]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  );
  await table.write(3, 'c');
});

test('what another process holds up is written when that is done', async (t) => {
  const path = scratchFile(t);
  await using table = await open(path);
  using other = new DatabaseSync(path);
  other.exec('begin immediate');
  const written = table.write(1, 'a');
  await until(() => table.ran.filter((text) => text === 'begin').length > 1);
  other.exec('commit');
  await written;
  assert.equal(await table.count(), 1);
});
