/** An account's own being in rooms: entering for its clients or without any, staying when they are gone, leaving. */

import type { LiveAccount } from '#src/account.ts';
import { backoff } from '#src/backoff.ts';
import type { Log } from '#src/log.ts';
import { Refusal, type RoomId, type Why } from '#src/network.ts';
import type { Occupant as Stored } from '#src/registry/occupants.ts';
import { type Change, Room } from '#src/rooms.ts';
import type { Stays } from '#src/stays.ts';
import type { Users } from '#src/users.ts';

export interface ResidenceOptions {
  readonly users: Pick<Users, 'find' | 'settle'>;
  readonly stays: Stays;
  /** Rooms one user may be in per account. */
  readonly rooms?: number | undefined;
  /** Answers the clients that wait to get in, and takes them out. */
  readonly refused: (account: LiveAccount, room: Room, error: unknown) => void;
  /** The room is over for the account. */
  readonly close: (account: LiveAccount, room: Room) => void;
  /** Tells the user, from the address of the account. */
  readonly tell: (account: LiveAccount, text: string) => void;
  readonly log: Log;
}

const ROOMS = 500;
/** How long, in ms, until a room that did not let in an account which stays there is tried again. */
const AGAIN = { first: 60_000, most: 3_600_000 };
/** What has nothing to do with the room; anything else is its own will, or that of services which are away. */
const PASSING: ReadonlySet<Why> = new Set(['offline', 'timeout', 'too-fast', 'full', 'network']);
/** How often in a row a room may refuse until it is taken to mean it. */
const REFUSALS = 5;

export class Residence {
  readonly #options: ResidenceOptions;
  readonly #most: number;
  readonly #log: Log;

  constructor(options: ResidenceOptions) {
    this.#options = options;
    this.#most = options.rooms ?? ROOMS;
    this.#log = options.log.child({ part: 'residence' });
  }

  /** The room as the account knows it, from here on. Refuses one too many. */
  room(account: LiveAccount, id: RoomId): Room {
    const known = account.rooms.get(id);
    if (known) return known;
    if (account.rooms.size >= this.#most) {
      throw new Refusal('too-fast', `No more than ${this.#most} rooms at once. Leave another one first.`);
    }
    const room = new Room(id);
    account.rooms.set(id, room);
    return room;
  }

  /** The account goes into a room where it stays without a client, when it is online. */
  bring(account: LiveAccount, { room: id, nick, password }: Stored): void {
    const { stays, users } = this.#options;
    if (account.ended || account.rooms.has(id) || account.rooms.size >= this.#most) return;
    if (!stays.wants(account.user, id)) return stays.remove(account.user, id);
    const room = this.room(account, id);
    room.stays = true;
    room.door = { nick, password };
    if (account.online) this.enter(account, room);
    users.settle(account);
  }

  /** The account is online: it goes where it stays and is not yet; what clients asked for waits for that itself. */
  online(account: LiveAccount): void {
    for (const room of account.rooms.values()) {
      if (room.state === 'wanted' && !room.asked) this.enter(account, room);
    }
  }

  enter(account: LiveAccount, room: Room): void {
    const { nick, password } = room.door;
    const secret = password === undefined ? {} : { password };
    const begin = () => {
      if (account.rooms.get(room.id) !== room) throw new Refusal('not-joined', 'The room was left again.');
      room.state = 'entering';
    };
    room.asked = true;
    account.send({ type: 'join', room: room.id, nick, ...secret }, begin).then(
      () => {
        room.asked = false;
        room.failures = 0;
        room.refusals = 0;
      },
      (error: unknown) => this.#notIn(account, room, error),
    );
  }

  #notIn(account: LiveAccount, room: Room, error: unknown): void {
    const { stays, refused, close, tell } = this.#options;
    room.asked = false;
    refused(account, room, error);
    if (account.ended || !room.stays || account.rooms.get(room.id) !== room) return close(account, room);
    const refusal = error instanceof Refusal && !PASSING.has(error.why) ? error : undefined;
    room.refusals = refusal ? room.refusals + 1 : 0;
    if (!refusal || room.refusals < REFUSALS) return this.#tryAgain(account, room, error);
    stays.remove(account.user, room.id);
    close(account, room);
    tell(account, `You do not stay in ${room.id} any more, because it can not be entered: ${refusal.message}`);
  }

  /** Waits, and tries again; once it is online again where that is what was missing. */
  #tryAgain(account: LiveAccount, room: Room, error: unknown): void {
    this.#log.info(
      { err: error, user: account.user, room: room.id },
      'A room in which an account stays is tried again',
    );
    room.state = 'wanted';
    if (!account.online) return;
    room.failures += 1;
    const again = () => {
      const here = account.online && account.rooms.get(room.id) === room;
      if (here && room.state === 'wanted' && !room.asked) this.enter(account, room);
    };
    clearTimeout(room.retry);
    room.retry = setTimeout(again, backoff(room.failures, AGAIN)).unref();
  }

  /** The account leaves a room in which nobody wants it any more. */
  leave(account: LiveAccount, room: Room, reason?: string): void {
    account
      .send({ type: 'leave', room: room.id, ...(reason ? { reason } : {}) })
      .catch((error: unknown) => this.#log.warn({ err: error }, 'A room could not be left'));
    this.#options.close(account, room);
  }

  /** The user may want to stay in other rooms than before. */
  reconsider(user: string): void {
    for (const account of this.#options.users.find(user)?.accounts.values() ?? []) {
      for (const room of account.rooms.values()) this.settle(account, room);
    }
  }

  /** Stays in a room or leaves it, as the user wants it; where a client is, this holds for later. */
  settle(account: LiveAccount, room: Room): void {
    const { stays } = this.#options;
    const wanted = stays.wants(account.user, room.id);
    if (!wanted) {
      this.forget(account, room);
      if (room.occupants.size === 0) this.leave(account, room);
    } else if (!room.stays && room.state === 'in') {
      room.stays = true;
      stays.put(account, room, room.door);
    }
  }

  /** The network took it out for good. A client that is there sees that; else the user is told. */
  expelled(account: LiveAccount, room: Room, { by, reason }: Pick<Change & { type: 'out' }, 'by' | 'reason'>): void {
    if (room.stays && room.occupants.size === 0) {
      const why = [by, reason].filter(Boolean).join(': ');
      const text = `You were taken out of ${room.id}${why && ` (${why})`}, and do not stay there any more. Join it again to be back.`;
      this.#options.tell(account, text);
    }
    this.forget(account, room);
  }

  /** It does not stay there any more. */
  forget(account: LiveAccount, room: Room): void {
    if (!room.stays) return;
    room.stays = false;
    this.#options.stays.remove(account.user, room.id);
  }

  /** Enters by that nick from here on: the room, and where the network has given it the nick as well. */
  rename(account: LiveAccount, at: Room, nick: string): void {
    for (const room of account.rooms.values()) {
      if (room !== at && room.nick !== nick) continue;
      room.door = { ...room.door, nick };
      if (room.stays) this.#options.stays.put(account, room, room.door);
    }
  }
}
