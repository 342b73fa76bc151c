/** The tables of biboumi, the same in SQLite and in PostgreSQL, and how they are read. */

/** Its tables (biboumi 9); the messages are in the first. */
export const BIBOUMI_TABLES = [
  'muclogline_',
  'globaloptions_',
  'ircserveroptions_',
  'ircchanneloptions_',
  'after_connection_commands_',
  'roster',
] as const;
export type BiboumiTable = (typeof BIBOUMI_TABLES)[number];

/** Columns by name; absent where the value is NULL or the database is older than the column. */
export type BiboumiRow = Readonly<Record<string, unknown>>;

export interface BiboumiDatabase extends AsyncDisposable {
  /** How many rows each table has, of those that are there. */
  readonly counts: ReadonlyMap<BiboumiTable, number>;
  /** All rows in the order in which they were added, by the batch. */
  read(table: BiboumiTable): AsyncIterable<readonly BiboumiRow[]>;
}

/** Rows in a batch. */
export const BATCH = 1_000;
/** Characters of a message's text that are read: more than is kept, and no more than memory takes a thousand times. */
const BODY = 51_000;

/** The columns of a table as a query selects them. */
export function columnsOf(table: BiboumiTable): string {
  if (table !== 'muclogline_') return '*';
  return `id_, uuid_, owner_, ircchanname_, ircservername_, date_, substr(body_, 1, ${BODY}) as body_, nick_`;
}
