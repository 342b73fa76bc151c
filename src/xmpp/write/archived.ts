/** Messages of the archive: told again to who joins a room (XEP-0045 §7.2.13), and as results of a search (XEP-0313). */

import type { Archived } from '#src/registry/archive.ts';
import { NS } from '#src/xmpp/ns.ts';
import { escapeXml } from '#src/xmpp/xml.ts';
import { delay, OLD, type Stanza } from './stanza.ts';

/** A message of a room's past. */
export function replayed(room: string, { sender, message, at, xml }: Archived): Stanza {
  return {
    head: `<message from='${escapeXml(sender)}' type='groupchat' id='${escapeXml(message)}' to='`,
    tail: `'>${xml}${delay(room, at)}</message>`,
  };
}

/** One result of the query `queryid` (XEP-0313 §4.2); `archive` is the address that was asked. */
export function archiveResult(archive: string, queryid: string | undefined, entry: Archived): Stanza {
  const query = queryid === undefined ? '' : ` queryid='${escapeXml(queryid)}'`;
  const received = `<delay xmlns='${NS.delay}' stamp='${entry.received.toISOString()}'/>`;
  const forwarded = `<forwarded xmlns='${NS.forward}'>${received}${original(archive, entry)}</forwarded>`;
  return {
    head: `<message from='${escapeXml(archive)}' to='`,
    tail: `'><result xmlns='${NS.mam}'${query} id='${escapeXml(entry.id)}'>${forwarded}</result></message>`,
  };
}

/** The message as clients got it; in a room it has no receiver (XEP-0313 §5.1.2). */
function original(
  archive: string,
  { kind, sender, message, author, user, host, local, at, received, xml }: Archived,
): string {
  const peer = local === '' ? host : `${local}@${host}`;
  const to = kind === 'groupchat' ? '' : ` to='${escapeXml(author === '' ? peer : user)}'`;
  const attributes = `from='${escapeXml(sender)}'${to} type='${kind}' id='${escapeXml(message)}'`;
  // The archive tells when the message came; that it had been said long before then, it tells itself, as it did live.
  const late = received.getTime() - at.getTime() >= OLD ? delay(archive, at) : '';
  return `<message xmlns='jabber:client' ${attributes}>${xml}${late}</message>`;
}
