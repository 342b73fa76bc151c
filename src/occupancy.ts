/** Who of our users sits in which room: entering, leaving, nicks, and who is told what happens there. */

import type { LiveAccount } from '#src/account.ts';
import { parseJid } from '#src/address.ts';
import { addressee } from '#src/crowd.ts';
import { answerTo, type Intent, type Origin, type Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { type ContactId, type Presence, Refusal, type RemoteEvent } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Occupant as Stored } from '#src/registry/occupants.ts';
import { Residence, type ResidenceOptions } from '#src/residence.ts';
import { type Occupant, Room } from '#src/rooms.ts';
import type { Showing } from '#src/showing.ts';
import type { Stays } from '#src/stays.ts';
import type { User, Users } from '#src/users.ts';
import { StanzaRefusal } from '#src/xmpp/errors.ts';

export interface OccupancyOptions {
  readonly users: Users;
  readonly places: Places;
  readonly registry: Registry;
  readonly showing: Showing;
  readonly stays: Stays;
  /** Rooms one user may be in per account. */
  readonly rooms?: number | undefined;
  /** Tells the user, from the address of the account. */
  readonly tell: ResidenceOptions['tell'];
  readonly refuse: Refuse;
  readonly log: Log;
}
type RoomTarget = Target & { type: 'room' };

export class Occupancy {
  readonly residence: Residence;
  readonly #options: OccupancyOptions;
  readonly #users: Users;
  readonly #log: Log;

  constructor(options: OccupancyOptions) {
    this.#options = options;
    this.#users = options.users;
    this.#log = options.log.child({ part: 'occupancy' });
    this.residence = new Residence({
      ...options,
      refused: (account, room, error) => this.#refused(account, room, error),
      close: (account, room) => this.#close(account, room),
    });
  }

  /** The seat of a client in a room it is in, or undefined. */
  seat(origin: Origin, target: RoomTarget): { account: LiveAccount; room: Room; occupant: Occupant } | undefined {
    const account = this.#users.live(origin.from.bare, target.account);
    const room = account?.rooms.get(target.room);
    const occupant = room?.occupants.get(origin.from.full);
    return account && room && occupant && { account, room, occupant };
  }

  /** The same for what only an occupant may do; refuses everybody else. */
  seatOf(origin: Origin, target: Target): NonNullable<ReturnType<Occupancy['seat']>> {
    const seat = target.type === 'room' ? this.seat(origin, target) : undefined;
    if (seat) return seat;
    throw new Refusal('not-joined', 'You are not in this room. Join it first.');
  }

  /** XEP-0045 §7.2. The promise covers the look-up of the account, not the join. */
  async join(intent: Intent & { type: 'join' }, target: RoomTarget): Promise<void> {
    const { origin, password, presence } = intent;
    const nick = origin.to.resource;
    if (nick === '') throw nickMissing();
    const user = this.#users.admit(origin.from);
    const account = await this.#users.account(user, target.account, nick);
    this.#users.presence(user, origin.from.resource, presence, false);
    const occupant: Occupant = {
      jid: origin.from.full,
      asked: nick,
      id: origin.id,
      history: intent.history,
      synced: false,
    };
    this.#seat(account, this.residence.room(account, target.room), occupant, password);
  }

  /** A client that was in a room when the gateway was killed comes back; it never saw that it had been out. */
  async restore({ user: jid, room: id, resource, account: at, nick, password }: Stored): Promise<void> {
    const from = parseJid(`${jid}/${resource}`);
    if (!from) throw new Refusal('invalid', 'This client has no address.');
    // It has seen the past already.
    const history = { maxStanzas: 0 };
    const occupant: Occupant = { jid: from.full, asked: nick, id: undefined, history, synced: false };
    try {
      const account = await this.#users.account(this.#users.admit(from), at, nick);
      this.#seat(account, this.residence.room(account, id), occupant, password);
    } catch (error) {
      this.#options.showing.end(new Room(id), occupant, 332, 'The gateway was restarted. Join the room again.');
      throw error;
    }
  }

