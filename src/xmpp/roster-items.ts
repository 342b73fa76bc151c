/** Roster items as a server keeps them (RFC 6121 §2), read and set by who may (XEP-0356 §4.3). */

import { parseJid } from '#src/address.ts';
import { NS } from './ns.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** RFC 6121 §2.1.2.5, as the user sees it: `to` is that they see the contact. */
export type Subscription = 'none' | 'to' | 'from' | 'both';

/** Asks for a roster. */
export const ROSTER_QUERY = tag('query', { xmlns: NS.roster });

/** The query in an answer. */
export function readRoster(iq: Element): Element | undefined {
  return child(iq, 'query', NS.roster);
}

/** The items of `host`, by bare JID; `remove` in a push (RFC 6121 §2.1.6) is undefined. Others are nobody's business. */
export function readItems(query: Element, host: string): ReadonlyMap<string, Subscription | undefined> {
  const items = new Map<string, Subscription | undefined>();
  for (const item of query.getChildElements()) {
    const jid = parseJid(attr(item, 'jid') ?? '');
    if (item.name !== 'item' || jid?.domain !== host) continue;
    items.set(jid.bare, subscriptionOf(attr(item, 'subscription')));
  }
  return items;
}

function subscriptionOf(value: string | undefined): Subscription | undefined {
  if (value === 'remove') return undefined;
  return value === 'to' || value === 'from' || value === 'both' ? value : 'none';
}

/** Sets one item (RFC 6121 §2.3); not every server heeds the subscription. */
export function rosterItem(jid: string, name: string | undefined, group: string): Xml {
  const item = { jid, subscription: 'both', ...(name !== undefined && { name }) };
  return tag('query', { xmlns: NS.roster }, tag('item', item, tag('group', {}, escapeXml(group))));
}

/** Removes one item (RFC 6121 §2.5). */
export function noRosterItem(jid: string): Xml {
  return tag('query', { xmlns: NS.roster }, tag('item', { jid, subscription: 'remove' }));
}
