/** Invitations to channels (RFC 1459 §4.2.7). */

import type { UserAction } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { authorOf } from '../messages/messages.ts';
import { isChannelName } from '../names.ts';
import type { Lines } from '../receive.ts';
import { channelOf, emitMessage } from './channels.ts';
import { joinedChannel, judge } from './command.ts';

/** Resolves at RPL_INVITING: `me nick #channel`, on some servers the other way round. */
export async function invite(link: Link, { room, contact }: UserAction & { type: 'invite' }): Promise<void> {
  const channel = joinedChannel(link, room);
  await link.pace();
  const nick = link.ids.name(contact);
  const refused = judge(link, channel, () => false, nick);
  const isIt = (name: string) => channelOf(link, name) === channel;
  const done = link.ask((line) => (line.command === '341' && line.params.some(isIt) ? 'done' : refused(line)));
  link.write(formatLine('INVITE', [nick, channel.name]));
  await done;
}

/** With IRCv3 invite-notify those of others come too: the room is told who may come. */
function invited(link: Link, line: Line): void {
  const [nick = '', name = ''] = line.params;
  const channel = channelOf(link, name);
  if (link.isMe(nick) && isChannelName(name)) {
    link.emit({ type: 'invite', room: channel?.room ?? link.ids.room(name), from: authorOf(link, line.source) });
  } else if (channel && nick !== '') {
    emitMessage(link, channel, {
      type: 'message',
      in: { room: channel.room },
      from: authorOf(link, line.source),
      at: link.clock.timeOf(line),
      content: { text: `${line.source} invited ${nick}.`, style: 'notice' },
    });
  }
}

export const inviteLines: Lines = { INVITE: invited };
