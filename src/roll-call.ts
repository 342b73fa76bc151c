/** After the XMPP server came back: which of the clients in our rooms are still there. */

import { pause } from '#src/backoff.ts';
import type { Log } from '#src/log.ts';
import { Refusal, type Why } from '#src/network.ts';

export interface RollCallOptions {
  /** Full JIDs of the clients in rooms, at the moment of asking, each with a room's JID. */
  readonly clients: () => ReadonlyMap<string, string>;
  /** Runs before the first is asked. */
  readonly begin: () => Promise<void>;
  /** Asks one client for a sign of life, as its room; rejects with a `Refusal` where there is none. */
  readonly ask: (client: string, room: string) => Promise<unknown>;
  readonly gone: (client: string) => void;
  readonly log: Log;
  /** How long clients have to come back, in ms. */
  readonly grace?: number;
}

/** How many clients are asked at once. */
const AT_ONCE = 20;
/** What a server answers for a client that is not there: service-unavailable, item-not-found, and their like. */
const GONE: ReadonlySet<Why> = new Set(['unsupported', 'not-found', 'network']);

export class RollCall implements AsyncDisposable {
  readonly #options: RollCallOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #waiting = false;

  constructor(options: RollCallOptions) {
    this.#options = options;
  }

  /** While clients may still be on their way back, an error from one does not mean that it left for good. */
  get waiting(): boolean {
    return this.#waiting;
  }

  start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clients, begin, grace = 60_000 } = this.#options;
    this.#waiting = true;
    await pause(grace, this.#stopped.signal);
    this.#waiting = false;
    if (this.#stopped.signal.aborted) return;
    await begin();
    const all = [...clients()];
    for (let at = 0; at < all.length && !this.#stopped.signal.aborted; at += AT_ONCE) {
      await Promise.all(all.slice(at, at + AT_ONCE).map(([client, room]) => this.#ask(client, room)));
    }
  }

  async #ask(client: string, room: string): Promise<void> {
    try {
      await this.#options.ask(client, room);
    } catch (error) {
      // Silence may be a sleeping phone, a refusal a shy client; and if the link went there will be another call.
      if (!(error instanceof Refusal) || !GONE.has(error.why)) return;
      this.#options.log.info({ why: error.why }, 'A client did not come back after the outage');
      this.#options.gone(client);
    }
  }
}
