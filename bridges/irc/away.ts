/** Being away: our user's presence as AWAY (RFC 1459 §5.1), and that of others. */

import { showAway } from './contacts.ts';
import { formatLine, type Line } from './line.ts';
import type { Link } from './link.ts';
import type { Lines } from './receive.ts';
import { cutShort } from './split.ts';

const AWAY_BYTES = 200;

/** Tells the server what the user wishes, when it doesn't know yet. */
export function tellAway(link: Link): void {
  const { away } = link.wishes;
  if (away === link.away) return;
  link.away = away;
  link.background(formatLine('AWAY', [], away === '' ? undefined : cutShort(away, AWAY_BYTES)));
}

/** RPL_AWAY, the answer to a message: `me nick :text` */
function isAway(link: Link, line: Line): void {
  const [, nick = '', text = ''] = line.params;
  showAway(link, nick, text);
  if (link.contacts.watched.has(link.isupport.fold(nick))) return;
  if (link.contacts.isNewAway(nick, text)) link.notice(`${nick} is away: ${text}`);
}

/** IRCv3 away-notify: with a text when away, without when back. */
function awayChanged(link: Link, line: Line): void {
  showAway(link, line.source, line.params[0] || undefined);
}

export const awayLines: Lines = { 301: isAway, AWAY: awayChanged };
