/** Settings of an account beside signing in: they are stored, sealed, and its session takes them over. */

import { isDeepStrictEqual } from 'node:util';
import type { Jid } from '#src/address.ts';
import { Lanes } from '#src/lanes.ts';
import { type Account, type AccountId, type Network, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Users } from '#src/users.ts';

export interface AccountSettingsOptions {
  readonly network: Network;
  readonly places: Places;
  readonly registry: Registry;
  readonly users: Users;
}

/** Accounts of one user on a host that can have settings. */
const ACCOUNTS = 50;

export class AccountSettings {
  readonly #options: AccountSettingsOptions;
  /** One change after the other: each begins with what the one before it left. */
  readonly #lanes = new Lanes(8);

  constructor(options: AccountSettingsOptions) {
    this.#options = options;
  }

  /** Refuses who may not use this network. */
  check(user: Jid): void {
    this.#options.users.check(user);
  }

  /** The user's account as it is stored, or as that of a guest would be. */
  async of(user: Jid, id: AccountId): Promise<Account> {
    const { registry, places, network } = this.#options;
    const known = (await registry.accounts.get(user.bare, places.host, id)) ?? network.guest(id, user.local);
    if (known) return { id: known.id, label: known.label, settings: known.settings };
    throw new Refusal('sign-in', `Register with ${places.host} first, from your client's list of services.`);
  }

  /** Stores what `change` makes of the account, and has it taken over; true where that is another than before. */
  change(user: Jid, id: AccountId, change: (account: Account) => Account): Promise<boolean> {
    return this.#lanes.run(user.bare, () => this.#change(user, id, change));
  }

  async #change(user: Jid, id: AccountId, change: (account: Account) => Account): Promise<boolean> {
    const { registry, places, users } = this.#options;
    users.check(user);
    const before = await this.of(user, id);
    const account = change(before);
    if (isDeepStrictEqual(before.settings, account.settings)) return false;
    const known = await registry.accounts.get(user.bare, places.host, account.id);
    if (!known && (await registry.accounts.list(user.bare, places.host)).length >= ACCOUNTS) {
      throw new Refusal(
        'too-fast',
        `No more than ${ACCOUNTS} servers can have settings. Sign out of another one first.`,
      );
    }
    const row = { ...account, user: user.bare, host: places.host, guest: known?.guest ?? true };
    await registry.accounts.put({ ...row, created: known?.created ?? Date.now() });
    const live = users.live(user.bare, account.id);
    if (live?.adopt(account)) return true;
    // One that was refused is tried again with what is set now.
    const wanted = known?.guest === false && users.find(user.bare) !== undefined;
    if (live || wanted) users.settle(await users.open(users.admit(user), account, known?.guest === false));
    return true;
  }
}
