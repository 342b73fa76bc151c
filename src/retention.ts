/** How long what was said is kept: as the administrator has it, or less where the user wants less; and erasing at once. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '#src/log.ts';
import { PreferenceBook } from '#src/preferences.ts';
import type { Registry } from '#src/registry/database.ts';

/** What an administrator decides about the archive of a network. */
export interface ArchiveLimits {
  /** Days a message is kept; 0: for ever. */
  readonly days?: number;
  /** Messages that a client which does not say how many it wants is told when it joins a room. */
  readonly onJoin?: number;
}
export interface RetentionOptions extends Pick<ArchiveLimits, 'days'> {
  readonly host: string;
  readonly registry: Pick<Registry, 'archive' | 'preferences'>;
  readonly log: Log;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

export class Retention implements AsyncDisposable {
  readonly #options: RetentionOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Removes what is due, now and every hour. */
  start(): void {
    this.#begin();
    this.#timer = setInterval(() => this.#begin(), HOUR).unref();
  }

  /** Resolves when nothing more is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Removes what is due, one conversation after the other. */
  async sweep(): Promise<void> {
    const { host, registry, days = 30 } = this.#options;
    const now = Date.now();
    // One of its own: what it reads of users who are not here is forgotten with it.
    const preferences = new PreferenceBook(host, registry);
    let current = '';
    for await (const { user, local } of registry.archive.conversations(host)) {
      if (this.#stopped) return;
      if (user !== current) {
        preferences.forget(current);
        await preferences.load(user);
        current = user;
      }
      const kept = shorter(days, preferences.of(user, local).retentionDays);
      if (kept > 0) await registry.archive.expire(user, host, local, new Date(now - kept * DAY));
      // The database answers within the turn, so that without this many conversations would hold up everybody.
      await nextTurn();
    }
  }

  /** Removes all that was kept of one conversation, by the local part of its address, or on the whole host. */
  async erase(user: string, local?: string): Promise<void> {
    await this.#options.registry.archive.erase(user, this.#options.host, local);
  }

  /** One sweep after the other, however long each takes. */
  #begin(): void {
    this.#running = this.#running
      .then(() => this.sweep())
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'Old messages could not be removed'));
  }
}

/** The shorter of two times, either of which may be for ever (0). */
function shorter(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
