/** The key file: made once, for its owner alone. */

import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sealingKey } from '#config/key.ts';

const folder = await mkdtemp(join(tmpdir(), 'isthmus-key-'));
after(() => rm(folder, { recursive: true }));

test('an absent key is made in a folder that is made too, readable by its owner alone', async () => {
  const path = join(folder, 'new', 'data', 'isthmus.key');
  const key = sealingKey(path);
  assert.equal(key.length, 32);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(join(folder, 'new'))).mode & 0o077, 0);
  assert.deepEqual(sealingKey(path), key);
});

test('no two keys are the same', () => {
  assert.notDeepEqual(sealingKey(join(folder, 'one')), sealingKey(join(folder, 'two')));
});

test('a key that others may read is refused with the command to type', async () => {
  const path = join(folder, "it's open");
  sealingKey(path);
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(path, mode);
    assert.throws(() => sealingKey(path), { name: 'ConfigError', message: /type: chmod 600 '.*it'\\''s open'/ });
  }
});

test('a file that is not a key is refused and left as it is', async () => {
  const path = join(folder, 'short');
  for (const size of [0, 31, 33, 64]) {
    await writeFile(path, Buffer.alloc(size), { mode: 0o600 });
    assert.throws(() => sealingKey(path), { message: /not a key of 32 bytes/ });
    assert.equal((await stat(path)).size, size);
  }
});

test('a folder in the place of the key, or of which none can be made, is refused', async () => {
  assert.throws(() => sealingKey(folder), { name: 'ConfigError', message: /EISDIR/ });
  await writeFile(join(folder, 'file'), '');
  assert.throws(() => sealingKey(join(folder, 'file', 'key')), {
    message: /it can't be read or made: (EEXIST|ENOTDIR)/,
  });
});
