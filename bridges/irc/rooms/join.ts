/** Entering channels: JOIN, sent for the user or again after a reconnect, and seen of others (RFC 1459 §4.2.1). */

import { Refusal, type UserAction } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Entry, Link } from '../link.ts';
import { groupsOf } from '../messages/split.ts';
import { isChannelName, isKey } from '../names.ts';
import { factsOfJoin } from '../people/accounts.ts';
import { showHere } from '../people/contacts.ts';
import type { Answer } from '../questions.ts';
import type { Lines } from '../receive.ts';
import { JOIN_ERRORS, NAMELESS_JOIN_ERRORS, refusalOf } from '../refusals.ts';
import type { Wish } from '../wishes.ts';
import { channelOf, emitRoom, makeOccupant, putOccupant } from './channels.ts';
import { showComing } from './netsplit.ts';
import { changeNick } from './nick.ts';

/** Channels that one JOIN names, in bytes. */
const JOIN_BYTES = 300;
const CHANNELS = 1000;

export async function join(link: Link, { room, nick, password }: UserAction & { type: 'join' }): Promise<void> {
  const name = link.ids.name(room);
  if (!isChannelName(name)) throw new Refusal('invalid', `${name} can't be the name of a channel.`);
  if (password && !isKey(password))
    throw new Refusal('password', `The password of ${name} is one word without a comma.`);
  const channel = channelOf(link, name);
  // Ids tell `#a[` from `#a{`, which many servers do not (CASEMAPPING rfc1459).
  if (channel && channel.room !== room && channel.state !== 'leaving') {
    throw new Refusal('not-allowed', `You are in this channel as ${channel.name}. Join it by that name.`);
  }
  if (channel?.state === 'in') {
    emitRoom(link, channel);
    return;
  }
  const key = link.isupport.fold(name);
  link.unwanted.delete(key);
  const underWay = link.entering.get(key);
  if (underWay) return underWay.done;
  const wish = { room, name, ...(password && { key: password }) };
  const first = link.channels.size === 0 && link.entering.size === 0;
  return hold(link, { wish, done: request(link, wish, link.wishes.guest && first ? nick : undefined) });
}

async function request(link: Link, wish: Wish, nick: string | undefined): Promise<void> {
  if (nick !== undefined) await takeNick(link, nick);
  await link.pace();
  if (link.unwanted.delete(link.isupport.fold(wish.name))) {
    throw new Refusal('not-joined', `You left ${wish.name} before you were in. Join it again.`);
  }
  const entered = answered(link, wish);
  link.write(joinLine([wish]));
  await entered;
}

/** Keeps a JOIN in mind until it has succeeded or was refused. */
function hold(link: Link, entry: Entry): Promise<void> {
  const key = link.isupport.fold(entry.wish.name);
  link.entering.set(key, entry);
  const over = () => {
    if (link.entering.get(key) === entry) link.entering.delete(key);
  };
  entry.done.then(over, over);
  return entry.done;
}

