/** Presence of the host, accounts and contacts, and the subscription dance (RFC 6121 §3). */

import type { Presence } from '#src/network.ts';
import { NS } from '#src/xmpp/ns.ts';
import { escapeXml, tag } from '#src/xmpp/xml.ts';
import { type Stanza, show } from './stanza.ts';

/** Resource of the host, of accounts and contacts: some clients take whoever has none for offline. */
export const RESOURCE = 'isthmus';

/** Presence of the host, an account or a contact by its bare JID; `extras` are elements such as its XEP-0115 caps. */
export function presence(jid: string, state: Presence, extras = ''): Stanza {
  const type = state.show === 'offline' ? " type='unavailable'" : '';
  const from = `${jid}/${RESOURCE}`;
  return {
    head: `<presence from='${escapeXml(from)}'${type} to='`,
    tail: `'>${show(state)}${type ? '' : extras}</presence>`,
  };
}

type Step = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed' | 'probe';

/** A step of the subscription dance (RFC 6121 §3), or a probe (§4.3); whoever asks says who it is (XEP-0172 §4.1). */
export function subscription(from: string, type: Step, nick?: string): Stanza {
  const name = nick === undefined ? '' : tag('nick', { xmlns: NS.nick }, escapeXml(nick));
  return {
    head: `<presence from='${escapeXml(from)}' type='${type}' to='`,
    tail: name ? `'>${name}</presence>` : "'/>",
  };
}
