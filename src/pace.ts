/** A token bucket: lets a burst through, then so many a second; those who must wait are served in order. */

import { setTimeout as delay } from 'node:timers/promises';

const NOW = Promise.resolve();

export class Pace {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt = performance.now();
  #waiting = 0;
  #turn: Promise<void> = NOW;

  constructor(limits: { readonly burst: number; readonly perSecond: number }) {
    this.#burst = limits.burst;
    this.#perSecond = limits.perSecond;
    this.#tokens = limits.burst;
  }

  /** Resolves with one token taken; rejects with the reason of `signal` when that aborts first. */
  take(signal: AbortSignal): Promise<void> {
    if (this.#waiting === 0 && this.#fill() >= 1) {
      this.#tokens -= 1;
      return NOW;
    }
    this.#waiting += 1;
    const mine = this.#turn
      .then(() => this.#wait(signal))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#fill() < 1) {
      await delay(Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000), undefined, { signal });
      this.#fill();
    }
    this.#tokens -= 1;
  }

  #fill(): number {
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
    return this.#tokens;
  }
}
