/** Invitations to use a network, and who took them. */

import type { Selectable } from 'kysely';
import { PAGE, paged } from './pages.ts';
import type { Store, Tables } from './tables.ts';

/** One invitation; whoever took it may use the network for good. */
export interface Invite {
  readonly host: string;
  readonly token: string;
  /** Bare JID of the admin who made it. */
  readonly creator: string;
  /** Until then it can be taken. */
  readonly expires: Date;
  /** Bare JID of the user who took it. */
  readonly user?: string;
}

type Stored = Selectable<Tables['invites']>;

/** Promises of writes resolve when the row is on disk; reads see what was committed before them. */
export class StoredInvites {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add({ host, token, creator, expires, user = null }: Omit<Invite, 'user'> & { user?: string | null }) {
    await this.#store.commit.run(
      this.#store.db.insertInto('invites').values({ host, token, creator, expires: expires.getTime(), user }),
    );
  }

  /** Takes an invitation that is open at that time; false where there is none. */
  async take(host: string, token: string, user: string, at: Date): Promise<boolean> {
    await this.#store.commit.run(
      this.#store.db
        .updateTable('invites')
        .set({ user })
        .where('host', '=', host)
        .where('token', '=', token)
        .where('user', 'is', null)
        .where('expires', '>', at.getTime()),
    );
    // Of two who come at once the first has it, which only the row can tell.
    const row = await this.#rows(host).where('token', '=', token).executeTakeFirst();
    return row?.user === user;
  }

  /** All invitations of the host, taken or not. */
  async *list(host: string): AsyncGenerator<Invite> {
    const rows = paged((last?: Stored) =>
      this.#rows(host)
        .where('token', '>', last?.token ?? '')
        .orderBy('token')
        .limit(PAGE)
        .execute(),
    );
    for await (const { user, expires, ...row } of rows) {
      yield { ...row, expires: new Date(expires), ...(user !== null && { user }) };
    }
  }

  async remove(host: string, token: string): Promise<void> {
    await this.#store.commit.run(this.#delete(host).where('token', '=', token));
  }

  /** Removes those that nobody took in time. */
  async removeExpired(host: string, at: Date): Promise<void> {
    await this.#store.commit.run(this.#delete(host).where('user', 'is', null).where('expires', '<=', at.getTime()));
  }

  #rows(host: string) {
    return this.#store.db
      .selectFrom('invites')
      .select(['host', 'token', 'creator', 'expires', 'user'])
      .where('host', '=', host);
  }

  #delete(host: string) {
    return this.#store.db.deleteFrom('invites').where('host', '=', host);
  }
}
