/** Contacts keep both directions of a subscription apart. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRegistry } from '#src/registry/database.ts';
import { all, contactOf, HOST, JULIET, KEY, ROMEO, scratchFile } from './scratch.ts';

const NURSE = contactOf(ROMEO).local;

test('every state of a subscription is read as it was put, over a restart too', async (t) => {
  const file = scratchFile(t);
  const states = Array.from({ length: 8 }, (_, bits) =>
    contactOf(ROMEO, { local: `c${bits}`, sees: (bits & 1) > 0, seen: (bits & 2) > 0, asked: (bits & 4) > 0 }),
  );
  {
    await using registry = await openRegistry(file, KEY);
    await Promise.all(states.map((state) => registry.contacts.put(state)));
  }
  await using registry = await openRegistry(file, KEY);
  assert.deepEqual(await registry.contacts.list(ROMEO, HOST), states);
});

test('a contact put again has the new state', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  await registry.contacts.put(contactOf(ROMEO));
  await registry.contacts.put(contactOf(ROMEO, { sees: false, seen: true, asked: false }));
  assert.deepEqual(
    await registry.contacts.get(ROMEO, HOST, NURSE),
    contactOf(ROMEO, { sees: false, seen: true, asked: false }),
  );
});

test('the host itself is the contact without a local part', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  await registry.contacts.put(contactOf(ROMEO, { local: '' }));
  assert.equal(await registry.contacts.get(ROMEO, HOST, NURSE), undefined);
  assert.deepEqual(await registry.contacts.get(ROMEO, HOST, ''), contactOf(ROMEO, { local: '' }));
  assert.deepEqual(await all(registry.contacts.listAll(HOST)), [contactOf(ROMEO, { local: '' })]);
});

test('removing goes no further than the contact, the user and the host that were named', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const rows = [
    contactOf(JULIET),
    contactOf(ROMEO, { local: 'friar' }),
    contactOf(ROMEO),
    contactOf(ROMEO, { host: 'mail.example.com' }),
  ];
  await Promise.all(rows.map((row) => registry.contacts.put(row)));
  await registry.contacts.remove(ROMEO, HOST, NURSE);
  assert.deepEqual(await all(registry.contacts.listAll(HOST)), rows.slice(0, 2));
  await registry.contacts.removeUser(ROMEO, HOST);
  assert.deepEqual(await all(registry.contacts.listAll(HOST)), rows.slice(0, 1));
  assert.deepEqual(await registry.contacts.list(ROMEO, 'mail.example.com'), rows.slice(3));
});

test('contacts of one user that fill more than a page are listed once each', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const rows = Array.from({ length: 1000 }, (_, index) => contactOf(ROMEO, { local: String(1000 + index) }));
  await Promise.all(rows.map((row) => registry.contacts.put(row)));
  assert.deepEqual(await all(registry.contacts.listAll(HOST)), rows);
});

test('what was offered stays so, and who has not answered is counted', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  assert.deepEqual(await registry.contacts.count(ROMEO, HOST), { all: 0, asked: 0 });
  const offered = contactOf(ROMEO, { local: 'offered', sees: false, seen: false, asked: true, offered: true });
  await registry.contacts.put(offered);
  await registry.contacts.put(contactOf(ROMEO, { asked: false }));
  await registry.contacts.put(contactOf(JULIET, { asked: true }));
  assert.deepEqual(await registry.contacts.get(ROMEO, HOST, 'offered'), offered);
  assert.deepEqual(await registry.contacts.count(ROMEO, HOST), { all: 2, asked: 1 });
});
