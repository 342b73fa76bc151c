/**
 * Getting something onto a user's roster, in the best way there is: set silently by privilege (XEP-0356), suggested to a
 * client (XEP-0144), or asked for by a subscription (RFC 6121 §3).
 */

import type { RosterExchange } from '#src/roster/exchange.ts';
import type { RosterRow, RosterRows } from '#src/roster/rows.ts';
import type { ShownPresence } from '#src/roster/shown-presence.ts';
import type { SilentRoster } from '#src/roster/silent.ts';
import * as write from '#src/xmpp/write/presence.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface OffersOptions {
  readonly rows: RosterRows;
  readonly shown: ShownPresence;
  readonly silent: SilentRoster;
  readonly exchange: RosterExchange;
  readonly send: Send;
}
export interface Offer {
  /** `offered` where the gateway does it by itself: once, whatever the user makes of it. */
  readonly row: RosterRow;
  readonly name: string | undefined;
}

export class Offers {
  readonly #options: OffersOptions;

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  /**
   * Sets it on the roster without a question; undefined where that can't be done. Resolves with the row as it is then:
   * where the server does not heed the subscription the user is asked for it.
   */
  async set({ row: before, name }: Offer): Promise<RosterRow | undefined> {
    const { silent, rows, shown } = this.#options;
    const subscription = await silent.put(before.user, before.jid, name);
    if (subscription === undefined) return undefined;
    // The user may have done something about it meanwhile.
    const row = { ...((await rows.get(before.user, before.target)) ?? before), offered: before.offered === true };
    const sees = row.sees || subscription === 'both' || subscription === 'to';
    const seen = row.seen || subscription === 'both' || subscription === 'from';
    const set = { ...row, sees, seen, asked: row.asked && !seen };
    await rows.put(set);
    if (sees) shown.show(row.target, row.user);
    if (!seen && !set.asked) return this.ask({ row: set, name });
    return set;
  }

  /** Suggests contacts to a client in one go; false where none takes them. */
  async suggest(user: string, offers: readonly Offer[]): Promise<boolean> {
    const { exchange, rows } = this.#options;
    const client = await exchange.client(user);
    if (client === undefined) return false;
    // Noted before, for the client may subscribe before it answers.
    await Promise.all(offers.map(({ row }) => rows.put(row)));
    const items = offers.map(({ row, name }) => ({ jid: row.jid, name }));
    if (await exchange.suggest(client, 'add', items)) return true;
    await Promise.all(offers.map(({ row }) => this.#retract(row)));
    return false;
  }

  /** What the client did not take was not offered, unless the user has done something about it. */
  async #retract({ user, target }: RosterRow): Promise<void> {
    const { rows } = this.#options;
    const row = await rows.get(user, target);
    if (row && !(row.sees || row.seen || row.asked)) await rows.remove(row);
  }

  /** Asks to see the user; clients then offer to add who asks. */
  async ask({ row, name }: Offer): Promise<RosterRow> {
    const asked = { ...row, asked: true };
    await this.#options.rows.put(asked);
    this.#options.send(write.subscription(row.jid, 'subscribe', name), row.user);
    return asked;
  }

  /** Takes it off the roster, and tells every side (RFC 6121 §3.2, §3.3). What it was is forgotten by the caller. */
  withdraw({ user, jid }: RosterRow): Promise<boolean> {
    const { send, shown, silent } = this.#options;
    for (const type of ['unsubscribe', 'unsubscribed'] as const) send(write.subscription(jid, type), user);
    shown.hide(jid, user);
    return silent.remove(user, jid);
  }
}
