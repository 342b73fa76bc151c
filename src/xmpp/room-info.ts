/** What service discovery tells of a room, as far as it is known to the one who asks (XEP-0045 §6.4, §15.5.4). */

import type { Feature, RoomId, RoomListing } from '#src/network.ts';
import type { Room } from '#src/rooms.ts';
import type { Description } from './description.ts';
import { NS } from './ns.ts';
import { featuresOf } from './xeps.ts';

/** Clients treat a room as one to talk in only by this type; that of the host tells the network. */
const CONFERENCE = { category: 'conference', type: 'text' };

export interface RoomFacts {
  readonly id: RoomId;
  /** What its network does. */
  readonly does: readonly Feature[];
  /** Where the user's account is in it. */
  readonly room?: Room | undefined;
  /** What the network's list says. */
  readonly listing?: RoomListing | undefined;
  /** SHA-1 of the room's avatar (XEP-0486). */
  readonly avatar?: string | undefined;
}

export function roomInfo(facts: RoomFacts): Description {
  const { id, room, listing } = facts;
  const name = room?.settings?.name || listing?.name || id;
  const fields = fieldsOf(facts);
  return {
    identities: [{ ...CONFERENCE, name }],
    features: [...featuresOf('room', facts.does), ...kind(room)],
    ...(Object.keys(fields).length > 0 && { forms: [{ type: NS.mucRoomInfo, fields }] }),
  };
}

/** XEP-0045 §15.3: what kind of room it is. Members see each other's addresses here, never a JID of a user of ours. */
function kind(room: Room | undefined): readonly string[] {
  const { password, membersOnly = false, moderated = false, listed = true } = room?.settings ?? {};
  const secret = room?.private ?? false;
  return [
    // It is there whether or not one of ours is in it.
    'muc_persistent',
    password ? 'muc_passwordprotected' : 'muc_unsecured',
    membersOnly || secret ? 'muc_membersonly' : 'muc_open',
    moderated ? 'muc_moderated' : 'muc_unmoderated',
    listed && !secret ? 'muc_public' : 'muc_hidden',
    secret ? 'muc_nonanonymous' : 'muc_semianonymous',
  ];
}

function fieldsOf({ room, listing, avatar }: RoomFacts): Readonly<Record<string, readonly string[]>> {
  const inside = room?.state === 'in' ? room : undefined;
  const { description, openTopic } = inside?.settings ?? {};
  const occupants = inside?.members.size ?? listing?.members;
  const subject = inside?.topic.text ?? listing?.topic;
  return {
    ...(description && { 'muc#roominfo_description': [description] }),
    ...(subject !== undefined && { 'muc#roominfo_subject': [subject] }),
    ...(openTopic !== undefined && { 'muc#roominfo_subjectmod': [openTopic ? '1' : '0'] }),
    ...(occupants !== undefined && { 'muc#roominfo_occupants': [String(occupants)] }),
    ...(avatar && { 'muc#roominfo_avatarhash': [avatar] }),
  };
}

/** XEP-0045 §7.12: the nick that is kept for the one who asks; none where they are not in. */
export function reservedNick(room: Room | undefined): Description {
  const identities = room?.state === 'in' ? [{ ...CONFERENCE, name: room.nick }] : [];
  return { identities, features: [] };
}
