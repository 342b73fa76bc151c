/** Files of the media store as they are remembered. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRegistry } from '#src/registry/database.ts';
import type { StoredFile } from '#src/registry/media.ts';
import { HOST, JULIET, KEY, ROMEO } from './scratch.ts';

function fileOf(id: string, change: Partial<StoredFile> = {}): StoredFile {
  const expires = new Date(1_700_000_000_000);
  return { id, user: ROMEO, host: HOST, name: 'cat.jpg', type: 'image/jpeg', size: 5, expires, ...change };
}

test('a file is read as it was added, until it is removed', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  await registry.media.add(fileOf('a'));
  assert.deepEqual(await registry.media.get('a'), fileOf('a'));
  await registry.media.remove('a');
  assert.equal(await registry.media.get('a'), undefined);
});

test('the bytes are counted by user and in all', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  assert.equal(await registry.media.bytes(), 0);
  await Promise.all(
    [fileOf('a'), fileOf('b', { size: 7 }), fileOf('c', { user: JULIET })].map((f) => registry.media.add(f)),
  );
  assert.deepEqual([await registry.media.bytes(ROMEO), await registry.media.bytes(JULIET)], [12, 5]);
  assert.equal(await registry.media.bytes(), 17);
});

test('those that are overdue come first, and the others not', async () => {
  await using registry = await openRegistry(':memory:', KEY);
  const at = (ms: number) => ({ expires: new Date(ms) });
  await Promise.all([fileOf('a', at(30)), fileOf('b', at(10)), fileOf('c', at(20))].map((f) => registry.media.add(f)));
  assert.deepEqual(
    (await registry.media.overdue(new Date(20))).map(({ id }) => id),
    ['b', 'c'],
  );
});
