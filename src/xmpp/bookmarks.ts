/** Bookmarks of rooms in the user's account (XEP-0402 1.2.0). */

import { NS } from './ns.ts';
import { itemQuery, publishPrivate, readItem } from './pubsub.ts';
import { attr, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** Longest bookmark, in characters, that is written again for its user. */
const MOST = 16_384;
/** An element or an attribute whose name has a prefix, but for `xml:lang`. */
const PREFIXED = /<[^\s/>"']+:|\s(?!xml:)[^\s=<>"']+:[^\s=<>"']+=["']/;

/** Asks for the bookmark of a room. */
export function bookmarkQuery(room: string): Xml {
  return itemQuery(NS.bookmarks, room);
}

/** The bookmark of a room in the answer. */
export function readBookmark(answer: Element, room: string): Element | undefined {
  const bookmark = readItem(answer, NS.bookmarks, room);
  return bookmark?.is('conference', NS.bookmarks) ? bookmark : undefined;
}

/** XEP-0402 §2; the type is XML Schema's boolean. */
export function autojoins(bookmark: Element): boolean {
  return ['true', '1'].includes(attr(bookmark, 'autojoin') ?? '');
}

/** Publishes a bookmark that clients join by themselves. */
export function newBookmark(room: string, name: string, nick: string | undefined): Xml {
  const children = nick === undefined ? '' : tag('nick', {}, escapeXml(nick));
  return publishPrivate(
    NS.bookmarks,
    room,
    tag('conference', { xmlns: NS.bookmarks, name, autojoin: 'true' }, children),
  );
}

/**
 * Publishes the user's own bookmark with autojoin and all else as it is (XEP-0402 §3.5); undefined where it can't be
 * written as it was read.
 */
export function withAutojoin(room: string, bookmark: Element): Xml | undefined {
  const children = bookmark.children.map((each) =>
    typeof each === 'string' ? escapeXml(each) : (String(each) as Xml),
  );
  const attributes = { ...bookmark.attrs, xmlns: NS.bookmarks, autojoin: 'true' };
  const xml = tag('conference', attributes, ...children);
  // What a prefix means may be told outside of the bookmark; one that nothing explains ends the stream.
  if (xml.length > MOST || PREFIXED.test(xml)) return undefined;
  return publishPrivate(NS.bookmarks, room, xml);
}

/** A direct invitation (XEP-0249 §2), for whom a bookmark can't be published. */
export function directInvitation(room: string, reason: string): Xml {
  return tag('x', { xmlns: NS.conference, jid: room, reason });
}
