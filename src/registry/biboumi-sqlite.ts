/** A database of biboumi in an SQLite file. */

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '#src/network.ts';
import {
  BATCH,
  BIBOUMI_TABLES,
  type BiboumiDatabase,
  type BiboumiRow,
  type BiboumiTable,
  columnsOf,
} from './biboumi-tables.ts';

/** How long biboumi's own writing is waited for, in ms. */
const BUSY_MS = 5_000;

export async function openBiboumiSqlite(path: string): Promise<BiboumiDatabase> {
  if (!existsSync(path)) {
    throw new Refusal('not-found', `There is no database ${path}. Name it with --database.`);
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    return new BiboumiSqlite(database);
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal('invalid', `The database ${path} can't be read: ${reason}. Check its path and who may read it.`, {
      cause: error,
    });
  }
}

class BiboumiSqlite implements BiboumiDatabase {
  readonly counts: ReadonlyMap<BiboumiTable, number>;
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const there = database.prepare(`select 1 from sqlite_schema where type = 'table' and name = ?`);
    const tables = BIBOUMI_TABLES.filter((table) => there.get(table) !== undefined);
    this.counts = new Map(
      tables.map((table) => [table, Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n'])]),
    );
  }

  /** A batch is a query of its own, so that biboumi can write in between. */
  async *read(table: BiboumiTable): AsyncGenerator<readonly BiboumiRow[]> {
    if (!this.counts.has(table)) return;
    const query = this.#database.prepare(
      `select rowid as place, ${columnsOf(table)} from ${table} where rowid > ? order by rowid limit ${BATCH}`,
    );
    // A number may be larger than JavaScript counts.
    query.setReadBigInts(true);
    let last: bigint | undefined = -(2n ** 63n);
    while (last !== undefined) {
      const rows: BiboumiRow[] = query.all(last);
      if (rows.length > 0) yield rows;
      const place: unknown = rows.at(-1)?.['place'];
      last = typeof place === 'bigint' ? place : undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
  }
}
