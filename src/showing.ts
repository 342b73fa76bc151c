/** Shows a room to the clients in it: the whole of it at the beginning, then each change (XEP-0045 §7.2, §8). */

import type { LiveAccount } from '#src/account.ts';
import { localOf } from '#src/address.ts';
import type { HistoryWanted } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import type { ContactId, Member, RoomId } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Preferences } from '#src/preferences.ts';
import type { Change, Occupant, Room } from '#src/rooms.ts';
import type { OccupantId } from '#src/xmpp/occupant-id.ts';
import { roomSubject } from '#src/xmpp/write/message.ts';
import * as write from '#src/xmpp/write/occupant.ts';
import { roomChanged } from '#src/xmpp/write/room.ts';
import type { Send, Stanza } from '#src/xmpp/write/stanza.ts';

/** What was said in a room before, oldest first; what is said from the call on is not in it. */
type Past = (user: string, room: RoomId, wants: HistoryWanted) => Promise<readonly Stanza[]>;

export interface ShowingOptions {
  readonly places: Places;
  readonly send: Send;
  readonly occupantId: OccupantId;
  readonly preferences: { of(user: string, local?: string): Preferences };
  /** SHA-1 of a contact's avatar, where it is known (XEP-0153). */
  readonly hash?: (user: string, contact: ContactId) => string | undefined;
  readonly past?: Past;
  readonly log: Log;
  /** Members up to which a room is shown whole, where the user has not chosen. */
  readonly fullUpTo: number;
}

/** Stanzas that wait for one client while its past is read; when there are more it does without the past. */
const HELD = 1_000;

export class Showing {
  readonly #options: ShowingOptions;

  constructor(options: ShowingOptions) {
    this.#options = options;
  }

  /** The whole room to one client, in the order of XEP-0045 §7.2: others, itself, the past, the subject, what is new. */
  all(account: LiveAccount, room: Room, occupant: Occupant): void {
    const { past } = this.#options;
    const preferences = this.#preferences(account, room);
    this.#choose(room, occupant, preferences);
    for (const member of room.members.values()) {
      if (!member.self && room.crowd.shows(member.nick))
        this.#send(this.#occupant(account, room, member, []), occupant);
    }
    const self = room.members.get(room.nick);
    const codes = [110, ...(room.nick === occupant.asked ? [] : [210]), ...(room.private ? [100] : [])];
    // XEP-0045 §7.2.12: what is said here is kept.
    const logged = past && preferences.history ? [170] : [];
    if (self) this.#send(this.#occupant(account, room, self, [...codes, ...logged]), occupant);
    occupant.synced = true;
    const { maxStanzas, maxChars } = occupant.history;
    if (!past || maxStanzas === 0 || maxChars === 0) return this.#subject(room, occupant);
    occupant.held = [];
    void this.#replay(past(account.user, room.id, occupant.history), room, occupant);
  }

  /** The first who is shown a room decides how much of it is shown. */
  #choose(room: Room, occupant: Occupant, { crowd }: Preferences): void {
    for (const other of room.occupants.values()) if (other.synced && other !== occupant) return;
    room.crowd.begin(crowd, room.members, this.#options.fullUpTo);
  }

