/** The presence of the host, of accounts and of contacts as users see it, and what they were told last. */

import type { Blocks } from '#src/blocks.ts';
import type { Presence } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import type { OnRoster, RosterRows } from '#src/roster/rows.ts';
import type { Users } from '#src/users.ts';
import * as write from '#src/xmpp/write/presence.ts';
import type { Send, Stanza } from '#src/xmpp/write/stanza.ts';

export interface ShownPresenceOptions {
  readonly rows: RosterRows;
  readonly users: Users;
  readonly blocks: Blocks;
  readonly send: Send;
  /** Elements beside the availability, such as XEP-0115's. */
  readonly extras: (target: OnRoster, user: string) => string;
}

const ONLINE: Presence = { show: 'online' };
const OFFLINE: Presence = { show: 'offline' };
/** Presences that are remembered, over all users. */
const TOLD = 20_000;

export class ShownPresence {
  readonly #options: ShownPresenceOptions;
  /** By user and contact. */
  readonly #told = recent<string, string>(TOLD);

  constructor(options: ShownPresenceOptions) {
    this.#options = options;
  }

  /** Shows the state as it is, to all clients of a user or to one of them. */
  show(target: OnRoster, user: string, to = user): void {
    const stanza = this.#stanza(target, user);
    if (to === user) this.#told.set(keyOf(user, this.#options.rows.jid(target)), stanza.head + stanza.tail);
    this.#options.send(stanza, to);
  }

  /** Shows the state to all clients of a user unless it is what they were shown last. */
  update(target: OnRoster, user: string): void {
    const stanza = this.#stanza(target, user);
    const key = keyOf(user, this.#options.rows.jid(target));
    if (this.#told.get(key) === stanza.head + stanza.tail) return;
    this.#told.set(key, stanza.head + stanza.tail);
    this.#options.send(stanza, user);
  }

  /** Shows it as gone, whatever its state. */
  hide(jid: string, user: string): void {
    this.#told.delete(keyOf(user, jid));
    this.#options.send(write.presence(jid, OFFLINE), user);
  }

  /** After an outage nobody knows what was told before. */
  forget(): void {
    this.#told.clear();
  }

  #stanza(target: OnRoster, user: string): Stanza {
    const { rows, extras } = this.#options;
    return write.presence(rows.jid(target), this.#state(user, target), extras(target, user));
  }

  #state(user: string, target: OnRoster): Presence {
    const { users, blocks } = this.#options;
    if (target.type === 'host') return ONLINE;
    if (target.type === 'contact' && blocks.has(user, target.contact)) return OFFLINE;
    const account = users.live(user, target.account);
    if (!account?.online) return OFFLINE;
    return target.type === 'account' ? ONLINE : (account.presences.get(target.contact) ?? OFFLINE);
  }
}

function keyOf(user: string, jid: string): string {
  return `${user}\n${jid}`;
}
