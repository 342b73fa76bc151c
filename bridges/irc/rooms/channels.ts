/** What one link knows of the channels it is in. */

import type { ContactId, Member, Rank, RemoteEvent, RoomId, RoomSettings, Topic } from '#src/network.ts';
import type { Link } from '../link.ts';
import { BOT_HATS } from '../people/bot.ts';
import type { Aside } from './netsplit.ts';

/** What one link keeps, over all channels; a server may say anything. */
export const OCCUPANTS = 100_000;

/** Messages that wait for the names of a channel; what is beyond is told at once. */
const SAID = 2_000;
type Heard = RemoteEvent & { type: 'message' | 'react' | 'retract' | 'read' };

export interface Occupant {
  readonly nick: string;
  readonly contact: ContactId;
  /** `user@host`; empty until known. */
  readonly origin: string;
  /** Letters of the modes that make a rank, in no order. */
  readonly modes: string;
  /** Empty when logged in to none, or not known. */
  readonly account: string;
  readonly realname: string;
  readonly bot: boolean;
}

export interface Channel {
  /** As the server writes it. */
  readonly name: string;
  readonly room: RoomId;
  /** By folded nick. */
  readonly occupants: Map<string, Occupant>;
  /** Whom a netsplit took away, and who may soon be back; by folded nick. None of them is an occupant. */
  readonly aside: Map<string, Aside>;
  /** Names as they come, until RPL_ENDOFNAMES makes them the occupants; undefined when none are coming. */
  arriving: Map<string, Occupant> | undefined;
  topic: Topic;
  /** Mode +m: only members with a rank may speak. */
  moderated: boolean;
  /** Undefined until the server told the modes. */
  settings: RoomSettings | undefined;
  /** `entering`: not all names are known. `leaving`: our user asked to leave. */
  state: 'entering' | 'in' | 'leaving';
  /** Nobody here asked for it: the server or another client of a bouncer did. */
  readonly forced: boolean;
  /** WHO told something new about occupants. */
  renewed: boolean;
  /** What was said before we came is being fetched. */
  catchingUp: boolean;
  /** What was said while `entering` or `catchingUp`: it is told after who is there, and what was said before. */
  readonly said: Heard[];
  /** The mask of the last ban, folded: who is kicked right after it was banned. */
  banned: string;
}

/** A channel the link is in, by its name in any spelling. */
export function channelOf(link: Link, name: string | undefined): Channel | undefined {
  return name === undefined ? undefined : link.channels.get(link.isupport.fold(name));
}

/** Also somebody who has just been named, while the other names are still coming. */
export function occupantOf(link: Link, { occupants, arriving }: Channel, nick: string): Occupant | undefined {
  const key = link.isupport.fold(nick);
  return occupants.get(key) ?? arriving?.get(key);
}

export function makeOccupant(link: Link, nick: string, origin: string, modes = ''): Occupant {
  return { nick, contact: link.ids.contact(nick), origin, modes, account: '', realname: '', bot: false };
}

/** Puts `occupant` in the place of whoever had its nick; `isNew`: the names that are coming may be without them. */
export function putOccupant(link: Link, { occupants, arriving }: Channel, occupant: Occupant, isNew = false): void {
  const key = link.isupport.fold(occupant.nick);
  if (occupants.size < OCCUPANTS || occupants.has(key)) occupants.set(key, occupant);
  if (isNew || arriving?.has(key)) arriving?.set(key, occupant);
}

/** Takes whoever has that nick out; true when they were named just now. */
export function takeOut(link: Link, { occupants, arriving }: Channel, nick: string): boolean {
  const key = link.isupport.fold(nick);
  occupants.delete(key);
  return arriving?.delete(key) ?? false;
}

const RANKS: Readonly<Record<string, Rank>> = {
  q: 'owner',
  a: 'owner',
  o: 'admin',
  h: 'moderator',
  v: 'member',
};

function memberOf(link: Link, channel: Channel, { nick, contact, origin, modes, bot }: Occupant): Member {
  const highest = link.isupport.prefixes.find(({ mode }) => modes.includes(mode) && RANKS[mode]);
  const rank = (highest && RANKS[highest.mode]) ?? (channel.moderated ? 'listener' : 'speaker');
  const known = { ...(origin !== '' && { origin }), ...(bot && { hats: BOT_HATS }) };
  return { nick, contact, rank, ...(link.isMe(nick) && { self: true }), ...known };
}

/** Tells that `occupant` is in the channel as it now is. */
export function emitMember(link: Link, channel: Channel, occupant: Occupant, was?: string): void {
  const member = memberOf(link, channel, occupant);
  if (channel.state !== 'in') return;
  link.emit({ type: 'member', room: channel.room, change: 'in', member, ...(was !== undefined && { was }) });
}

/** Tells the whole truth of the channel. */
export function emitRoom(link: Link, channel: Channel): void {
  if (channel.state !== 'in') return;
  const aside = channel.aside.values().map(({ occupant }) => occupant);
  const shown = [...channel.occupants.values(), ...aside];
  const members = shown.map((occupant) => memberOf(link, channel, occupant));
  const { room, topic, settings } = channel;
  link.emit({ type: 'room', room, topic, members, ...(settings && { settings }) });
}

/** Tells what was said, or is about that, to a channel after its names. */
export function emitMessage(link: Link, channel: Channel | undefined, event: Heard): void {
  const waits = channel?.state === 'entering' || channel?.catchingUp;
  if (waits && channel.said.length < SAID) channel.said.push(event);
  else link.emit(event);
}

/** Who is in the channel was told, so that what was said meanwhile can be. */
export function emitSaid(link: Link, { said }: Channel): void {
  for (const event of said.splice(0)) link.emit(event);
}
