/** Being away: our user's presence as AWAY (RFC 1459 §5.1), and that of others. */

import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { cutShort } from '../messages/split.ts';
import type { Lines } from '../receive.ts';
import { showAway } from './contacts.ts';

const AWAY_BYTES = 200;

/** Tells the server what the user wishes when its turn comes, and the server doesn't know yet. */
export function tellAway(link: Link): void {
  if (link.wishes.away !== link.away) link.later(() => awayLine(link));
}

/** The line, if there is something to tell; the server is taken to have it. */
export function awayLine(link: Link): string | undefined {
  const { away } = link.wishes;
  if (away === link.away) return undefined;
  link.away = away;
  return formatLine('AWAY', [], away === '' ? undefined : cutShort(away, awayBytes(link)));
}

function awayBytes({ isupport }: Link): number {
  const most = Number(isupport.tokens.get('AWAYLEN'));
  return most > 0 ? Math.min(most, AWAY_BYTES) : AWAY_BYTES;
}

/** RPL_AWAY, the answer to a message or to a question of our own: `me nick :text` */
function isAway(link: Link, line: Line): void {
  const [, nick = '', text = ''] = line.params;
  const key = link.isupport.fold(nick);
  showAway(link, nick, text);
  if (link.contacts.watched.has(key) || link.whois.asksFor(key) || link.ctcp.awaits(key)) return;
  if (link.contacts.isNewAway(nick, text)) link.notice(`${nick} is away: ${text}`);
}

/** IRCv3 away-notify: with a text when away, without when back. */
function awayChanged(link: Link, line: Line): void {
  showAway(link, line.source, line.params[0] || undefined);
}

export const awayLines: Lines = { 301: isAway, AWAY: awayChanged };
