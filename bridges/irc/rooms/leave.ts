/** Leaving channels: PART, KICK and QUIT, of our own and of others (RFC 1459 §4.2.2, §4.2.8, §4.1.6). */

import type { UserAction } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';
import { cutShort } from '../messages/split.ts';
import { forgetAway, forgetStrangers, showGone } from '../people/contacts.ts';
import type { Lines } from '../receive.ts';
import { type Channel, channelOf, occupantOf, takeOut } from './channels.ts';
import { withdraw } from './join.ts';
import { setAside, splitOf, takeAside } from './netsplit.ts';
import { takeBack } from './nick.ts';

const REASON_BYTES = 300;

/** Resolves when the server told that we left; that it doesn't tell in time changes nothing. */
export async function leave(link: Link, action: UserAction & { type: 'leave' }): Promise<void> {
  const name = link.ids.name(action.room);
  const channel = channelOf(link, name);
  if (!channel && link.entering.has(link.isupport.fold(name))) withdraw(link, name);
  if (!channel || channel.state === 'leaving' || channel.room !== action.room) return;
  channel.state = 'leaving';
  await link.pace();
  const key = link.isupport.fold(channel.name);
  const isOut = ({ command }: Line) => (command === 'PART' || command === 'KICK') && !link.channels.has(key);
  const left = link.ask((line) => (isOut(line) || line.command === '442' ? 'done' : undefined), link.timing.leave);
  const reason = action.reason && cutShort(action.reason, REASON_BYTES);
  link.write(formatLine('PART', [channel.name], reason || undefined));
  await left.catch(() => undefined);
  // It may be entered again by now.
  if (link.channels.get(key) === channel) link.channels.delete(key);
}

interface Gone {
  readonly change: 'out' | 'kick' | 'ban';
  readonly nick: string;
  readonly by?: string;
  readonly reason?: string | undefined;
}

/** Takes `nick` out of the channel; when it is our own, the channel is forgotten. */
function remove(link: Link, channel: Channel, { nick, reason, ...gone }: Gone): void {
  const occupant = occupantOf(link, channel, nick) ?? takeAside(link, channel, nick)?.occupant;
  const why = reason && withoutFormat(reason);
  if (link.isMe(nick)) {
    link.channels.delete(link.isupport.fold(channel.name));
    // While it is entered the join is refused by this, and gives the room up.
    if (channel.state === 'in') link.wishes.rooms.delete(channel.room);
  } else if (!occupant) return;
  takeOut(link, channel, nick);
  if (channel.state === 'in') {
    link.emit({
      type: 'member',
      room: channel.room,
      nick: occupant?.nick ?? nick,
      ...gone,
      ...(why && { reason: why }),
    });
  }
  if (link.isMe(nick)) forgetStrangers(link);
  else forgetAway(link, nick);
}

function parted(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[0]);
  const by = link.isMe(line.source) ? { by: link.nick } : {};
  if (channel) remove(link, channel, { change: 'out', nick: line.source, ...by, reason: line.params[1] });
}

function kicked(link: Link, line: Line): void {
  const [name, nick = '', reason] = line.params;
  const channel = channelOf(link, name);
  if (!channel) return;
  const change = channel.banned === link.isupport.fold(`${nick}!*@*`) ? 'ban' : 'kick';
  remove(link, channel, { change, nick, by: line.source, reason });
}

function quit(link: Link, line: Line): void {
  if (link.isMe(line.source)) return;
  takeBack(link, line.source);
  showGone(link, line.source);
  const split = splitOf(link, line);
  const reason = split === undefined ? line.params[0] : `netsplit ${split}`;
  for (const channel of link.channels.values()) {
    const occupant = occupantOf(link, channel, line.source);
    if (occupant && split !== undefined && setAside(link, channel, occupant, split)) continue;
    remove(link, channel, { change: 'out', nick: line.source, reason });
  }
}

export const leaveLines: Lines = { PART: parted, KICK: kicked, QUIT: quit };
