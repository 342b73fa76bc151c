/** Tags without a text (https://ircv3.net/specs/extensions/message-tags, "TAGMSG"). */

import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import type { Lines } from '../receive.ts';
import { reactionHeard } from './reactions.ts';
import { typingHeard } from './typing.ts';

function tagmsg(link: Link, line: Line): void {
  typingHeard(link, line);
  reactionHeard(link, line);
}

export const tagmsgLines: Lines = { TAGMSG: tagmsg };
