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
  /** Why the connection was lost. */
  #lost: Error | undefined;

  constructor(client: pg.Client, counts: BiboumiDatabase['counts']) {
    this.#client = client;
    this.counts = counts;
    client.on('error', (error) => {
      this.#lost = error;
    });
  }

  /** Through a cursor: biboumi's `id_` has no index here, so that the server may sort but once. */
  async *read(table: BiboumiTable): AsyncGenerator<readonly BiboumiRow[]> {
    if (!this.counts.has(table)) return;
    const order = table === 'roster' ? 'local, remote' : 'id_';
    await this.#query(
      `declare batches no scroll cursor for select ${columnsOf(table)} from ${table} order by ${order}`,
    );
    try {
      for (;;) {
        const { rows } = await this.#query(`fetch ${BATCH} from batches`);
        if (rows.length === 0) return;
        yield rows;
      }
    } finally {
      if (!this.#lost) await this.#query('close batches');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }

  async #query(text: string): Promise<{ rows: BiboumiRow[] }> {
    try {
      return await this.#client.query<BiboumiRow>(text);
    } catch (error) {
      const reason = this.#lost ?? error;
      throw new Refusal(
        'network',
        `PostgreSQL ended the import: ${reason instanceof Error ? reason.message : String(reason)}. Run it again; ` +
          'what is already there stays.',
        { cause: error },
      );
    }
  }
}
