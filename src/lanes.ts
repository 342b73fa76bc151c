/** Serial queues: tasks of one key run one after another, in order; tasks of different keys run side by side. */

import { Refusal } from '#src/network.ts';

interface Lane {
  tail: Promise<unknown>;
  depth: number;
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #bound: number;

  /** `bound`: how many tasks one lane holds, the running one included. */
  constructor(bound = 64) {
    this.#bound = bound;
  }

  /**
   * Runs `task` after all earlier ones of `key`. Refuses with `too-fast` where the lane is full, unless the caller has
   * its own bound (`bounded` is false).
   */
  async run<T>(key: string, task: () => Promise<T>, bounded = true): Promise<T> {
    const lane = this.#lanes.get(key) ?? { tail: Promise.resolve(), depth: 0 };
    if (bounded && lane.depth >= this.#bound) {
      throw new Refusal('too-fast', 'Too much is waiting to be sent here. Wait a moment, then send this again.');
    }
    this.#lanes.set(key, lane);
    lane.depth += 1;
    const result = lane.tail.then(task);
    const settled = result.then(ignore, ignore);
    lane.tail = settled;
    try {
      return await result;
    } finally {
      lane.depth -= 1;
      if (lane.tail === settled) this.#lanes.delete(key);
    }
  }

  /** True while a task of `key` runs or waits. */
  busy(key: string): boolean {
    return this.#lanes.has(key);
  }

  /** Resolves when what is in any lane now has ended. */
  async allIdle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.tail));
  }

  /** Resolves when what is in the lane of `key` now has ended, well or not. */
  async idle(key: string): Promise<void> {
    await this.#lanes.get(key)?.tail;
  }
}

function ignore(): void {}
