/** Conversations: what a client writes to, and what an event of the network belongs to. */

import type { LiveAccount } from '#src/account.ts';
import { localOf } from '#src/address.ts';
import type { Origin } from '#src/intent.ts';
import { type Author, type ContactId, type Conversation, type Network, Refusal } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import type { Users } from '#src/users.ts';
import { RESOURCE } from '#src/xmpp/write/presence.ts';

/** One conversation of one user. */
export interface Talk {
  readonly account: LiveAccount;
  readonly user: string;
  readonly to: Conversation;
  readonly kind: 'chat' | 'groupchat';
  /** Bare JID of the room or contact, and its local part, by which the archive knows it. */
  readonly jid: string;
  readonly local: string;
  /** The room it is in, or goes through in private (XEP-0045 §7.5). */
  readonly room?: Room;
  /** The other's nick in a private talk through `room`. */
  readonly nick?: string;
}
export interface TalksOptions {
  readonly network: Network;
  readonly users: Users;
  readonly places: Places;
  readonly occupancy: Occupancy;
}
type Kind = Talk['kind'];
type RoomTarget = Target & { type: 'room' };

export class Talks {
  readonly #options: TalksOptions;

  constructor(options: TalksOptions) {
    this.#options = options;
  }

  /** The conversation a client writes to; an account that is not live is opened. Refuses what is none. */
  of(origin: Origin, kind: Kind, target: Target): Talk | Promise<Talk> {
    if (target.type === 'room') return this.#inRoom(origin, kind, target);
    const { account, contact } = this.#person(origin, kind, target);
    return this.#options.users.accountOf(origin.from, account).then((live) => {
      live.whispers.delete(contact);
      return this.#with(live, contact);
    });
  }

  /** The same for what is not worth to open an account, or an answer; undefined where there is no such conversation. */
  live(origin: Origin, kind: Kind, target: Target): Talk | undefined {
    if (target.type === 'room')
      return this.#options.occupancy.seat(origin, target) && this.#inRoom(origin, kind, target);
    const { account, contact } = this.#person(origin, kind, target);
    const live = this.#options.users.live(origin.from.bare, account);
    return live && this.#with(live, contact);
  }

  /** The person a chat is with. */
  #person(origin: Origin, kind: Kind, target: Exclude<Target, RoomTarget>) {
    if (kind === 'groupchat') throw new Refusal('invalid', 'This address is not a room.');
    if (target.type === 'contact') return target;
    const nick = origin.to.resource === RESOURCE ? '' : origin.to.resource;
    const contact = nick === '' ? undefined : this.#options.network.contact(nick, target.account);
    if (contact === undefined)
      throw new Refusal('invalid', `${origin.to.bare} is not a person. Write to one of its contacts.`);
    return { ...target, contact };
  }

  #inRoom(origin: Origin, kind: Kind, target: RoomTarget): Talk {
    const { account, room } = this.#options.occupancy.seatOf(origin, target);
    const nick = origin.to.resource;
    if (kind === 'groupchat') {
      if (nick !== '') throw new Refusal('invalid', 'Messages to the room go to its bare address.');
      return this.ofRoom(account, room);
    }
    if (nick === '') throw new Refusal('invalid', 'Write to the room as a group chat, or to one person in it.');
    const member = room.members.get(nick);
    if (!member) throw new Refusal('not-found', `${nick} is not in this room.`);
    account.whispers.set(member.contact, room.id);
    return { ...this.#with(account, member.contact), room, nick };
  }

  /** What an event belongs to; undefined where the account is not in the room, or the contact has no address. */
  heard(account: LiveAccount, conversation: Conversation): Talk | undefined {
    if ('room' in conversation) {
      const room = account.rooms.get(conversation.room);
      // The leak invariant: nobody is shown a word of a room in which their own account is not.
      return room?.state === 'in' ? this.ofRoom(account, room) : undefined;
    }
    const contact = conversation.with;
    if (this.#options.places.of(contact) === undefined) return undefined;
    const whispered = account.whispers.get(contact);
    const room = whispered === undefined ? undefined : account.rooms.get(whispered);
    // In a room where the account stays alone nobody would hear it.
    const member = room?.state === 'in' && room.occupants.size > 0 ? room.find(contact) : undefined;
    return { ...this.#with(account, contact), ...(room && member && { room, nick: member.nick }) };
  }

  ofRoom(account: LiveAccount, room: Room): Talk {
    const { jid, local } = this.#address(room.id);
    return { account, user: account.user, to: { room: room.id }, kind: 'groupchat', jid, local, room };
  }

  #with(account: LiveAccount, contact: ContactId): Talk {
    return { account, user: account.user, to: { with: contact }, kind: 'chat', ...this.#address(contact) };
  }

  #address(id: Room['id'] | ContactId): { jid: string; local: string } {
    const jid = this.#options.places.of(id) ?? this.#options.places.host;
    return { jid, local: localOf(jid) };
  }
}

/** The nick of somebody in the room of a talk; empty where there is none. */
export function nickIn({ room }: Talk, from: Author): string {
  if (!room) return '';
  return 'self' in from ? room.nick : (from.nick ?? room.find(from.contact)?.nick ?? '');
}
