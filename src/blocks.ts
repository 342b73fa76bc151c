/** Whom a user wants to hear nothing of (XEP-0191): nothing they say one-to-one is shown, and nothing goes to them. */

import type { LiveAccount } from '#src/account.ts';
import { escapeLocal } from '#src/address.ts';
import type { Log } from '#src/log.ts';
import { type ContactId, Refusal, type RemoteEvent } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Users } from '#src/users.ts';

/** Why a user blocks somebody, for whoever can do something about it (XEP-0377). */
export interface Report {
  readonly reason: 'spam' | 'abuse';
  readonly text: string;
}
/** What has changed for a user; lifting all blocks names nobody. */
export interface BlockChange {
  readonly user: string;
  readonly on: boolean;
  readonly contacts: readonly ContactId[];
}
export interface BlocksOptions {
  readonly places: Places;
  readonly users: Users;
  readonly registry: Registry;
  /** Shows a contact's presence again: to the user it is there or gone. */
  readonly show: (account: LiveAccount, contact: ContactId) => void;
  /** Tells the administrators what the network has no ear for. */
  readonly report: (user: string, contact: ContactId, report: Report) => void;
  readonly log: Log;
}

/** Contacts one user may block on a host. */
const BLOCKS = 1_000;

export class Blocks {
  readonly #options: BlocksOptions;
  readonly #log: Log;
  /** By user. All of them, for each message that comes is judged by it. */
  readonly #blocked = new Map<string, Set<ContactId>>();
  #follower: ((change: BlockChange) => void) | undefined;

  constructor(options: BlocksOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'blocks' });
  }

  /** Reads what is stored; before it nobody is blocked. */
  async load(): Promise<void> {
    const { registry, places } = this.#options;
    for await (const { user, local } of registry.blocks.listAll(places.host)) {
      const target = places.read({ local });
      if (target?.type === 'contact') this.#listOf(user).add(target.contact);
    }
  }

  /** Has every change told, whoever makes it. */
  follow(follower: (change: BlockChange) => void): void {
    this.#follower = follower;
  }

  has(user: string, contact: ContactId): boolean {
    return this.#blocked.get(user)?.has(contact) === true;
  }

  /** XEP-0191 §3.3: nothing is sent to whom the user has blocked. */
  check(user: string, contact: ContactId): void {
    if (!this.has(user, contact)) return;
    throw new Refusal('blocked', 'You have blocked this contact. Unblock it to write to it.');
  }

  list(user: string): readonly ContactId[] {
    return [...(this.#blocked.get(user) ?? [])];
  }

  /** Whether the user is not to be shown that; what is said in a room is for the room. */
  hides(user: string, event: RemoteEvent): boolean {
    if (!this.#blocked.has(user) || !('from' in event) || 'self' in event.from) return false;
    const toRoom = 'in' in event && 'room' in event.in;
    return !toRoom && this.has(user, event.from.contact);
  }

  /** Blocks contacts, each with a report or none. Resolves when that is stored. */
  async block(user: string, contacts: ReadonlyMap<ContactId, Report | undefined>): Promise<void> {
    const blocked = this.#blocked.get(user);
    const fresh = [...contacts.keys()].filter((contact) => !blocked?.has(contact));
    if ((blocked?.size ?? 0) + fresh.length > BLOCKS) {
      throw new Refusal('too-fast', `No more than ${BLOCKS} contacts can be blocked here. Unblock some first.`);
    }
    const { registry } = this.#options;
    await Promise.all([...contacts.keys()].map((contact) => registry.blocks.put(this.#row(user, contact))));
    for (const [contact, report] of contacts) {
      this.#listOf(user).add(contact);
      this.#tell(user, contact, true, report);
    }
    this.#follower?.({ user, on: true, contacts: [...contacts.keys()] });
  }

  /** Lifts blocks, all of them where none are named. Resolves when that is stored. */
  async unblock(user: string, contacts?: readonly ContactId[]): Promise<void> {
    const { registry, places } = this.#options;
    const lifted = contacts ? contacts.filter((contact) => this.has(user, contact)) : this.list(user);
    await Promise.all(
      lifted.map((contact) => registry.blocks.remove(user, places.host, this.#row(user, contact).local)),
    );
    for (const contact of lifted) {
      this.#blocked.get(user)?.delete(contact);
      this.#tell(user, contact, false);
    }
    if (this.#blocked.get(user)?.size === 0) this.#blocked.delete(user);
    this.#follower?.({ user, on: false, contacts: contacts ?? [] });
  }

  /** Forgets a user's list; the network keeps what it was told. */
  async forget(user: string): Promise<void> {
    const { registry, places } = this.#options;
    await registry.blocks.removeUser(user, places.host);
    if (this.#blocked.delete(user)) this.#follower?.({ user, on: false, contacts: [] });
  }

  /** The network hears of it where it knows blocking; a report that it does not take goes to the administrators. */
  #tell(user: string, contact: ContactId, on: boolean, report?: Report): void {
    const { users, report: toAdmins, show } = this.#options;
    const account = this.#account(user, contact);
    if (account) show(account, contact);
    if (account?.does('block')) {
      const why = report && { report: report.reason, ...(report.text && { text: report.text }) };
      account
        .send({ type: 'block', contact, on, ...why })
        .catch((error: unknown) => {
          this.#log.warn({ err: error, user }, 'The network could not be told of a block');
          if (report) toAdmins(user, contact, report);
        })
        .finally(() => users.settle(account));
    } else if (report) toAdmins(user, contact, report);
  }

  #account(user: string, contact: ContactId): LiveAccount | undefined {
    const { places, users } = this.#options;
    const target = places.read({ local: this.#row(user, contact).local });
    return users.live(user, target?.account);
  }

  #row(user: string, contact: ContactId) {
    const { places } = this.#options;
    const local = escapeLocal(contact);
    if (local === undefined) throw new Refusal('invalid', 'This contact has no address.');
    return { user, host: places.host, local };
  }

  #listOf(user: string): Set<ContactId> {
    const known = this.#blocked.get(user) ?? new Set<ContactId>();
    this.#blocked.set(user, known);
    return known;
  }
}
