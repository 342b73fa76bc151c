/** What users have set, as text; src/preferences.ts knows what it means. */

import { type Selectable, sql } from 'kysely';
import { PAGE, paged } from './pages.ts';
import type { Store, Tables } from './tables.ts';

export type StoredPreference = Selectable<Tables['preferences']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class StoredPreferences {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the preference or replaces it. */
  async put(preference: StoredPreference): Promise<void> {
    await this.#store.commit.run(
      this.#store.db
        .insertInto('preferences')
        .values(preference)
        .onConflict((row) =>
          row.columns(['host', 'user', 'local', 'name']).doUpdateSet(({ ref }) => ({ value: ref('excluded.value') })),
        ),
    );
  }

  async list(user: string, host: string): Promise<readonly StoredPreference[]> {
    return this.#store.db
      .selectFrom('preferences')
      .select(['host', 'user', 'local', 'name', 'value'])
      .where('host', '=', host)
      .where('user', '=', user)
      .execute();
  }

  /** What all users have set for single conversations under that name. */
  listConversations(host: string, name: string): AsyncGenerator<StoredPreference> {
    return paged((last?: StoredPreference) =>
      this.#store.db
        .selectFrom('preferences')
        .select(['host', 'user', 'local', 'name', 'value'])
        .where('host', '=', host)
        .where('name', '=', name)
        // Not a parameter, so that SQLite sees that the index of conversations fits.
        .where('local', '<>', sql.lit(''))
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('user', 'local'), '>', tuple(last?.user ?? '', last?.local ?? '')),
        )
        .orderBy('user')
        .orderBy('local')
        .limit(PAGE)
        .execute(),
    );
  }

  async remove({ user, host, local, name }: Omit<StoredPreference, 'value'>): Promise<void> {
    const all = this.#store.db.deleteFrom('preferences').where('host', '=', host).where('user', '=', user);
    await this.#store.commit.run(all.where('local', '=', local).where('name', '=', name));
  }

  /** Removes all the user has on the host. */
  async removeUser(user: string, host: string): Promise<void> {
    await this.#store.commit.run(
      this.#store.db.deleteFrom('preferences').where('host', '=', host).where('user', '=', user),
    );
  }
}
