/** Where accounts connect to: no more at once than the server takes, and no faster than it likes. */

import type { Account, Network } from '#src/network.ts';
import { Pace } from '#src/pace.ts';
import { recent } from '#src/recent.ts';

interface Waiting {
  readonly enter: () => void;
  /** Whether somebody is there who waits for it. */
  readonly urgent: () => boolean;
}
type Paced = Pick<Pace, 'take'>;
export interface EntranceLimits {
  /** Most accounts inside at once; 0: no limit. */
  readonly most: number;
  readonly pace: Paced;
  /** That of the whole host. */
  readonly common: Paced;
}

/** Accounts that may come at once, before they come one by one. */
const BURST = 10;
/** Entrances that are remembered. */
const ENTRANCES = 10_000;
/** For what nobody has to wait for. */
const FREE: Paced = { take: () => Promise.resolve() };

export class Entrance {
  readonly most: number;
  readonly #pace: Paced;
  readonly #common: Paced;
  readonly #waiting = new Set<Waiting>();
  #inside = 0;
  #opening: AbortController | undefined;

  constructor({ most, pace, common }: EntranceLimits) {
    this.most = most;
    this.#pace = pace;
    this.#common = common;
  }

  /** How many are inside. */
  get inside(): number {
    return this.#inside;
  }

  /** Whether whoever comes now has to wait until somebody leaves. */
  get full(): boolean {
    return this.most > 0 && this.#inside + this.#waiting.size >= this.most;
  }

  /**
   * Resolves when it is the caller's turn, who is inside until that is disposed of; rejects when `signal` aborts first.
   * Those for whom it is urgent go before the others.
   */
  async enter(signal: AbortSignal, urgent: () => boolean): Promise<Disposable> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const waiting = { enter: turn.resolve, urgent };
    const giveUp = () => {
      if (!this.#waiting.delete(waiting)) return;
      turn.reject(signal.reason);
      if (this.#waiting.size === 0) this.#opening?.abort();
    };
    this.#waiting.add(waiting);
    signal.addEventListener('abort', giveUp, { once: true });
    void this.#open();
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #leave(): void {
    this.#inside -= 1;
    void this.#open();
  }

  /** Lets them in as long as somebody waits and there is room. */
  async #open(): Promise<void> {
    if (this.#opening) return;
    while (this.#mayEnter()) {
      this.#opening = new AbortController();
      const { signal } = this.#opening;
      await this.#pace
        .take(signal)
        .then(() => this.#common.take(signal))
        .then(() => this.#letIn(), ignore);
    }
    this.#opening = undefined;
  }

  #mayEnter(): boolean {
    return this.#waiting.size > 0 && (this.most === 0 || this.#inside < this.most);
  }

  #letIn(): void {
    const [first] = this.#waiting;
    const next = this.#waiting.values().find(({ urgent }) => urgent()) ?? first;
    // The last may have given up.
    if (!next) return;
    this.#waiting.delete(next);
    this.#inside += 1;
    next.enter();
  }
}

/** The entrances of one network's host. */
export class Entrances {
  readonly #network: Network;
  readonly #common: Paced;
  readonly #entrances = recent<string, Entrance>(ENTRANCES);

  /** `perSecond` holds for the whole host; without it there is no such limit. */
  constructor(network: Network, perSecond: number | undefined) {
    this.#network = network;
    this.#common = perSecond === undefined ? FREE : new Pace({ burst: BURST, perSecond });
  }

  /** Where the account connects; of its own where the network knows of nothing that accounts share. */
  of(account: Account): Entrance {
    const shared = this.#network.entrance?.(account);
    if (!shared) return new Entrance({ most: 0, pace: this.#common, common: FREE });
    const known = this.#entrances.get(shared.name);
    if (known) return known;
    const pace = new Pace({ burst: BURST, perSecond: shared.perSecond });
    const entrance = new Entrance({ most: shared.connections, pace, common: this.#common });
    this.#entrances.set(shared.name, entrance);
    return entrance;
  }
}

function ignore(): void {}
