/** Whether the certificate of a server is the one to trust: by its name and issuer, or by its fingerprint alone. */

import type { TLSSocket } from 'node:tls';
import { Refusal } from '#src/network.ts';

/** What is asked of a server's certificate. */
export interface Trust {
  /** It has to be valid for the name. */
  readonly verify: boolean;
  /** Certificates in PEM, trusted in place of the system's. */
  readonly ca?: string;
  /** SHA-256 in lower-case hex; where there are any it has to be one of these, and nothing else is asked. */
  readonly fingerprints: readonly string[];
}

/** A server that may not be who it says; nothing was sent to it. */
export class NotTrusted extends Error {
  override readonly name = 'NotTrusted';
}

const SHA256 = /^[\da-f]{64}$/;
const SHA1 = /^[\da-f]{40}$/;

/** As `Trust` has it; undefined when it is none of SHA-256. */
export function readFingerprint(text: string): string | undefined {
  const hex = bare(text);
  return SHA256.test(hex) ? hex : undefined;
}

/** What a user typed. Throws `Refusal('invalid')` with the sentence for what is no SHA-256. */
export function checkFingerprint(text: string): string {
  const fingerprint = readFingerprint(text);
  if (fingerprint !== undefined) return fingerprint;
  const sentence = SHA1.test(bare(text))
    ? 'That is a SHA-1 fingerprint, which can be forged. Give the SHA-256 of the certificate: 64 hexadecimal digits.'
    : 'That is no fingerprint. Give the SHA-256 of the certificate: 64 hexadecimal digits.';
  throw new Refusal('invalid', sentence);
}

function bare(text: string): string {
  return text.replace(/[:\s]/g, '').toLowerCase();
}

/** Why nothing may be sent over the connection; to be asked once TLS is there. */
export function mistrust(socket: TLSSocket, { verify, fingerprints }: Trust): NotTrusted | undefined {
  const shown = readFingerprint(socket.getPeerCertificate().fingerprint256 ?? '') ?? '';
  if (fingerprints.length > 0) {
    if (fingerprints.includes(shown)) return undefined;
    return new NotTrusted(
      `its certificate is not the one with the fingerprint that was set, but ${shown}: ask its operators whether they changed it, then set the new one`,
    );
  }
  if (!verify || socket.authorized) return undefined;
  // The types have an error here, Node has its code.
  const code = String(socket.authorizationError);
  return new NotTrusted(`${WORDS.get(code) ?? `its certificate is not valid (${code})`}; ${remedy(shown)}`);
}

const WORDS = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['CERT_REVOKED', 'its certificate was revoked'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by nobody but itself'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is signed by an authority that is not known here'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'its certificate is signed by an authority that is not known here'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is signed by an authority that is not known here'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is signed by an authority that is not known here'],
]);

function remedy(fingerprint: string): string {
  return `its operators have to set that right, or, if they tell you that this is theirs, set the fingerprint ${fingerprint}`;
}
