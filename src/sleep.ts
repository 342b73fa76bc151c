/** Accounts that stay in rooms without a client: brought back when they are opened, asleep while their user is long gone. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LiveAccount } from '#src/account.ts';
import { parseJid } from '#src/address.ts';
import type { LastSeen } from '#src/last-seen.ts';
import type { Log } from '#src/log.ts';
import { type AccountId, Refusal } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Occupant as Stored } from '#src/registry/occupants.ts';
import type { Stays } from '#src/stays.ts';
import type { User, Users } from '#src/users.ts';

export interface SleepOptions {
  readonly users: Users;
  readonly occupancy: Occupancy;
  readonly stays: Stays;
  readonly lastSeen: LastSeen;
  readonly log: Log;
}
type Stay = Pick<Stored, 'user' | 'account' | 'nick'>;

const HOUR = 3_600_000;
/** What others see of one who goes to sleep. */
const FAREWELL = 'Away for a long time';

export class Sleep implements AsyncDisposable {
  readonly #options: SleepOptions;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  /** What has begun and not ended. */
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SleepOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'sleep' });
  }

  /** From here on it is looked every hour who has been away for too long. */
  start(): void {
    this.#timer = setInterval(() => this.#begin(() => this.sweep()), HOUR).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    clearInterval(this.#timer);
    await Promise.all(this.#running);
  }

  /** A user has come: those of their accounts wake that stay in rooms. */
  came(user: string): void {
    this.#begin(() => this.#wake(user));
  }

  async #wake(user: string): Promise<void> {
    const { stays, lastSeen } = this.#options;
    const rows = await stays.of(user);
    if (rows.length > 0) lastSeen.note(user);
    for (const stay of rows) await this.#open(stay);
  }

  /** An account was opened: it goes where it stays. */
  async opened(account: LiveAccount): Promise<void> {
    const { stays, occupancy, users } = this.#options;
    const rows = await stays.of(account.user, account.id);
    const user = users.find(account.user);
    // Nobody is there, and the network is to know it.
    if (rows.length > 0 && user?.clients.size === 0) account.present(users.merged(user));
    for (const row of rows) occupancy.residence.bring(account, row);
  }

  /** After a start of the gateway: opens the account of a stay, unless its user is long gone. Tells whether it did. */
  async revive(stay: Stay): Promise<boolean> {
    if (await this.#options.lastSeen.isGone(stay.user)) return false;
    return this.#open(stay);
  }

  /** Who may not come any more is not brought, but may again one day. */
  async #open({ user: jid, account, nick }: Stay): Promise<boolean> {
    const { users } = this.#options;
    const id = account === '' ? undefined : (account as AccountId);
    const from = parseJid(jid);
    if (!from || this.#stopped.signal.aborted || users.live(jid, id)?.ended === false) return false;
    try {
      // It is let go again where it turns out that nothing is to stay.
      users.settle(await users.account(users.admit(from), id, nick));
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#log.info({ user: jid, why: error.message }, 'An account can not stay');
      return false;
    }
  }

  /** Puts the accounts of those to sleep who have been away for too long, and notes who is here. */
  async sweep(): Promise<void> {
    for (const user of [...this.#options.users]) {
      if (this.#stopped.signal.aborted) return;
      if (user.accounts.size > 0) await this.#judge(user);
      // The database answers within the turn, so that without this many users would hold up everybody.
      await nextTurn();
    }
  }

  async #judge(user: User): Promise<void> {
    const { lastSeen } = this.#options;
    if (isHere(user)) return lastSeen.note(user.jid);
    if (!(await lastSeen.isGone(user.jid)) || isHere(user)) return;
    this.#log.info({ user: user.jid }, 'The accounts of somebody who was not here for long are put to sleep');
    await Promise.all([...user.accounts.values()].map((account) => account.stop(false, FAREWELL)));
  }

  #begin(task: () => Promise<void>): void {
    const running = task()
      .catch((error: unknown) => this.#log.error({ err: error }, 'Accounts could not be woken or put to sleep'))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

/** Clients that were in rooms before a crash are known from there alone. */
function isHere({ clients, accounts }: User): boolean {
  const rooms = accounts.values().flatMap((account) => account.rooms.values());
  return clients.size > 0 || rooms.some((room) => room.occupants.size > 0);
}
