/** JIDs of a network's host ⇄ what they name there: the host, an account, a room, someone in it, a contact. */

import { escapeLocal, type Jid, unescapeLocal } from '#src/address.ts';
import type { AccountId, ContactId, Network, RoomId } from '#src/network.ts';
import { recent } from '#src/recent.ts';

/** What a JID names. `account` is absent where one login serves the whole host. */
export type Target =
  | { readonly type: 'host'; readonly account?: AccountId }
  | { readonly type: 'account'; readonly account: AccountId }
  | { readonly type: 'room'; readonly account?: AccountId; readonly room: RoomId }
  | { readonly type: 'contact'; readonly account?: AccountId; readonly contact: ContactId };

export class Places {
  readonly host: string;
  readonly #network: Network;
  readonly #jids = recent<string, string>(50_000);

  constructor(host: string, network: Network) {
    this.host = host;
    this.#network = network;
  }

  /** What a JID of this host names, its resource aside; undefined if nothing here can have that address. */
  read(jid: Pick<Jid, 'local'>): Target | undefined {
    const local = unescapeLocal(jid.local);
    const place = local === undefined ? undefined : this.#network.place(local);
    if (local === '') return { type: 'host', ...(place?.account !== undefined && { account: place.account }) };
    if (!place) return undefined;
    const account = place.account === undefined ? {} : { account: place.account };
    if (place.room !== undefined) return { type: 'room', room: place.room, ...account };
    if (place.contact !== undefined) return { type: 'contact', contact: place.contact, ...account };
    return place.account === undefined ? undefined : { type: 'account', account: place.account };
  }

  /** What an address names here; undefined as well for one of another host. */
  find(jid: Jid | undefined): Target | undefined {
    return jid?.domain === this.host ? this.read(jid) : undefined;
  }

  /** The bare JID of a room or contact; undefined if its id can't stand in a JID. */
  of(id: RoomId | ContactId): string | undefined {
    const known = this.#jids.get(id);
    if (known !== undefined) return known;
    const local = escapeLocal(id);
    if (local === undefined) return undefined;
    const jid = `${local}@${this.host}`;
    this.#jids.set(id, jid);
    return jid;
  }

  /** The bare JID of an account: `server@host`, or the host. */
  ofAccount(id: AccountId): string {
    const local = escapeLocal(this.#network.address(id));
    return local ? `${local}@${this.host}` : this.host;
  }
}
