/** The registry: what the gateway must remember over a restart, in one database. */

import type { KeyObject } from 'node:crypto';
import { type Dialect, Kysely, SqliteDialect } from 'kysely';
import { Refusal } from '#src/network.ts';
import { Accounts } from './accounts.ts';
import { GroupCommit } from './commit.ts';
import { Contacts } from './contacts.ts';
import { openSqlite } from './node-sqlite.ts';
import { Occupants } from './occupants.ts';
import { seal, sealingKey, unseal } from './seal.ts';
import type { Tables } from './tables.ts';

/** Disposing commits what waits, then closes the database. */
export interface Registry extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly contacts: Contacts;
  readonly occupants: Occupants;
}

/**
 * Opens the SQLite file at `path`, or a database in memory for `:memory:`. `key` is 32 bytes and is kept elsewhere.
 * Throws `Refusal` with a sentence for the admin when the file or the key is not the right one.
 */
export async function openRegistry(path: string, key: Uint8Array): Promise<Registry> {
  const sealing = sealingKey(key);
  return registryOver(new SqliteDialect({ database: openSqlite(path) }), sealing);
}

/** A registry over any dialect whose tables are up to date. */
export async function registryOver(dialect: Dialect, key: KeyObject): Promise<Registry> {
  const db = new Kysely<Tables>({ dialect });
  const commit = new GroupCommit(db);
  const store = { db, commit, key };
  try {
    await checkKey(db, key);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    accounts: new Accounts(store),
    contacts: new Contacts(store),
    occupants: new Occupants(store),
    async [Symbol.asyncDispose]() {
      await commit[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

/** A value sealed when the database was new tells a wrong key at once, before rows of two keys get mixed. */
async function checkKey(db: Kysely<Tables>, key: KeyObject): Promise<void> {
  const row = await db.selectFrom('key_check').select('sealed').where('id', '=', 1).executeTakeFirst();
  if (!row) {
    await db
      .insertInto('key_check')
      .values({ id: 1, sealed: seal(key, ['key_check'], '') })
      .execute();
    return;
  }
  try {
    unseal(key, ['key_check'], row.sealed);
  } catch (error) {
    throw new Refusal(
      'invalid',
      'The key is not the one this database was made with. Put the right key file in place; without it, move the ' +
        'database away and have the users sign in again.',
      { cause: error },
    );
  }
}
