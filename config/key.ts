/** The key that seals stored passwords: 32 random bytes in a file that its owner alone may read. */

import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from './error.ts';

const BYTES = 32;

/** The 32 bytes in the file at `path`, which is made when absent; throws ConfigError with what to do. */
export function sealingKey(path: string): Buffer {
  try {
    return existsSync(path) ? readKey(path) : makeKey(path);
  } catch (error) {
    throw isSystemError(error) ? refuse(path, `it can't be read or made: ${error.message}`) : error;
  }
}

function makeKey(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'wx', 0o600);
  try {
    const key = randomBytes(BYTES);
    writeSync(file, key);
    fsyncSync(file);
    return key;
  } finally {
    closeSync(file);
  }
}

function readKey(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) throw refuse(path, `others may read it; type: chmod 600 ${quote(path)}`);
    const key = Buffer.alloc(BYTES + 1);
    const size = readSync(file, key);
    if (size !== BYTES) throw refuse(path, `it is not a key of ${BYTES} bytes; put back the copy that you keep`);
    return key.subarray(0, BYTES);
  } finally {
    closeSync(file);
  }
}

function refuse(path: string, text: string): ConfigError {
  return new ConfigError(path, [{ where: 'the key file', text }]);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
