/** Blocking people of the network at the gateway's host (XEP-0191 1.3), with reports (XEP-0377). */

import type { LRUCache } from 'lru-cache';
import { type Jid, parseJid } from '#src/address.ts';
import type { BlockChange, Blocks } from '#src/blocks.ts';
import { type ContactId, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import { recent } from '#src/recent.ts';
import type { Users } from '#src/users.ts';
import type { IqRequest, IqTable } from './iq.ts';
import type { Link } from './link.ts';
import { NS } from './ns.ts';
import { readReport } from './report.ts';
import { attr, type Element, tag, type Xml } from './xml.ts';

export interface BlockingOptions {
  readonly places: Places;
  readonly users: Users;
  readonly blocks: Blocks;
  readonly request: Link['request'];
}

/** Users whose clients are told of changes, and clients of each. */
const LISTENERS = 10_000;
const CLIENTS = 20;

/** Full JIDs of the clients that have asked for the list, by user (§3.3: those are told of changes). */
type Listeners = LRUCache<string, Set<string>>;

export function blocking(options: BlockingOptions): IqTable {
  const listeners: Listeners = recent(LISTENERS);
  options.blocks.follow((change) => push(change, options, listeners));
  return {
    [`get ${NS.blocking}`]: (request) => list(request, options, listeners),
    [`set ${NS.blocking}`]: (request) => change(request, options),
  };
}

/** §3.2 */
function list({ from, to, payload }: IqRequest, { places, blocks, users }: BlockingOptions, listeners: Listeners): Xml {
  atHost(to, places);
  users.check(from);
  if (payload.name !== 'blocklist') throw new Refusal('invalid', 'Only the list of blocked contacts can be asked for.');
  const clients = listeners.get(from.bare) ?? new Set();
  clients.delete(from.full);
  clients.add(from.full);
  // Those that went without a word are known only by what they were last told.
  for (const oldest of [...clients].slice(0, -CLIENTS)) clients.delete(oldest);
  listeners.set(from.bare, clients);
  return tag('blocklist', { xmlns: NS.blocking }, ...items(blocks.list(from.bare), places));
}

/** §3.3–3.5 */
async function change({ from, to, payload }: IqRequest, options: BlockingOptions): Promise<''> {
  const { places, blocks, users } = options;
  atHost(to, places);
  users.check(from);
  const named = payload.getChildren('item', NS.blocking);
  const contacts = new Map(named.map((item) => [contactOf(item, from, options), readReport(item)] as const));
  if (payload.name === 'unblock') {
    await blocks.unblock(from.bare, named.length === 0 ? undefined : [...contacts.keys()]);
    return '';
  }
  if (payload.name !== 'block' || contacts.size === 0) {
    throw new Refusal('invalid', 'Name the contact that is to be blocked.');
  }
  await blocks.block(from.bare, contacts);
  return '';
}

/** Tells the user's clients that follow the list; who does not take it is told no more. */
function push({ user, on, contacts }: BlockChange, { places, request }: BlockingOptions, listeners: Listeners): void {
  const told = tag(on ? 'block' : 'unblock', { xmlns: NS.blocking }, ...items(contacts, places));
  const clients = listeners.get(user);
  for (const client of clients ?? []) {
    request(client, 'set', told, { from: places.host }).catch((error: unknown) => {
      // While the link is away the client may well be there.
      if (!(error instanceof Refusal && error.why === 'offline')) clients?.delete(client);
    });
  }
}

/** Whom an item names: a contact, or somebody in a room that the user is in. */
function contactOf(item: Element, from: Jid, { places, users }: BlockingOptions): ContactId {
  const jid = parseJid(attr(item, 'jid') ?? '');
  const target = places.find(jid);
  if (target?.type === 'contact') return target.contact;
  const room = target?.type === 'room' ? users.live(from.bare, target.account)?.rooms.get(target.room) : undefined;
  const member = room?.members.get(jid?.resource ?? '');
  if (member && !member.self) return member.contact;
  throw new Refusal('not-found', `${jid?.full ?? 'That'} is nobody on ${places.host} who can be blocked.`);
}

function items(contacts: readonly ContactId[], places: Places): Xml[] {
  return contacts.flatMap((contact) => {
    const jid = places.of(contact);
    return jid === undefined ? [] : [tag('item', { jid })];
  });
}

function atHost(to: Jid, places: Places): void {
  if (places.read(to)?.type !== 'host') throw new Refusal('unsupported', `Blocking is asked of ${places.host}.`);
}
