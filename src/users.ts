/** The users of one network host: their clients, and the accounts that are live for them. */

import type { Access } from '#src/access.ts';
import { LiveAccount, type Watcher } from '#src/account.ts';
import { type Jid, parseJid } from '#src/address.ts';
import type { Entrances } from '#src/entrance.ts';
import { Lanes } from '#src/lanes.ts';
import type { LastSeen } from '#src/last-seen.ts';
import type { Lend } from '#src/lending.ts';
import type { Log } from '#src/log.ts';
import { type Account, type AccountId, type Host, type Network, type Presence, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Sleep } from '#src/sleep.ts';

/** Clients of one user that are kept at once; each costs memory and presence stanzas. */
const CLIENTS = 100;
/** Accounts one user may have live on a host, where the administrator does not say. */
const ACCOUNTS = 50;

interface Client {
  readonly presence: Presence;
  /** It told the host or a contact, so it also tells when it goes; otherwise it is known from rooms alone. */
  readonly direct: boolean;
}
export interface User {
  /** Bare JID. */
  readonly jid: string;
  /** By resource. */
  readonly clients: Map<string, Client>;
  readonly accounts: Map<AccountId, LiveAccount>;
}

export interface UsersOptions {
  readonly places: Places;
  readonly network: Network;
  readonly registry: Registry;
  /** Who may use the network. */
  readonly access: Access;
  /** Theirs are known while they are here. */
  readonly preferences: Pick<PreferenceBook, 'load' | 'forget'>;
  /** Told what the accounts do; a function because it is built after the users. */
  readonly watcher: () => Watcher;
  readonly drained: () => Promise<void>;
  readonly download: Host['download'];
  /** Accounts one user may have live at once. */
  readonly accounts?: number | undefined;
  readonly entrances: Entrances;
  readonly lastSeen: LastSeen;
  /** Told who comes and which accounts are opened; a function because it is built after the users. */
  readonly sleep: () => Pick<Sleep, 'came' | 'opened'>;
  /** What sessions are lent of the gateway's memory. */
  readonly lend: Lend;
  readonly log: Log;
}

export class Users {
  readonly #options: UsersOptions;
  readonly #users = new Map<string, User>();
  /** One lane per user, so that two stanzas at once open one. */
  readonly #opening = new Lanes();
  #closed = false;

  constructor(options: UsersOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): IterableIterator<User> {
    return this.#users.values();
  }

  find(jid: string): User | undefined {
    return this.#users.get(jid);
  }

  /** Refuses who may not use this network. */
  check(jid: Jid): void {
    this.#options.access.check(jid);
  }

  /** The user, kept once there is a client or an account of theirs. Refuses who may not use this network. */
  admit(jid: Jid): User {
    this.check(jid);
    return this.#users.get(jid.bare) ?? { jid: jid.bare, clients: new Map(), accounts: new Map() };
  }

  /** Disconnects a user who may not come any more. */
  recheck(jid: string): void {
    const address = parseJid(jid);
    if (!address || this.#options.access.allows(address)) return;
    for (const account of this.#users.get(jid)?.accounts.values() ?? []) void account.stop(true);
  }

  /** The one record of that user, from here on. */
  #keep(jid: string): User {
    const user = this.#users.get(jid) ?? { jid, clients: new Map(), accounts: new Map() };
    this.#users.set(jid, user);
    return user;
  }

  /** The account if it is live. `id` is absent where one login serves the whole host. */
  live(jid: string, id: AccountId | undefined): LiveAccount | undefined {
    const accounts = this.#users.get(jid)?.accounts;
    return id === undefined ? accounts?.values().next().value : accounts?.get(id);
  }

  /** The live account, opened if need be: the registered one, else a guest where that is allowed. */
  async account(user: User, id: AccountId | undefined, nick: string): Promise<LiveAccount> {
    const live = this.live(user.jid, id);
    if (live && !live.ended) return live;
    return this.#opening.run(user.jid, () => this.#find(user, id, nick));
  }

  /** The same for whoever is not in a room, and has no nick but the name in the JID. */
  async accountOf(from: Jid, id: AccountId | undefined): Promise<LiveAccount> {
    const account = await this.account(this.admit(from), id, from.local);
    this.#options.lastSeen.note(from.bare);
    return account;
  }

  async #find(user: User, id: AccountId | undefined, nick: string): Promise<LiveAccount> {
    const live = this.live(user.jid, id);
    if (live && !live.ended) return live;
    const { registry, places, network } = this.#options;
    const [first] = id === undefined ? await registry.accounts.list(user.jid, places.host) : [];
    const stored = id === undefined ? first : await registry.accounts.get(user.jid, places.host, id);
    const account = stored ?? network.guest(id, nick);
    if (!account) {
      throw new Refusal('sign-in', `Register with ${places.host} first, from your client's list of services.`);
    }
    return this.#open(user, account, stored?.guest === false);
  }

