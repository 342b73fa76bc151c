/** Who sits in which room, so that a restarted gateway can bring its users back in. */

import type { Selectable } from 'kysely';
import type { AccountId, Refusal, RoomId } from '#src/network.ts';
import { opened, PAGE, paged } from './pages.ts';
import { type RowName, seal, unseal } from './seal.ts';
import type { Owned, Store, Tables } from './tables.ts';

/** One client of a user in one room, or the account itself, which stays there without one. */
export interface Occupant extends Owned {
  readonly room: RoomId;
  /** Resource of the client's full JID; empty for the account itself. */
  readonly resource: string;
  /** The account it is in with; a guest's is not among the stored ones. */
  readonly account: AccountId;
  readonly nick: string;
  /** What the room asks for at the door. */
  readonly password?: string;
}

type Stored = Selectable<Tables['occupants']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class Occupants {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the occupant or replaces it. */
  async put(occupant: Occupant): Promise<void> {
    const { user, host, room, resource, account, nick } = occupant;
    const password =
      occupant.password === undefined ? null : seal(this.#store.key, rowName(occupant), occupant.password);
    await this.#store.commit.run(
      this.#store.db
        .insertInto('occupants')
        .values({ host, user, room, resource, account, nick, password })
        .onConflict((row) =>
          row.columns(['host', 'user', 'room', 'resource']).doUpdateSet(({ ref }) => ({
            account: ref('excluded.account'),
            nick: ref('excluded.nick'),
            password: ref('excluded.password'),
          })),
        ),
    );
  }

  /** All occupants on the host; those whose password can't be read are passed over and told to `unreadable`. */
  list(host: string, unreadable: (refusal: Refusal) => void): AsyncGenerator<Occupant> {
    const rows = paged((last?: Stored) =>
      this.#store.db
        .selectFrom('occupants')
        .select(['host', 'user', 'room', 'resource', 'account', 'nick', 'password'])
        .where('host', '=', host)
        .where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('user', 'room', 'resource'),
            '>',
            tuple(last?.user ?? '', last?.room ?? ('' as RoomId), last?.resource ?? ''),
          ),
        )
        .orderBy('user')
        .orderBy('room')
        .orderBy('resource')
        .limit(PAGE)
        .execute(),
    );
    return opened(rows, (row) => this.#open(row), unreadable);
  }

  /** The rooms in which accounts of the user stay. */
  stays(user: string, host: string, unreadable: (refusal: Refusal) => void): AsyncGenerator<Occupant> {
    const rows = paged((last?: Stored) =>
      this.#store.db
        .selectFrom('occupants')
        .select(['host', 'user', 'room', 'resource', 'account', 'nick', 'password'])
        .where('host', '=', host)
        .where('user', '=', user)
        .where('resource', '=', '')
        .where('room', '>', last?.room ?? ('' as RoomId))
        .orderBy('room')
        .limit(PAGE)
        .execute(),
    );
    return opened(rows, (row) => this.#open(row), unreadable);
  }

  async isStay(user: string, host: string, room: RoomId): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('occupants')
      .select('account')
      .where('host', '=', host)
      .where('user', '=', user)
      .where('room', '=', room)
      .where('resource', '=', '')
      .executeTakeFirst();
    return row !== undefined;
  }

  async remove(user: string, host: string, room: RoomId, resource: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host).where('room', '=', room).where('resource', '=', resource));
  }

  /** Removes all the user has on the host. */
  async removeUser(user: string, host: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host));
  }

  #delete(user: string, host: string) {
    return this.#store.db.deleteFrom('occupants').where('host', '=', host).where('user', '=', user);
  }

  #open({ password, ...occupant }: Stored): Occupant {
    if (password === null) return occupant;
    return { ...occupant, password: unseal(this.#store.key, rowName(occupant), password) };
  }
}

function rowName({ user, host, room, resource }: Omit<Occupant, 'account' | 'nick'>): RowName {
  return ['occupants', user, host, room, resource];
}
