/** A database of biboumi on a PostgreSQL server. */

import pg from 'pg';
import { Refusal } from '#src/network.ts';
import { BATCH, type BiboumiDatabase, type BiboumiRow, type BiboumiTable, columnsOf } from './biboumi-tables.ts';

/** How long the server may take to let us in, in ms. */
const CONNECT_MS = 15_000;

/** One transaction, which sees one state of the database and may write nothing. */
export async function openBiboumiPostgres(uri: string): Promise<BiboumiDatabase> {
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: uri, connectionTimeoutMillis: CONNECT_MS });
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    return new BiboumiPostgres(client);
  } catch (error) {
    await client?.end();
    const reason = error instanceof Error ? error.message : String(error);
    // The address itself is not shown: it may hold a password.
    throw new Refusal('invalid', `The PostgreSQL database can't be read: ${reason}. Check its address and rights.`, {
      cause: error,
    });
  }
}

class BiboumiPostgres implements BiboumiDatabase {
  readonly #client: pg.Client;
  /** Why the connection was lost. */
  #lost: Error | undefined;

  constructor(client: pg.Client) {
    this.#client = client;
    client.on('error', (error) => {
      this.#lost = error;
    });
  }

  async count(table: BiboumiTable): Promise<number | undefined> {
    if (!(await this.#has(table))) return undefined;
    const { rows } = await this.#query(`select count(*) as count from ${table}`);
    return Number(rows[0]?.['count']);
  }

  /** Through a cursor: biboumi's `id_` has no index here, so that the server may sort but once. */
  async *read(table: BiboumiTable): AsyncGenerator<readonly BiboumiRow[]> {
    if (!(await this.#has(table))) return;
    const order = table === 'roster' ? 'local, remote' : 'id_';
    await this.#query(`declare batches no scroll cursor for select ${columnsOf(table)} from ${table} order by ${order}`);
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

  async #has(table: BiboumiTable): Promise<boolean> {
    const { rows } = await this.#query('select to_regclass($1) as found', [table]);
    return rows[0]?.['found'] !== null;
  }

  async #query(text: string, values: string[] = []): Promise<{ rows: BiboumiRow[] }> {
    try {
      return await this.#client.query<BiboumiRow>(text, values);
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
