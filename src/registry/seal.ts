/** Sealing of secrets at rest: AES-256-GCM, bound to the row they stand in (NIST SP 800-38D). */

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Refusal } from '#src/network.ts';

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** A row's identity: its table, then the values of its key. A value sealed for one row doesn't open in another. */
export type RowName = readonly [table: string, ...key: string[]];

/** The key in a form that no log or inspection prints. Refuses any length but 32 bytes. */
export function sealingKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== KEY_BYTES) {
    throw new Refusal('invalid', `The key must be ${KEY_BYTES} bytes, not ${bytes.length}. Check the key file.`);
  }
  return createSecretKey(bytes);
}

/** Version byte, nonce, tag, ciphertext. */
export function seal(key: KeyObject, row: RowName, secret: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(identity(row));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
}

/** What `seal` was given. Throws `Refusal('sign-in')`, naming the row, when the key, the row or a byte differs. */
export function unseal(key: KeyObject, row: RowName, sealed: Uint8Array): string {
  try {
    return decipher(key, row, sealed);
  } catch (error) {
    throw new Refusal(
      'sign-in',
      `The stored secret of ${row.join(' ')} can't be read: it was changed, moved, or sealed with another key. ` +
        'Enter it again, or restore a backup.',
      { cause: error },
    );
  }
}

function decipher(key: KeyObject, row: RowName, sealed: Uint8Array): string {
  if (sealed[0] !== VERSION || sealed.length < HEAD_BYTES) throw new Error('not a sealed value of a known version');
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const cipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(identity(row))
    .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
  return cipher.update(sealed.subarray(HEAD_BYTES), undefined, 'utf8') + cipher.final('utf8');
}

/** JSON, because its quoting keeps `['a b', 'c']` and `['a', 'b c']` apart. */
function identity(row: RowName): Buffer {
  return Buffer.from(JSON.stringify([VERSION, ...row]));
}
