/** The iq side of a room: moderation and lists (XEP-0045 §8–10), and the ping of the own occupant (XEP-0410). */

import { parseJid } from '#src/address.ts';
import { Refusal, type UserAction } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import type { IqRequest, IqTable } from '#src/xmpp/iq.ts';
import { NS } from '#src/xmpp/ns.ts';
import { RANKS } from '#src/xmpp/write/occupant.ts';
import { attr, child, childText, type Element, tag, type Xml } from '#src/xmpp/xml.ts';

type Moderation = Omit<UserAction & { type: 'moderate' }, 'type' | 'room'>;

export interface MucOptions {
  readonly places: Places;
  readonly occupancy: Occupancy;
}

export function muc(options: MucOptions): IqTable {
  return {
    [`get ${NS.ping}`]: (request) => ping(request, options),
    [`get ${NS.mucAdmin}`]: (request) => list(request, options),
    [`set ${NS.mucAdmin}`]: (request) => moderate(request, options),
  };
}

/** XEP-0199; of the own occupant it tells a client whether it is still in the room (XEP-0410 §3.1). */
function ping(request: IqRequest, { places, occupancy }: MucOptions): '' {
  const target = places.read(request.to);
  if (!target) throw new Refusal('not-found', 'There is nothing at this address.');
  const nick = request.to.resource;
  if (target.type !== 'room' || nick === '') return '';
  const { room, occupant } = occupancy.seatOf(request, target);
  if (nick === room.nick || nick === occupant.asked) return '';
  if (!room.members.has(nick)) throw new Refusal('not-found', `${nick} is not in this room.`);
  throw new Refusal('unsupported', 'People on the other network can not be pinged from here.');
}

/** XEP-0045 §9.5, §9.8, §10.8: the lists clients ask for right after joining. */
function list(request: IqRequest, { places, occupancy }: MucOptions): Xml {
  const { room } = occupancy.seatOf(request, roomOf(request, places));
  const item = child(request.payload, 'item', NS.mucAdmin);
  const [affiliation, role] = [item && attr(item, 'affiliation'), item && attr(item, 'role')];
  if (affiliation === undefined && role === undefined) throw new Refusal('invalid', 'The list wanted is not named.');
  return tag('query', { xmlns: NS.mucAdmin }, ...items(room, places, affiliation, role));
}

function items(room: Room, places: Places, wanted: string | undefined, role: string | undefined): Xml[] {
  return [...room.members.values()].flatMap(({ nick, rank, contact }) => {
    const [affiliation, held] = RANKS[rank];
    if ((wanted ?? affiliation) !== affiliation || (role ?? held) !== held) return [];
    return [tag('item', { affiliation, role: held, nick, jid: places.of(contact) })];
  });
}

/** XEP-0045 §8.2–8.6, §9, §10: one change of a role or an affiliation; resolves when the network made it. */
async function moderate(request: IqRequest, { places, occupancy }: MucOptions): Promise<''> {
  const { account, room } = occupancy.seatOf(request, roomOf(request, places));
  const changes = request.payload.getChildren('item', NS.mucAdmin);
  if (changes.length === 0) throw new Refusal('invalid', 'Nothing to change was named.');
  for (const item of changes)
    await account.send({ type: 'moderate', room: room.id, ...moderation(item, room, places) });
  return '';
}

function moderation(item: Element, room: Room, places: Places): Moderation {
  const nick = attr(item, 'nick') ?? nickOf(attr(item, 'jid'), room, places);
  if (nick === undefined) throw new Refusal('not-found', 'Nobody in the room was named.');
  const change = changeOf(attr(item, 'role'), attr(item, 'affiliation'));
  const reason = childText(item, 'reason');
  return { nick, change, ...(reason !== undefined && { reason }) };
}

function nickOf(address: string | undefined, room: Room, places: Places): string | undefined {
  const jid = address === undefined ? undefined : parseJid(address);
  const target = jid?.domain === places.host ? places.read(jid) : undefined;
  return target?.type === 'contact' ? room.find(target.contact)?.nick : undefined;
}

const ROLES = new Map<string, Moderation['change']>([
  ['none', 'kick'],
  ['visitor', 'listener'],
  ['participant', 'speaker'],
  ['moderator', 'moderator'],
]);
const AFFILIATIONS = new Map<string, Moderation['change']>([
  ['outcast', 'ban'],
  ['none', 'speaker'],
  ['member', 'member'],
  ['admin', 'admin'],
  ['owner', 'owner'],
]);

function changeOf(role: string | undefined, affiliation: string | undefined): Moderation['change'] {
  const change = role === undefined ? AFFILIATIONS.get(affiliation ?? '') : ROLES.get(role);
  if (!change) throw new Refusal('invalid', 'There is no such role or affiliation.');
  return change;
}

function roomOf({ to }: IqRequest, places: Places): Target & { type: 'room' } {
  const target = places.read(to);
  if (target?.type !== 'room') throw new Refusal('not-found', `${to.bare} is not a room.`);
  return target;
}
