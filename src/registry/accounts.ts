/** The accounts: logins the gateway drives for its users, with their settings sealed. */

import type { Selectable } from 'kysely';
import type { Account, AccountId, Refusal } from '#src/network.ts';
import { opened, PAGE, paged } from './pages.ts';
import { type RowName, seal, unseal } from './seal.ts';
import type { Owned, Store, Tables } from './tables.ts';

/** An account and whose it is. */
export interface OwnedAccount extends Account, Owned {
  /** Made without a sign-in. */
  readonly guest: boolean;
  /** Milliseconds since 1970. */
  readonly created: number;
}

type Stored = Selectable<Tables['accounts']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class Accounts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the account or replaces it; `created` stays what it was first. */
  async put(account: OwnedAccount): Promise<void> {
    const { user, host, id, label, created } = account;
    const settings = seal(this.#store.key, rowName(user, host, id), JSON.stringify(account.settings ?? null));
    await this.#store.commit.run(
      this.#store.db
        .insertInto('accounts')
        .values({ host, user, account: id, label, settings, guest: Number(account.guest), created })
        .onConflict((row) =>
          row.columns(['host', 'user', 'account']).doUpdateSet(({ ref }) => ({
            label: ref('excluded.label'),
            settings: ref('excluded.settings'),
            guest: ref('excluded.guest'),
          })),
        ),
    );
  }

  /** Throws `Refusal('sign-in')` when the stored settings can't be read; so does `list`. */
  async get(user: string, host: string, id: AccountId): Promise<OwnedAccount | undefined> {
    const row = await this.#rows(host).where('user', '=', user).where('account', '=', id).executeTakeFirst();
    return row && this.#open(row);
  }

  async list(user: string, host: string): Promise<readonly OwnedAccount[]> {
    const rows = await this.#rows(host).where('user', '=', user).orderBy('account').execute();
    return rows.map((row) => this.#open(row));
  }

  /** All users' accounts on the host; those whose settings can't be read are passed over and told to `unreadable`. */
  listAll(host: string, unreadable: (refusal: Refusal) => void): AsyncGenerator<OwnedAccount> {
    const rows = paged((last?: Stored) =>
      this.#rows(host)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('user', 'account'), '>', tuple(last?.user ?? '', last?.account ?? ('' as AccountId))),
        )
        .orderBy('user')
        .orderBy('account')
        .limit(PAGE)
        .execute(),
    );
    return opened(rows, (row) => this.#open(row), unreadable);
  }

  async remove(user: string, host: string, id: AccountId): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host).where('account', '=', id));
  }

  /** Removes all the user has on the host. */
  async removeUser(user: string, host: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host));
  }

  #rows(host: string) {
    return this.#store.db
      .selectFrom('accounts')
      .select(['host', 'user', 'account', 'label', 'settings', 'guest', 'created'])
      .where('host', '=', host);
  }

  #delete(user: string, host: string) {
    return this.#store.db.deleteFrom('accounts').where('host', '=', host).where('user', '=', user);
  }

  #open({ user, host, account: id, label, settings, guest, created }: Stored): OwnedAccount {
    const json = unseal(this.#store.key, rowName(user, host, id), settings);
    return { user, host, id, label, settings: JSON.parse(json), guest: guest === 1, created };
  }
}

function rowName(user: string, host: string, id: AccountId): RowName {
  return ['accounts', user, host, id];
}
