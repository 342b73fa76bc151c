/** The files of the own media store: whose they are, what they are, and until when they stay. */

import type { Selectable } from 'kysely';
import { PAGE } from './pages.ts';
import type { Owned, Store, Tables } from './tables.ts';

export interface StoredFile extends Owned {
  readonly id: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly size: number;
  readonly expires: Date;
}

type Row = Selectable<Tables['media']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class MediaFiles {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add({ expires, ...rest }: StoredFile): Promise<void> {
    const row = { ...rest, expires: expires.getTime() };
    await this.#store.commit.run(this.#store.db.insertInto('media').values(row));
  }

  async get(id: string): Promise<StoredFile | undefined> {
    const row = await this.#store.db.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toFile(row);
  }

  /** A page of those that were to go before that time; the longest overdue first. */
  async overdue(at: Date): Promise<readonly StoredFile[]> {
    const rows = this.#store.db.selectFrom('media').selectAll().where('expires', '<=', at.getTime());
    return (await rows.orderBy('expires').limit(PAGE).execute()).map(toFile);
  }

  async remove(id: string): Promise<void> {
    await this.#store.commit.run(this.#store.db.deleteFrom('media').where('id', '=', id));
  }

  /** Bytes in all, or of one user. */
  async bytes(user?: string): Promise<number> {
    const sizes = this.#store.db.selectFrom('media').select(({ fn }) => fn.sum<number | null>('size').as('bytes'));
    const row = await (user === undefined ? sizes : sizes.where('user', '=', user)).executeTakeFirst();
    return Number(row?.bytes ?? 0);
  }
}

function toFile({ expires, ...rest }: Row): StoredFile {
  return { ...rest, expires: new Date(expires) };
}
