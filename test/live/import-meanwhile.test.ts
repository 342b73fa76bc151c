/** What happens around an import while it runs: the gateway writes the same registry, the database goes away. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Entry } from '#src/registry/archive.ts';
import { openBiboumi } from '#src/registry/biboumi.ts';
import { HOST, Old, ROMEO, SERVER } from '../import/old.ts';
import { unlessAbsent } from './installed.ts';
import { startPostgres } from './postgres.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const ROOM = `#balcony%${SERVER}`;
const LINES = 20_000;

function heard(n: number): Entry {
  const said = { id: `new ${n}`, message: `new ${n}`, text: `new ${n}`, xml: `<body>new ${n}</body>` };
  const sender = `${ROOM}@${HOST}/Juliet`;
  return { user: ROMEO, host: HOST, local: ROOM, at: new Date(), kind: 'groupchat', sender, author: '', ...said };
}

test('the gateway goes on while an import writes: nothing of either is lost, and the past stands first', async (t) => {
  const old = new Old(t);
  old.database.exec('begin');
  for (let n = 0; n < LINES; n += 1) old.say(`old ${n}`);
  old.database.exec('commit');
  await using registry = await old.registry();
  const args = [
    'import',
    'biboumi',
    '--from',
    old.path('biboumi.cfg'),
    '--config',
    old.path('isthmus.yaml'),
    '--write',
  ];
  let running = true;
  const imported = run(process.execPath, [MAIN, ...args]).finally(() => {
    running = false;
  });
  let added = 0;
  while (running) {
    await registry.archive.add(heard(added));
    added += 1;
    await nextTurn();
  }
  const { stderr } = await imported;
  assert.match(stderr, /- 20,000 messages were brought over/);
  const page = { user: ROMEO, host: HOST, room: ROOM };
  const { entries } = await registry.archive.page({ ...page, max: LINES + 1_000 + added, after: 'new 0' });
  assert.equal(entries[0]?.text, 'new 1');
  const before = await registry.archive.page({ ...page, max: 2, fromEnd: true, before: 'new 0' });
  assert.deepEqual(
    before.entries.map(({ text }) => text),
    ['old 19998', 'old 19999'],
  );
  t.diagnostic(`${added} messages were kept meanwhile`);
  assert.ok(added > 10);
});

test(
  'PostgreSQL is read through all its rows, and one that goes away is told',
  unlessAbsent('postgresql'),
  async () => {
    await using postgres = await startPostgres();
    const client = new pg.Client({ connectionString: postgres.uri });
    await client.connect();
    await client.query('create table roster (local text, remote text)');
    await assert.rejects(openEmpty(postgres.uri, 'template1'), { why: 'invalid', message: /none of biboumi’s/ });
    await client.query(
      `insert into roster select n, case when n % 2 = 0 then 'romeo' end from generate_series(1, 2500) n`,
    );
    await client.end();
    await using database = await openBiboumi(postgres.uri);
    assert.deepEqual([...database.counts], [['roster', 2_500]]);
    const sizes = await Array.fromAsync(database.read('roster'), (rows) => rows.length);
    assert.deepEqual(sizes, [1_000, 1_000, 500]);

    await using other = await openBiboumi(postgres.uri);
    const reading = other.read('roster')[Symbol.asyncIterator]();
    await reading.next();
    await postgres.kill9();
    await assert.rejects(reading.next(), { why: 'network', message: /^PostgreSQL ended the import: .*Run it again/ });
  },
);

/** Another database of the same server. */
function openEmpty(uri: string, name: string) {
  return openBiboumi(uri.replace(/[^/]+$/, name));
}
