/**
 * Lists of a room and changes of them (XEP-0045 §8–10). A ban of the network's own making that names nobody (IRC:
 * `*!*@host`) is an outcast whose address is the mask, escaped: clients show it, and lift it by the same address.
 */

import type { LiveAccount } from '#src/account.ts';
import { escapeLocal, type Jid, parseJid, unescapeLocal } from '#src/address.ts';
import { type ContactId, type Listed, type Rank, Refusal, type UserAction } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import { within } from '#src/within.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { type MucOptions, roomSeat } from './muc-seat.ts';
import { NS } from './ns.ts';
import { RANKS } from './write/occupant.ts';
import { attr, child, childText, type Element, escapeXml, tag, type Xml } from './xml.ts';

type Change = (UserAction & { type: 'moderate' }) | (UserAction & { type: 'enlist' });

/** How long, in ms, a network may take to tell one of its lists. */
const LIST_WITHIN = 10_000;
/** Entries shown of a list, so that the answer fits a stanza; and changes taken at once. */
const LISTED = 1_000;
const CHANGES = 100;

export function mucAdmin(options: MucOptions): IqTable {
  return {
    [`get ${NS.mucAdmin}`]: (request) => list(request, options),
    [`set ${NS.mucAdmin}`]: (request) => change(request, options),
  };
}

/** Whom of the network's lists an affiliation has; a moderator's standing is a member's (XEP-0045 §5). */
const LISTS: ReadonlyMap<string, readonly Listed['rank'][]> = new Map([
  ['owner', ['owner']],
  ['admin', ['admin']],
  ['member', ['member', 'moderator']],
  ['outcast', ['banned']],
  ['none', []],
]);
const ROLES: ReadonlySet<string> = new Set(['moderator', 'participant', 'visitor']);

/** XEP-0045 §9.2, §9.5, §9.8, §10.5, §10.8: who has an affiliation, or a role. */
async function list(request: IqRequest, options: MucOptions): Promise<Xml> {
  const { account, room } = roomSeat(request, options);
  const item = child(request.payload, 'item', NS.mucAdmin);
  const [affiliation, role] = [item && attr(item, 'affiliation'), item && attr(item, 'role')];
  const ranks = LISTS.get(affiliation ?? 'none');
  if ((affiliation ?? role) === undefined || !ranks || (role !== undefined && !ROLES.has(role))) {
    throw new Refusal('invalid', 'Name the list that you want by an affiliation or a role.');
  }
  const present = items(room, options.places, affiliation, role);
  const absent = role === undefined ? await listed(account, room, ranks) : [];
  const others = absent.filter(({ contact }) => !contact || affiliation === 'outcast' || !room.find(contact));
  const shown = [...present, ...others.map((one) => listedItem(one, affiliation ?? '', options.places))];
  return tag('query', { xmlns: NS.mucAdmin }, ...shown.slice(0, LISTED));
}

function items(room: Room, places: Places, wanted: string | undefined, role: string | undefined): Xml[] {
  const found: Xml[] = [];
  for (const { nick, rank, contact } of room.members.values()) {
    const [affiliation, held] = RANKS[rank];
    if ((wanted ?? affiliation) !== affiliation || (role ?? held) !== held) continue;
    found.push(tag('item', { affiliation, role: held, nick, jid: places.of(contact) }));
    if (found.length >= LISTED) break;
  }
  return found;
}

/** What the network keeps beside those present; without a connection that is all there is to tell. */
async function listed(account: LiveAccount, room: Room, ranks: readonly Listed['rank'][]): Promise<readonly Listed[]> {
  if (!account.online) return [];
  const { lookUps } = account;
  const late = () => new Refusal('timeout', `${account.label} did not tell its list in time. Try again later.`);
  const found: Listed[] = [];
  for (const rank of ranks) found.push(...((await within(lookUps.listed?.(room.id, rank), LIST_WITHIN, late)) ?? []));
  return found;
}

function listedItem({ contact, mask, nick, reason }: Listed, affiliation: string, places: Places): Xml {
  const jid = contact === undefined ? maskJid(mask ?? '', places) : places.of(contact);
  // A mask that no address can hold can still be read.
  const why = jid === undefined && mask !== undefined ? [mask, reason].filter(Boolean).join(': ') : reason;
  return tag('item', { affiliation, jid, nick }, why ? tag('reason', {}, escapeXml(why)) : '');
}

