/** A database of biboumi, which is only read. */

import { Refusal } from '#src/network.ts';
import { openBiboumiSqlite } from './biboumi-sqlite.ts';
import type { BiboumiDatabase } from './biboumi-tables.ts';

/**
 * Opens the file, or the address that begins with `postgresql://`. Throws `Refusal` with a sentence for the admin where
 * there is no such database, or it is none of biboumi's.
 */
export async function openBiboumi(name: string): Promise<BiboumiDatabase> {
  const database = await (isPostgres(name) ? openPostgres(name) : openBiboumiSqlite(name));
  if (database.counts.size > 0) return database;
  await database[Symbol.asyncDispose]();
  throw new Refusal('invalid', 'This database is none of biboumi’s: it has none of its tables. Name the right one.');
}

/** As biboumi tells them apart. */
function isPostgres(name: string): boolean {
  return /^postgres(ql)?:\/\//.test(name);
}

/** Loaded where it is needed: the gateway itself has no use for it. */
async function openPostgres(uri: string): Promise<BiboumiDatabase> {
  const { openBiboumiPostgres } = await import('./biboumi-postgres.ts');
  return openBiboumiPostgres(uri);
}
