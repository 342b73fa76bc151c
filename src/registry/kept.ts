/** Small values that bridges keep for their accounts (network.ts: `Host.keep`), sealed like settings. */

import { type AccountId, Refusal } from '#src/network.ts';
import { seal, unseal } from './seal.ts';
import type { Owned, Store } from './tables.ts';

/** An account and whose it is. */
export interface Keeper extends Owned {
  readonly account: AccountId;
}

/** Values of one account, and the bytes of one. */
const VALUES = 100;
const VALUE_BYTES = 4 * 1024;
const KEY_LENGTH = 100;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class KeptValues {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws `Refusal('sign-in')` when the stored value can't be read. */
  async get({ host, user, account }: Keeper, key: string): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('kept')
      .select('value')
      .where('host', '=', host)
      .where('user', '=', user)
      .where('account', '=', account)
      .where('key', '=', key)
      .executeTakeFirst();
    return row && unseal(this.#store.key, ['kept', host, user, account, key], row.value);
  }

  /** Adds the value or replaces it. Throws `Refusal('too-long')` for what is beyond the bounds. */
  async put(keeper: Keeper, key: string, value: string): Promise<void> {
    const { host, user, account } = keeper;
    if (key.length > KEY_LENGTH || Buffer.byteLength(value) > VALUE_BYTES || (await this.#isFull(keeper, key))) {
      throw new Refusal('too-long', 'That is more than can be kept for an account.');
    }
    const sealed = seal(this.#store.key, ['kept', host, user, account, key], value);
    await this.#store.commit.run(
      this.#store.db
        .insertInto('kept')
        .values({ host, user, account, key, value: sealed })
        .onConflict((row) =>
          row.columns(['host', 'user', 'account', 'key']).doUpdateSet(({ ref }) => ({ value: ref('excluded.value') })),
        ),
    );
  }

  async remove({ host, user, account }: Keeper, key?: string): Promise<void> {
    const all = this.#store.db
      .deleteFrom('kept')
      .where('host', '=', host)
      .where('user', '=', user)
      .where('account', '=', account);
    await this.#store.commit.run(key === undefined ? all : all.where('key', '=', key));
  }

  /** Removes all of the user's accounts on the host. */
  async removeUser(user: string, host: string): Promise<void> {
    await this.#store.commit.run(this.#store.db.deleteFrom('kept').where('host', '=', host).where('user', '=', user));
  }

  async #isFull({ host, user, account }: Keeper, key: string): Promise<boolean> {
    const others = await this.#store.db
      .selectFrom('kept')
      .select('key')
      .where('host', '=', host)
      .where('user', '=', user)
      .where('account', '=', account)
      .where('key', '<>', key)
      .limit(VALUES)
      .execute();
    return others.length >= VALUES;
  }
}
