/** The roster as the gateway must remember it: who of a user's contacts sees whom (RFC 6121 §3). */

import type { Selectable } from 'kysely';
import { PAGE, paged } from './pages.ts';
import type { Owned, Store, Tables } from './tables.ts';

export interface Contact extends Owned {
  /** Local part of the contact's JID, as in the JID; empty for the host itself. */
  readonly local: string;
  /** The user is subscribed to the contact's presence. */
  readonly sees: boolean;
  /** The contact is subscribed to the user's presence. */
  readonly seen: boolean;
  /** The contact has asked to be, and the user has not answered yet. */
  readonly asked: boolean;
  /** The gateway has put it on the roster by itself, or suggested it; that is done once. */
  readonly offered?: boolean;
}

type Stored = Selectable<Tables['contacts']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class Contacts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the contact or replaces it. */
  async put({ user, host, local, sees, seen, asked, offered = false }: Contact): Promise<void> {
    await this.#store.commit.run(
      this.#store.db
        .insertInto('contacts')
        .values({
          host,
          user,
          local,
          sees: Number(sees),
          seen: Number(seen),
          asked: Number(asked),
          offered: Number(offered),
        })
        .onConflict((row) =>
          row.columns(['host', 'user', 'local']).doUpdateSet(({ ref }) => ({
            sees: ref('excluded.sees'),
            seen: ref('excluded.seen'),
            asked: ref('excluded.asked'),
            offered: ref('excluded.offered'),
          })),
        ),
    );
  }

  async get(user: string, host: string, local: string): Promise<Contact | undefined> {
    const row = await this.#rows(host).where('user', '=', user).where('local', '=', local).executeTakeFirst();
    return row && toContact(row);
  }

  async list(user: string, host: string): Promise<readonly Contact[]> {
    const rows = await this.#rows(host).where('user', '=', user).orderBy('local').execute();
    return rows.map(toContact);
  }

  /** How many contacts the user has on the host, and how many of them wait for the user's answer. */
  async count(user: string, host: string): Promise<{ readonly all: number; readonly asked: number }> {
    const { all, asked } = await this.#store.db
      .selectFrom('contacts')
      .select(({ fn }) => [fn.countAll<number>().as('all'), fn.sum<number | null>('asked').as('asked')])
      .where('host', '=', host)
      .where('user', '=', user)
      .executeTakeFirstOrThrow();
    return { all, asked: asked ?? 0 };
  }

  /** All users' contacts on the host. */
  async *listAll(host: string): AsyncGenerator<Contact> {
    const rows = paged((last?: Stored) =>
      this.#rows(host)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('user', 'local'), '>', tuple(last?.user ?? '', last?.local ?? '')),
        )
        .orderBy('user')
        .orderBy('local')
        .limit(PAGE)
        .execute(),
    );
    for await (const row of rows) yield toContact(row);
  }

  async remove(user: string, host: string, local: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host).where('local', '=', local));
  }

  /** Removes all the user has on the host. */
  async removeUser(user: string, host: string): Promise<void> {
    await this.#store.commit.run(this.#delete(user, host));
  }

  #rows(host: string) {
    return this.#store.db
      .selectFrom('contacts')
      .select(['host', 'user', 'local', 'sees', 'seen', 'asked', 'offered'])
      .where('host', '=', host);
  }

  #delete(user: string, host: string) {
    return this.#store.db.deleteFrom('contacts').where('host', '=', host).where('user', '=', user);
  }
}

function toContact({ user, host, local, sees, seen, asked, offered }: Stored): Contact {
  const flags = { sees: sees === 1, seen: seen === 1, asked: asked === 1 };
  return { user, host, local, ...flags, ...(offered === 1 && { offered: true }) };
}