  /** Makes an account live that was signed in to; a live one of the same id is stopped first. */
  open(user: User, account: Account, registered = true): Promise<LiveAccount> {
    return this.#opening.run(user.jid, () => this.#open(user, account, registered));
  }

  async #open({ jid }: User, account: Account, registered: boolean): Promise<LiveAccount> {
    await this.#users.get(jid)?.accounts.get(account.id)?.stop();
    await this.#options.preferences.load(jid);
    if (this.#closed) throw new Refusal('offline', 'The gateway is stopping. Try again in a minute.');
    const address = parseJid(jid);
    // They may have lost the right to come meanwhile.
    if (address) this.check(address);
    const user = this.#keep(jid);
    const { accounts: most = ACCOUNTS } = this.#options;
    if (user.accounts.size >= most) {
      throw new Refusal('too-fast', `No more than ${most} servers at once. Leave the rooms of another one first.`);
    }
    const { watcher, entrances, sleep, ...rest } = this.#options;
    const entrance = entrances.of(account);
    const live = new LiveAccount({ ...rest, user: user.jid, account, registered, entrance, watcher: watcher() });
    user.accounts.set(account.id, live);
    const presence = this.merged(user);
    if (presence.show !== 'offline') live.present(presence);
    await this.#watch(live);
    await sleep().opened(live);
    return live;
  }

  /** Follows the presence of the contacts on the user's roster that the account reaches. */
  async #watch(account: LiveAccount): Promise<void> {
    const { registry, places } = this.#options;
    for (const row of await registry.contacts.list(account.user, places.host)) {
      const target = row.sees ? places.read(row) : undefined;
      if (target?.type === 'contact' && (target.account ?? account.id) === account.id) account.watch(target.contact);
    }
  }

  /** Keeps an account connected while there is a reason, and lets it go when there is none. */
  settle(account: LiveAccount): void {
    const present = (this.#users.get(account.user)?.clients.size ?? 0) > 0;
    if (account.rooms.size > 0 || (present && (account.registered || account.watched.size > 0))) account.start();
    else account.release();
  }

  /** Forgets an account that has ended. */
  drop(account: LiveAccount): void {
    const user = this.#users.get(account.user);
    if (user?.accounts.get(account.id) === account) user.accounts.delete(account.id);
    this.forget(account.user);
  }

  /** Forgets a user of whom nothing is left. */
  forget(jid: string): void {
    const user = this.#users.get(jid);
    if (!user || user.clients.size > 0 || user.accounts.size > 0) return;
    this.#users.delete(jid);
    this.#options.preferences.forget(jid);
  }

  /**
   * Notes the presence of one client and tells the accounts where the user's merged presence changed. With no resource
   * it is the server's word that the user has no client left (RFC 6121 §4.3.2).
   */
  presence({ jid }: User, resource: string, presence: Presence, direct: boolean): void {
    const user = this.#keep(jid);
    const before = this.merged(user);
    const known = user.clients.get(resource);
    // Of who has no account nothing is to be remembered.
    if (user.accounts.size > 0 && (known || presence.show !== 'offline')) this.#options.lastSeen.note(jid);
    if (presence.show === 'offline' && resource === '') user.clients.clear();
    else if (presence.show === 'offline') user.clients.delete(resource);
    else if (known || user.clients.size < CLIENTS) {
      user.clients.set(resource, { presence, direct: direct || known?.direct === true });
    }
    const after = this.merged(user);
    for (const account of user.accounts.values()) {
      account.present(after);
      if ((before.show === 'offline') !== (after.show === 'offline')) this.settle(account);
    }
    if (before.show === 'offline' && after.show !== 'offline') this.#options.sleep().came(jid);
    this.forget(jid);
  }

  /** Full JID of the most available client of a user. */
  client(jid: string): string | undefined {
    const clients = [...(this.#users.get(jid)?.clients ?? [])];
    const best = merge(clients.map(([, { presence }]) => presence));
    const found = clients.find(([, { presence }]) => presence === best);
    return found && `${jid}/${found[0]}`;
  }

  /** The user's presence over all clients. */
  merged(user: User): Presence {
    return merge([...user.clients.values()].map((client) => client.presence));
  }

  /** Disconnects everybody, and lets nobody in any more. */
  async stop(): Promise<void> {
    this.#closed = true;
    for (const { jid, clients, accounts } of this) {
      if (clients.size > 0 && accounts.size > 0) this.#options.lastSeen.note(jid);
    }
    await this.#opening.allIdle();
    const accounts = [...this].flatMap((user) => [...user.accounts.values()]);
    await Promise.all(accounts.map((account) => account.stop()));
  }
}

const ORDER: readonly Presence['show'][] = ['chat', 'online', 'dnd', 'away', 'xa', 'offline'];

/** The most available of several presences. */
function merge(presences: Iterable<Presence>): Presence {
  let best: Presence = { show: 'offline' };
  for (const presence of presences) if (ORDER.indexOf(presence.show) < ORDER.indexOf(best.show)) best = presence;
  return best;
}
