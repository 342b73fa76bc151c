/** Invitations to channels (RFC 1459 §4.2.7). */

import type { Line } from './line.ts';
import type { Link } from './link.ts';
import { authorOf } from './messages.ts';
import { isChannelName } from './names.ts';
import type { Lines } from './receive.ts';

/** With IRCv3 invite-notify those of others come too; they are none of ours. */
function invited(link: Link, line: Line): void {
  const [nick = '', channel = ''] = line.params;
  if (!link.isMe(nick) || !isChannelName(channel)) return;
  const room = link.channels.get(link.isupport.fold(channel))?.room ?? link.ids.room(channel);
  link.emit({ type: 'invite', room, from: authorOf(link, line.source) });
}

export const inviteLines: Lines = { INVITE: invited };
