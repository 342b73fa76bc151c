/** When each user was last here, so that those who stay away are not kept connected for ever. */

import type { Owned, Store } from './tables.ts';

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class Sightings {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async put({ host, user }: Owned, at: Date): Promise<void> {
    await this.#store.commit.run(
      this.#store.db
        .insertInto('sightings')
        .values({ host, user, at: at.getTime() })
        .onConflict((row) => row.columns(['host', 'user']).doUpdateSet(({ ref }) => ({ at: ref('excluded.at') }))),
    );
  }

  async get({ host, user }: Owned): Promise<Date | undefined> {
    const row = await this.#store.db
      .selectFrom('sightings')
      .select('at')
      .where('host', '=', host)
      .where('user', '=', user)
      .executeTakeFirst();
    return row && new Date(row.at);
  }

  async remove({ host, user }: Owned): Promise<void> {
    await this.#store.commit.run(
      this.#store.db.deleteFrom('sightings').where('host', '=', host).where('user', '=', user),
    );
  }
}
