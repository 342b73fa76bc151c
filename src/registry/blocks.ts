/** Whom each user wants to hear nothing of (XEP-0191), on each host. */

import type { Selectable } from 'kysely';
import { PAGE, paged } from './pages.ts';
import type { Owned, Store, Tables } from './tables.ts';

/** One contact that a user has blocked. */
export interface Block extends Owned {
  /** Local part of the contact's JID, as in the JID. */
  readonly local: string;
}

type Stored = Selectable<Tables['blocks']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class StoredBlocks {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the block; nothing where it is there. */
  async put({ user, host, local }: Block): Promise<void> {
    await this.#store.commit.run(
      this.#store.db
        .insertInto('blocks')
        .values({ host, user, local })
        .onConflict((row) => row.doNothing()),
    );
  }

  /** All users' blocks on the host. */
  listAll(host: string): AsyncGenerator<Block> {
    return paged((last?: Stored) =>
      this.#store.db
        .selectFrom('blocks')
        .select(['host', 'user', 'local'])
        .where('host', '=', host)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('user', 'local'), '>', tuple(last?.user ?? '', last?.local ?? '')),
        )
        .orderBy('user')
        .orderBy('local')
        .limit(PAGE)
        .execute(),
    );
  }

  async remove(user: string, host: string, local: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host).where('local', '=', local));
  }

  /** Removes all the user has on the host. */
  async removeUser(user: string, host: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host));
  }

  #delete(user: string, host: string) {
    return this.#store.db.deleteFrom('blocks').where('host', '=', host).where('user', '=', user);
  }
}
