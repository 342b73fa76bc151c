/** Shows a room to the clients in it: the whole of it at the beginning, then each change (XEP-0045 §7.2, §8). */

import type { LiveAccount } from '#src/account.ts';
import type { Member } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Change, Occupant, Room } from '#src/rooms.ts';
import { roomSubject } from '#src/xmpp/write/message.ts';
import * as write from '#src/xmpp/write/occupant.ts';
import type { Send, Stanza } from '#src/xmpp/write/stanza.ts';

export class Showing {
  readonly #places: Places;
  readonly #send: Send;

  constructor(places: Places, send: Send) {
    this.#places = places;
    this.#send = send;
  }

  /** The whole room to one client. */
  all(account: LiveAccount, room: Room, occupant: Occupant): void {
    for (const member of room.members.values()) {
      if (!member.self) this.#send(this.#occupant(account, room, member, []), occupant.jid);
    }
    const self = room.members.get(room.nick);
    // XEP-0045 §7.2.2: the own presence comes last; 210 tells that it is not the nick that was asked for.
    const codes = room.nick === occupant.asked ? [110] : [110, 210];
    if (self) this.#send(this.#occupant(account, room, self, codes), occupant.jid);
    this.#send(roomSubject(this.jid(room), room.topic), occupant.jid);
    occupant.synced = true;
  }

  /** Changes, to every client that has been shown the whole. */
  changes(account: LiveAccount, room: Room, changes: readonly Change[]): void {
    for (const change of changes) {
      switch (change.type) {
        case 'topic':
          this.toAll(room, roomSubject(this.jid(room), change.topic));
          break;
        case 'in':
          this.present(account, room, change.member);
          break;
        case 'renamed':
          this.#renamed(account, room, change);
          break;
        case 'out':
          this.#out(room, change);
          break;
      }
    }
  }

  /** A member as it is now. */
  present(account: LiveAccount, room: Room, member: Member): void {
    this.toAll(room, this.#occupant(account, room, member, selfCodes(member)));
  }

  /** The end of the room for one client; `code` says why where it didn't leave itself (XEP-0045 §15.6.2). */
  end(room: Room, occupant: Occupant, code?: 332 | 333, reason?: string): void {
    // Before the room is known, the nick that was asked for stands in for the own member.
    const member = room.members.get(room.nick) ?? { nick: occupant.asked, rank: 'speaker' };
    const codes = code === undefined ? [110] : [110, code];
    this.#send(write.absent(this.jid(room), member, { codes, ...(reason && { reason }) }), occupant.jid);
  }

  /** The room's bare JID; its id came from one. */
  jid(room: Room): string {
    return this.#places.of(room.id) ?? this.#places.host;
  }

  #renamed(account: LiveAccount, room: Room, { was, member }: Change & { type: 'renamed' }): void {
    const facts = { codes: [303, ...selfCodes(member)], nick: member.nick, ...this.#contact(was) };
    this.toAll(room, write.absent(this.jid(room), was, facts));
    this.present(account, room, member);
  }

  #out(room: Room, { member, how, by, reason }: Change & { type: 'out' }): void {
    const why = { out: member.self ? [333] : [], kick: [307], ban: [301] }[how];
    const facts = { codes: [...selfCodes(member), ...why], ...(by !== undefined && { by }), ...(reason && { reason }) };
    this.toAll(room, write.absent(this.jid(room), member, { ...facts, ...this.#contact(member) }));
  }

  #occupant(account: LiveAccount, room: Room, member: Member, codes: readonly number[]): Stanza {
    const presence = account.presences.get(member.contact);
    const away = presence && presence.show !== 'offline' ? { presence } : {};
    return write.occupant(this.jid(room), member, { codes, ...away, ...this.#contact(member) });
  }

  #contact(member: Member): { contact?: string } {
    const contact = this.#places.of(member.contact);
    return contact === undefined ? {} : { contact };
  }

  /** To every client that has been shown the whole room. */
  toAll(room: Room, stanza: Stanza): void {
    for (const occupant of room.occupants.values()) if (occupant.synced) this.#send(stanza, occupant.jid);
  }
}

function selfCodes(member: Member): readonly number[] {
  return member.self ? [110] : [];
}