/** A guest is called as the first room says; where that can't be, the present nick does, and the gateway tells. */
async function takeNick(link: Link, nick: string): Promise<void> {
  try {
    await changeNick(link, nick);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Joins again what the user is meant to be in; a room that does not let us in is tried some times, then left. */
export function joinAgain(link: Link): void {
  for (const wishes of joinGroups([...link.wishes.rooms.values()])) rejoin(link, wishes, 0);
}

function rejoin(link: Link, wishes: readonly Wish[], tries: number): void {
  link.later(() => {
    const wanted = wishes.filter(({ room }) => link.wishes.rooms.has(room));
    for (const wish of wanted) {
      hold(link, { wish, done: answered(link, wish) }).catch((error) => refusedAgain(link, wish, error, tries));
    }
    return wanted.length > 0 ? joinLine(wanted) : undefined;
  });
}

/** Services may not know us yet, or our former connection still be in: what refuses now may let us in soon. */
const PASSING: ReadonlySet<string> = new Set(['members-only', 'too-fast', 'full', 'nick-taken', 'network', 'timeout']);

function refusedAgain(link: Link, wish: Wish, error: unknown, tries: number): void {
  if (link.signal.aborted || !link.wishes.rooms.has(wish.room)) return;
  const pause = link.timing.rejoin[tries];
  const passing = error instanceof Refusal && PASSING.has(error.why);
  if (!passing || pause === undefined) return giveUp(link, wish, error);
  if (tries === 0) link.notice(`${wish.name} does not let you in again yet: ${error.message} It is tried again.`);
  const timer = setTimeout(rejoin, pause, link, [wish], tries + 1);
  link.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

function giveUp(link: Link, { room }: Wish, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  link.wishes.rooms.delete(room);
  link.emit({ type: 'member', room, change: 'out', nick: link.nick, self: true, reason });
}

/** Resolves when all names of the channel are known. */
function answered(link: Link, wish: Wish): Promise<void> {
  const key = link.isupport.fold(wish.name);
  const isOurs = (name: string | undefined) => name !== undefined && link.isupport.fold(name) === key;
  const answer: Answer = (line) => {
    if (line.command === '366')
      return isOurs(line.params[1]) && link.channels.get(key)?.state === 'in' ? 'done' : undefined;
    if (line.command === 'FAIL' && line.params[0] === 'JOIN' && line.params.slice(1, -1).some(isOurs)) {
      return new Refusal('network', line.params.at(-1) ?? '');
    }
    if (line.command === 'JOIN' && link.isMe(line.source) && isLongFor(line.params[0], key, link)) {
      const text = `${wish.name} is called ${line.params[0]} here, and you are in it now: use that name.`;
      return new Refusal('not-allowed', text);
    }
    if (line.command === 'KICK') return isOurs(line.params[0]) ? thrownOut(link, line) : undefined;
    const [me = '', said = '', ...more] = line.params;
    if (NAMELESS_JOIN_ERRORS.has(line.command) && more.length === 0) {
      const alone = link.entering.size === 1 && !said.includes('#');
      return alone || link.isupport.fold(said).includes(key)
        ? refusalOf({ ...line, params: [me, wish.name, said] })
        : undefined;
    }
    return JOIN_ERRORS.has(line.command) && isOurs(line.params[1]) ? refusalOf(line) : undefined;
  };
  return link.ask(answer, link.timing.join).catch((error) => {
    // What comes too late would be a room that nobody knows of.
    if (error instanceof Refusal && error.why === 'timeout') withdraw(link, wish.name);
    throw error;
  });
}

/** Somebody there acted before all names were here. */
function thrownOut(link: Link, { source, params }: Line): Refusal | undefined {
  const [name, nick = '', reason = ''] = params;
  return link.isMe(nick)
    ? new Refusal('not-allowed', `${source} took you out of ${name} at once: ${reason}`)
    : undefined;
}

/** Safe channels are joined by a short name, and have an id of five letters in their own (RFC 2811 §3.2). */
function isLongFor(name: string | undefined, key: string, { isupport }: Link): boolean {
  return name !== undefined && name[0] === '!' && isupport.fold(`!${name.slice(6)}`) === key;
}

/** Leaves a channel that is being entered, now or as soon as the server lets us in. */
export function withdraw(link: Link, name: string): void {
  const channel = channelOf(link, name);
  if (!channel) {
    link.unwanted.add(link.isupport.fold(name));
    return;
  }
  channel.state = 'leaving';
  link.write(formatLine('PART', [channel.name]));
}

/** Groups that fit one line each. Those with a key come first, since keys are given by position. */
export function joinGroups(wishes: readonly Wish[]): Wish[][] {
  const sorted = wishes.toSorted((a, b) => Number(b.key !== undefined) - Number(a.key !== undefined));
  return groupsOf(sorted, ({ name, key = '' }) => name + key, JOIN_BYTES);
}

function joinLine(wishes: readonly Wish[]): string {
  const keys = wishes.flatMap(({ key }) => key ?? []);
  const names = wishes.map(({ name }) => name).join(',');
  return formatLine('JOIN', keys.length > 0 ? [names, keys.join(',')] : [names]);
}

function joined(link: Link, line: Line): void {
  const [name = ''] = line.params;
  if (link.isMe(line.source)) begin(link, name, line);
  const channel = channelOf(link, name);
  if (!channel) return;
  const occupant = { ...makeOccupant(link, line.source, line.origin), ...factsOfJoin(link, line) };
  putOccupant(link, channel, occupant, true);
  showComing(link, channel, occupant);
  showHere(link, line.source);
}

/** We are in; names and topic follow. */
function begin(link: Link, name: string, line: Line): void {
  const key = link.isupport.fold(name);
  if (!isChannelName(name) || (link.channels.size >= CHANNELS && !link.channels.has(key))) return;
  const { wish } = link.entering.get(key) ?? {};
  if (line.origin !== '') link.origin = line.origin;
  link.channels.set(key, {
    name,
    room: wish?.room ?? link.ids.room(name),
    occupants: new Map(),
    aside: new Map(),
    arriving: undefined,
    topic: { text: '' },
    moderated: false,
    settings: undefined,
    state: 'entering',
    forced: wish === undefined,
    renewed: false,
    catchingUp: false,
    said: [],
    banned: '',
  });
  if (link.unwanted.delete(key)) withdraw(link, name);
}

export const joinLines: Lines = { JOIN: joined };
