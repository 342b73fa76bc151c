/** What servers tell of people in our rooms beside their nicks (IRCv3 account-notify, account-tag, extended-join). */

import { type Line, tagOf } from '../line.ts';
import type { Link } from '../link.ts';
import type { Lines } from '../receive.ts';
import { emitMember, type Occupant, putOccupant } from '../rooms/channels.ts';
import { isBot } from './bot.ts';

export type Facts = Partial<Pick<Occupant, 'origin' | 'account' | 'realname' | 'bot'>>;

/** What stands for no account in ACCOUNT and JOIN. */
const LOGGED_OUT = '*';

/** Keeps what is new of somebody, and shows what of it can be seen. */
export function learn(link: Link, nick: string, facts: Facts): void {
  const key = link.isupport.fold(nick);
  for (const channel of link.channels.values()) {
    const occupant = channel.occupants.get(key);
    const changed = occupant && withFacts(occupant, facts);
    if (!occupant || !changed) continue;
    putOccupant(link, channel, changed);
    if (looksOther(occupant, changed)) emitMember(link, channel, changed);
  }
}

/** Undefined when that was known. */
export function withFacts(occupant: Occupant, facts: Facts): Occupant | undefined {
  const names = Object.keys(facts) as (keyof Facts)[];
  return names.some((name) => occupant[name] !== facts[name]) ? { ...occupant, ...facts } : undefined;
}

/** Whether others see the difference. */
export function looksOther(before: Occupant, after: Occupant): boolean {
  return before.origin !== after.origin || before.bot !== after.bot;
}

/** What a JOIN says of who joins: `#channel account :real name` with extended-join. */
export function factsOfJoin(link: Link, line: Line): Facts {
  const [, account, realname] = line.params;
  const extended = link.caps.has('extended-join') && account !== undefined && realname !== undefined;
  return { ...(extended && { account: accountIn(account), realname }), ...(isBot(line) && { bot: true }) };
}

/** What the tags of a line say of the person it is from; without an `account` they are logged in to none. */
export function noteTags(link: Link, line: Line): void {
  if (line.origin === '') return;
  const account = link.caps.has('account-tag') ? { account: tagOf(line, 'account') ?? '' } : {};
  learn(link, line.source, { ...account, ...(isBot(line) && { bot: true }) });
}

function accountChanged(link: Link, line: Line): void {
  const account = accountIn(line.params[0] ?? LOGGED_OUT);
  if (link.isMe(line.source)) link.account = account;
  learn(link, line.source, { account });
}

function accountIn(word: string): string {
  return word === LOGGED_OUT ? '' : word;
}

/** The account of somebody in our rooms; empty when not known. */
export function accountOf(link: Link, nick: string): string {
  const key = link.isupport.fold(nick);
  for (const { occupants } of link.channels.values()) {
    const account = occupants.get(key)?.account;
    if (account) return account;
  }
  return '';
}

export const accountLines: Lines = { ACCOUNT: accountChanged };
