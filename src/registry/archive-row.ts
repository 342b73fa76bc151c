/** A message of the archive as a row of its table, and back. */

import type { Selectable } from 'kysely';
import type { Archived, Entry } from './archive.ts';
import type { Tables } from './tables.ts';

export type Row = Selectable<Tables['archive']>;

export function rowOf(entry: Entry, seq: number, received: number): Row {
  const { host, user, local, id, message, at, kind, sender, author, text, xml } = entry;
  return { seq, host, user, local, id, message, at: at.getTime(), received, kind, sender, author, text, xml };
}

export function archived({ at, received, ...rest }: Row): Archived {
  return { ...rest, at: new Date(at), received: new Date(received) };
}
