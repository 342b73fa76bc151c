/** Who of our users sits in which room: entering, leaving, nicks, moderation, and showing a room's changes. */

import type { LiveAccount } from '#src/account.ts';
import { parseJid } from '#src/address.ts';
import { answerTo, type Intent, type Origin, type Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { type ContactId, type Member, type Presence, Refusal, type RemoteEvent } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import { type Change, type Occupant, Room } from '#src/rooms.ts';
import type { User, Users } from '#src/users.ts';
import * as write from '#src/xmpp/write.ts';

export interface OccupancyOptions {
  readonly users: Users;
  readonly places: Places;
  readonly send: write.Send;
  readonly refuse: Refuse;
  readonly log: Log;
}
type RoomTarget = Target & { type: 'room' };
type Join = Intent & { type: 'join' };

/** Rooms one user may be in per account. */
const ROOMS = 500;

export class Occupancy {
  readonly #users: Users;
  readonly #places: Places;
  readonly #send: write.Send;
  readonly #refuse: Refuse;
  readonly #log: Log;

  constructor({ users, places, send, refuse, log }: OccupancyOptions) {
    this.#users = users;
    this.#places = places;
    this.#send = send;
    this.#refuse = refuse;
    this.#log = log.child({ part: 'occupancy' });
  }

  /** The seat of a client in a room it is in, or undefined. */
  seat(origin: Origin, target: RoomTarget): { account: LiveAccount; room: Room; occupant: Occupant } | undefined {
    const account = this.#users.live(origin.from.bare, target.account);
    const room = account?.rooms.get(target.room);
    const occupant = room?.occupants.get(origin.from.full);
    return account && room && occupant && { account, room, occupant };
  }

  /** XEP-0045 §7.2. The promise covers the look-up of the account, not the join. */
  async join({ origin, password, presence }: Join, target: RoomTarget): Promise<void> {
    const nick = origin.to.resource;
    if (nick === '') throw new Refusal('invalid', 'A nickname is missing: join room@host/nickname.');
    const user = this.#users.admit(origin.from);
    const account = await this.#users.account(user, target.account, nick);
    this.#users.presence(user, origin.from.resource, presence, false);
    const room = account.rooms.get(target.room) ?? new Room(target.room);
    const asked = room.occupants.size > 0;
    if (!asked && account.rooms.size >= ROOMS) throw new Refusal('too-fast', `No more than ${ROOMS} rooms at once.`);
    account.rooms.set(room.id, room);
    const occupant: Occupant = { jid: origin.from.full, asked: nick, id: origin.id, synced: false };
    room.occupants.set(occupant.jid, occupant);
    if (room.state === 'in') this.#showAll(account, room, occupant);
    else if (!asked) this.#enter(account, room, nick, password);
  }

  #enter(account: LiveAccount, room: Room, nick: string, password: string | undefined): void {
    const begin = () => {
      if (account.rooms.get(room.id) !== room) throw new Refusal('not-joined', 'The room was left again.');
      room.state = 'entering';
    };
    const secret = password === undefined ? {} : { password };
    account.send({ type: 'join', room: room.id, nick, ...secret }, begin).catch((error: unknown) => {
      for (const { jid, asked, id } of room.occupants.values()) {
        const from = `${this.#jid(room)}/${asked}`;
        this.#refuse('presence', { id, from, to: jid }, error);
      }
      this.#close(account, room);
    });
  }

  /** XEP-0045 §7.14. A client that isn't in the room is not answered, so that leaving twice is harmless. */
  leave(origin: Origin, target: RoomTarget, reason: string | undefined): void {
    const seat = this.seat(origin, target);
    if (seat) this.remove(seat.account, seat.room, seat.occupant, reason);
    const user = this.#users.find(origin.from.bare);
    if (user) this.#forget(user, origin.from.full, origin.from.resource);
  }

  /** Takes one client out of a room; the last one takes the account out. */
  remove(account: LiveAccount, room: Room, occupant: Occupant, reason?: string): void {
    this.#send(write.absent(this.#jid(room), own(room, occupant), { codes: [110] }), occupant.jid);
    room.occupants.delete(occupant.jid);
    if (room.occupants.size > 0) return;
    account
      .send({ type: 'leave', room: room.id, ...(reason ? { reason } : {}) })
      .catch((error: unknown) => this.#log.warn({ err: error }, 'A room could not be left'));
    this.#close(account, room);
  }

  /** A client that was only known from rooms is forgotten with its last one. */
  #forget(user: User, full: string, resource: string): void {
    const client = user.clients.get(resource);
    const rooms = [...user.accounts.values()].flatMap((account) => [...account.rooms.values()]);
    if (!client || client.direct || rooms.some((room) => room.occupants.has(full))) return;
    this.#users.presence(user, resource, { show: 'offline' }, false);
  }

  /** A client is gone for good: out of every room (XEP-0045 §13.1: an error from it says so). */
  gone(client: string): void {
    const jid = parseJid(client);
    const user = jid && this.#users.find(jid.bare);
    if (!user) return;
    for (const account of user.accounts.values()) {
      for (const room of account.rooms.values()) {
        const occupant = room.occupants.get(jid.full);
        if (occupant) this.remove(account, room, occupant);
      }
    }
    this.#users.presence(user, jid.resource, { show: 'offline' }, false);
  }

  /** Full JIDs of all clients in rooms. */
  clients(): readonly string[] {
    const accounts = [...this.#users].flatMap((user) => [...user.accounts.values()]);
    const rooms = accounts.flatMap((account) => [...account.rooms.values()]);
    return [...new Set(rooms.flatMap((room) => [...room.occupants.keys()]))];
  }

  /** Presence of a client to a room it is in: another nick (XEP-0045 §7.6), or only its availability (§7.7). */
  nick(origin: Origin, target: RoomTarget, presence: Presence): void {
    const seat = this.seat(origin, target);
    if (!seat) throw new Refusal('not-joined', 'You are not in this room. Join it first.');
    const user = this.#users.find(origin.from.bare);
    if (user) this.#users.presence(user, origin.from.resource, presence, false);
    const { account, room, occupant } = seat;
    const nick = origin.to.resource;
    // A client that has overlooked the nick it was given (status 210) must not fight for the one it asked for.
    if (nick === '' || nick === room.nick || nick === occupant.asked) return;
    account.send({ type: 'nick', room: room.id, nick }).catch((error: unknown) => {
      this.#refuse('presence', answerTo(origin), error);
    });
  }

  /** What happened in a room, to be shown to the clients in it. */
  event(account: LiveAccount, event: RemoteEvent & { type: 'room' | 'member' | 'topic' }): void {
    const room = account.rooms.get(event.room);
    // Whoever isn't in the room is shown nothing of it; a room only wanted may still get news of its former life.
    if (!room || room.state === 'wanted') return;
    if (event.type !== 'room' && room.state !== 'in') return;
    if (event.type === 'room') {
      this.#showChanges(account, room, room.replace(event));
      for (const occupant of room.occupants.values()) if (!occupant.synced) this.#showAll(account, room, occupant);
    } else if (event.type === 'topic') {
      room.topic = event.topic;
      this.#showChanges(account, room, [{ type: 'topic', topic: event.topic }]);
    } else {
      this.#showChanges(account, room, room.apply(event));
    }
  }

  /** A contact's availability, in each room it shares with the user. */
  presence(account: LiveAccount, contact: ContactId): void {
    for (const room of account.rooms.values()) {
      const member = room.state === 'in' ? room.find(contact) : undefined;
      if (member) this.#toAll(room, this.#occupant(account, room, member, member.self ? [110] : []));
    }
  }

  /** The account ended: everyone in its rooms is told why (XEP-0045 §17: 333, a technical problem; 332, shutdown). */
  dissolve(account: LiveAccount, code: 332 | 333, reason: string): void {
    for (const room of account.rooms.values()) {
      for (const occupant of room.occupants.values()) {
        this.#send(write.absent(this.#jid(room), own(room, occupant), { codes: [110, code], reason }), occupant.jid);
      }
    }
    account.rooms.clear();
  }

  #showAll(account: LiveAccount, room: Room, occupant: Occupant): void {
    for (const member of room.members.values()) {
      if (!member.self) this.#send(this.#occupant(account, room, member, []), occupant.jid);
    }
    const self = room.members.get(room.nick);
    // XEP-0045 §7.2.2: the own presence comes last; 210 tells that it is not the nick that was asked for.
    if (self)
      this.#send(this.#occupant(account, room, self, self.nick === occupant.asked ? [110] : [110, 210]), occupant.jid);
    this.#send(write.roomSubject(this.#jid(room), room.topic), occupant.jid);
    occupant.synced = true;
  }

  #showChanges(account: LiveAccount, room: Room, changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'topic') this.#toAll(room, write.roomSubject(this.#jid(room), change.topic));
      else if (change.type === 'in')
        this.#toAll(room, this.#occupant(account, room, change.member, change.member.self ? [110] : []));
      else if (change.type === 'renamed') this.#showRenamed(account, room, change);
      else this.#showOut(account, room, change);
    }
  }

  #showRenamed(account: LiveAccount, room: Room, { was, member }: Change & { type: 'renamed' }): void {
    const self = member.self ? [110] : [];
    const contact = this.#places.of(was.contact) ?? '';
    const old = write.absent(this.#jid(room), was, { codes: [303, ...self], nick: member.nick, contact });
    this.#toAll(room, old);
    this.#toAll(room, this.#occupant(account, room, member, self));
  }

  #showOut(account: LiveAccount, room: Room, { member, how, by, reason }: Change & { type: 'out' }): void {
    const why = { out: member.self ? [333] : [], kick: [307], ban: [301] }[how];
    const facts = { codes: [...(member.self ? [110] : []), ...why], contact: this.#places.of(member.contact) ?? '' };
    const told = { ...facts, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
    this.#toAll(room, write.absent(this.#jid(room), member, told));
    if (member.self) this.#close(account, room);
  }

  #occupant(account: LiveAccount, room: Room, member: Member, codes: readonly number[]): write.Stanza {
    const contact = this.#places.of(member.contact);
    const presence = account.presences.get(member.contact);
    const facts = { codes, ...(contact && { contact }), ...(presence && presence.show !== 'offline' && { presence }) };
    return write.occupant(this.#jid(room), member, facts);
  }

  #toAll(room: Room, stanza: write.Stanza): void {
    for (const occupant of room.occupants.values()) if (occupant.synced) this.#send(stanza, occupant.jid);
  }

  /** A room's id came from a JID, so it has one. */
  #jid(room: Room): string {
    return this.#places.of(room.id) ?? this.#places.host;
  }

  #close(account: LiveAccount, room: Room): void {
    if (account.rooms.get(room.id) === room) account.rooms.delete(room.id);
    this.#users.settle(account);
  }
}

/** The user's own member of a room; before the room is known, the nick a client asked for stands in. */
function own(room: Room, occupant: Occupant): write.Shown {
  return room.members.get(room.nick) ?? { nick: occupant.asked, rank: 'speaker' };
}
