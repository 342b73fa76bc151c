/** Client certificates that are made for users, by which servers and services know them (CertFP, SASL EXTERNAL). */

import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Certificate {
  /** Both in PEM. */
  readonly cert: string;
  readonly key: string;
}

const YEARS = 10;

/** Nobody vouches for it and nobody has to: it is known by its fingerprint. */
export async function makeCertificate(nick: string, now = new Date()): Promise<Certificate> {
  const end = new Date(now);
  end.setFullYear(end.getFullYear() + YEARS);
  const made = await generate([{ name: 'commonName', value: nick }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate: end,
    // No key usage: one that does not let it sign would make OpenSSL look for another issuer.
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** As services write them: lower-case hex. */
export function fingerprintsOf({ cert }: Certificate): { readonly sha256: string; readonly sha512: string } {
  const { fingerprint256, fingerprint512 } = new X509Certificate(cert);
  return { sha256: hex(fingerprint256), sha512: hex(fingerprint512) };
}

function hex(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
