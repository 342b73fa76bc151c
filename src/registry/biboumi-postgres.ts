/** A database of biboumi on a PostgreSQL server. */

import pg from 'pg';
import { Refusal } from '#src/network.ts';
import {
  BATCH,
  BIBOUMI_TABLES,
  type BiboumiDatabase,
  type BiboumiRow,
  type BiboumiTable,
  columnsOf,
} from './biboumi-tables.ts';

/** How long the server may take to let us in, in ms. */
const CONNECT_MS = 15_000;

/** One transaction, which sees one state of the database and may write nothing. */
export async function openBiboumiPostgres(uri: string): Promise<BiboumiDatabase> {
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: uri, connectionTimeoutMillis: CONNECT_MS });
    // A loss is told by the query that meets it; without this it would end the process.
    client.on('error', () => {});
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    return new BiboumiPostgres(client, await countAll(client));
  } catch (error) {
    await client?.end();
    const reason = error instanceof Error ? error.message : String(error);
    // The address itself is not shown: it may hold a password.
    throw new Refusal('invalid', `The PostgreSQL database can't be read: ${reason}. Check its address and rights.`, {
      cause: error,
    });
  }
}

async function countAll(client: pg.Client): Promise<Map<BiboumiTable, number>> {
  const counts = new Map<BiboumiTable, number>();
  for (const table of BIBOUMI_TABLES) {
    const there = await client.query('select to_regclass($1) as found', [table]);
    if (there.rows[0]?.found === null) continue;
    const { rows } = await client.query(`select count(*) as n from ${table}`);
    counts.set(table, Number(rows[0]?.n));
  }
  return counts;
}

class BiboumiPostgres implements BiboumiDatabase {
  readonly counts: ReadonlyMap<BiboumiTable, number>;
  readonly #client: pg.Client;

  constructor(client: pg.Client, counts: BiboumiDatabase['counts']) {
    this.#client = client;
    this.counts = counts;
  }

  /** Through a cursor: biboumi's `id_` has no index here, so that the server may sort but once. */
  async *read(table: BiboumiTable): AsyncGenerator<readonly BiboumiRow[]> {
    if (!this.counts.has(table)) return;
    const order = table === 'roster' ? 'local, remote' : 'id_';
    const query = `select ${columnsOf(table)} from ${table} order by ${order}`;
    // It is closed with the transaction.
    await this.#query(`declare of_${table} no scroll cursor for ${query}`);
    for (;;) {
      const { rows } = await this.#query(`fetch ${BATCH} from of_${table}`);
      if (rows.length === 0) return;
      yield rows;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }

  async #query(text: string): Promise<{ rows: BiboumiRow[] }> {
    try {
      return await this.#client.query<BiboumiRow>(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const sentence = `PostgreSQL ended the import: ${reason}. Run it again; what is there already stays.`;
      throw new Refusal('network', sentence, { cause: error });
    }
  }
}
