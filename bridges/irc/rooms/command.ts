/** What the commands about a joined channel have in common. */

import { type Conversation, Refusal, type RoomId } from '#src/network.ts';
import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { isChannelName } from '../names.ts';
import type { Answer } from '../questions.ts';
import { CHANNEL_ERRORS, refusalOf } from '../refusals.ts';
import { type Channel, channelOf } from './channels.ts';

/** The channel of a room we are in. */
export function joinedChannel(link: Link, room: RoomId): Channel {
  const name = link.ids.name(room);
  const channel = channelOf(link, name);
  if (channel) return channel;
  throw new Refusal('not-joined', `You are not in ${name}. Join it, then do this again.`);
}

/** What the server calls a conversation; a channel only while we are in it. */
export function targetOf(link: Link, to: Conversation): string {
  return 'room' in to ? joinedChannel(link, to.room).name : link.ids.name(to.with);
}

/**
 * Done at the line of our own that names the channel first and is `wanted`, refused by an error that is about it, or
 * about `nick`, whom the command names.
 */
export function judge(link: Link, channel: Channel, wanted: (line: Line) => boolean, nick = ''): Answer {
  const isIt = (name: string | undefined) => channelOf(link, name) === channel;
  return (line) => {
    if (line.command === '401') {
      const isThem = nick !== '' && link.isupport.fold(line.params[1] ?? '') === link.isupport.fold(nick);
      return isThem ? refusalOf(line) : undefined;
    }
    if (CHANNEL_ERRORS.has(line.command)) {
      return line.params.some(isIt) || !line.params.some(isChannelName) ? refusalOf(line) : undefined;
    }
    return link.isMe(line.source) && isIt(line.params[0]) && wanted(line) ? 'done' : undefined;
  };
}
