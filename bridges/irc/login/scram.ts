/** SCRAM for SASL (RFC 5802; RFC 7677 for SHA-256): the password is proved and never sent, and so is the server's knowing it. */

import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Mechanism } from './sasl.ts';

/** More rounds than this would hold up all users; no server asks for as many. */
const ROUNDS = 500_000;
const derive = promisify(pbkdf2);

/** `hash` is Node's name: `sha256`, `sha512`. `nonce` is given by tests alone. */
export async function* scram(
  hash: 'sha256' | 'sha512',
  { account, password }: { readonly account: string; readonly password: string },
  nonce = randomBytes(18).toString('base64'),
): Mechanism {
  const bare = `n=${escapeName(account)},r=${nonce}`;
  const first = yield `n,,${bare}`;
  const challenge = attributes(first);
  const { r: both = '', s: salt = '', i: rounds = '' } = challenge;
  const count = Number(rounds);
  if (!both.startsWith(nonce) || both.length === nonce.length || salt === '') throw new Error('a bad challenge');
  if (!Number.isSafeInteger(count) || count < 1 || count > ROUNDS) throw new Error('a bad number of rounds');
  const digest = (data: Buffer) => createHash(hash).update(data).digest();
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  const length = digest(Buffer.alloc(0)).length;
  const salted = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), count, length, hash);
  const clientKey = hmac(salted, 'Client Key');
  const unproved = `c=biws,r=${both}`;
  const signed = [bare, first, unproved].join(',');
  const signature = hmac(digest(clientKey), signed);
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
  const { v: verifier = '' } = attributes(yield `${unproved},p=${proof.toString('base64')}`);
  const expected = hmac(hmac(salted, 'Server Key'), signed);
  const given = Buffer.from(verifier, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Error('the server is another one');
  yield '';
}

/** RFC 5802 §5.1: a comma and an equals sign have a meaning. */
function escapeName(name: string): string {
  return name.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C');
}

function attributes(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
