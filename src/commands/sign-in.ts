/** Signing in and out of a network; the same for in-band registration, commands and chat. */

import type { Access } from '#src/access.ts';
import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import { pause } from '#src/backoff.ts';
import type { Blocks } from '#src/blocks.ts';
import type { Command, Outcome, Question, Run } from '#src/commands/command.ts';
import { Lanes } from '#src/lanes.ts';
import type { LastSeen } from '#src/last-seen.ts';
import { type Account, type AccountId, type Answers, type Network, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import type { OwnedAccount } from '#src/registry/accounts.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Roster } from '#src/roster.ts';
import type { Stays } from '#src/stays.ts';
import type { User, Users } from '#src/users.ts';

export interface SignInOptions {
  readonly network: Network;
  readonly places: Places;
  readonly registry: Registry;
  readonly users: Users;
  readonly roster: Pick<Roster, 'greet' | 'farewell'>;
  readonly access: Access;
  readonly blocks: Blocks;
  readonly preferences: PreferenceBook;
  readonly stays: Pick<Stays, 'forget'>;
  readonly lastSeen: Pick<LastSeen, 'remove'>;
  /** Erases the history of all the user's conversations. */
  readonly erase: (user: string) => Promise<void>;
}

/** How long a sign-in waits to see whether the network takes it, in ms. */
const WAIT = 15_000;
/** Name of the field for the invitation (after XEP-0445, where the token comes with the registration). */
const TOKEN = 'isthmus-invitation';

export class SignIn {
  readonly #options: SignInOptions;
  /** One sign-in or sign-out of a user at a time: what was wished last holds. */
  readonly #lanes = new Lanes(8);

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** The user's accounts that were signed in to; with `at`, only that one. */
  async known(user: string, at: AccountId | undefined): Promise<readonly Account[]> {
    const { registry, places } = this.#options;
    const accounts = await registry.accounts.list(user, places.host);
    return accounts.filter((account) => !account.guest && (at === undefined || account.id === at));
  }

  /** These, and those of a guest of which something is set. */
  async stored(user: string, at: AccountId | undefined): Promise<readonly OwnedAccount[]> {
    const { registry, places } = this.#options;
    const accounts = await registry.accounts.list(user, places.host);
    return accounts.filter(({ id }) => at === undefined || id === at);
  }

  /** Asks what the network asks, and for an invitation where one is needed; stores the account and connects it. */
  async *run(user: Jid, at: AccountId | undefined): Run {
    const { access, network, users } = this.#options;
    const asksToken = access.needsToken(user);
    if (!asksToken) access.check(user);
    // What a guest has set goes on to hold for who signs in.
    const [known] = (await this.stored(user.bare, at)).toSorted(
      (one, other) => Number(one.guest) - Number(other.guest),
    );
    // However this ends, what the network holds open for it is let go.
    await using steps = network.signIn(at, known);
    let step = await steps.next({});
    let token = '';
    for (let first = true; !step.done; first = false) {
      const answers: Answers = yield first && asksToken ? withToken(step.value) : step.value;
      token ||= answers[TOKEN] ?? '';
      step = await steps.next(answers);
    }
    if (asksToken) await access.redeem(user, token);
    const account = step.value;
    return this.#lanes.run(user.bare, () => this.#accept(users.admit(user), account));
  }

  /**
   * Connects and stores the account. What the network refuses is not stored, and what was there before stays; what it
   * can't answer in time is stored and tried again.
   */
  async #accept(user: User, account: Account): Promise<Outcome> {
    const { places, registry, users, roster } = this.#options;
    const known = await registry.accounts.get(user.jid, places.host, account.id);
    const live = await users.open(user, account);
    // The client tells that it is there only after it has accepted the gateway on its roster.
    live.expect();
    const refusal = await refusalOf(live);
    if (refusal) {
      if (known?.guest === false) users.settle(await users.open(user, known));
      throw refusal;
    }
    await registry.accounts.put({ ...account, user: user.jid, host: places.host, guest: false, created: Date.now() });
    await roster.greet(user.jid);
    users.settle(live);
    if (live.online) return { lines: [`You are signed in to ${live.label}.`] };
    const reason = live.trouble === '' ? '' : ` (${live.trouble})`;
    return {
      lines: [
        `Your account is stored, but there is no connection to ${live.label} yet${reason}. It is tried again until it works.`,
      ],
      warning: true,
    };
  }

  /** Disconnects and forgets one account, or all; after the last nothing is kept of the user. */
  signOut(user: string, at: AccountId | undefined): Promise<void> {
    return this.#lanes.run(user, () => this.#forget(user, at));
  }

  async #forget(user: string, at: AccountId | undefined): Promise<void> {
    const { registry, places, users } = this.#options;
    const known = await this.stored(user, at);
    if (known.length === 0) throw new Refusal('sign-in', `You are not registered with ${places.host}.`);
    const last = known.length === (await this.stored(user, undefined)).length;
    if (last) await this.#forgetAll(user);
    else for (const { id } of known) await this.#forgetAccount(user, id);
    // At the end, so that what was cut short can be wished again; meanwhile a client may have had it opened.
    for (const { id } of known) {
      await registry.accounts.remove(user, places.host, id);
      await users.live(user, id)?.stop(true);
    }
  }

  async #forgetAccount(user: string, id: AccountId): Promise<void> {
    const { registry, places, users, stays } = this.#options;
    await users.live(user, id)?.stop(true);
    await registry.kept.remove({ user, host: places.host, account: id });
    await stays.forget(user, id);
  }

  /** Guests' accounts, which are not stored, end with the others. */
  async #forgetAll(user: string): Promise<void> {
    const { registry, places, users, roster, blocks, preferences, lastSeen, erase } = this.#options;
    const live = [...(users.find(user)?.accounts.values() ?? [])];
    await Promise.all(live.map((account) => account.stop(true)));
    await roster.farewell(user);
    await blocks.forget(user);
    await preferences.remove(user);
    await registry.occupants.removeUser(user, places.host);
    await registry.kept.removeUser(user, places.host);
    await lastSeen.remove(user);
    await erase(user);
  }
}

/** Why the network turned the account away; undefined when it took it, or could not be reached in time. */
async function refusalOf(live: LiveAccount): Promise<Refusal | undefined> {
  const inTime = new AbortController();
  try {
    await Promise.race([live.outcome, pause(WAIT, inTime.signal)]);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.why === 'sign-in' || error.why === 'invalid' ? error : undefined;
  } finally {
    inTime.abort();
  }
}

function withToken(question: Question): Question {
  const field = { name: TOKEN, label: 'Invitation', type: 'text' } as const;
  return { ...question, fields: [field, ...question.fields] };
}

/** Registers with the network, or changes what it was given. */
export function signInCommand(signIn: SignIn, network: Network): Command {
  return {
    name: 'sign-in',
    // Movim shows an icon for this name.
    node: 'jabber:iq:register',
    title: 'Sign in',
    summary: 'sign in, or change your nick or password',
    who: 'anyone',
    at: ['host', 'account'],
    noise: network.id,
    run: ({ user, at }) => signIn.run(user, at.account),
  };
}
