/** The archive: every message that was shown, per user and conversation, as XEP-0313 asks for it. */

import type { CompiledQuery, SelectQueryBuilder } from 'kysely';
import { type ContactId, type MessageId, Refusal } from '#src/network.ts';
import { type Page, type Query, readPage } from './archive-page.ts';
import { archived, type Row, rowOf } from './archive-row.ts';
import type { Owned, Store, Tables } from './tables.ts';

/** One message as the user's clients know it. */
export interface Entry extends Owned {
  /** Local part of the room's or contact's JID: the conversation. A private message through a room is its contact's. */
  readonly local: string;
  /** Its stanza-id (XEP-0359), unique in the user's archive on this host. */
  readonly id: string;
  /** The `id` attribute clients saw, by which one-to-one messages and corrections refer to it. */
  readonly message: string;
  /** When it was said, which may be long before it was heard of. */
  readonly at: Date;
  readonly kind: 'chat' | 'groupchat';
  /** Full JID it came from: an occupant, a contact, or the user's own bare JID. */
  readonly sender: string;
  /** Who wrote it; empty for the user. */
  readonly author: ContactId | '';
  /** Its text alone, for quotes. */
  readonly text: string;
  /** Children of the message stanza, serialised; without `<delay/>`, which whoever shows it again adds. */
  readonly xml: string;
}
export interface Archived extends Entry {
  /** Place in the order in which things were added. */
  readonly seq: number;
  /** When it was added. Never earlier than of those added before, whatever the clock does. */
  readonly received: Date;
}
export interface Stored extends Archived {
  /** What the network calls it, in the order it told; none where it gave no id. */
  readonly ids: readonly MessageId[];
}
type Rows = SelectQueryBuilder<Tables, 'archive', Row>;
type Name = Pick<Entry, 'user' | 'host' | 'local' | 'id'>;

/** What one message may take, in characters; a stanza from outside is no larger. */
const MOST = 2 ** 18;
/** Rows removed in one go; the event loop turns between two of them. */
const BATCH = 500;

/**
 * Promises of writes resolve when the row is on disk; a read sees all that was written before its call. One process
 * alone may write: it counts `seq` by itself.
 */
export class Archive {
  readonly #store: Store;
  /** Made once: making them again for each message would cost more than running them. */
  readonly #inserts: Readonly<Record<'archive' | 'archive_ids', CompiledQuery>>;
  #last: number;
  #received: number;

  private constructor(store: Store, last: number, received: number) {
    this.#store = store;
    this.#last = last;
    this.#received = received;
    this.#inserts = insertsOf(store);
  }

  static async open(store: Store): Promise<Archive> {
    const newest = store.db.selectFrom('archive').select(['seq', 'received']).orderBy('seq', 'desc').limit(1);
    const { seq, received } = (await newest.executeTakeFirst()) ?? { seq: 0, received: 0 };
    // What was brought over from elsewhere stands before 1 (archive-past.ts).
    return new Archive(store, Math.max(0, seq), received);
  }

  /** `seq` of what was added last. */
  get last(): number {
    return this.#last;
  }

