/** A registry keeps what it promised, and refuses a file or a key that is not the right one. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { execPath } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openRegistry } from '#src/registry/database.ts';
import { accountOf, contactOf, HOST, JULIET, KEY, LIBERA, none, ROMEO, scratchFile } from './scratch.ts';

/** Opens the file by hand, as an admin would with the sqlite3 shell. */
function byHand(file: string, statements: string): void {
  using sqlite = new DatabaseSync(file);
  sqlite.exec(statements);
}

async function refusal(file: string, key = KEY): Promise<string> {
  const error: unknown = await openRegistry(file, key).then(
    () => assert.fail('opened'),
    (reason) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'Refusal');
  return error.message;
}

test('what was stored is there after kill -9', async (t) => {
  const file = scratchFile(t);
  const child = spawn(execPath, [fileURLToPath(new URL('writer.ts', import.meta.url)), file]);
  let printed = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.on('data', (chunk) => {
    printed += chunk;
    if (printed.length > 20_000) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL', errors);

  await using registry = await openRegistry(file, KEY);
  const stored = new Set<string>();
  for await (const { user } of registry.accounts.listAll(HOST, none)) stored.add(user);
  const promised = printed.split('\n').slice(0, -1);
  assert.deepEqual(
    promised.filter((user) => !stored.has(user)),
    [],
  );
});

test('the file and its journal are for their owner only, even if they were not', async (t) => {
  const file = scratchFile(t);
  await (await openRegistry(file, KEY))[Symbol.asyncDispose]();
  chmodSync(file, 0o644);
  await using registry = await openRegistry(file, KEY);
  await registry.accounts.put(accountOf(ROMEO));
  for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(statSync(name).mode & 0o777, 0o600, name);
});

test('a wrong key is told at once, and the right one still fits', async (t) => {
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    await registry.accounts.put(accountOf(ROMEO));
  }
  assert.match(await refusal(file, Buffer.alloc(32, 'other')), /The key is not the one .* Put the right key file/);
  assert.match(await refusal(file, Buffer.alloc(16)), /must be 32 bytes/);
  await using registry = await openRegistry(file, KEY);
  assert.deepEqual(await registry.accounts.get(ROMEO, HOST, LIBERA), accountOf(ROMEO));
});

test('a file that is no database is refused and left as it was', async (t) => {
  const file = scratchFile(t);
  const letter = 'Two households, both alike in dignity. '.repeat(50);
  writeFileSync(file, letter);
  assert.match(await refusal(file), /can't be opened: file is not a database\. Check/);
  assert.equal(readFileSync(file, 'utf8'), letter);
});

test("another program's database is refused and left as it was", async (t) => {
  const file = scratchFile(t);
  byHand(file, 'create table accounts (name text)');
  const before = readFileSync(file);
  assert.match(await refusal(file), /belongs to another program/);
  assert.deepEqual(readFileSync(file), before);
  byHand(file, 'drop table accounts; pragma application_id = 7');
  assert.match(await refusal(file), /belongs to another program/);
});

test('a file of a newer version is refused with both version numbers', async (t) => {
  const file = scratchFile(t);
  await (await openRegistry(file, KEY))[Symbol.asyncDispose]();
  byHand(file, 'pragma user_version = 999');
  assert.match(await refusal(file), /newer version \(schema 999; this version knows \d+\)\. Start the newer version/);
});

test('a damaged file is refused', async (t) => {
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    const users = Array.from({ length: 500 }, (_, index) => `user${index}@example.org`);
    await Promise.all(users.map((user) => registry.accounts.put(accountOf(user))));
  }
  const image = readFileSync(file);
  writeFileSync(file, image.fill(0x55, image.length - 8192));
  assert.match(await refusal(file), /can't be opened: it is damaged\. .* restore a backup/);
});

test('a path that leads nowhere is refused with the path', async (t) => {
  const file = `${scratchFile(t)}/beyond/registry.db`;
  assert.match(await refusal(file), /registry\.db\/beyond\/registry\.db can't be opened: ENO/);
});

test('two gateways on one file keep the rows of both', async (t) => {
  const file = scratchFile(t);
  await using one = await openRegistry(file, KEY);
  await using two = await openRegistry(file, KEY);
  const locals = Array.from({ length: 300 }, (_, index) => String(1000 + index));
  await Promise.all(
    locals.flatMap((local) => [
      one.contacts.put(contactOf(ROMEO, { local })),
      two.contacts.put(contactOf(JULIET, { local })),
    ]),
  );
  assert.equal((await one.contacts.list(JULIET, HOST)).length, 300);
  assert.equal((await two.contacts.list(ROMEO, HOST)).length, 300);
});

test('of many changes at once to one row the last one stays', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const changes = Array.from({ length: 1000 }, (_, index) => accountOf(ROMEO, { label: `label ${index}` }));
  await Promise.all(changes.map((change) => registry.accounts.put(change)));
  assert.equal((await registry.accounts.get(ROMEO, HOST, LIBERA))?.label, 'label 999');
});