  #seat(account: LiveAccount, room: Room, occupant: Occupant, password: string | undefined): void {
    const before = room.occupants.get(occupant.jid);
    // It is shown all of it again.
    if (before) before.held = undefined;
    room.occupants.set(occupant.jid, occupant);
    this.#remember(account, room, occupant, password);
    if (room.state === 'in') this.#options.showing.all(account, room, occupant);
    if (room.state === 'in' || room.asked) return;
    room.door = { nick: occupant.asked, password: password ?? room.door.password };
    this.residence.enter(account, room);
  }

  #refuseEntry(room: Room, { jid, asked, id }: Occupant, error: unknown): void {
    const from = `${this.#options.showing.jid(room)}/${asked}`;
    this.#options.refuse('presence', { id, from, to: jid, join: true }, error);
  }

  #refused(account: LiveAccount, room: Room, error: unknown): void {
    for (const occupant of room.occupants.values()) {
      this.#refuseEntry(room, occupant, error);
      this.#unseat(account, room, occupant);
    }
  }

  /** XEP-0045 §7.14. A client that isn't in the room is not answered, so that leaving twice is harmless. */
  leave(origin: Origin, target: RoomTarget, reason: string | undefined): void {
    const seat = this.seat(origin, target);
    if (seat) this.remove(seat.account, seat.room, seat.occupant, reason);
    const user = this.#users.find(origin.from.bare);
    if (user) this.#forget(user, origin.from.full, origin.from.resource);
  }

  /** Takes one client out of a room; the last one takes the account out, unless it stays there. */
  remove(account: LiveAccount, room: Room, occupant: Occupant, reason?: string): void {
    this.#options.showing.end(room, occupant);
    this.#unseat(account, room, occupant);
    if (room.occupants.size === 0 && !room.stays) this.residence.leave(account, room, reason);
  }

  /** Takes the account out for good, and all clients with it. Resolves when nothing brings it back. */
  async quit(account: LiveAccount, room: Room): Promise<void> {
    for (const occupant of room.occupants.values()) this.#options.showing.end(room, occupant);
    this.residence.forget(account, room);
    this.residence.leave(account, room);
    await this.#options.stays.end(account.user, room.id);
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

  /** All clients in rooms, each with the JID of a room it is in. */
  clients(): ReadonlyMap<string, string> {
    const clients = new Map<string, string>();
    const accounts = [...this.#users].flatMap((user) => [...user.accounts.values()]);
    for (const room of accounts.flatMap((account) => [...account.rooms.values()])) {
      for (const client of room.occupants.keys()) clients.set(client, this.#options.showing.jid(room));
    }
    return clients;
  }

  /** Presence of a client to a room it is in: another nick (XEP-0045 §7.6), or only its availability (§7.7). */
  nick(origin: Origin, target: RoomTarget, presence: Presence): void {
    const { account, room, occupant } = this.seatOf(origin, target);
    const user = this.#users.find(origin.from.bare);
    if (user) this.#users.presence(user, origin.from.resource, presence, false);
    const nick = origin.to.resource;
    if (nick === '' || nick === room.nick) return;
    const renamed = () => this.residence.rename(account, room, nick);
    account.send({ type: 'nick', room: room.id, nick }).then(renamed, (error: unknown) => {
      // A client may have overlooked that it was given another nick (status 210) and only tell how available it is.
      if (nick === occupant.asked && error instanceof Refusal && error.why === 'nick-taken') return;
      this.#options.refuse('presence', answerTo(origin), error);
    });
  }

  /** What happened in a room, to be shown to the clients in it. */
  event(account: LiveAccount, event: RemoteEvent & { type: 'room' | 'member' | 'topic' | 'settings' }): void {
    const room = account.rooms.get(event.room);
    // Whoever isn't in the room is shown nothing of it; a room only wanted may still get news of its former life.
    if (!room || room.state === 'wanted') return;
    if (event.type !== 'room' && room.state !== 'in') return;
    const { showing } = this.#options;
    if (event.type === 'room') {
      showing.changes(account, room, room.replace(event));
      for (const occupant of room.occupants.values()) if (!occupant.synced) showing.all(account, room, occupant);
      this.residence.settle(account, room);
    } else if (event.type === 'topic') {
      room.topic = event.topic;
      showing.changes(account, room, [event]);
    } else if (event.type === 'settings') {
      showing.changes(account, room, room.configure(event));
    } else {
      const changes = room.apply(event);
      showing.changes(account, room, changes);
      for (const change of changes) {
        if (change.type !== 'out' || !change.member.self) continue;
        this.residence.expelled(account, room, change);
        this.#close(account, room);
      }
    }
  }

  /** Somebody said something in or through a room: in a large one, they and whom they name are shown from here on. */
  heard(account: LiveAccount, { in: place, from, content }: RemoteEvent & { type: 'message' }): void {
    const id = 'room' in place ? place.room : account.whispers.get(place.with);
    const room = id === undefined ? undefined : account.rooms.get(id);
    if (room?.state !== 'in' || room.crowd.whole) return;
    const author = 'self' in from ? undefined : room.find(from.contact);
    const named = 'room' in place ? room.members.get(addressee(content.text) ?? '') : undefined;
    for (const member of [author, named]) if (member) this.#options.showing.notice(account, room, member);
  }

  /** One of ours writes to a room, or through it to somebody. */
  addresses({ origin, body }: Intent & { type: 'message' }, target: RoomTarget): void {
    const seat = this.seat(origin, target);
    if (!seat || seat.room.crowd.whole) return;
    const member = seat.room.members.get(origin.to.resource || (addressee(body) ?? ''));
    if (member) this.#options.showing.notice(seat.account, seat.room, member);
  }

  /** A contact's availability, in each room it shares with the user. */
  presence(account: LiveAccount, contact: ContactId): void {
    for (const room of account.rooms.values()) {
      const member = room.state === 'in' ? room.find(contact) : undefined;
      if (member) this.#options.showing.present(account, room, member);
    }
  }

  /** The account ended: everyone in its rooms is told why (XEP-0045 §15.6.2: 332 for a shutdown, 333 for a fault). */
  dissolve(account: LiveAccount, code: 332 | 333 | undefined, refusal: Refusal): void {
    for (const room of account.rooms.values()) {
      for (const occupant of room.occupants.values()) {
        if (occupant.synced) this.#options.showing.end(room, occupant, code, refusal.message);
        else this.#refuseEntry(room, occupant, refusal);
      }
      this.#close(account, room);
    }
  }

  /** The room is over for the account, whoever ended it. */
  #close(account: LiveAccount, room: Room): void {
    for (const occupant of room.occupants.values()) this.#unseat(account, room, occupant);
    room.close();
    if (account.rooms.get(room.id) === room) account.rooms.delete(room.id);
    this.#users.settle(account);
  }

  /** Remembers a client over a crash of the gateway. */
  #remember(account: LiveAccount, room: Room, occupant: Occupant, password: string | undefined): void {
    const row = { ...this.#row(account, room, occupant), account: account.id, nick: occupant.asked };
    this.#options.registry.occupants
      .put({ ...row, ...(password !== undefined && { password }) })
      .catch((error: unknown) => this.#log.error({ err: error }, 'An occupant could not be stored'));
  }

  #unseat(account: LiveAccount, room: Room, occupant: Occupant): void {
    this.#options.showing.release(room, occupant);
    room.occupants.delete(occupant.jid);
    const { user, host, resource } = this.#row(account, room, occupant);
    this.#options.registry.occupants
      .remove(user, host, room.id, resource)
      .catch((error: unknown) => this.#log.error({ err: error }, 'An occupant could not be forgotten'));
  }

  #row(account: LiveAccount, room: Room, { jid }: Occupant) {
    const resource = jid.slice(account.user.length + 1);
    return { user: account.user, host: this.#options.places.host, room: room.id, resource };
  }
}

/** XEP-0045 §7.2.1 prescribes the condition. */
function nickMissing(): StanzaRefusal {
  const text = 'A nickname is missing: join room@host/nickname.';
  return new StanzaRefusal({ type: 'modify', condition: 'jid-malformed', code: 400, text });
}
