/** Who is in a channel: NAMES (RFC 1459 §4.2.5), and changed hosts. */

import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { catchUp } from '../messages/history.ts';
import { learn } from '../people/accounts.ts';
import type { Lines } from '../receive.ts';
import { type Channel, channelOf, emitRoom, makeOccupant, OCCUPANTS, type Occupant } from './channels.ts';

function named(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[2]);
  if (!channel) return;
  let room = OCCUPANTS - crowd(link);
  channel.arriving ??= new Map();
  for (const word of line.params[3]?.split(' ') ?? []) {
    if (room-- <= 0) return;
    const occupant = readName(link, word);
    if (occupant.nick !== '') channel.arriving.set(link.isupport.fold(occupant.nick), occupant);
  }
}

function crowd(link: Link): number {
  return link.channels
    .values()
    .reduce((sum, { occupants, arriving }) => sum + occupants.size + (arriving?.size ?? 0), 0);
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
  if (!entered && !channel.arriving) return;
  const before = new Map(channel.occupants);
  if (!entered) channel.occupants.clear();
  for (const [key, occupant] of channel.arriving ?? []) {
    channel.occupants.set(key, renewed(before.get(key), occupant));
    channel.aside.delete(key);
  }
  channel.arriving = undefined;
  channel.state = 'in';
  emitRoom(link, channel);
  if (!entered) return;
  settle(link, channel);
  catchUp(link, channel);
}

/** Names tell less than is known. */
function renewed(known: Occupant | undefined, { nick, contact, modes, origin }: Occupant): Occupant {
  const { account = '', realname = '', bot = false } = known ?? {};
  return { nick, contact, modes, origin: origin || (known?.origin ?? ''), account, realname, bot };
}

function settle(link: Link, channel: Channel): void {
  const { room, name } = channel;
  const { wish } = link.entering.get(link.isupport.fold(name)) ?? { wish: { room, name } };
  link.wishes.rooms.set(room, { ...link.wishes.rooms.get(room), ...wish });
  if (channel.forced) link.emit({ type: 'invite', room, from: { self: true } });
  // RFC 2811 §4.2.1: such channels have no modes.
  if (!name.startsWith('+')) link.background(formatLine('MODE', [name]));
  link.whos.ask(link, channel);
}

/** IRCv3 chghost: `:nick!old@old CHGHOST user host`. */
function hostChanged(link: Link, line: Line): void {
  const origin = `${line.params[0]}@${line.params[1]}`;
  if (link.isMe(line.source)) link.origin = origin;
  learn(link, line.source, { origin });
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
  396: ownHost,
  CHGHOST: hostChanged,
};
