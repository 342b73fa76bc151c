/** XMPP addresses: reading and checking JIDs (RFC 7622) and escaping ids into local parts (XEP-0106). */

import { LRUCache } from 'lru-cache';

/** A JID in the spelling servers compare by; `local` and `resource` are empty when absent. */
export interface Jid {
  readonly full: string;
  readonly bare: string;
  readonly local: string;
  readonly domain: string;
  readonly resource: string;
}

/** RFC 7622 §3.3–3.4: each part takes at most 1,023 bytes of UTF-8. */
const PART_BYTES = 1023;

/**
 * What servers bounce in any part, since they prepare by RFC 3454: controls (C.2), private use, noncharacters and
 * surrogates (C.3–C.5), replacement and description characters (C.6, C.7), marks that change display (C.8), tags (C.9).
 */
const PROHIBITED =
  /[\u{340}\u{341}\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}\u{6dd}\u{70f}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2061}-\u{2063}\u{206a}-\u{206f}\u{2ff0}-\u{2ffb}\u{fff9}-\u{fffd}\u{e0001}\u{e0020}-\u{e007f}]/u;
/** RFC 7622 §3.3.1, and every kind of space. */
const NOT_IN_LOCAL = /["&'/:<>@\p{Zs}]/u;
const NOT_IN_DOMAIN = /["&'<>@\\\p{Zs}]|^\.|\.\.|\.$/u;

// Bounded in characters too, so that long hostile addresses can't fill the memory.
const cache = new LRUCache<string, Jid>({
  max: 20_000,
  maxSize: 2_000_000,
  sizeCalculation: (_jid, text) => text.length,
});

/** Reads a JID; undefined when it is none. Case is folded as servers do, but for the resource. */
export function parseJid(text: string): Jid | undefined {
  const known = cache.get(text);
  if (known) return known;
  const jid = readJid(text);
  if (jid) cache.set(text, jid);
  return jid;
}

function readJid(text: string): Jid | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const resource = slash < 0 ? '' : text.slice(slash + 1);
  const at = address.indexOf('@');
  const local = at < 0 ? '' : address.slice(0, at).toLowerCase();
  // RFC 7622 §3.2: a final dot is stripped.
  const domain = address
    .slice(at + 1)
    .toLowerCase()
    .replace(/\.$/, '');
  if ((at >= 0 && !isLocal(local)) || !isDomain(domain) || (slash >= 0 && !isResource(resource))) return undefined;
  const bare = at < 0 ? domain : `${local}@${domain}`;
  return { full: slash < 0 ? bare : `${bare}/${resource}`, bare, local, domain, resource };
}

/** Local part of a bare JID that is known to be one; empty where it has none. */
export function localOf(bare: string): string {
  return bare.slice(0, Math.max(0, bare.indexOf('@')));
}

/** Its domain. */
export function domainOf(bare: string): string {
  return bare.slice(bare.indexOf('@') + 1);
}

/** Whether a nick can be the resource of a room's occupant on every server. */
export function isResource(nick: string): boolean {
  return isPart(nick);
}

function isLocal(local: string): boolean {
  return isPart(local) && !NOT_IN_LOCAL.test(local);
}

function isDomain(domain: string): boolean {
  return isPart(domain) && !NOT_IN_DOMAIN.test(domain);
}

function isPart(part: string): boolean {
  return part !== '' && part.length <= PART_BYTES && !PROHIBITED.test(part) && Buffer.byteLength(part) <= PART_BYTES;
}

// XEP-0106 §4.2: a backslash is escaped only where it would read as an escape. The case is ignored because local parts
// are folded on their way, which turns `\2F` into an escape.
const TO_ESCAPE = /[ "&'/:<>@]|\\(?=2[0267f]|3[ace]|40|5c)/gi;
const ESCAPED = /\\(2[0267f]|3[ace]|40|5c)/g;

/**
 * From an id in lower case to the local part of its JID (XEP-0106 1.1.1); undefined when no local part can hold it: it
 * is empty, too long, starts or ends with a space, or has a character that XMPP forbids.
 */
export function escapeLocal(id: string): string | undefined {
  if (id.startsWith(' ') || id.endsWith(' ')) return undefined;
  const local = id.replace(TO_ESCAPE, (char) => `\\${char.charCodeAt(0).toString(16)}`);
  return isLocal(local) ? local : undefined;
}

/** From a local part to the id in it; undefined when it starts or ends with `\20`, which XEP-0106 §4.2 forbids. */
export function unescapeLocal(local: string): string | undefined {
  if (local.startsWith('\\20') || local.endsWith('\\20')) return undefined;
  return local.replace(ESCAPED, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
