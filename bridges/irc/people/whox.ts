/** Who is in a channel, with account and real name: WHO (RFC 1459 §4.5.1), WHOX where the server has it (IRCv3). */

import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import type { Lines } from '../receive.ts';
import { type Channel, channelOf, emitRoom, putOccupant } from '../rooms/channels.ts';
import { type Facts, looksOther, withFacts } from './accounts.ts';
import { factsOfFlags } from './bot.ts';
import { showWhetherAway } from './contacts.ts';

/** Whom we asked knows it by this word; the user may ask by raw lines as well. */
const TOKEN = '152';
/** In the order in which the server gives them back, whatever is written here. */
const FIELDS = 'tcuhnfar';
/** Larger channels are not asked: servers cut such answers off, or the connection. */
const OCCUPANTS = 1_000;
/** Channels that wait for their turn. */
const WAITING = 500;

/** Asks one channel at a time, so that the answers never come faster than the server likes to send them. */
export class Whos {
  readonly #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ear: Disposable | undefined;
  /** The channel that is being told of; empty when none is. */
  #current = '';

  ask(link: Link, { name, occupants }: Channel): void {
    if (occupants.size > OCCUPANTS || this.#waiting.length >= WAITING) return;
    this.#waiting.push(name);
    this.#ear ??= link.listen((line) => this.#refused(link, line));
    if (this.#current === '') this.#next(link);
  }

  /** The answer for that channel is complete, or will not be. */
  ended(link: Link, name: string): void {
    if (link.isupport.fold(name) === link.isupport.fold(this.#current)) this.#next(link);
  }

  /** Nothing is asked any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  /** RPL_TRYAGAIN, `me WHO :…`: the server does not answer now. */
  #refused(link: Link, { command, params }: Line): boolean {
    if (command !== '263' || params[1]?.toUpperCase() !== 'WHO' || this.#current === '') return false;
    this.#next(link);
    return true;
  }

  #next(link: Link): void {
    clearTimeout(this.#timer);
    const name = this.#waiting.shift() ?? '';
    this.#current = name;
    if (name === '') return;
    // Servers that end no answer must not end the questions.
    this.#timer = setTimeout(() => this.#next(link), link.timing.answer);
    link.later(() => {
      if (channelOf(link, name)) return formatLine('WHO', [name, ...fields(link)]);
      this.ended(link, name);
      return undefined;
    });
  }
}

function fields({ isupport }: Link): string[] {
  return isupport.tokens.has('WHOX') ? [`%${FIELDS},${TOKEN}`] : [];
}

/** `me #channel user host server nick flags :hops realname` */
function whoReply(link: Link, { params }: Line): void {
  const [, name, user, host, , nick = '', flags = '', last = ''] = params;
  const realname = last.replace(/^\d+ ?/, '');
  take(link, name, nick, flags, { origin: `${user}@${host}`, realname });
}

/** `me token #channel user host nick flags account :realname` */
function whoxReply(link: Link, { params }: Line): void {
  const [, token, name, user, host, nick = '', flags = '', account = '0', realname = ''] = params;
  if (token !== TOKEN || params.length !== FIELDS.length + 1) return;
  take(link, name, nick, flags, { origin: `${user}@${host}`, realname, account: account === '0' ? '' : account });
}

/** The first flag is G for someone away. What is new is told when the answer is complete. */
function take(link: Link, name: string | undefined, nick: string, flags: string, facts: Facts): void {
  const channel = channelOf(link, name);
  const occupant = channel?.occupants.get(link.isupport.fold(nick));
  // Where away-notify is missing nobody would tell that they are back.
  if (link.tellsAway) showWhetherAway(link, nick, flags.startsWith('G'));
  if (link.isMe(nick) && facts.origin !== undefined) link.origin = facts.origin;
  const changed = occupant && withFacts(occupant, { ...facts, ...factsOfFlags(link, flags) });
  if (!channel || !changed) return;
  putOccupant(link, channel, changed);
  channel.renewed ||= looksOther(occupant, changed);
}

function endOfWho(link: Link, line: Line): void {
  const [, name = ''] = line.params;
  link.whos.ended(link, name);
  const channel = channelOf(link, name);
  if (!channel?.renewed) return;
  channel.renewed = false;
  emitRoom(link, channel);
}

export const whoLines: Lines = { 315: endOfWho, 352: whoReply, 354: whoxReply };
