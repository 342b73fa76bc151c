/** Nicks: one per server, so that a change shows in all rooms (RFC 1459 §4.1.2). */

import { Refusal } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { isNick } from '../names.ts';
import { renameAway } from '../people/contacts.ts';
import type { Lines } from '../receive.ts';
import { NICK_ERRORS, refusalOf } from '../refusals.ts';
import { emitMember, occupantOf, putOccupant, takeOut } from './channels.ts';
import { endAside } from './netsplit.ts';

export async function changeNick(link: Link, nick: string): Promise<void> {
  if (nick === link.nick) return;
  if (!isNick(nick)) throw new Refusal('invalid', `“${nick}” can't be a nick on IRC. Choose one word of letters.`);
  await link.pace();
  const changed = link.ask((line) => {
    // A server may cut it to its NICKLEN.
    const [given = ''] = line.params;
    if (line.command === 'NICK' && given !== '' && link.nick === given && nick.startsWith(given)) return 'done';
    return NICK_ERRORS.has(line.command) ? refusalOf(line) : failed(line);
  });
  link.write(formatLine('NICK', [nick]));
  await changed;
  link.wishes.nick = link.nick;
}

/** Ergo's own words: a standard reply (IRCv3), or ERR_UNKNOWNERROR, for nicks that belong to another account. */
function failed({ command, params }: Line): Refusal | undefined {
  const about = command === 'FAIL' ? params[0] : command === '400' ? params[1] : undefined;
  return about === 'NICK' ? new Refusal('nick-taken', `${params.at(-1)}. Choose another nick.`) : undefined;
}

/** `nick` is free again: if it is the one our user wanted, it is asked for. */
export function takeBack(link: Link, nick: string): void {
  const { nick: wanted } = link.wishes;
  if (link.nick !== wanted && link.isupport.fold(nick) === link.isupport.fold(wanted)) {
    link.background(formatLine('NICK', [wanted]));
  }
}

function renamed(link: Link, line: Line): void {
  const [nick = ''] = line.params;
  const was = line.source;
  if (nick === '') return;
  if (link.isMe(was)) link.nick = nick;
  else takeBack(link, was);
  for (const channel of link.channels.values()) {
    const occupant = occupantOf(link, channel, was);
    if (!occupant) continue;
    const isNamed = takeOut(link, channel, was);
    const changed = { ...occupant, nick, contact: link.ids.contact(nick) };
    endAside(link, channel, nick);
    putOccupant(link, channel, changed, isNamed);
    emitMember(link, channel, changed, occupant.nick);
  }
  renameAway(link, was, nick);
}

export const nickLines: Lines = { NICK: renamed };
