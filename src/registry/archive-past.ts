/** The past, put into an archive before all that the gateway has heard itself: for what is brought over from elsewhere. */

import { type CompiledQuery, sql } from 'kysely';
import type { Entry } from './archive.ts';
import { type Row, rowOf } from './archive-row.ts';
import type { Store } from './tables.ts';

/** Where the past begins in the order of what was added; the gateway itself counts from 1. */
const FIRST = -(2 ** 40);
/** KiB of the database that are kept at hand: what is added goes to all places of the indexes. */
const CACHE = 131_072;
/** Messages in one statement. */
const TOGETHER = 50;

/** One process alone may add, while the gateway may go on: their numbers never meet. */
export class Past {
  readonly #store: Store;
  readonly #whole: CompiledQuery;
  readonly #single: CompiledQuery;
  #last: number;

  private constructor(store: Store, last: number) {
    this.#store = store;
    this.#last = last;
    this.#whole = insertOf(store, TOGETHER);
    this.#single = insertOf(store, 1);
  }

  static async open(store: Store): Promise<Past> {
    await sql`pragma cache_size = ${sql.lit(-CACHE)}`.execute(store.db);
    const { last } = await store.db
      .selectFrom('archive')
      .select(({ fn }) => fn.max<number | null>('seq').as('last'))
      .where('seq', '<', 0)
      .executeTakeFirstOrThrow();
    return new Past(store, last ?? FIRST);
  }

  /**
   * Adds what is not there, by its stanza-id, each as received when it was said. Resolves when it is on disk, with how
   * many those were.
   */
  async add(entries: readonly Entry[]): Promise<number> {
    const before = this.#last;
    const rows = entries.map((entry) => {
      this.#last += 1;
      return Object.values(rowOf(entry, this.#last, entry.at.getTime()));
    });
    const whole = rows.length - (rows.length % TOGETHER);
    const writes: Promise<void>[] = [];
    for (let at = 0; at < whole; at += TOGETHER) writes.push(this.#write(this.#whole, rows.slice(at, at + TOGETHER)));
    for (const row of rows.slice(whole)) writes.push(this.#write(this.#single, [row]));
    await Promise.all(writes);
    const { count } = await this.#store.db
      .selectFrom('archive')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('seq', '>', before)
      .where('seq', '<=', this.#last)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  #write(insert: CompiledQuery, rows: readonly (readonly unknown[])[]): Promise<void> {
    return this.#store.commit.run({ compile: () => ({ ...insert, parameters: rows.flat() }) });
  }
}

/** Their columns are in the order of `rowOf`. */
function insertOf({ db }: Store, count: number): CompiledQuery {
  const nothing = { host: '', user: '', local: '', id: '', message: '', sender: '', text: '', xml: '' };
  const row: Row = rowOf({ ...nothing, at: new Date(0), kind: 'groupchat', author: '' }, 0, 0);
  return db
    .insertInto('archive')
    .values(Array.from({ length: count }, () => row))
    .onConflict((conflict) => conflict.columns(['host', 'user', 'id']).doNothing())
    .compile();
}
