/** Group commit: the writes of a turn of the event loop share one transaction, and so one wait for the disk. */

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import { Refusal } from '#src/network.ts';

/** Writes in one transaction; the event loop turns between two of them. */
const BATCH = 200;

/** Another process may have the database for a moment, as an import does: so long, in ms, it is waited for. */
const PATIENCE = 30_000;
/** Longest pause between two tries; each is by chance, so that none is always too late. */
const PAUSE = 50;

interface Write {
  readonly query: CompiledQuery;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class GroupCommit<Schema> {
  readonly #db: Kysely<Schema>;
  readonly #waiting: Write[] = [];
  readonly #bound: number;
  readonly #patience: number;
  #running: Promise<void> | undefined;
  /** How many writes were asked for, and how many of them have ended. */
  #asked = 0;
  #ended = 0;
  #turned = Promise.withResolvers<void>();
  #closed = false;

  /** `bound`: how many writes may wait; `patience`: how long for other processes, in ms. */
  constructor(db: Kysely<Schema>, bound = 50_000, patience = PATIENCE) {
    this.#db = db;
    this.#bound = bound;
    this.#patience = patience;
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
    const until = performance.now() + this.#patience;
    let left = batch;
    while (left.length > 0) left = await this.#attempt(left, until);
  }

  /** Runs the writes in one transaction. Gives back those to run again: a failed statement undoes the others too. */
  async #attempt(writes: readonly Write[], until: number): Promise<readonly Write[]> {
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
      if (isBusy(error) && performance.now() < until) {
        await pause(Math.random() * PAUSE);
        return writes;
      }
      for (const write of writes) write.reject(error);
      return [];
    }
    for (const write of writes) write.resolve();
    return [];
  }
}

/** SQLITE_BUSY in any of its forms (https://sqlite.org/rescode.html#busy): nothing of the transaction was begun. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}
