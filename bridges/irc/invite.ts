/** Invitations to channels (RFC 1459 §4.2.7). */

import type { UserAction } from '#src/network.ts';
import { channelOf } from './channels.ts';
import { joinedChannel, judge } from './command.ts';
import { formatLine, type Line } from './line.ts';
import type { Link } from './link.ts';
import { authorOf } from './messages.ts';
import { isChannelName } from './names.ts';
import type { Lines } from './receive.ts';

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

/** With IRCv3 invite-notify those of others come too; they are none of ours. */
function invited(link: Link, line: Line): void {
  const [nick = '', channel = ''] = line.params;
  if (!link.isMe(nick) || !isChannelName(channel)) return;
  const room = link.channels.get(link.isupport.fold(channel))?.room ?? link.ids.room(channel);
  link.emit({ type: 'invite', room, from: authorOf(link, line.source) });
}

export const inviteLines: Lines = { INVITE: invited };
