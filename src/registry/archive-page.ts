/** Pages of an archive. What one costs does not grow with the archive: each is one stretch of one index. */

import { type Kysely, sql } from 'kysely';
import { Refusal } from '#src/network.ts';
import type { Archived } from './archive.ts';
import { archived, type Row } from './archive-row.ts';
import type { Owned, Tables } from './tables.ts';

/** Which messages are wanted, in the order in which they were added; all limits are optional but `max`. */
export interface Query extends Owned {
  /** Local part of the room whose archive it is; the one-to-one messages on the host are, when it is absent. */
  readonly room?: string;
  /** Of those only the ones with that contact, by local part. */
  readonly contact?: string;
  /** Only what was added from the one moment to the other, both included. */
  readonly start?: Date;
  readonly end?: Date;
  /** Only what is between these stanza-ids; an unknown one rejects with `Refusal('not-found')`, here and below. */
  readonly afterId?: string;
  readonly beforeId?: string;
  /** Only these stanza-ids; all of them must be there (XEP-0313 §4.1.3). */
  readonly ids?: readonly string[];
  /** Stanza-ids: the page comes after, or before, these. */
  readonly after?: string;
  readonly before?: string;
  /** Only what was added up to here, by `Archive.last`. */
  readonly upTo?: number;
  /** How many at most; there are fewer where they are large. */
  readonly max: number;
  /** The last of those that match, not the first; still oldest first. */
  readonly fromEnd?: boolean;
}
export interface Page {
  /** Oldest first. */
  readonly entries: readonly Archived[];
  /** Nothing more in the direction asked for. */
  readonly complete: boolean;
  /** How many match but for `after`, `before` and `max`; only if asked, and if they are not too many to count. */
  readonly count?: number;
  /** How many of them precede the first entry. */
  readonly index?: number;
}

/** A place in the order: (received, seq). What is wanted lies between two of them. */
type Place = readonly [received: number, seq: number];
interface Range {
  readonly after: Place;
  readonly before: Place;
}
type Database = Kysely<Tables>;
type Name = Pick<Row, 'seq' | 'received' | 'local' | 'kind'>;

/** Counting reads an index from one end to the other; beyond this it would hold up everyone else. */
const COUNTABLE = 10_000;
/** Characters in a page; at the first message beyond, it ends. */
const PAGE_SIZE = 2 ** 20;
const START: Place = [-1, Number.MIN_SAFE_INTEGER];
const END: Place = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

export async function readPage(db: Database, query: Query, counted: boolean): Promise<Page> {
  const { start, end, afterId, beforeId, after, before } = query;
  const place = (id: string | undefined, none: Place) => (id === undefined ? none : placeOf(db, query, id));
  const all: Range = {
    after: later(start ? [start.getTime(), START[1]] : START, await place(afterId, START)),
    before: earlier(end ? [end.getTime(), END[1]] : END, await place(beforeId, END)),
  };
  const range: Range = {
    after: later(all.after, await place(after, START)),
    before: earlier(all.before, await place(before, END)),
  };
  if (query.ids) return pageOfIds(db, await namesOf(db, query, query.ids), query, all, range, counted);
  const rows = matching(db, query, range)
    .selectAll()
    .orderBy('received', query.fromEnd ? 'desc' : 'asc')
    .orderBy('seq', query.fromEnd ? 'desc' : 'asc')
    .limit(query.max + 1);
  const { entries, complete } = await read(rows.stream(), query.max);
  const page = { entries: query.fromEnd ? entries.reverse() : entries, complete };
  return counted ? { ...page, ...(await counts(db, query, all, page.entries[0])) } : page;
}

/** Reads until there are enough, or they are too large to be held at once. */
async function read(rows: AsyncIterable<Row>, max: number): Promise<{ entries: Archived[]; complete: boolean }> {
  const entries: Archived[] = [];
  let size = 0;
  for await (const row of rows) {
    size += row.xml.length;
    if (entries.length === max || (size > PAGE_SIZE && entries.length > 0)) return { entries, complete: false };
    entries.push(archived(row));
  }
  return { entries, complete: true };
}