  /** Its place in the order is that of the calls. `ids` are what the network calls it. */
  async add(entry: Entry, ids: readonly MessageId[] = []): Promise<void> {
    if (entry.xml.length > MOST) throw new Refusal('too-long', 'This message is too long for the archive.');
    this.#last += 1;
    this.#received = Math.max(this.#received, Date.now());
    const seq = this.#last;
    const { host, user, local } = entry;
    const rows = [this.#write('archive', Object.values(rowOf(entry, seq, this.#received)))];
    for (const [place, id] of ids.entries()) rows.push(this.#write('archive_ids', [host, user, local, id, seq, place]));
    await Promise.all(rows);
  }

  /** Ties more of the network's ids to a message; one that is taken stays with the message that has it. */
  async name({ user, host, local, id }: Name, ids: readonly MessageId[]): Promise<void> {
    const row = await this.#one(this.#rows(user, host).where('id', '=', id));
    if (!row) return;
    const from = row.ids.length;
    await Promise.all(ids.map((each, n) => this.#write('archive_ids', [host, user, local, each, row.seq, from + n])));
  }

  /** The message of that stanza-id, else the newest of that message id. */
  async find(user: string, host: string, local: string, ref: string): Promise<Stored | undefined> {
    const rows = this.#rows(user, host).where('local', '=', local);
    const byId = await this.#one(rows.where('id', '=', ref));
    // What others say has one name for both; the index leaves it out, which makes keeping it cheaper.
    return byId ?? this.#one(rows.where('message', '=', ref).whereRef('message', '<>', 'id'));
  }

  /** The message that the network calls by that id. */
  async known(user: string, host: string, local: string, id: MessageId): Promise<Stored | undefined> {
    const named = this.#store.db
      .selectFrom('archive_ids')
      .select('seq')
      .where('host', '=', host)
      .where('user', '=', user)
      .where('local', '=', local)
      .where('id', '=', id);
    return this.#one(this.#store.db.selectFrom('archive').selectAll().where('seq', '=', named));
  }

  /** The last message of a conversation. */
  async newest(user: string, host: string, local: string): Promise<Stored | undefined> {
    return this.#one(this.#rows(user, host).where('local', '=', local).orderBy('received', 'desc'));
  }

  /** Puts a tombstone in place of what the message said; its place, time and ids stay (XEP-0313 §3.2). */
  async bury({ seq }: Pick<Archived, 'seq'>, xml: string): Promise<void> {
    const { db, commit } = this.#store;
    await commit.run(db.updateTable('archive').set({ xml, text: '' }).where('seq', '=', seq));
  }

  /** Some of the messages that match; with `counted`, also how many there are, where that is cheap to tell. */
  async page(query: Query, counted = false): Promise<Page> {
    await this.#store.commit.settled();
    return readPage(this.#store.db, query, counted);
  }

  /** Removes a conversation, or all the user has on the host. */
  async erase(user: string, host: string, local?: string): Promise<void> {
    await this.#store.commit.settled();
    const rows = this.#rows(user, host).where('seq', '<=', this.#last);
    await this.#remove(local === undefined ? rows : rows.where('local', '=', local));
  }

  /** Removes what a conversation had before a moment. */
  async expire(user: string, host: string, local: string, before: Date): Promise<void> {
    await this.#remove(
      this.#rows(user, host).where('local', '=', local).where('received', '<', before.getTime()).orderBy('received'),
    );
  }

  /** All conversations on the host, one at a time, since there may be very many. */
  async *conversations(host: string): AsyncGenerator<{ readonly user: string; readonly local: string }> {
    const after = (user: string, local: string) =>
      this.#store.db
        .selectFrom('archive')
        .select(['user', 'local'])
        .where('host', '=', host)
        .where(({ eb, refTuple, tuple }) => eb(refTuple('user', 'local'), '>', tuple(user, local)))
        .orderBy('user')
        .orderBy('local')
        .limit(1)
        .executeTakeFirst();
    for (let next = await after('', ''); next; next = await after(next.user, next.local)) yield next;
  }

  /** Removes rows by the batch, so that others get their turn in between. */
  async #remove(rows: Rows): Promise<void> {
    const { db, commit } = this.#store;
    for (;;) {
      const batch = await rows.clearSelect().select('seq').limit(BATCH).execute();
      if (batch.length === 0) return;
      const seqs = batch.map(({ seq }) => seq);
      await commit.run(db.deleteFrom('archive').where('seq', 'in', seqs));
    }
  }

  #rows(user: string, host: string): Rows {
    return this.#store.db.selectFrom('archive').selectAll().where('host', '=', host).where('user', '=', user);
  }

  /** The last of them. */
  async #one(rows: Rows): Promise<Stored | undefined> {
    await this.#store.commit.settled();
    const row = await rows.orderBy('seq', 'desc').limit(1).executeTakeFirst();
    if (!row) return undefined;
    const named = this.#store.db.selectFrom('archive_ids').select('id').where('seq', '=', row.seq).orderBy('place');
    const ids = await named.execute();
    return { ...archived(row), ids: ids.map(({ id }) => id) };
  }

  #write(table: 'archive' | 'archive_ids', parameters: readonly unknown[]): Promise<void> {
    return this.#store.commit.run({ compile: () => ({ ...this.#inserts[table], parameters }) });
  }
}

/** Their columns are in the order of `rowOf`, and of what `add` gives. */
function insertsOf({ db }: Store) {
  const nothing = { host: '', user: '', local: '', id: '' };
  const message = rowOf(
    { ...nothing, message: '', at: new Date(0), kind: 'chat', sender: '', author: '', text: '', xml: '' },
    0,
    0,
  );
  return {
    archive: db.insertInto('archive').values(message).compile(),
    archive_ids: db
      .insertInto('archive_ids')
      .values({ ...nothing, id: '' as MessageId, seq: 0, place: 0 })
      .onConflict((row) => row.doNothing())
      .compile(),
  };
}
