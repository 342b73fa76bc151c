/**
 * Netsplits: many quit at once because two servers lost each other, and most are soon back. They stay in their rooms for
 * a while, as far as users can see; a room is told once that they are gone, and once that they are back.
 */

import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import type { Lines } from '../receive.ts';
import { type Channel, emitMember, emitRoom, type Occupant, takeOut } from './channels.ts';

const SERVER_PAIR = /^[\w-]+(?:\.[\w-]+)+ [\w-]+(?:\.[\w-]+)+$/;
/** What networks that hide their servers say in place of the two names. */
const HIDDEN_PAIR = '*.net *.split';
/** People of one room who may be away by a split. */
const MOST = 20_000;
/** Rooms and pairs of servers that are counted at once. */
const TALLIES = 1024;

/** The two servers that lost each other, or what stands for them; undefined where a QUIT has another reason. */
export function splitOf(link: Link, line: Line): string | undefined {
  for (const { type, params } of link.batches.around(line)) {
    const pair = params.join(' ');
    if (type === 'netsplit') return isNetsplit(pair) ? pair : HIDDEN_PAIR;
  }
  const [reason = ''] = line.params;
  return isNetsplit(reason) ? reason : undefined;
}

/** A quit's reason that names two servers (RFC 1459 §4.1.6, RFC 2812 §3.1.7), or stands for them. */
export function isNetsplit(reason: string): boolean {
  return reason === HIDDEN_PAIR || (reason.length <= 512 && SERVER_PAIR.test(reason));
}

/** Somebody whom a split took away, as they were. */
export interface Aside {
  readonly occupant: Occupant;
  /** Why they quit: the two servers. */
  readonly reason: string;
  /** Milliseconds of `performance.now()` until which they may come back. */
  readonly until: number;
}

interface Tally {
  readonly channel: Channel;
  readonly reason: string;
  gone: number;
  back: number;
}

/** What is under way on one link. */
export class Netsplits {
  /** By room and reason: to be told when the lines about it are all here. */
  readonly tallies = new Map<string, Tally>();
  tellTimer: NodeJS.Timeout | undefined;
  endTimer: NodeJS.Timeout | undefined;

  stop(): void {
    clearTimeout(this.tellTimer);
    clearTimeout(this.endTimer);
    this.tallies.clear();
  }
}

/** Takes an occupant out of the channel, but for now not out of what the user sees; false where there are too many. */
export function setAside(link: Link, channel: Channel, occupant: Occupant, reason: string): boolean {
  if (channel.aside.size >= MOST || channel.state !== 'in') return false;
  const { netsplits, timing } = link;
  const key = link.isupport.fold(occupant.nick);
  takeOut(link, channel, occupant.nick);
  channel.aside.set(key, { occupant, reason, until: performance.now() + timing.split });
  count(link, channel, reason, 'gone');
  netsplits.endTimer ??= setTimeout(endSplits, timing.split, link);
  return true;
}

/** `nick` is here again, by a JOIN; what they were before the split. */
function takeBackFromSplit(link: Link, channel: Channel, nick: string): Occupant | undefined {
  const aside = takeAside(link, channel, nick);
  if (aside) count(link, channel, aside.reason, 'back');
  return aside?.occupant;
}

/** `nick` will not come back as who they were. */
export function takeAside(link: Link, channel: Channel, nick: string): Aside | undefined {
  const key = link.isupport.fold(nick);
  const aside = channel.aside.get(key);
  channel.aside.delete(key);
  return aside;
}

/** Whether somebody who came back need not be shown anew: they had no rank to lose, and are where they were. */
function isUnchanged(before: Occupant, now: Occupant): boolean {
  const known = before.origin !== '' && now.origin !== '';
  return before.nick === now.nick && before.modes === now.modes && (!known || before.origin === now.origin);
}

/** Somebody else has that nick now. */
export function endAside(link: Link, channel: Channel, nick: string): void {
  const aside = takeAside(link, channel, nick);
  if (!aside || channel.state !== 'in') return;
  const { room } = channel;
  link.emit({ type: 'member', room, change: 'out', nick: aside.occupant.nick, reason: `netsplit ${aside.reason}` });
}

function count(link: Link, channel: Channel, reason: string, what: 'gone' | 'back'): void {
  const { netsplits, timing } = link;
  const key = `${channel.room} ${reason}`;
  const tally = netsplits.tallies.get(key) ?? { channel, reason, gone: 0, back: 0 };
  if (netsplits.tallies.size >= TALLIES) tell(link);
  netsplits.tallies.set(key, tally);
  tally[what] += 1;
  clearTimeout(netsplits.tellTimer);
  netsplits.tellTimer = setTimeout(tell, timing.tally, link);
}

function tell(link: Link): void {
  clearTimeout(link.netsplits.tellTimer);
  const tallies = [...link.netsplits.tallies.values()];
  link.netsplits.tallies.clear();
  if (link.signal.aborted) return;
  for (const { channel, reason, gone, back } of tallies) {
    if (link.channels.get(link.isupport.fold(channel.name)) !== channel || channel.state !== 'in') continue;
    if (gone > 0)
      say(link, channel, reason, `Netsplit: ${pairOf(reason)} lost each other; ${people(gone)} gone for now.`);
    if (back > 0) say(link, channel, reason, `Netsplit is over: ${people(back)} back.`);
  }
}

function pairOf(reason: string): string {
  return reason === HIDDEN_PAIR ? 'two servers' : reason.replace(' ', ' and ');
}

function people(number: number): string {
  return number === 1 ? '1 person is' : `${number} people are`;
}

function say(link: Link, { room }: Channel, reason: string, text: string): void {
  const [server = ''] = reason.split(' ');
  const from = { contact: link.ids.contact(server), nick: server };
  link.emit({ type: 'message', in: { room }, from, at: new Date(), content: { text, style: 'notice' } });
}

/** Who is not back in time has left; the rooms are told whole, which shows it at once. */
function endSplits(link: Link): void {
  link.netsplits.endTimer = undefined;
  if (link.signal.aborted) return;
  // Who left in the same moment is given up in the same moment.
  const now = performance.now() + link.timing.tally;
  let next = Number.POSITIVE_INFINITY;
  for (const channel of link.channels.values()) {
    const before = channel.aside.size;
    for (const [key, { until }] of channel.aside) {
      if (until <= now) channel.aside.delete(key);
      else next = Math.min(next, until);
    }
    if (channel.aside.size < before) emitRoom(link, channel);
  }
  if (next < Number.POSITIVE_INFINITY) link.netsplits.endTimer = setTimeout(endSplits, next - now, link);
}

/** Shows somebody who came by a JOIN, unless they were only away in a split. */
export function showComing(link: Link, channel: Channel, occupant: Occupant): void {
  const before = takeBackFromSplit(link, channel, occupant.nick);
  // Another spelling is the same nick to the server, and another to those who are shown it.
  const was = before && before.nick !== occupant.nick ? before.nick : undefined;
  if (!before || !isUnchanged(before, occupant)) emitMember(link, channel, occupant, was);
}

/** With the batch all is said (https://ircv3.net/specs/extensions/batch/netsplit). */
function batchEnded(link: Link, { params: [, type] }: Line): void {
  if (type === 'netsplit' || type === 'netjoin') tell(link);
}

export const netsplitLines: Lines = { BATCH: batchEnded };
