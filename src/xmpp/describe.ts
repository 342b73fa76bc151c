/** What service discovery tells of each address of a network's host. */

import type { Jid } from '#src/address.ts';
import type { Network } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import type { Users } from '#src/users.ts';
import type { Description } from './description.ts';
import type { Item } from './disco.ts';
import { featuresOf } from './xeps.ts';

export interface DescribeOptions {
  readonly network: Network;
  readonly places: Places;
  readonly users: Users;
}

const ROOM = [
  'muc_public',
  'muc_open',
  // XEP-0045 §6.4; members see each other's puppets, never a JID of a user of ours.
  'muc_semianonymous',
  'muc_unmoderated',
  'muc_unsecured',
];

export class Directory {
  readonly #options: DescribeOptions;
  readonly #host: Description;
  readonly #account: Description;
  readonly #contact: Description;

  constructor(options: DescribeOptions) {
    this.#options = options;
    const { gateway, title } = options.network;
    const server = { category: 'gateway', type: gateway, name: title };
    // `conference/text` on a host makes clients create their own rooms there.
    const rooms = gateway === 'irc' ? [{ category: 'conference', type: 'irc', name: title }] : [];
    this.#host = { identities: [server, ...rooms], features: featuresOf('host') };
    this.#account = { identities: [server], features: featuresOf('account') };
    this.#contact = { identities: [{ category: 'client', type: 'pc', name: title }], features: featuresOf('contact') };
  }

  /** What is at an address on the roster; the same object each time, for its caps are computed once. */
  onRoster(target: Target): Description {
    return { host: this.#host, account: this.#account, contact: this.#contact, room: this.#host }[target.type];
  }

  /** XEP-0030 §3; undefined where there is nothing. */
  describe(to: Jid, from: Jid, node: string | undefined): Description | undefined {
    const target = this.#options.places.read(to);
    if (!target || node !== undefined) return undefined;
    return target.type === 'room' ? this.#room(to, from, target) : this.onRoster(target);
  }

  /** XEP-0030 §4: the host lists the user's own servers, a server their rooms; XEP-0045 §6.3 lets a room keep its occupants to itself. */
  list(to: Jid, from: Jid, node: string | undefined): readonly Item[] | undefined {
    const { places, users } = this.#options;
    const target = places.read(to);
    if (!target || node !== undefined) return undefined;
    if (target.type === 'account') return this.#rooms(from, target);
    if (target.type !== 'host') return [];
    const accounts = [...(users.find(from.bare)?.accounts.values() ?? [])];
    return accounts.map(({ id, label }) => ({ jid: places.ofAccount(id), name: label }));
  }

  /** The rooms of a server that the user is in. */
  #rooms(from: Jid, { account }: Target & { type: 'account' }): readonly Item[] {
    const { places, users } = this.#options;
    const rooms = [...(users.live(from.bare, account)?.rooms.values() ?? [])];
    return rooms.flatMap(({ id }) => ({ jid: places.of(id) ?? places.host, name: id }));
  }

  /** XEP-0045 §6.4; of an occupant, what its contact is (§6.6). */
  #room(to: Jid, from: Jid, target: Target & { type: 'room' }): Description | undefined {
    const { users, network } = this.#options;
    const room = users.live(from.bare, target.account)?.rooms.get(target.room);
    if (to.resource !== '') return room?.members.has(to.resource) ? this.#contact : undefined;
    const type = network.gateway === 'irc' ? 'irc' : 'text';
    const identities = [{ category: 'conference', type, name: target.room }];
    const features = [...featuresOf('room'), ...ROOM];
    if (room?.state !== 'in') return { identities, features };
    const fields = {
      'muc#roominfo_occupants': [String(room.members.size)],
      'muc#roominfo_subject': [room.topic.text],
    };
    return { identities, features, forms: [{ type: 'http://jabber.org/protocol/muc#roominfo', fields }] };
  }
}
