/** The schema's history: an append-only list of steps, each run once; a released step is never edited. */

import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '#src/network.ts';

/** Marks a file as ours (`Isth` in ASCII); https://sqlite.org/pragma.html#pragma_application_id. */
const APPLICATION_ID = 0x49737468;

/** Step `n` leads to schema version `n + 1`. */
const MIGRATIONS: readonly string[] = [
  `create table key_check (
     id integer not null primary key check (id = 1),
     sealed blob not null
   ) strict;

   create table accounts (
     host text not null,
     user text not null,
     account text not null,
     label text not null default '',
     settings blob not null,
     guest integer not null default 0 check (guest in (0, 1)),
     created integer not null default 0,
     primary key (host, user, account)
   ) strict, without rowid;

   create table contacts (
     host text not null,
     user text not null,
     local text not null,
     sees integer not null default 0 check (sees in (0, 1)),
     seen integer not null default 0 check (seen in (0, 1)),
     asked integer not null default 0 check (asked in (0, 1)),
     primary key (host, user, local)
   ) strict, without rowid;

   create table occupants (
     host text not null,
     user text not null,
     room text not null,
     resource text not null,
     account text not null,
     nick text not null,
     password blob,
     primary key (host, user, room, resource)
   ) strict, without rowid;`,

  `create table archive (
     seq integer not null primary key,
     host text not null,
     user text not null,
     local text not null,
     id text not null,
     message text not null,
     at integer not null,
     received integer not null,
     kind text not null check (kind in ('chat', 'groupchat')),
     sender text not null,
     author text not null,
     text text not null,
     xml text not null
   ) strict;
   create unique index archive_by_id on archive (host, user, id);
   create index archive_by_message on archive (host, user, local, message) where message <> id;
   create index archive_by_time on archive (host, user, local, received, seq);
   create index archive_of_chats on archive (host, user, received, seq) where kind = 'chat';

   create table archive_ids (
     host text not null,
     user text not null,
     local text not null,
     id text not null,
     seq integer not null references archive (seq) on delete cascade,
     place integer not null,
     primary key (host, user, local, id)
   ) strict, without rowid;
   create index archive_ids_by_seq on archive_ids (seq, place);

   create table preferences (
     host text not null,
     user text not null,
     local text not null,
     name text not null,
     value text not null,
     primary key (host, user, local, name)
   ) strict, without rowid;

   create table blocks (
     host text not null,
     user text not null,
     local text not null,
     primary key (host, user, local)
   ) strict, without rowid;

   create table invites (
     host text not null,
     token text not null,
     creator text not null,
     expires integer not null,
     user text,
     primary key (host, token)
   ) strict, without rowid;

   create table media (
     id text not null primary key,
     host text not null,
     user text not null,
     name text not null,
     type text not null,
     size integer not null,
     expires integer not null
   ) strict, without rowid;
   create index media_by_end on media (expires);
   create index media_by_user on media (user, size);

   alter table contacts add column offered integer not null default 0 check (offered in (0, 1));`,

  `create table kept (
     host text not null,
     user text not null,
     account text not null,
     key text not null,
     value blob not null,
     primary key (host, user, account, key)
   ) strict, without rowid;

   create table sightings (
     host text not null,
     user text not null,
     at integer not null,
     primary key (host, user)
   ) strict, without rowid;
   create index preferences_of_rooms on preferences (host, name, user, local) where local <> '';`,
];

/** Refuses a file that another program, or a newer version of this one, has written; changes nothing. */
export function checkOwner(database: DatabaseSync, known = MIGRATIONS.length): void {
  const owner = pragma(database, 'application_id');
  if (owner !== APPLICATION_ID && (owner !== 0 || hasTables(database))) {
    throw new Refusal('invalid', 'The database belongs to another program. Give the gateway a path of its own.');
  }
  const version = Number(pragma(database, 'user_version'));
  if (version > known) {
    throw new Refusal(
      'unsupported',
      `The database was written by a newer version (schema ${version}; this version knows ${known}). ` +
        'Start the newer version, or restore the backup made before the upgrade.',
    );
  }
}

/** Brings the schema up to date in one transaction: a step that fails leaves the file as it was. */
export function migrate(database: DatabaseSync, migrations = MIGRATIONS): void {
  database.exec('begin immediate');
  try {
    for (const step of migrations.slice(Number(pragma(database, 'user_version')))) database.exec(step);
    database.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${migrations.length}; commit`);
  } catch (error) {
    // SQLite has already rolled back by itself after some errors, a full disk among them.
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

/** The first value a pragma answers. */
export function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare('select 1 from sqlite_schema limit 1').get() !== undefined;
}
