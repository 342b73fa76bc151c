/** Roster contacts: the subscription dance, probes and presence of the host, of accounts and of people (XEP-0100). */

import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import type { Blocks } from '#src/blocks.ts';
import type { Intent, Origin } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { type ContactId, type Network, type Presence, Refusal, type RemoteEvent } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Privileges } from '#src/privileges.ts';
import { recent } from '#src/recent.ts';
import type { Registry } from '#src/registry/database.ts';
import { ContactList } from '#src/roster/contact-list.ts';
import { RosterExchange } from '#src/roster/exchange.ts';
import { Offers } from '#src/roster/offers.ts';
import { type OnRoster, type RosterRow, RosterRows } from '#src/roster/rows.ts';
import { ShownPresence, type ShownPresenceOptions } from '#src/roster/shown-presence.ts';
import { SilentRoster } from '#src/roster/silent.ts';
import type { Users } from '#src/users.ts';
import { untilAborted } from '#src/within.ts';
import type { Link } from '#src/xmpp/link.ts';
import * as write from '#src/xmpp/write/presence.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface RosterOptions {
  readonly network: Network;
  readonly users: Users;
  readonly places: Places;
  readonly registry: Registry;
  readonly blocks: Blocks;
  readonly privileges: Privileges;
  readonly send: Send;
  readonly request: Link['request'];
  readonly drained: () => Promise<void>;
  /** Elements in the presence of the host and of contacts: XEP-0115's, XEP-0153's. */
  readonly extras: ShownPresenceOptions['extras'];
  readonly log: Log;
}

const HOST: OnRoster = { type: 'host' };
/** Approvals after which a server may ask for what was shown already, and for how long, in ms. */
const APPROVED = 1_000;
const APPROVED_FOR = 1_000;

/** What is asked of others while the gateway goes. */
function stopping(): Refusal {
  return new Refusal('offline', 'The gateway is stopping. Try again in a minute.');
}

export class Roster {
  readonly #options: RosterOptions;
  readonly #rows: RosterRows;
  readonly #shown: ShownPresence;
  readonly #silent: SilentRoster;
  readonly #offers: Offers;
  readonly #list: ContactList;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  /** Users and contacts whose subscription was approved just now. */
  readonly #approved = recent<string, true>(APPROVED, APPROVED_FOR);

  constructor(options: RosterOptions) {
    const { network, places, registry, log } = options;
    const { signal } = this.#stopping;
    const request: Link['request'] = (...asked) => untilAborted(options.request(...asked), signal, stopping);
    const common = { ...options, host: places.host, group: network.title, request, signal };
    this.#options = options;
    this.#log = log.child({ part: 'roster' });
    const rows = new RosterRows(places, registry);
    const shown = new ShownPresence({ ...options, rows });
    const silent = new SilentRoster(common);
    const exchange = new RosterExchange(common);
    const offers = new Offers({ ...options, rows, shown, silent, exchange });
    this.#list = new ContactList({ ...options, rows, offers, exchange, signal });
    this.#rows = rows;
    this.#shown = shown;
    this.#silent = silent;
    this.#offers = offers;
  }

  /** RFC 6121 §3. Everything but a room can be on a roster. */
  async subscription(origin: Origin, target: Target, verb: (Intent & { type: 'subscription' })['verb']): Promise<void> {
    if (target.type === 'room') {
      if (verb === 'subscribe') this.#answer(origin, 'unsubscribed');
      return;
    }
    if (verb === 'subscribe') return this.#subscribe(origin, target);
    if (verb === 'unsubscribe') return this.#unsubscribe(origin, target);
    const row = await this.#rows.get(origin.from.bare, target);
    // Whoever was not asked has nothing to grant.
    if (!row) return;
    if (verb === 'subscribed') this.#approved.set(`${row.user}\n${row.jid}`, true);
    await this.#rows.put({ ...row, seen: verb === 'subscribed', asked: false });
  }

