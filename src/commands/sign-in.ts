/** Signing in and out of a network; the same for in-band registration, commands, chat and CLI. */

import type { LiveAccount } from '#src/account.ts';
import { type Account, type AccountId, type Answers, type Network, type Prompt, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Roster } from '#src/roster.ts';
import type { User, Users } from '#src/users.ts';

export interface SignInOptions {
  readonly network: Network;
  readonly places: Places;
  readonly registry: Registry;
  readonly users: Users;
  readonly roster: Roster;
}

export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** The user's accounts that were signed in to; with `at`, only that one. */
  async known(user: string, at: AccountId | undefined): Promise<readonly Account[]> {
    const { registry, places } = this.#options;
    const accounts = await registry.accounts.list(user, places.host);
    return accounts.filter((account) => !account.guest && (at === undefined || account.id === at));
  }

  /** The first question, with what is known already filled in. */
  async ask(user: string, at: AccountId | undefined): Promise<{ prompt: Prompt; registered: boolean }> {
    const [known] = await this.known(user, at);
    const { value } = await this.#options.network.signIn(at, known).next({});
    if (value === undefined || !('fields' in value)) throw new Refusal('invalid', 'There is nothing to fill in.');
    return { prompt: value, registered: known !== undefined };
  }

  /**
   * Signs in with all answers at once, stores the account and connects it. Throws `Refusal('invalid')` where an answer is
   * wrong, or where the network has to ask again.
   */
  async signIn(user: User, at: AccountId | undefined, answers: Answers): Promise<LiveAccount> {
    const { network, places, registry, users, roster } = this.#options;
    const [known] = await this.known(user.jid, at);
    const steps = network.signIn(at, known);
    await steps.next({});
    const { done, value: account } = await steps.next(answers);
    if (!done) throw new Refusal('invalid', `More is asked than this form can hold: ${account.title}.`);
    const row = { user: user.jid, host: places.host, guest: false, created: Date.now() };
    await registry.accounts.put({ ...account, ...row });
    const live = await users.open(user, account);
    await roster.greet(user.jid);
    // The client tells that it is there only after it has accepted the gateway on its roster.
    live.expect();
    users.settle(live);
    return live;
  }

  /** Disconnects and forgets one account, or all; after the last nothing of the gateway stays on the roster. */
  async signOut(user: string, at: AccountId | undefined): Promise<void> {
    const { registry, places, users, roster } = this.#options;
    const known = await this.known(user, at);
    if (known.length === 0) throw new Refusal('sign-in', `You are not registered with ${places.host}.`);
    for (const { id } of known) {
      await registry.accounts.remove(user, places.host, id);
      await users.live(user, id)?.stop(true);
    }
    if ((await this.known(user, undefined)).length === 0) await roster.farewell(user);
  }
}
