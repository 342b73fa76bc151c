/** Occupants tell a restarted gateway whom to bring back where. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Refusal, RoomId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { all, BALCONY, HOST, JULIET, KEY, none, occupantOf, ROMEO, scratchFile } from './scratch.ts';

test('occupants are read as they were put, with and without a password, over a restart too', async (t) => {
  const file = scratchFile(t);
  const rows = [
    occupantOf(JULIET, { password: 'nightingale' }),
    occupantOf(ROMEO, { resource: 'garden', password: '' }),
    occupantOf(ROMEO),
  ];
  {
    await using registry = await openRegistry(file, KEY);
    await Promise.all(rows.map((row) => registry.occupants.put(row)));
  }
  await using registry = await openRegistry(file, KEY);
  assert.deepEqual(await all(registry.occupants.list(HOST, none)), rows);
});

test('an occupant put again has the new nick and no longer the old password', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  await registry.occupants.put(occupantOf(ROMEO, { password: 'nightingale' }));
  await registry.occupants.put(occupantOf(ROMEO, { nick: 'pilgrim' }));
  assert.deepEqual(await all(registry.occupants.list(HOST, none)), [occupantOf(ROMEO, { nick: 'pilgrim' })]);
});

test('removing goes no further than the client, the room, the user and the host that were named', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const rows = [
    occupantOf(JULIET),
    occupantOf(ROMEO, { room: '#a' as RoomId }),
    occupantOf(ROMEO, { resource: 'garden' }),
    occupantOf(ROMEO),
  ];
  await Promise.all(rows.map((row) => registry.occupants.put(row)));
  await registry.occupants.put(occupantOf(ROMEO, { host: 'mail.example.com' }));
  await registry.occupants.remove(ROMEO, HOST, BALCONY, 'orchard');
  assert.deepEqual(await all(registry.occupants.list(HOST, none)), rows.slice(0, 3));
  await registry.occupants.removeUser(ROMEO, HOST);
  assert.deepEqual(await all(registry.occupants.list(HOST, none)), rows.slice(0, 1));
  assert.equal((await all(registry.occupants.list('mail.example.com', none))).length, 1);
});

test('a password moved to another room is told and keeps nobody else out', async (t) => {
  const file = scratchFile(t);
  const tomb = occupantOf(ROMEO, { room: '#tomb' as RoomId, password: 'poison' });
  {
    await using registry = await openRegistry(file, KEY);
    await registry.occupants.put(occupantOf(ROMEO, { password: 'nightingale' }));
    await registry.occupants.put(tomb);
  }
  using sqlite = new DatabaseSync(file);
  sqlite
    .prepare('update occupants set password = (select password from occupants where room = ?) where room = ?')
    .run('#tomb', BALCONY);
  await using registry = await openRegistry(file, KEY);
  const unreadable: Refusal[] = [];
  const read = await all(registry.occupants.list(HOST, (refusal) => unreadable.push(refusal)));
  assert.deepEqual(read, [tomb]);
  assert.deepEqual(
    unreadable.map(({ message }) => message.includes(BALCONY)),
    [true],
  );
});

test('the clients of one user in one room that fill more than a page are listed once each', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const rows = Array.from({ length: 1001 }, (_, index) => occupantOf(ROMEO, { resource: String(1000 + index) }));
  await Promise.all(rows.map((row) => registry.occupants.put(row)));
  assert.deepEqual(await all(registry.occupants.list(HOST, none)), rows);
});

test('stays are what an account is in without a client, page by page, sealed like the rest', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const stay = (n: number) =>
    occupantOf(ROMEO, { resource: '', room: `#room${String(n).padStart(4, '0')}` as RoomId, password: `key ${n}` });
  const rows = Array.from({ length: 1_200 }, (_, n) => stay(n));
  const others = [occupantOf(ROMEO), occupantOf(JULIET, { resource: '' }), { ...stay(5), host: 'matrix.example.com' }];
  await Promise.all([...rows, ...others].map((row) => registry.occupants.put(row)));
  assert.deepEqual(await all(registry.occupants.stays(ROMEO, HOST, none)), rows);
  assert.equal(await registry.occupants.isStay(ROMEO, HOST, rows[7]?.room ?? BALCONY), true);
  assert.equal(await registry.occupants.isStay(ROMEO, HOST, BALCONY), false);
});
