/** After the XMPP server came back: which of the clients in our rooms are still there. */

import { pause } from '#src/backoff.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';

export interface RollCallOptions {
  /** Full JIDs of the clients in rooms, at the moment of asking. */
  readonly clients: () => readonly string[];
  /** Asks one client for a sign of life; rejects with a `Refusal` where there is none. */
  readonly ask: (client: string) => Promise<unknown>;
  readonly gone: (client: string) => void;
  readonly log: Log;
  /** How long clients have to come back, in ms. */
  readonly grace?: number;
}

/** How many clients are asked at once. */
const AT_ONCE = 20;

export class RollCall implements AsyncDisposable {
  readonly #options: RollCallOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RollCallOptions) {
    this.#options = options;
  }

  /** While clients may still be on their way back, an error from one does not mean that it left for good. */
  get waiting(): boolean {
    return this.#running !== undefined;
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
    const { clients, grace = 60_000 } = this.#options;
    await pause(grace, this.#stopped.signal);
    const all = clients();
    for (let at = 0; at < all.length && !this.#stopped.signal.aborted; at += AT_ONCE) {
      await Promise.all(all.slice(at, at + AT_ONCE).map((client) => this.#ask(client)));
    }
  }

  async #ask(client: string): Promise<void> {
    try {
      await this.#options.ask(client);
    } catch (error) {
      // The link went again: there will be another call.
      if (!(error instanceof Refusal) || error.why === 'offline') return;
      this.#options.log.info({ why: error.why }, 'A client did not come back after the outage');
      this.#options.gone(client);
    }
  }
}
