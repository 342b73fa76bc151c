/** What a room itself says to those in it. */

import { randomUUID } from 'node:crypto';
import { NS } from '#src/xmpp/ns.ts';
import { escapeXml } from '#src/xmpp/xml.ts';
import type { Stanza } from './stanza.ts';

/** The room is not what it was; the codes say in what (XEP-0045 §10.2.1: 104, 172, 173). */
export function roomChanged(room: string, codes: readonly number[]): Stanza {
  const status = codes.map((code) => `<status code='${code}'/>`).join('');
  return {
    head: `<message from='${escapeXml(room)}' type='groupchat' id='${randomUUID()}' to='`,
    tail: `'><x xmlns='${NS.mucUser}'>${status}</x></message>`,
  };
}
