/** What people, rooms and the gateway itself show of themselves: names, notes and avatars. */

import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import { emblem } from '#src/emblem.ts';
import type { Log } from '#src/log.ts';
import { type ContactId, type MediaId, type Network, type Profile, Refusal, type RemoteEvent } from '#src/network.ts';
import { type Picture, Pictures } from '#src/pictures.ts';
import type { Places, Target } from '#src/place.ts';
import { recent } from '#src/recent.ts';
import type { Room } from '#src/rooms.ts';
import type { Users } from '#src/users.ts';
import { within } from '#src/within.ts';

/** What an address shows of itself; a picture that is absent is none, or none that can be had now. */
export interface Card {
  readonly name: string;
  readonly nick?: string;
  readonly note?: string;
  readonly url?: string;
  readonly picture?: Picture;
}
export interface ProfilesOptions {
  readonly network: Network;
  readonly places: Places;
  readonly users: Users;
  /** Shows a contact's presence again, for its avatar is another. */
  readonly show: (account: LiveAccount, contact: ContactId) => void;
  readonly log: Log;
}

/** Profiles kept over all users, and for how long, in ms, what was looked up is taken to be so. */
const PROFILES = 20_000;
const FRESH_FOR = 600_000;
/** How long a look-up may take, in ms. */
const WITHIN = 10_000;
/** Characters of one text: a card has to fit into a stanza, with its picture. */
const TEXT = 4_000;
/** In a larger room new avatars are fetched when a client asks for them. */
const SMALL_ROOM = 200;

export class Profiles {
  readonly #options: ProfilesOptions;
  readonly #emblem: Picture;
  readonly #pictures: Pictures;
  /** By user and contact: what one may see of somebody is not everybody's. */
  readonly #known = recent<string, Profile>(PROFILES);

  constructor(options: ProfilesOptions) {
    this.#options = options;
    this.#emblem = emblem(options.network.id);
    this.#pictures = new Pictures(options.log);
  }

  /** SHA-1 of a contact's avatar (XEP-0153); empty where it has none, undefined while that is not known. */
  hash(user: string, contact: ContactId): string | undefined {
    const profile = this.#known.get(keyOf(user, contact));
    if (!profile) return undefined;
    return profile.avatar === undefined ? '' : this.#pictures.known(profile.avatar)?.sha1;
  }

  /** The same of anything that can be on a roster; an avatar that was told of before it was there is fetched now. */
  hashOf(user: string, target: Target): string | undefined {
    if (target.type !== 'contact') return this.#emblem.sha1;
    const hash = this.hash(user, target.contact);
    const account = this.#options.users.live(user, target.account);
    const avatar = this.#known.peek(keyOf(user, target.contact))?.avatar;
    if (hash === undefined && account && avatar !== undefined) this.#want(account, target.contact, avatar);
    return hash;
  }

  /** SHA-1 of a room's avatar (XEP-0486), fetched if need be; undefined where there is none. */
  async roomHash(account: LiveAccount, room: Room): Promise<string | undefined> {
    return room.avatar === undefined ? undefined : (await this.#pictures.get(account, room.avatar))?.sha1;
  }

  /** Somebody has changed what they show. */
  event(account: LiveAccount, { contact, profile }: RemoteEvent & { type: 'profile' }): void {
    const key = keyOf(account.user, contact);
    const before = this.#known.peek(key);
    // What was looked up and is set right grows old as before: it had more in it than is told by itself.
    const left = this.#known.getRemainingTTL(key);
    this.#known.set(key, bounded(profile), Number.isFinite(left) && left > 0 ? { ttl: left } : {});
    if (before?.avatar === profile.avatar || !isNear(account, contact)) return;
    if (profile.avatar === undefined) this.#options.show(account, contact);
    else this.#want(account, contact, profile.avatar);
  }

  #want(account: LiveAccount, contact: ContactId, avatar: MediaId): void {
    this.#pictures.want(account, avatar, () => this.#options.show(account, contact));
  }

