/** When users were last here: noted now and then, for whoever stays away need not be kept connected. */

import type { Log } from '#src/log.ts';
import { recent } from '#src/recent.ts';
import type { Registry } from '#src/registry/database.ts';

export interface LastSeenOptions {
  /** Component host. */
  readonly host: string;
  readonly registry: Pick<Registry, 'sightings'>;
  /** Days after which somebody counts as gone; 0: never. */
  readonly days: number;
  readonly log: Log;
}

const HOUR = 3_600_000;
const DAY = 86_400_000;
/** Users of whom it is remembered that they were noted a short time ago. */
const NOTED = 100_000;

export class LastSeen {
  readonly #options: LastSeenOptions;
  readonly #noted = recent<string, true>(NOTED, HOUR);

  constructor(options: LastSeenOptions) {
    this.#options = options;
  }

  /** The user is here; written once an hour at most. */
  note(user: string): void {
    const { host, registry, days, log } = this.#options;
    if (days === 0 || this.#noted.has(user)) return;
    this.#noted.set(user, true);
    registry.sightings
      .put({ host, user }, new Date())
      .catch((error: unknown) => log.error({ err: error }, 'It could not be noted that a user is here'));
  }

  /** Whether the user has not been here for too long. Who was never seen, as after an import, has their time from now. */
  async isGone(user: string): Promise<boolean> {
    const { host, registry, days } = this.#options;
    if (days === 0 || this.#noted.has(user)) return false;
    const at = await registry.sightings.get({ host, user });
    if (at) return Date.now() - at.getTime() > days * DAY;
    this.note(user);
    return false;
  }

  /** The user has left the gateway for good. */
  async remove(user: string): Promise<void> {
    this.#noted.delete(user);
    await this.#options.registry.sightings.remove({ host: this.#options.host, user });
  }
}
