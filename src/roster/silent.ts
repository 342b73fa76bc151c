/** The user's own roster, where their server lets us read and set it (XEP-0356 §4): contacts appear without a question. */

import { domainOf } from '#src/address.ts';
import { Lanes } from '#src/lanes.ts';
import { Refusal } from '#src/network.ts';
import { Pace } from '#src/pace.ts';
import type { Privileges } from '#src/privileges.ts';
import { recent } from '#src/recent.ts';
import type { Link } from '#src/xmpp/link.ts';
import {
  noRosterItem,
  ROSTER_QUERY,
  readItems,
  readRoster,
  rosterItem,
  type Subscription,
} from '#src/xmpp/roster-items.ts';
import type { Element, Xml } from '#src/xmpp/xml.ts';

export interface SilentRosterOptions {
  /** Component host: no item of another is ever looked at or changed. */
  readonly host: string;
  /** The group that its contacts are in. */
  readonly group: string;
  readonly privileges: Privileges;
  readonly request: Link['request'];
  /** Ends all that is under way. */
  readonly signal: AbortSignal;
}
type Items = Map<string, Subscription>;

/** Rosters that are kept in mind, and for how long, in ms: users change them at any time. */
const ROSTERS = 1_000;
const KEPT_FOR = 600_000;
/** Changes a second of one roster, so that a long list of contacts does not stop the server. */
const PACE = { burst: 50, perSecond: 50 };
const ANSWER_WITHIN = 10_000;

export class SilentRoster {
  readonly #options: SilentRosterOptions;
  readonly #rosters = recent<string, Items>(ROSTERS, KEPT_FOR);
  /** By domain: what became of the subscription of the first item that was set there. */
  readonly #heeded = recent<string, Subscription>(ROSTERS);
  /** By user: a long list is nobody else's burden. */
  readonly #paces = recent<string, Pace>(ROSTERS);
  /** One lane per user: what one change has found out, the next one knows. */
  readonly #lanes = new Lanes();

  constructor(options: SilentRosterOptions) {
    this.#options = options;
  }

  may(user: string): boolean {
    const { privileges } = this.#options;
    return privileges.may(user, 'roster get') && privileges.may(user, 'roster set');
  }

  /**
   * Puts an item on the roster unless it is there, and resolves with its subscription as it stands then: some servers do
   * not heed the one that is set. Undefined where the server does not let us, or failed.
   */
  put(user: string, jid: string, name?: string): Promise<Subscription | undefined> {
    return this.#change(user, async () => {
      const items = await this.#items(user);
      const known = items.get(jid);
      if (known !== undefined) return known;
      await this.#set(user, rosterItem(jid, name, this.#options.group));
      const subscription = await this.#outcome(user, jid);
      items.set(jid, subscription);
      return subscription;
    });
  }

  /** Takes an item off the roster if it is there; false where the server does not let us, or failed. */
  async remove(user: string, jid: string): Promise<boolean> {
    const done = await this.#change(user, async () => {
      const items = await this.#items(user);
      if (items.delete(jid)) await this.#set(user, noRosterItem(jid));
      return true;
    });
    return done === true;
  }

  /** The server's word that the roster has changed (RFC 6121 §2.1.6, XEP-0356 §4.4). */
  pushed(user: string, push: Element): void {
    const items = this.#rosters.get(user);
    for (const [jid, subscription] of readItems(push, this.#options.host)) {
      if (subscription) items?.set(jid, subscription);
      else items?.delete(jid);
    }
  }

  /** What was known may have changed unseen. */
  forget(user?: string): void {
    if (user !== undefined) return void this.#rosters.delete(user);
    this.#rosters.clear();
    this.#heeded.clear();
  }

  async #change<T>(user: string, change: () => Promise<T>): Promise<T | undefined> {
    return this.#lanes.run(
      user,
      async () => {
        // Asked only now: what came before may have shown that it does not work.
        if (!this.may(user) || this.#options.signal.aborted) return undefined;
        try {
          return await change();
        } catch (error) {
          if (!(error instanceof Refusal || this.#options.signal.aborted)) throw error;
          // `#ask` has seen to it that what does not work is not tried again and again.
          this.#rosters.delete(user);
          return undefined;
        }
      },
      false,
    );
  }

  async #set(user: string, item: Xml): Promise<void> {
    const pace = this.#paces.get(user) ?? new Pace(PACE);
    this.#paces.set(user, pace);
    await pace.take(this.#options.signal);
    await this.#ask(user, 'set', item);
  }

  async #items(user: string): Promise<Items> {
    return this.#rosters.get(user) ?? this.#read(user);
  }

  async #read(user: string): Promise<Items> {
    const items: Items = new Map();
    const query = readRoster(await this.#ask(user, 'get', ROSTER_QUERY));
    for (const [jid, subscription] of query ? readItems(query, this.#options.host) : []) {
      if (subscription) items.set(jid, subscription);
    }
    this.#rosters.set(user, items);
    return items;
  }

  /** What the server has made of the subscription; the same each time, so it is looked up once. */
  async #outcome(user: string, jid: string): Promise<Subscription> {
    const domain = domainOf(user);
    const known = this.#heeded.get(domain);
    if (known) return known;
    const subscription = (await this.#read(user)).get(jid) ?? 'none';
    this.#heeded.set(domain, subscription);
    return subscription;
  }

  async #ask(user: string, type: 'get' | 'set', payload: Xml): Promise<Element> {
    const { request, privileges } = this.#options;
    try {
      return await request(user, type, payload, { timeout: ANSWER_WITHIN });
    } catch (error) {
      privileges.fail(user, `roster ${type}`, error);
      throw error;
    }
  }
}
