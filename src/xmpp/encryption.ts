/** Messages that only their receiver's own client could read, named as by Explicit Message Encryption (XEP-0380). */

import { isEncryptedFile } from './files.ts';
import { NS } from './ns.ts';
import { attr, child, type Element } from './xml.ts';

export interface Encryption {
  /** What people call it. */
  readonly method: string;
  /** It carries keys alone, and nothing that somebody wrote (XEP-0384 §5.5). */
  readonly keysOnly: boolean;
}

/** XEP-0380 §4, and the namespaces of the payloads themselves. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['urn:xmpp:otr:0', 'OTR'],
  ['jabber:x:encrypted', 'OpenPGP'],
  ['urn:xmpp:openpgp:0', 'OpenPGP'],
  ['eu.siacs.conversations.axolotl', 'OMEMO'],
  ['urn:xmpp:omemo:0', 'OMEMO'],
  ['urn:xmpp:omemo:1', 'OMEMO'],
  ['urn:xmpp:omemo:2', 'OMEMO'],
]);
const NAME_LENGTH = 30;

/** Whether a body alone tells that there is more to it. */
export function looksEncrypted(body: string): boolean {
  return body.startsWith('?OTR') || body.startsWith('aesgcm://');
}

/** How a message is encrypted; undefined for what is in clear. */
export function readEncryption(message: Element, body: string): Encryption | undefined {
  const payload = message.getChildElements().find((one) => METHODS.has(one.getNS() ?? ''));
  const marked = child(message, 'encryption', NS.encryption);
  if (payload) {
    const method = METHODS.get(payload.getNS() ?? '') ?? '';
    return { method, keysOnly: method === 'OMEMO' && payload.getChild('payload') === undefined };
  }
  if (marked) return { method: methodOf(marked), keysOnly: false };
  if (body.startsWith('?OTR')) return { method: 'OTR', keysOnly: false };
  return isEncryptedFile(message) ? { method: 'OMEMO', keysOnly: false } : undefined;
}

function methodOf(marked: Element): string {
  const known = METHODS.get(attr(marked, 'namespace') ?? '');
  return known ?? attr(marked, 'name')?.slice(0, NAME_LENGTH) ?? 'Encryption';
}
