/** Opens an SQLite file with node:sqlite, checked and up to date, in the shape Kysely's SQLite dialect asks for. */

import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { Refusal } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import { checkOwner, migrate, pragma } from './migrations.ts';

/** How long another process's lock is waited for; the whole process stands still meanwhile. */
const BUSY_MS = 2000;
/** The same once it is open. */
const HELD_MS = 100;
const KEPT_STATEMENTS = 64;

/**
 * Makes the file if there is none, readable by its owner only. Throws `Refusal` with a sentence for the admin when it
 * is damaged, not ours, from a newer version, or can't be written.
 */
export function openSqlite(path: string): SqliteDatabase {
  const file = path === ':memory:' ? undefined : path;
  let database: DatabaseSync | undefined;
  try {
    if (file) closeSync(openSync(file, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: BUSY_MS });
    checkOwner(database);
    checkIntegrity(database);
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    migrate(database);
    if (file) makePrivate(file);
    // SQLite waits without letting anything else happen: no longer than nobody notices. Group commit tries again.
    database.exec(`pragma busy_timeout = ${HELD_MS}`);
    return adapt(database);
  } catch (error) {
    database?.close();
    if (error instanceof Refusal) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      'invalid',
      `The database ${path} can't be opened: ${reason}. ` +
        'Check that the path is right and writable and that no other process holds it; else restore a backup.',
      { cause: error },
    );
  }
}

function checkIntegrity(database: DatabaseSync): void {
  if (pragma(database, 'quick_check(1)') !== 'ok') throw new Error('it is damaged');
}

/** For a file that others could read; late, so that another program's file at a wrong path is not touched. */
function makePrivate(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) chmodSync(path, 0o600);
}

function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = recent<string, SqliteStatement>(KEPT_STATEMENTS);
  return {
    close: () => database.close(),
    prepare(sql) {
      // Every transaction here writes: with the lock taken first, a wait for it fails once and not at each statement.
      const text = sql === 'begin' ? 'begin immediate' : sql;
      const statement = statements.get(text) ?? adaptStatement(database.prepare(text));
      statements.set(text, statement);
      return statement;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bindable(parameters)),
    run: (parameters) => statement.run(...bindable(parameters)),
    iterate: (parameters) => statement.iterate(...bindable(parameters)),
  };
}

/** node:sqlite itself throws for a value that SQLite can't hold. */
function bindable(parameters: readonly unknown[]): readonly SQLInputValue[] {
  return parameters as readonly SQLInputValue[];
}
