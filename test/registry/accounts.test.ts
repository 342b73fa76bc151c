/** Accounts are kept per user and host, and their settings can be read from their own row alone. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { AccountId, Refusal } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { accountOf, all, HOST, JULIET, KEY, LIBERA, none, ROMEO, scratchFile } from './scratch.ts';

const OFTC = 'irc.oftc.net' as AccountId;

test('an account is read as it was put, over a restart too', async (t) => {
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    await registry.accounts.put(accountOf(ROMEO, { guest: true }));
    assert.deepEqual(await registry.accounts.get(ROMEO, HOST, LIBERA), accountOf(ROMEO, { guest: true }));
  }
  await using reopened = await openRegistry(file, KEY);
  assert.deepEqual(await reopened.accounts.get(ROMEO, HOST, LIBERA), accountOf(ROMEO, { guest: true }));
});

test('an account put again has the new values and keeps the time it was made', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const later = accountOf(ROMEO, { label: 'Books', settings: { nick: 'romeo' }, created: 1_800_000_000_000 });
  await registry.accounts.put(accountOf(ROMEO, { guest: true }));
  await registry.accounts.put(later);
  const { created } = accountOf(ROMEO);
  assert.deepEqual(await registry.accounts.get(ROMEO, HOST, LIBERA), { ...later, created });
});

test('two users have an account of the same id without meeting', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  await registry.accounts.put(accountOf(ROMEO));
  await registry.accounts.put(accountOf(JULIET, { settings: { nick: 'capulet' } }));
  await registry.accounts.remove(ROMEO, HOST, LIBERA);
  assert.equal(await registry.accounts.get(ROMEO, HOST, LIBERA), undefined);
  assert.deepEqual((await registry.accounts.get(JULIET, HOST, LIBERA))?.settings, { nick: 'capulet' });
});

test('a user is listed and removed on one host without a trace on the other', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const rows = [accountOf(ROMEO), accountOf(ROMEO, { id: OFTC }), accountOf(ROMEO, { host: 'mail.example.com' })];
  await Promise.all(rows.map((row) => registry.accounts.put(row)));
  assert.deepEqual(await registry.accounts.list(ROMEO, HOST), rows.slice(0, 2));
  await registry.accounts.removeUser(ROMEO, HOST);
  assert.deepEqual(await registry.accounts.list(ROMEO, HOST), []);
  assert.deepEqual(await registry.accounts.list(ROMEO, 'mail.example.com'), rows.slice(2));
});

test('ten thousand accounts are listed once each, in pages, while the table changes', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const users = Array.from({ length: 5000 }, (_, index) => `user${String(index).padStart(4, '0')}@example.org`);
  const ids = [LIBERA, OFTC];
  await Promise.all(users.flatMap((user) => ids.map((id) => registry.accounts.put(accountOf(user, { id })))));
  await registry.accounts.put(accountOf(ROMEO, { host: 'mail.example.com' }));

  const seen: string[] = [];
  for await (const { user, id } of registry.accounts.listAll(HOST, none)) {
    seen.push(`${user} ${id}`);
    if (seen.length === 1) await registry.accounts.removeUser('user0000@example.org', HOST);
  }
  assert.deepEqual(
    seen,
    users.flatMap((user) => ids.map((id) => `${user} ${id}`)),
  );
});

test('quotes, semicolons and right-to-left text in a key are nothing special', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const users = [
    `o'brien";drop table accounts;--@example.org`,
    'רומיאו@דוגמה.example',
    '%_@example.org',
    '\u202e@example.org',
  ];
  const ids = [`'; delete from accounts; --` as AccountId, '\u0000' as AccountId, '' as AccountId];
  const rows = users.flatMap((user) => ids.map((id) => accountOf(user, { id, label: user, settings: id })));
  await Promise.all(rows.map((row) => registry.accounts.put(row)));
  for (const row of rows) assert.deepEqual(await registry.accounts.get(row.user, HOST, row.id), row);
  const [first] = users;
  await registry.accounts.removeUser(first ?? '', HOST);
  const left = await all(registry.accounts.listAll(HOST, none));
  assert.equal(left.length, rows.length - ids.length);
});

test('settings moved to another row are refused there, and all others are still listed', async (t) => {
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    for (const user of ['a@example.org', JULIET, ROMEO]) await registry.accounts.put(accountOf(user));
  }
  using sqlite = new DatabaseSync(file);
  sqlite
    .prepare('update accounts set settings = (select settings from accounts where user = ?) where user = ?')
    .run(ROMEO, JULIET);
  await using registry = await openRegistry(file, KEY);
  const sentence =
    /^The stored secret of accounts juliet@example\.org irc\.example\.com irc\.libera\.chat can't be read/;
  await assert.rejects(registry.accounts.get(JULIET, HOST, LIBERA), {
    name: 'Refusal',
    why: 'sign-in',
    message: sentence,
  });
  await assert.rejects(registry.accounts.list(JULIET, HOST), { message: sentence });

  const unreadable: Refusal[] = [];
  const read = await all(registry.accounts.listAll(HOST, (refusal) => unreadable.push(refusal)));
  assert.deepEqual(
    read.map(({ user }) => user),
    ['a@example.org', ROMEO],
  );
  assert.deepEqual(
    unreadable.map(({ why }) => why),
    ['sign-in'],
  );

  await registry.accounts.put(accountOf(JULIET));
  assert.deepEqual(await registry.accounts.get(JULIET, HOST, LIBERA), accountOf(JULIET));
});

test('no settings stand in the file in the clear', async (t) => {
  const file = scratchFile(t);
  {
    await using registry = await openRegistry(file, KEY);
    await registry.accounts.put(accountOf(ROMEO));
  }
  using sqlite = new DatabaseSync(file);
  const image = Buffer.from(sqlite.serialize());
  assert.ok(image.includes(ROMEO));
  assert.ok(!image.includes('wherefore'));
});
