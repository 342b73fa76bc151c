/** A throw-away certificate authority and a certificate of it for `localhost` and 127.0.0.1. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Folder } from './folder.ts';

const openssl = promisify(execFile);

export interface Certificate {
  /** PEM files. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export async function makeCertificate(folder: Folder): Promise<Certificate> {
  const files = {
    ca: `${folder.path}/ca.pem`,
    certificate: `${folder.path}/tls.pem`,
    key: await folder.write('tls.key', ''),
  };
  const caKey = `${folder.path}/ca.key`;
  const make = (...args: string[]) =>
    openssl('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...args]);
  await make(
    '-keyout',
    caKey,
    '-out',
    files.ca,
    '-days',
    '2',
    '-subj',
    '/CN=Isthmus test CA',
    '-addext',
    'keyUsage=keyCertSign',
  );
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const leaf = [
    '-subj',
    '/CN=localhost',
    '-addext',
    names,
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-days',
    '1',
  ];
  await make('-CA', files.ca, '-CAkey', caKey, '-keyout', files.key, '-out', files.certificate, ...leaf);
  return files;
}
