/** Group commit: the writes of a turn of the event loop share one transaction, and so one wait for the disk. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import { Refusal } from '#src/network.ts';

/** Writes in one transaction; the event loop turns between two of them. */
const BATCH = 200;

interface Write {
  readonly query: CompiledQuery;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class GroupCommit<Schema> {
  readonly #db: Kysely<Schema>;
  readonly #waiting: Write[] = [];
  readonly #bound: number;
  #running: Promise<void> | undefined;
  /** How many writes were asked for, and how many of them have ended. */
  #asked = 0;
  #ended = 0;
  #turned = Promise.withResolvers<void>();
  #closed = false;

  /** `bound`: how many writes may wait. */
  constructor(db: Kysely<Schema>, bound = 50_000) {
    this.#db = db;
    this.#bound = bound;
  }

  /** Resolves when the write is on disk. Writes happen in the order of the calls; one that fails rejects alone. */
  async run(statement: Compilable): Promise<void> {
    if (this.#closed) throw new Refusal('offline', 'The gateway is stopping. Try again in a minute.');
    if (this.#waiting.length >= this.#bound) {
      throw new Refusal('too-fast', 'Too much is waiting to be stored. Wait a moment, then try again.');
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#asked += 1;
    this.#waiting.push({ query: statement.compile(), resolve, reject });
    this.#running ??= this.#drain();
    return promise;
  }

  /** Resolves when the writes asked for so far have ended, well or not: a read sees them from then on. */
  async settled(): Promise<void> {
    const asked = this.#asked;
    while (this.#ended < asked) await this.#turned.promise;
  }

  /** Takes no more writes and resolves when those that wait have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextTurn();
      const batch = this.#waiting.splice(0, BATCH);
      await this.#commit(batch);
      this.#ended += batch.length;
      this.#turned.resolve();
      this.#turned = Promise.withResolvers();
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Write[]): Promise<void> {
    let left = batch;
    while (left.length > 0) left = await this.#attempt(left);
  }

  /** Runs the writes in one transaction. Gives back those to run again: a failed statement undoes the others too. */
  async #attempt(writes: readonly Write[]): Promise<readonly Write[]> {
    let failed: Write | undefined;
    try {
      await this.#db.transaction().execute(async (transaction) => {
        for (const write of writes) {
          await transaction.executeQuery(write.query).catch((error: unknown) => {
            // Told here: what the transaction throws may only be that there is nothing left to roll back.
            write.reject(error);
            failed = write;
            throw error;
          });
        }
      });
    } catch (error) {
      if (failed) return writes.filter((write) => write !== failed);
      for (const write of writes) write.reject(error);
      return [];
    }
    for (const write of writes) write.resolve();
    return [];
  }
}