function maskJid(mask: string, { host }: Places): string | undefined {
  const local = escapeLocal(mask.toLowerCase());
  return local === undefined ? undefined : `${local}@${host}`;
}

/** XEP-0045 §8.2–8.5, §9, §10: changes of roles and affiliations; resolves when the network made them all. */
async function change(request: IqRequest, options: MucOptions): Promise<''> {
  const { account, room } = roomSeat(request, options);
  const elements = request.payload.getChildren('item', NS.mucAdmin);
  if (elements.length === 0) throw new Refusal('invalid', 'Nothing to change was named.');
  if (elements.length > CHANGES) throw new Refusal('too-long', `No more than ${CHANGES} changes at once.`);
  // All are read before the first is made.
  const changes = elements.map((item) => readChange(item, room, options.places));
  for (const one of changes) await account.send(one);
  return '';
}

function readChange(item: Element, room: Room, places: Places): Change {
  const [role, affiliation] = [attr(item, 'role'), attr(item, 'affiliation')];
  const told = childText(item, 'reason');
  const reason = told ? { reason: told } : {};
  if ((role === undefined) === (affiliation === undefined)) {
    throw new Refusal('invalid', 'Name either a role or an affiliation for each.');
  }
  const who = whom(item, room, places);
  if (typeof who === 'string') {
    const rank = role === undefined ? AFFILIATIONS.get(affiliation ?? '') : rankOf(role, room, who);
    return { type: 'moderate', room: room.id, nick: who, change: known(rank), ...reason };
  }
  if (role !== undefined) throw new Refusal('not-found', 'Only who is in the room has a role.');
  return { type: 'enlist', room: room.id, who, as: known(LISTED_AS.get(affiliation ?? '')), ...reason };
}

function known<T>(change: T | undefined): T {
  if (change === undefined) throw new Refusal('invalid', 'There is no such role or affiliation.');
  return change;
}

/** The nick of somebody present, or somebody on the lists. */
function whom(item: Element, room: Room, places: Places): string | { contact: ContactId } | { mask: string } {
  const nick = attr(item, 'nick');
  if (nick !== undefined && (room.members.has(nick) || attr(item, 'jid') === undefined)) return nick;
  const jid = parseJid(attr(item, 'jid') ?? '');
  if (!jid) throw new Refusal('invalid', 'Name somebody by a nick or an address.');
  if (jid.domain !== places.host) {
    throw new Refusal('not-found', `${jid.bare} is nobody on this network. Name people by their addresses here.`);
  }
  return present(jid, room, places);
}

function present(jid: Jid, room: Room, places: Places): string | { contact: ContactId } | { mask: string } {
  const target = places.read(jid);
  if (target?.type === 'contact') return room.find(target.contact)?.nick ?? { contact: target.contact };
  const mask = unescapeLocal(jid.local);
  if (target || !mask) throw new Refusal('not-found', `${jid.bare} is nobody on this network.`);
  return { mask };
}

const AFFILIATIONS: ReadonlyMap<string, Rank | 'ban'> = new Map([
  ['outcast', 'ban'],
  ['none', 'speaker'],
  ['member', 'member'],
  ['admin', 'admin'],
  ['owner', 'owner'],
]);
const LISTED_AS: ReadonlyMap<string, Listed['rank'] | 'none'> = new Map([
  ['outcast', 'banned'],
  ['none', 'none'],
  ['member', 'member'],
  ['admin', 'admin'],
  ['owner', 'owner'],
]);

/** A role leaves the affiliation as it is (XEP-0045 §5.3): a member who may only take part stays one. */
function rankOf(role: string, room: Room, nick: string): Rank | 'kick' | undefined {
  const standing = RANKS[room.members.get(nick)?.rank ?? 'speaker'][0];
  switch (role) {
    case 'none':
      return 'kick';
    case 'visitor':
      return 'listener';
    case 'participant':
      return standing === 'member' ? 'member' : 'speaker';
    case 'moderator':
      return 'moderator';
    default:
      return undefined;
  }
}