  async #subscribe(origin: Origin, target: OnRoster): Promise<void> {
    const user = this.#options.users.admit(origin.from);
    const account =
      target.type === 'contact' ? await this.#options.users.accountOf(origin.from, target.account) : undefined;
    const row = await this.#rows.ensure(user.jid, target);
    // Asked once, a user who would rather not be seen is left in peace.
    const ask = !row.seen && !row.asked;
    await this.#rows.put({ ...row, sees: true, asked: row.asked || ask });
    this.#answer(origin, 'subscribed');
    this.#shown.show(target, origin.from.bare);
    if (ask) this.#answer(origin, 'subscribe');
    if (account && target.type === 'contact') this.#follow(account, target.contact);
  }

  async #unsubscribe(origin: Origin, target: OnRoster): Promise<void> {
    const user = origin.from.bare;
    const row = await this.#rows.get(user, target);
    if (row) await this.#drop(row);
    this.#silent.forget(user);
    this.#answer(origin, 'unsubscribed');
    this.#answer(origin, 'unsubscribe');
    this.#shown.hide(origin.to.bare, user);
    if (target.type === 'contact') this.#unfollow(user, target);
  }

  /** What the user does not want is not offered again. */
  #drop(row: RosterRow): Promise<void> {
    const gone = { ...row, sees: false, seen: false, asked: false };
    return row.offered ? this.#rows.put(gone) : this.#rows.remove(row);
  }

  #follow(account: LiveAccount, contact: ContactId): void {
    account.watch(contact);
    this.#options.users.settle(account);
  }

  #unfollow(user: string, target: OnRoster & { type: 'contact' }): void {
    const account = this.#options.users.live(user, target.account);
    account?.unwatch(target.contact);
    if (account) this.#options.users.settle(account);
  }

  /** Puts a contact on the user's roster, as a command asks for; `asked` is that the user has to accept it there. */
  async add(from: Jid, target: OnRoster & { type: 'contact' }, name?: string): Promise<'known' | 'added' | 'asked'> {
    const account = await this.#options.users.accountOf(from, target.account);
    const row = await this.#rows.ensure(account.user, target);
    if (row.sees) return 'known';
    const offer = { row, name };
    const set = await this.#offers.set(offer);
    if (!set && !(await this.#offers.suggest(account.user, [offer]))) await this.#offers.ask(offer);
    if (!set?.sees) return 'asked';
    this.#follow(account, target.contact);
    return 'added';
  }

  /** Takes a contact off the user's roster, as a command asks for; false where it is not there. */
  async remove(from: Jid, target: OnRoster & { type: 'contact' }): Promise<boolean> {
    const row = await this.#rows.get(from.bare, target);
    if (!row || !(row.sees || row.seen || row.asked)) return false;
    await this.#drop(row);
    await this.#offers.withdraw(row);
    this.#unfollow(from.bare, target);
    return true;
  }

  /** The network says who is on its own list of contacts. */
  contact(account: LiveAccount, event: RemoteEvent & { type: 'contact' }): void {
    this.#list.take(account, event);
  }

  /** RFC 6121 §4.3: the present state, to those who are subscribed to it. */
  async probe(origin: Origin, target: Target): Promise<void> {
    if (target.type === 'room') return;
    const { bare, full } = origin.from;
    const row = await this.#rows.get(bare, target);
    if (!row?.sees) return this.#answer(origin, 'unsubscribed');
    // Prosody asks at once when a user has approved, though all was shown already.
    if (bare === full && this.#approved.delete(`${row.user}\n${row.jid}`)) this.#shown.update(target, bare);
    else this.#shown.show(target, bare, full);
  }

  /** Presence of a client to the host or a contact: the log-in and log-out of XEP-0100 §4.6 and §4.7. */
  async presence(origin: Origin, target: Target, presence: Presence): Promise<void> {
    const { users } = this.#options;
    const { bare, resource } = origin.from;
    if (presence.show === 'offline' && (await this.#meansLess(bare, resource, target))) return;
    const user = presence.show === 'offline' ? users.find(bare) : users.admit(origin.from);
    if (!user) return;
    users.presence(user, resource, presence, true);
    if (presence.show === 'offline') return;
    for (const id of await this.#wanted(bare, target)) users.settle(await users.accountOf(origin.from, id));
  }

  /** Whether an unavailable presence does not tell that a client, or with no resource the user, is gone. */
  async #meansLess(user: string, resource: string, target: Target): Promise<boolean> {
    if (target.type === 'room') return true;
    // RFC 6121 §3.1.3: servers answer so when they have taken a subscription request, whoever is there.
    if (resource === '') return (await this.#rows.get(user, target))?.seen !== true;
    // A contact also gets this when it is removed; that the client is gone is then told to the host as well.
    return target.type !== 'host' && (await this.#rows.get(user, HOST))?.seen === true;
  }

  /** The accounts a presence to `target` logs in: those registered, and a guest's where a contact of it is followed. */
  async #wanted(user: string, target: Target): Promise<readonly Target['account'][]> {
    const { registry, places } = this.#options;
    const accounts = await registry.accounts.list(user, places.host);
    const registered = accounts.filter((account) => !account.guest).map(({ id }) => id);
    if (target.type === 'host') return registered;
    if (target.type === 'contact' && (await this.#rows.get(user, target))?.sees) return [target.account];
    return registered.filter((id) => id === target.account);
  }

  /** The link is up: everyone learns that the gateway is there, and we learn who is (XEP-0100 §4.6). */
  async attach(): Promise<void> {
    this.#shown.forget();
    await this.#each(({ sees, target, user }) => {
      if (sees) this.#shown.show(target, user);
    });
    await this.ask();
  }

  /** The link is gone; rosters may change unseen. */
  lost(): void {
    this.#silent.forget();
  }

  /**
   * Asks for the presence of all who let us see it, the host and one contact of each account; their servers answer for
   * those who are not there.
   */
  ask(): Promise<void> {
    let last = '';
    const asked = new Set<string>();
    return this.#each(({ seen, jid, user, target }) => {
      // Rows come user by user.
      if (user !== last) asked.clear();
      last = user;
      const account = `${target.type === 'host'} ${target.account ?? ''}`;
      if (!seen || asked.has(account)) return;
      asked.add(account);
      this.#options.send(write.subscription(jid, 'probe'), user);
    });
  }

  /** The gateway goes: everyone who sees the host or a contact is told. */
  async detach(): Promise<void> {
    this.#stopping.abort();
    await this.#list.idle();
    await this.#each(({ sees, jid, user }) => {
      if (sees) this.#shown.hide(jid, user);
    });
  }

  /** Goes through all contacts of all users, no faster than the XMPP server takes what that causes. */
  async #each(act: (row: RosterRow) => void): Promise<void> {
    for await (const row of this.#rows.listAll()) {
      act(row);
      await this.#options.drained();
    }
  }

  /** A contact's presence changed, or what else its presence shows. */
  event(account: LiveAccount, contact: ContactId): void {
    if (!account.watched.has(contact)) return;
    this.#shown.update({ type: 'contact', contact, account: account.id }, account.user);
  }

  /** An account went online or offline: its own address shows it to those who have it on their roster. */
  async account(account: LiveAccount): Promise<void> {
    if (!account.online) for (const contact of account.watched) this.event(account, contact);
    // Where it has no address of its own the host stands for it, which is there as long as the gateway is.
    if (this.#options.network.address(account.id) === '') return;
    const target = { type: 'account', account: account.id } as const;
    if ((await this.#rows.get(account.user, target))?.sees) this.#shown.update(target, account.user);
  }

  /** XEP-0100 §4.1: after a registration the gateway gets onto the roster, where it may by itself. */
  async greet(user: string): Promise<void> {
    const row = await this.#rows.ensure(user, HOST);
    if (row.seen) return;
    const name = this.#options.network.title;
    const set = (await this.#offers.set({ row, name })) ?? (await this.#offers.ask({ row, name }));
    // Nobody has answered, so nobody's presence came with the answer.
    if (set.seen) this.#options.send(write.subscription(set.jid, 'probe'), user);
  }

  /** XEP-0100 §4.3: after the last registration is gone nothing of ours stays on the roster. */
  async farewell(user: string): Promise<void> {
    // What is on its way would come onto the roster after all has been taken off.
    await this.#list.idle(user);
    const gone = await this.#rows.list(user);
    await this.#rows.removeAll(user);
    for (const row of gone) {
      // The user hears of it at once; the roster is set behind, which takes its time where it is long.
      this.#offers.withdraw(row).catch((error: unknown) => this.#log.error({ err: error, user }, 'A contact was left'));
    }
  }

  /** The server's word that a user's roster has changed (XEP-0356 §4.4). */
  pushed(...push: Parameters<SilentRoster['pushed']>): void {
    this.#silent.pushed(...push);
  }

  #answer({ from, to }: Origin, type: Parameters<typeof write.subscription>[1]): void {
    this.#options.send(write.subscription(to.bare, type), from.bare);
  }
}
