/** Reading a small text file whole, with a bound. */

import { closeSync, openSync, readSync } from 'node:fs';

/** The UTF-8 text of a file of at most `limit` bytes, without a byte order mark; throws a readable error. */
export function readText(path: string, limit: number): string {
  const bytes = readBytes(path, limit + 1);
  if (bytes.length > limit) throw new Error(`it is larger than ${limit} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error('it is not UTF-8 text', { cause });
  }
}

/** At most the first `limit` bytes; the size a file claims is not asked for, since a pipe or a device has none. */
function readBytes(path: string, limit: number): Buffer {
  const bytes = Buffer.alloc(limit);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < limit; length += read) {
      read = readSync(file, bytes, length, limit - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