function matching(db: Database, { host, user, room, contact, upTo }: Query, { after, before }: Range) {
  const local = room ?? contact;
  return (
    db
      .selectFrom('archive')
      .where('host', '=', host)
      .where('user', '=', user)
      // Not a parameter, so that SQLite sees that the index of one-to-one messages fits.
      .$if(local === undefined, (rows) => rows.where('kind', '=', sql.lit('chat')))
      .$if(local !== undefined, (rows) => rows.where('local', '=', local ?? ''))
      .$if(upTo !== undefined, (rows) => rows.where('seq', '<=', upTo ?? 0))
      .where(({ eb, refTuple, tuple }) => eb(refTuple('received', 'seq'), '>', tuple(...after)))
      .where(({ eb, refTuple, tuple }) => eb(refTuple('received', 'seq'), '<', tuple(...before)))
  );
}

async function counts(db: Database, query: Query, all: Range, first: Archived | undefined) {
  const count = await countOf(db, query, all);
  if (count > COUNTABLE) return {};
  if (!first) return { count };
  return { count, index: await countOf(db, query, { ...all, before: placeIn(first) }) };
}

async function countOf(db: Database, query: Query, range: Range): Promise<number> {
  const some = matching(db, query, range)
    .select('seq')
    .limit(COUNTABLE + 1);
  const { count } = await db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function placeOf(db: Database, query: Query, id: string): Promise<Place> {
  const [row] = await namesOf(db, query, [id]);
  return row ? [row.received, row.seq] : START;
}

/** Where the messages of those ids are, in order; all of them must be in the archive that is asked. */
async function namesOf(db: Database, query: Query, ids: readonly string[]): Promise<readonly Name[]> {
  const wanted = [...new Set(ids)];
  const rows = await db
    .selectFrom('archive')
    .select(['seq', 'received', 'local', 'kind'])
    .where('host', '=', query.host)
    .where('user', '=', query.user)
    .where('id', 'in', wanted)
    .execute();
  const here = rows.filter(({ local, kind }) => (query.room === undefined ? kind === 'chat' : local === query.room));
  if (here.length < wanted.length) {
    throw new Refusal('not-found', 'The archive has no such message any more. Ask again without its id.');
  }
  return here.sort((one, other) => one.seq - other.seq);
}

async function pageOfIds(
  db: Database,
  names: readonly Name[],
  query: Query,
  all: Range,
  range: Range,
  counted: boolean,
): Promise<Page> {
  const inside = ({ received, seq }: Name, { after, before }: Range) =>
    compare([received, seq], after) > 0 && compare([received, seq], before) < 0;
  const matches = names.filter(
    (name) => inside(name, all) && name.seq <= (query.upTo ?? name.seq) && name.local === (query.contact ?? name.local),
  );
  const left = matches.filter((name) => inside(name, range)).map(({ seq }) => seq);
  const rows = db
    .selectFrom('archive')
    .selectAll()
    .where('seq', 'in', left)
    .orderBy('seq', query.fromEnd ? 'desc' : 'asc');
  const { entries, complete } = await read(rows.stream(), query.max);
  if (query.fromEnd) entries.reverse();
  if (!counted) return { entries, complete };
  const index = matches.findIndex(({ seq }) => seq === entries[0]?.seq);
  return { entries, complete, count: matches.length, ...(index >= 0 && { index }) };
}

function placeIn({ received, seq }: Archived): Place {
  return [received.getTime(), seq];
}

function compare(one: Place, other: Place): number {
  return one[0] - other[0] || one[1] - other[1];
}

function later(one: Place, other: Place): Place {
  return compare(one, other) > 0 ? one : other;
}

function earlier(one: Place, other: Place): Place {
  return compare(one, other) < 0 ? one : other;
}