  /** What is at an address, as that user may see it. Refuses where there is nothing, or where it can't be known now. */
  async card(from: Jid, to: Jid): Promise<Card> {
    const { places, users } = this.#options;
    const target = places.read(to);
    if (!target) throw new Refusal('not-found', 'There is nothing at this address. Check its spelling.');
    if (target.type === 'host') return this.#hostCard();
    users.check(from);
    if (target.type === 'room') return this.#roomCard(from, to, target);
    const account = users.live(from.bare, target.account);
    if (target.type === 'account') return { ...this.#hostCard(), name: account?.label ?? to.local };
    return this.#contactCard(from.bare, account, target.contact);
  }

  #hostCard(): Card {
    const { title, prompt } = this.#options.network;
    return { name: title, note: prompt.desc, picture: this.#emblem };
  }

  /** Of a room, or of somebody in it (XEP-0045 §17.3). */
  async #roomCard({ bare }: Jid, { resource }: Jid, target: Target & { type: 'room' }): Promise<Card> {
    const account = this.#options.users.live(bare, target.account);
    const room = account?.rooms.get(target.room);
    if (!account || room?.state !== 'in') {
      if (resource === '') return { name: target.room };
      throw new Refusal('not-joined', 'You are not in this room. Join it first.');
    }
    if (resource === '') return this.#cardOf(room, account);
    const member = room.members.get(resource);
    if (!member) throw new Refusal('not-found', `${resource} is not in this room.`);
    return { nick: member.nick, ...(await this.#contactCard(bare, account, member.contact, member.nick)) };
  }

  async #cardOf({ id, settings, topic, avatar }: Room, account: LiveAccount): Promise<Card> {
    const note = cut(settings?.description || topic.text);
    const picture = avatar === undefined ? undefined : await this.#pictures.get(account, avatar);
    return { name: cut(settings?.name ?? id), ...(note && { note }), ...(picture && { picture }) };
  }

  async #contactCard(
    user: string,
    account: LiveAccount | undefined,
    contact: ContactId,
    name: string = contact,
  ): Promise<Card> {
    const profile = await this.#profile(user, account, contact);
    const { avatar, note, url } = profile;
    const picture = account && avatar !== undefined ? await this.#pictures.get(account, avatar) : undefined;
    return { name: profile.name ?? name, ...(note && { note }), ...(url && { url }), ...(picture && { picture }) };
  }

  /** As known, else as the network tells; a network that tells nothing of people leaves the name. */
  async #profile(user: string, account: LiveAccount | undefined, contact: ContactId): Promise<Profile> {
    const key = keyOf(user, contact);
    const known = this.#known.get(key);
    if (known) return known;
    if (!account) throw new Refusal('offline', 'You are not connected. Show yourself online to the gateway first.');
    const { lookUps } = account;
    if (!lookUps.profile) return {};
    const found = bounded(await within(lookUps.profile(contact), WITHIN, late));
    this.#known.set(key, found, { ttl: FRESH_FOR });
    return found;
  }
}

/** An address that is too long is none. */
function bounded({ name, note, url, avatar }: Profile): Profile {
  return {
    ...(name !== undefined && { name: cut(name) }),
    ...(note !== undefined && { note: cut(note) }),
    ...(url !== undefined && url.length <= TEXT && { url }),
    ...(avatar !== undefined && { avatar }),
  };
}

function cut(text: string): string {
  return text.length > TEXT ? `${text.slice(0, TEXT)}…` : text;
}

/** Whether the user has that contact before their eyes. */
function isNear(account: LiveAccount, contact: ContactId): boolean {
  if (account.watched.has(contact)) return true;
  for (const room of account.rooms.values()) {
    if (room.members.size <= SMALL_ROOM && room.find(contact)) return true;
  }
  return false;
}

function late(): Refusal {
  return new Refusal('timeout', 'The network did not tell in time. Try again later.');
}

function keyOf(user: string, contact: ContactId): string {
  return `${user}\n${contact}`;
}
