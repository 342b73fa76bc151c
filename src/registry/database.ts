/** The registry: what the gateway must remember over a restart, in one database. */

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type Dialect, Kysely, SqliteDialect } from 'kysely';
import { Refusal } from '#src/network.ts';
import { Accounts } from './accounts.ts';
import { Archive } from './archive.ts';
import { Past } from './archive-past.ts';
import { StoredBlocks } from './blocks.ts';
import { GroupCommit } from './commit.ts';
import { Contacts } from './contacts.ts';
import { StoredInvites } from './invites.ts';
import { KeptValues } from './kept.ts';
import { MediaFiles } from './media.ts';
import { openSqlite } from './node-sqlite.ts';
import { Occupants } from './occupants.ts';
import { StoredPreferences } from './preferences.ts';
import { seal, sealingKey, unseal } from './seal.ts';
import { Sightings } from './sightings.ts';
import type { Tables } from './tables.ts';

/** Disposing commits what waits, then closes the database. */
export interface Registry extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly archive: Archive;
  /** For what is brought over from elsewhere. */
  past(): Promise<Past>;
  readonly blocks: StoredBlocks;
  readonly contacts: Contacts;
  readonly invites: StoredInvites;
  readonly kept: KeptValues;
  readonly occupants: Occupants;
  readonly media: MediaFiles;
  readonly preferences: StoredPreferences;
  readonly sightings: Sightings;
  /** A key for one purpose: as lasting as the registry's own, which it does not betray. */
  deriveKey(purpose: string): KeyObject;
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
  let archive: Archive;
  try {
    await checkKey(db, key);
    archive = await Archive.open(store);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    accounts: new Accounts(store),
    archive,
    past: () => Past.open(store),
    blocks: new StoredBlocks(store),
    contacts: new Contacts(store),
    invites: new StoredInvites(store),
    kept: new KeptValues(store),
    occupants: new Occupants(store),
    media: new MediaFiles(store),
    preferences: new StoredPreferences(store),
    sightings: new Sightings(store),
    deriveKey: (purpose) => createSecretKey(createHmac('sha256', key).update(`derive ${purpose}`).digest()),
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
