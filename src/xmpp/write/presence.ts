/** Presence of the host, accounts and contacts, and the subscription dance (RFC 6121 §3). */

import type { Presence } from '#src/network.ts';
import { escapeXml } from '#src/xmpp/xml.ts';
import { type Stanza, show } from './stanza.ts';

/** Resource of the host, of accounts and contacts: some clients take whoever has none for offline. */
export const RESOURCE = 'isthmus';

/** Presence of the host, an account or a contact by its bare JID; `caps` is its XEP-0115 element. */
export function presence(jid: string, state: Presence, caps = ''): Stanza {
  const type = state.show === 'offline' ? " type='unavailable'" : '';
  const from = `${jid}/${RESOURCE}`;
  return {
    head: `<presence from='${escapeXml(from)}'${type} to='`,
    tail: `'>${show(state)}${type ? '' : caps}</presence>`,
  };
}

/** A step of the subscription dance (RFC 6121 §3), or a probe (§4.3). */
export function subscription(
  from: string,
  type: 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed' | 'probe',
): Stanza {
  return { head: `<presence from='${escapeXml(from)}' type='${type}' to='`, tail: "'/>" };
}
