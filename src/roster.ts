/** Roster contacts: the subscription dance, probes and presence of the host, of accounts and of people (XEP-0100). */

import type { LiveAccount } from '#src/account.ts';
import type { Intent, Origin } from '#src/intent.ts';
import { type ContactId, type Network, type Presence, Refusal } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Contact } from '#src/registry/contacts.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Users } from '#src/users.ts';
import * as write from '#src/xmpp/write/presence.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface RosterOptions {
  readonly network: Network;
  readonly users: Users;
  readonly places: Places;
  readonly registry: Registry;
  readonly send: Send;
  readonly drained: () => Promise<void>;
  /** XEP-0115 element for the presence of the host and of contacts. */
  readonly caps: (target: Target) => string;
}
type OnRoster = Exclude<Target, { type: 'room' }>;

const ONLINE: Presence = { show: 'online' };
const OFFLINE: Presence = { show: 'offline' };
/** Contacts one user may have on a host. */
const CONTACTS = 1_000;

export class Roster {
  readonly #options: RosterOptions;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** RFC 6121 §3. Everything but a room can be on a roster. */
  async subscription(origin: Origin, target: Target, verb: (Intent & { type: 'subscription' })['verb']): Promise<void> {
    if (target.type === 'room') {
      if (verb === 'subscribe') this.#answer(origin, 'unsubscribed');
      return;
    }
    if (verb === 'subscribe') return this.#subscribe(origin, target);
    if (verb === 'unsubscribe') return this.#unsubscribe(origin, target);
    const row = await this.#row(origin.from.bare, target);
    // Whoever was not asked has nothing to grant.
    if (row) await this.#put({ ...row, seen: verb === 'subscribed', asked: false });
  }

  async #subscribe(origin: Origin, target: OnRoster): Promise<void> {
    const user = this.#options.users.admit(origin.from);
    const account =
      target.type === 'contact' ? await this.#options.users.accountOf(origin.from, target.account) : undefined;
    const row = (await this.#row(user.jid, target)) ?? (await this.#blank(user.jid, target));
    // Asked once, a user who would rather not be seen is left in peace.
    const ask = !row.seen && !row.asked;
    await this.#put({ ...row, sees: true, asked: row.asked || ask });
    this.#answer(origin, 'subscribed');
    this.#show(target, origin.from.bare);
    if (ask) this.#answer(origin, 'subscribe');
    if (!account || target.type !== 'contact') return;
    account.watch(target.contact);
    this.#options.users.settle(account);
  }