  /** Never rejects: without its past a room is still a room. */
  async #replay(reading: Promise<readonly Stanza[]>, room: Room, occupant: Occupant): Promise<void> {
    const stanzas = await reading.catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'The past of a room could not be read');
      return [];
    });
    // It left meanwhile, or too much happened.
    if (!occupant.held) return;
    for (const stanza of stanzas) this.#options.send(stanza, occupant.jid);
    this.release(room, occupant);
  }

  /** Ends the wait for the past: the subject and what was kept back. */
  release(room: Room, occupant: Occupant): void {
    const { held } = occupant;
    if (!held) return;
    occupant.held = undefined;
    this.#subject(room, occupant);
    for (const stanza of held) this.#options.send(stanza, occupant.jid);
  }

  #subject(room: Room, occupant: Occupant): void {
    this.#send(roomSubject(this.jid(room), room.topic), occupant);
  }

  /** Changes, to every client that has been shown the whole. */
  changes(account: LiveAccount, room: Room, changes: readonly Change[]): void {
    for (const change of changes) {
      switch (change.type) {
        case 'topic':
          this.toAll(room, roomSubject(this.jid(room), change.topic));
          break;
        case 'settings':
          this.toAll(room, roomChanged(this.jid(room), settingsCodes(change)));
          break;
        case 'in':
          if (room.crowd.admit(change.member)) this.#announce(account, room, change.member);
          break;
        case 'renamed':
          this.#renamed(account, room, change);
          break;
        case 'out':
          if (room.crowd.leave(change.member.nick)) this.#out(room, change);
          break;
      }
    }
  }

  /** A member as it is now. */
  present(account: LiveAccount, room: Room, member: Member): void {
    if (room.crowd.shows(member.nick)) this.#announce(account, room, member);
  }

  /** Somebody who speaks, or is spoken to, is shown before that is. */
  notice(account: LiveAccount, room: Room, member: Member): void {
    if (room.crowd.notice(member.nick)) this.#announce(account, room, member);
  }

  #announce(account: LiveAccount, room: Room, member: Member): void {
    this.toAll(room, this.#occupant(account, room, member, selfCodes(member)));
  }

  /** The end of the room for one client; `code` says why where it didn't leave itself (XEP-0045 §15.6.2). */
  end(room: Room, occupant: Occupant, code?: 332 | 333, reason?: string): void {
    // Before the room is known, the nick that was asked for stands in for the own member.
    const self = room.members.get(room.nick);
    const member = self ?? { nick: occupant.asked, rank: 'speaker' };
    const codes = code === undefined ? [110] : [110, code];
    const known = self ? { id: this.#options.occupantId(room.id, self.contact) } : {};
    this.release(room, occupant);
    this.#send(write.absent(this.jid(room), member, { codes, ...known, ...(reason && { reason }) }), occupant);
  }

  /** The room's bare JID; its id came from one. */
  jid(room: Room): string {
    return this.#options.places.of(room.id) ?? this.#options.places.host;
  }

  #renamed(account: LiveAccount, room: Room, { was, member }: Change & { type: 'renamed' }): void {
    if (room.crowd.rename(was.nick, member.nick)) {
      const codes = [303, ...selfCodes(member)];
      this.toAll(room, write.absent(this.jid(room), was, { codes, nick: member.nick, ...this.#person(room, was) }));
    }
    if (room.crowd.admit(member)) this.#announce(account, room, member);
  }

  #out(room: Room, { member, how, by, reason }: Change & { type: 'out' }): void {
    const alone = by === member.nick;
    const why = { out: member.self && !alone ? [333] : [], kick: [307], ban: [301] }[how];
    const actor = by === undefined || alone ? {} : { by };
    const facts = { codes: [...selfCodes(member), ...why], ...actor, ...(reason && { reason }) };
    this.toAll(room, write.absent(this.jid(room), member, { ...facts, ...this.#person(room, member) }));
  }

  #occupant(account: LiveAccount, room: Room, member: Member, codes: readonly number[]): Stanza {
    const presence = account.presences.get(member.contact);
    const hash = this.#options.hash?.(account.user, member.contact);
    return write.occupant(this.jid(room), member, {
      codes,
      ...(presence && presence.show !== 'offline' && { presence }),
      ...(hash !== undefined && { hash }),
      ...this.#person(room, member),
    });
  }

  #person(room: Room, { contact }: Member): { contact?: string; id: string } {
    const { places, occupantId } = this.#options;
    const jid = places.of(contact);
    const id = occupantId(room.id, contact);
    return jid === undefined ? { id } : { contact: jid, id };
  }

  #preferences(account: LiveAccount, room: Room): Preferences {
    return this.#options.preferences.of(account.user, localOf(this.jid(room)));
  }

  /** To every client that has been shown the whole room, or those of `among`. */
  toAll(room: Room, stanza: Stanza, among?: ReadonlySet<Occupant>): void {
    for (const occupant of room.occupants.values()) {
      if (!occupant.synced || among?.has(occupant) === false) continue;
      if (occupant.held && occupant.held.length >= HELD) this.release(room, occupant);
      this.#send(stanza, occupant);
    }
  }

  #send(stanza: Stanza, occupant: Occupant): void {
    if (occupant.held) occupant.held.push(stanza);
    else this.#options.send(stanza, occupant.jid);
  }
}

function selfCodes(member: Member): readonly number[] {
  return member.self ? [110] : [];
}

/** XEP-0045 §15.6.1: 172 and 173 tell who can see whose address from now on. */
function settingsCodes({ private: secret }: Change & { type: 'settings' }): readonly number[] {
  if (secret === undefined) return [104];
  return [104, secret ? 172 : 173];
}
