/** What is on users' rosters: the registry's rows, and what each of them names. */

import { localOf } from '#src/address.ts';
import { type ContactId, Refusal } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Contact } from '#src/registry/contacts.ts';
import type { Registry } from '#src/registry/database.ts';

/** Everything but a room can be on a roster. */
export type OnRoster = Exclude<Target, { type: 'room' }>;
export interface RosterRow extends Contact {
  readonly target: OnRoster;
  /** Bare JID. */
  readonly jid: string;
}

/** Contacts one user may have on a host. */
const CONTACTS = 10_000;

export class RosterRows {
  readonly #places: Places;
  readonly #registry: Registry;

  constructor(places: Places, registry: Registry) {
    this.#places = places;
    this.#registry = registry;
  }

  async get(user: string, target: OnRoster): Promise<RosterRow | undefined> {
    const jid = this.jid(target);
    const row = await this.#registry.contacts.get(user, this.#places.host, localOf(jid));
    return row && { ...row, target, jid };
  }

  /** The row, or a blank one for who is not there yet; refuses where there are too many. */
  async ensure(user: string, target: OnRoster): Promise<RosterRow> {
    const row = await this.get(user, target);
    if (row) return row;
    const { host } = this.#places;
    if ((await this.#registry.contacts.count(user, host)).all >= CONTACTS) {
      throw new Refusal('too-fast', `No more than ${CONTACTS} contacts here. Remove some.`);
    }
    const jid = this.jid(target);
    return { user, host, local: localOf(jid), sees: false, seen: false, asked: false, target, jid };
  }

  put({ target: _target, jid: _jid, ...row }: RosterRow): Promise<void> {
    return this.#registry.contacts.put(row);
  }

  remove({ user, host, local }: RosterRow): Promise<void> {
    return this.#registry.contacts.remove(user, host, local);
  }

  removeAll(user: string): Promise<void> {
    return this.#registry.contacts.removeUser(user, this.#places.host);
  }

  async list(user: string): Promise<readonly RosterRow[]> {
    const rows = await this.#registry.contacts.list(user, this.#places.host);
    return rows.flatMap((row) => this.#read(row) ?? []);
  }

  /** Those of all users. */
  async *listAll(): AsyncGenerator<RosterRow> {
    for await (const row of this.#registry.contacts.listAll(this.#places.host)) {
      const read = this.#read(row);
      if (read) yield read;
    }
  }

  /** How many wait for the user's answer. */
  async asked(user: string): Promise<number> {
    return (await this.#registry.contacts.count(user, this.#places.host)).asked;
  }

  /** The bare JID of what can be on a roster. */
  jid(target: OnRoster): string {
    if (target.type === 'host') return this.#places.host;
    if (target.type === 'account') return this.#places.ofAccount(target.account);
    return this.ofContact(target.contact);
  }

  /** Whether a JID can name that contact at all. */
  hasJid(contact: ContactId): boolean {
    return this.#places.of(contact) !== undefined;
  }

  ofContact(contact: ContactId): string {
    const jid = this.#places.of(contact);
    if (jid === undefined) throw new Refusal('invalid', 'This contact has no address.');
    return jid;
  }

  /** Undefined where the network no longer knows such an address. */
  #read(row: Contact): RosterRow | undefined {
    const target = this.#places.read(row);
    return target && target.type !== 'room' ? { ...row, target, jid: this.jid(target) } : undefined;
  }
}