  async #unsubscribe(origin: Origin, target: OnRoster): Promise<void> {
    const user = origin.from.bare;
    await this.#options.registry.contacts.remove(user, this.#options.places.host, this.#key(target));
    this.#answer(origin, 'unsubscribed');
    this.#answer(origin, 'unsubscribe');
    this.#options.send(write.presence(origin.to.bare, OFFLINE), user);
    if (target.type !== 'contact') return;
    const account = this.#options.users.live(user, target.account);
    account?.unwatch(target.contact);
    if (account) this.#options.users.settle(account);
  }

  /** RFC 6121 §4.3: the present state, to those who are subscribed to it. */
  async probe(origin: Origin, target: Target): Promise<void> {
    if (target.type === 'room') return;
    const row = await this.#row(origin.from.bare, target);
    if (row?.sees) this.#show(target, origin.from.full);
    else this.#answer(origin, 'unsubscribed');
  }

  /** Presence of a client to the host or a contact: the log-in and log-out of XEP-0100 §4.6 and §4.7. */
  async presence(origin: Origin, target: Target, presence: Presence): Promise<void> {
    const { users } = this.#options;
    const { bare, resource } = origin.from;
    if (presence.show === 'offline' && target.type !== 'host' && resource !== '') {
      // A contact also gets this when it is removed; that the client is gone is then told to the host as well.
      if ((await this.#row(bare, { type: 'host' }))?.seen) return;
    }
    const user = presence.show === 'offline' ? users.find(bare) : users.admit(origin.from);
    if (!user) return;
    users.presence(user, resource, presence, true);
    if (presence.show === 'offline') return;
    for (const id of await this.#wanted(bare, target)) users.settle(await users.accountOf(origin.from, id));
  }

  /** The accounts a presence to `target` logs in: those registered, and a guest's where a contact of it is followed. */
  async #wanted(user: string, target: Target): Promise<readonly Target['account'][]> {
    const { registry, places } = this.#options;
    const accounts = await registry.accounts.list(user, places.host);
    const registered = accounts.filter((account) => !account.guest).map(({ id }) => id);
    if (target.type === 'host') return registered;
    if (target.type === 'contact' && (await this.#row(user, target))?.sees) return [target.account];
    return registered.filter((id) => id === target.account);
  }

  /** The link is up: everyone learns that the gateway is there, and we learn who is (XEP-0100 §4.6). */
  async attach(): Promise<void> {
    await this.#each((row, target) => {
      if (row.sees) this.#show(target, row.user);
    });
    await this.ask();
  }

  /** Asks for the presence of all who let us see it; their servers answer for those who are not there. */
  ask(): Promise<void> {
    return this.#each((row, target) => {
      if (row.seen) this.#options.send(write.subscription(this.#jid(target), 'probe'), row.user);
    });
  }

  /** The gateway goes: everyone who sees the host or a contact is told. */
  detach(): Promise<void> {
    return this.#each((row, target) => {
      if (row.sees) this.#options.send(write.presence(this.#jid(target), OFFLINE), row.user);
    });
  }

  /** Goes through all contacts of all users, no faster than the XMPP server takes what that causes. */
  async #each(act: (row: Contact, target: OnRoster) => void): Promise<void> {
    const { registry, places, drained } = this.#options;
    for await (const row of registry.contacts.listAll(places.host)) {
      const target = this.#target(row.local);
      if (target) act(row, target);
      await drained();
    }
  }

  /** A contact's presence changed. */
  event(account: LiveAccount, contact: ContactId): void {
    if (account.watched.has(contact)) this.#show({ type: 'contact', contact, account: account.id }, account.user);
  }

  /** An account went online or offline: its own address shows it to those who have it on their roster. */
  async account(account: LiveAccount): Promise<void> {
    if (!account.online) for (const contact of account.watched) this.event(account, contact);
    // Where it has no address of its own the host stands for it, which is there as long as the gateway is.
    if (this.#options.network.address(account.id) === '') return;
    const target = { type: 'account', account: account.id } as const;
    if ((await this.#row(account.user, target))?.sees) this.#show(target, account.user);
  }

  /** XEP-0100 §4.1: after a registration the gateway asks to be on the roster. */
  async greet(user: string): Promise<void> {
    const host = { type: 'host' } as const;
    const row = (await this.#row(user, host)) ?? (await this.#blank(user, host));
    if (row.seen) return;
    await this.#put({ ...row, asked: true });
    this.#options.send(write.subscription(this.#options.places.host, 'subscribe'), user);
  }

  /** XEP-0100 §4.3: after the last registration is gone nothing of ours stays on the roster. */
  async farewell(user: string): Promise<void> {
    const { registry, places, send } = this.#options;
    for (const row of await registry.contacts.list(user, places.host)) {
      const target = this.#target(row.local);
      if (!target) continue;
      for (const type of ['unsubscribe', 'unsubscribed'] as const)
        send(write.subscription(this.#jid(target), type), user);
      send(write.presence(this.#jid(target), OFFLINE), user);
    }
    await registry.contacts.removeUser(user, places.host);
  }

  #show(target: OnRoster, to: string): void {
    const user = to.split('/', 1)[0] ?? to;
    const caps = this.#options.caps(target);
    this.#options.send(write.presence(this.#jid(target), this.#state(user, target), caps), to);
  }

  #state(user: string, target: OnRoster): Presence {
    if (target.type === 'host') return ONLINE;
    const account = this.#options.users.live(user, target.account);
    if (!account?.online) return OFFLINE;
    return target.type === 'account' ? ONLINE : (account.presences.get(target.contact) ?? OFFLINE);
  }

  #answer({ from, to }: Origin, type: Parameters<typeof write.subscription>[1]): void {
    this.#options.send(write.subscription(to.bare, type), from.bare);
  }

  /** What a stored contact's local part names; undefined where the network no longer knows such an address. */
  #target(local: string): OnRoster | undefined {
    const { places } = this.#options;
    const target = places.read({ local });
    return target?.type === 'room' ? undefined : target;
  }

  /** A target's key in the registry: the local part of its JID. */
  #key(target: OnRoster): string {
    return target.type === 'host' ? '' : localOf(this.#jid(target));
  }

  #jid(target: OnRoster): string {
    const { places } = this.#options;
    if (target.type === 'host') return places.host;
    if (target.type === 'account') return places.ofAccount(target.account);
    const jid = places.of(target.contact);
    if (jid === undefined) throw new Refusal('invalid', 'This contact has no address.');
    return jid;
  }

  async #blank(user: string, target: OnRoster): Promise<Contact> {
    const known = await this.#options.registry.contacts.list(user, this.#options.places.host);
    if (known.length >= CONTACTS) throw new Refusal('too-fast', `No more than ${CONTACTS} contacts here. Remove some.`);
    return { user, host: this.#options.places.host, local: this.#key(target), sees: false, seen: false, asked: false };
  }

  #row(user: string, target: OnRoster): Promise<Contact | undefined> {
    return this.#options.registry.contacts.get(user, this.#options.places.host, this.#key(target));
  }

  #put(row: Contact): Promise<void> {
    return this.#options.registry.contacts.put(row);
  }
}

function localOf(jid: string): string {
  return jid.includes('@') ? jid.slice(0, jid.indexOf('@')) : '';
}
