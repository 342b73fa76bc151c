/** Who is in a channel: NAMES and WHO (RFC 1459 §4.2.5, §4.5.1), and changed hosts. */

import {
  type Channel,
  channelOf,
  emitMember,
  emitRoom,
  emitSaid,
  makeOccupant,
  OCCUPANTS,
  type Occupant,
  putOccupant,
} from './channels.ts';
import { showAway } from './contacts.ts';
import { formatLine, type Line } from './line.ts';
import type { Link } from './link.ts';
import type { Lines } from './receive.ts';

/** Larger channels are not asked who is away and from where. */
const WHO_OCCUPANTS = 100;

function named(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[2]);
  if (!channel) return;
  let room = OCCUPANTS - crowd(link);
  for (const word of line.params[3]?.split(' ') ?? []) {
    if (room-- <= 0) return;
    const occupant = readName(link, word);
    if (occupant.nick !== '') channel.arriving.set(link.isupport.fold(occupant.nick), occupant);
  }
}

function crowd(link: Link): number {
  return link.channels.values().reduce((sum, { occupants, arriving }) => sum + occupants.size + arriving.size, 0);
}

/** `@+nick` (multi-prefix) or `@nick!user@host` (userhost-in-names). */
function readName(link: Link, word: string): Occupant {
  let modes = '';
  let at = 0;
  for (; at < word.length; at += 1) {
    const prefix = link.isupport.prefixes.find(({ symbol }) => symbol === word[at]);
    if (!prefix) break;
    modes += prefix.mode;
  }
  const bang = word.indexOf('!', at);
  return bang < 0
    ? makeOccupant(link, word.slice(at), '', modes)
    : makeOccupant(link, word.slice(at, bang), word.slice(bang + 1), modes);
}

/** All names are here. When we were in already, somebody asked for them, and they are the better truth. */
function allNamed(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[1]);
  if (!channel || channel.state === 'leaving') return;
  const entered = channel.state === 'entering';
  if (!entered && channel.arriving.size === 0) return;
  if (!entered) channel.occupants.clear();
  for (const [key, occupant] of channel.arriving) channel.occupants.set(key, occupant);
  channel.arriving = new Map();
  channel.state = 'in';
  emitRoom(link, channel);
  emitSaid(link, channel);
  if (entered) settle(link, channel);
}

function settle(link: Link, channel: Channel): void {
  const { room, name } = channel;
  const { wish } = link.entering.get(link.isupport.fold(name)) ?? { wish: { room, name } };
  link.wishes.rooms.set(room, { ...link.wishes.rooms.get(room), ...wish });
  if (channel.forced) link.emit({ type: 'invite', room, from: { self: true } });
  link.background(formatLine('MODE', [name]));
  if (channel.occupants.size <= WHO_OCCUPANTS) link.background(formatLine('WHO', [name]));
}

/** `me #channel user host server nick flags :hops realname`; the first flag is G for someone away. */
function whoReply(link: Link, line: Line): void {
  const [, name, user, host, , nick = '', flags = ''] = line.params;
  const channel = channelOf(link, name);
  const occupant = channel?.occupants.get(link.isupport.fold(nick));
  // Where away-notify is missing nobody would tell that they are back.
  if (link.tellsAway) showAway(link, nick, flags.startsWith('G') ? '' : undefined);
  if (!channel || !occupant) return;
  const origin = `${user}@${host}`;
  if (link.isMe(nick)) link.origin = origin;
  if (occupant.origin === origin) return;
  putOccupant(link, channel, { ...occupant, origin });
  channel.renewed = true;
}

function endOfWho(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[1]);
  if (!channel?.renewed) return;
  channel.renewed = false;
  emitRoom(link, channel);
}

/** IRCv3 chghost: `:nick!old@old CHGHOST user host`. */
function hostChanged(link: Link, line: Line): void {
  const origin = `${line.params[0]}@${line.params[1]}`;
  if (link.isMe(line.source)) link.origin = origin;
  for (const channel of link.channels.values()) {
    const occupant = channel.occupants.get(link.isupport.fold(line.source));
    if (!occupant) continue;
    const changed = { ...occupant, origin };
    putOccupant(link, channel, changed);
    emitMember(link, channel, changed);
  }
}

/** RPL_VISIBLEHOST: our own host from now on, on some servers with the user. */
function ownHost(link: Link, line: Line): void {
  const host = line.params[1] ?? '';
  const user = link.origin.split('@')[0];
  link.origin = host.includes('@') ? host : user ? `${user}@${host}` : '';
}

export const occupantLines: Lines = {
  353: named,
  366: allNamed,
  352: whoReply,
  315: endOfWho,
  396: ownHost,
  CHGHOST: hostChanged,
};
