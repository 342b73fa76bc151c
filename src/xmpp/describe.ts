/** What service discovery tells of each address of a network's host. */

import type { LiveAccount } from '#src/account.ts';
import { escapeLocal, type Jid } from '#src/address.ts';
import type { AccountId, Network } from '#src/network.ts';
import type { Places, Target } from '#src/place.ts';
import { recent } from '#src/recent.ts';
import type { Registry } from '#src/registry/database.ts';
import type { RoomList, Rooms } from '#src/room-list.ts';
import type { Room } from '#src/rooms.ts';
import type { Users } from '#src/users.ts';
import type { Description, DescriptionForm } from './description.ts';
import type { Item } from './disco.ts';
import { NS } from './ns.ts';
import { type Indexed, indexed, type PageOf, pageOf } from './paged.ts';
import { reservedNick, roomInfo } from './room-info.ts';
import type { Rsm } from './rsm.ts';
import { featuresOf } from './xeps.ts';

export interface DescribeOptions {
  readonly network: Network;
  readonly places: Places;
  readonly users: Users;
  readonly registry: Pick<Registry, 'accounts'>;
  readonly roomList: RoomList;
  /** What the host says of itself beside its features: whom to turn to, what becomes of data. */
  readonly forms?: readonly DescriptionForm[];
  /** SHA-1 of a room's avatar, fetched if need be. */
  readonly avatar?: (account: LiveAccount, room: Room) => Promise<string | undefined>;
}

/** Accounts whose descriptions are kept. */
const ACCOUNTS = 1_000;
/** The node that asks for the own nick in a room (XEP-0045 §7.12). */
const ROOM_USER = 'x-roomuser-item';
/** The node that asks what is let through beside text (XEP-0045 §17.1.1): the network decides, so nothing is promised. */
const TRAFFIC = `${NS.muc}#traffic`;

export class Directory {
  readonly #options: DescribeOptions;
  readonly #host: Description;
  readonly #contact: Description;
  readonly #accounts = recent<AccountId, Description>(ACCOUNTS);
  /** A list made for the rooms an account is in, whose ids are `own`, and those it could be in. */
  readonly #lists = new WeakMap<Rooms, { readonly own: string; readonly items: Indexed<Item> }>();

  constructor(options: DescribeOptions) {
    this.#options = options;
    const { forms = [], network } = options;
    const { gateway, title } = network;
    const server = { category: 'gateway', type: gateway, name: title };
    // `conference/text` on a host makes clients create their own rooms there.
    const rooms = gateway === 'irc' ? [{ category: 'conference', type: 'irc', name: title }] : [];
    this.#host = { identities: [server, ...rooms], features: featuresOf('host', network.does), forms };
    this.#contact = {
      identities: [{ category: 'client', type: 'pc', name: title }],
      features: featuresOf('contact', network.does),
    };
  }

  /** What is at an address on the roster; the same object each time, for its caps are computed once. */
  onRoster(target: Target): Description {
    if (target.type === 'contact') return this.#contact;
    return target.type === 'account' ? this.#account(target.account) : this.#host;
  }

  #account(account: AccountId): Description {
    const known = this.#accounts.get(account);
    if (known) return known;
    const identities = [{ category: 'gateway', type: this.#options.network.gateway, name: account }];
    const description = { identities, features: featuresOf('account', this.#options.network.does) };
    this.#accounts.set(account, description);
    return description;
  }

  /** XEP-0030 §3; undefined where there is nothing. */
  async describe(to: Jid, from: Jid, node: string | undefined): Promise<Description | undefined> {
    const { places, users } = this.#options;
    const target = places.read(to);
    if (target?.type === 'room' && node === ROOM_USER) {
      return reservedNick(users.live(from.bare, target.account)?.rooms.get(target.room));
    }
    if (target?.type === 'room' && node === TRAFFIC) return { identities: [], features: [] };
    if (!target || node !== undefined) return undefined;
    return target.type === 'room' ? this.#room(to, from, target) : this.onRoster(target);
  }

  /** XEP-0045 §6.4; of an occupant, what its contact is (§6.6). */
  async #room(to: Jid, from: Jid, target: Target & { type: 'room' }): Promise<Description | undefined> {
    const { users, roomList, avatar } = this.#options;
    const account = users.live(from.bare, target.account);
    const room = account?.rooms.get(target.room);
    if (to.resource !== '') return room?.members.has(to.resource) ? this.#contact : undefined;
    const listing = account && roomList.known(account, target.room);
    const hash = account && room?.avatar !== undefined ? await avatar?.(account, room) : undefined;
    return roomInfo({ id: target.room, does: this.#options.network.does, room, listing, avatar: hash });
  }

  /**
   * XEP-0030 §4: the host lists the user's own servers, a server the rooms that can be joined there, first those the
   * user is in. A room keeps its occupants to itself, as XEP-0045 §6.5 lets it.
   */
  async list(to: Jid, from: Jid, node: string | undefined, wanted: Rsm): Promise<PageOf<Item> | undefined> {
    const target = this.#options.places.read(to);
    if (!target || node !== undefined) return undefined;
    if (target.type === 'room' || target.type === 'contact') return { items: [], set: '' };
    const account = target.account ?? this.#accountOfHost(from);
    if (account !== undefined) return pageOf(await this.#rooms(from, account), wanted);
    return pageOf(
      indexed(await this.#servers(from), ({ jid }) => jid),
      wanted,
    );
  }

  /** The user's account where one login serves the whole host. */
  #accountOfHost({ bare }: Jid): AccountId | undefined {
    const { places, users } = this.#options;
    const account = users.live(bare, undefined);
    return account && places.ofAccount(account.id) === places.host ? account.id : undefined;
  }

  /** Those that are live, and those the user has registered. */
  async #servers({ bare }: Jid): Promise<readonly Item[]> {
    const { places, users, registry } = this.#options;
    const stored = await registry.accounts.list(bare, places.host);
    const live = users.find(bare)?.accounts.values() ?? [];
    const labels = new Map([...stored, ...live].map(({ id, label }) => [places.ofAccount(id), label]));
    labels.delete(places.host);
    return Array.from(labels, ([jid, name]) => ({ jid, name }));
  }

  async #rooms(from: Jid, id: AccountId): Promise<Indexed<Item>> {
    const account = this.#options.users.live(from.bare, id);
    const rooms = account?.online ? await this.#options.roomList.of(account) : NONE;
    const ids = [...(account?.rooms.keys() ?? [])];
    const own = ids.join(' ');
    const kept = this.#lists.get(rooms);
    if (kept?.own === own) return kept.items;
    const inside = ids.map((room) => rooms.byId.get(room) ?? { room, name: account?.rooms.get(room)?.settings?.name });
    const among = new Set(ids);
    const others = rooms.listings.filter(({ room }) => !among.has(room));
    const items = [...inside, ...others].flatMap(({ room, name }) => this.#item(room, name));
    const list = indexed(items, ({ jid }) => jid);
    if (rooms !== NONE) this.#lists.set(rooms, { own, items: list });
    return list;
  }

  #item(room: Room['id'], name: string | undefined): Item[] {
    // Not by Places: a long list would drive the addresses that are in use out of its memory.
    const local = escapeLocal(room);
    return local === undefined ? [] : [{ jid: `${local}@${this.#options.places.host}`, name: name || room }];
  }
}

const NONE: Rooms = { listings: [], byId: new Map() };
