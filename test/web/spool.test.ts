/** Bytes on their way through: whole or not at all. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileName } from '#src/web/spool.ts';
import { mediaOf, openSpool, scratchFolder } from './scratch.ts';

const signal = new AbortController().signal;

test('all bytes are on disk, with their size and hash, until it is disposed', async (t) => {
  const folder = await scratchFolder(t);
  const spool = await openSpool(folder);
  {
    await using file = await spool.take(mediaOf(['O ', 'Romeo'], { type: 'Text/Plain; charset=x' }), 'a.txt', signal);
    assert.equal(await readFile(file.path, 'utf8'), 'O Romeo');
    const sha256 = createHash('sha256').update('O Romeo').digest('base64');
    assert.deepEqual([file.name, file.type, file.size, file.sha256], ['a.txt', 'text/plain', 7, sha256]);
  }
  assert.deepEqual(await readdir(join(folder, 'tmp')), []);
});

test('nothing is left of what is too large, breaks off or hangs', async (t) => {
  const folder = await scratchFolder(t);
  const spool = await openSpool(folder, 5);
  await assert.rejects(spool.take(mediaOf([], { size: 6 }), 'a', signal), { why: 'too-long' });
  await assert.rejects(spool.take(mediaOf(['123', '456']), 'a', signal), { why: 'too-long' });
  async function* broken() {
    yield Buffer.from('1');
    throw new Error('broke off');
  }
  await assert.rejects(spool.take({ type: '', bytes: broken() }, 'a', signal), /broke off/);
  async function* hanging() {
    yield Buffer.from('1');
    await new Promise(() => undefined);
  }
  await assert.rejects(spool.take({ type: '', bytes: hanging() }, 'a', AbortSignal.timeout(20)), { why: 'timeout' });
  assert.deepEqual(await readdir(join(folder, 'tmp')), []);
});

test('what a crash has left is forgotten', async (t) => {
  const folder = await scratchFolder(t);
  await openSpool(folder);
  await writeFile(join(folder, 'tmp', 'left'), 'x');
  await openSpool(folder);
  assert.deepEqual(await readdir(join(folder, 'tmp')), []);
});

test('a name is safe, and keeps its ending', () => {
  assert.equal(fileName('../../etc/passwd'), 'passwd');
  assert.equal(fileName('C:\\temp\\cat.jpg'), 'cat.jpg');
  assert.equal(fileName('a\r\nb"?.txt'), 'ab.txt');
  assert.equal(fileName('..'), 'file');
  assert.equal(fileName(undefined), 'file');
  assert.equal(fileName('très cool.jpg'), 'très cool.jpg');
  assert.equal(fileName(`${'é'.repeat(300)}.jpeg`), `${'é'.repeat(95)}.jpeg`);
});

test('whatever it is called, a name is one part of a path and of an address', () => {
  const hostile = [
    '\0',
    '.',
    './',
    '/',
    '\\',
    ' .. ',
    '\ud800',
    '\u202egpj.exe',
    'a/',
    '%2e%2e%2f',
    'con\u2028',
    '\u{1f408}'.repeat(300),
  ];
  for (const text of hostile) {
    const name = fileName(text);
    assert.match(name, /^[^/\\%\p{C}]+$/u);
    assert.ok(!name.startsWith('.') && [...name].length <= 100, name);
    assert.equal(decodeURIComponent(encodeURIComponent(name)), name);
  }
});
