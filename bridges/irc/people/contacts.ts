/** Presence of contacts: the server is asked to tell by MONITOR (IRCv3) or WATCH, else polled by ISON (RFC 1459 §5.8). */

import type { ContactId, Presence } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';
import { groupsOf } from '../messages/split.ts';
import { isPerson } from '../names.ts';
import type { Lines } from '../receive.ts';
import { Isons } from './ison.ts';
import { Wondering } from './wondering.ts';

interface Watched {
  readonly contact: ContactId;
  readonly nick: string;
  readonly by: 'MONITOR' | 'WATCH' | 'ISON';
  /** As told last; undefined until known. */
  presence: Presence | undefined;
}

/** Nicks of one line; commands have a little over 500 bytes. */
const NICKS_BYTES = 400;
const AWAYS_TOLD = 256;

/** What is known of the contacts on one link. */
export class Contacts {
  /** By folded nick. */
  readonly watched = new Map<string, Watched>();
  /** People who are no contacts, but in a room with us and away; by folded nick. */
  readonly away = new Map<string, { readonly contact: ContactId; readonly status: string }>();
  readonly isons = new Isons();
  readonly wondering = new Wondering(showWhetherAway);
  /** Runs while somebody has to be polled. */
  timer: NodeJS.Timeout | undefined;
  readonly #awaysTold = new Map<string, string>();

  /** True when this text of someone not watched was not told before. */
  isNewAway(nick: string, text: string): boolean {
    if (this.#awaysTold.get(nick) === text) return false;
    if (this.#awaysTold.size >= AWAYS_TOLD) this.#awaysTold.clear();
    this.#awaysTold.set(nick, text);
    return true;
  }
}

/** Asks to be told of `contacts`, as far as the server takes them; the others are polled. */
export function watch(link: Link, contacts: Iterable<ContactId>): void {
  const { watched } = link.contacts;
  const limit = link.isupport.monitor || link.isupport.watch;
  const told = link.isupport.monitor > 0 ? 'MONITOR' : 'WATCH';
  const added: Watched[] = [];
  let room = limit - nicksBy(watched.values(), told).length;
  for (const contact of contacts) {
    const nick = link.ids.name(contact);
    const key = link.isupport.fold(nick);
    if (watched.has(key) || !isPerson(nick)) continue;
    const by = room > 0 ? told : 'ISON';
    room -= 1;
    const one: Watched = { contact, nick, by, presence: undefined };
    link.contacts.away.delete(key);
    watched.set(key, one);
    added.push(one);
  }
  subscribe(link, told, '+', nicksBy(added, told));
  ask(link, nicksBy(added, 'ISON'));
  keepPolling(link);
}

/** Whether the server tells by itself when somebody goes away: to those who watch them, or are in a room with them. */
function isTold(link: Link, { nick, by }: Watched): boolean {
  return watchTellsAway(link, by) || (link.tellsAway && isSeen(link, link.isupport.fold(nick)));
}

/** https://ircv3.net/specs/extensions/extended-monitor; WATCH has it where WATCHOPTS says A (UnrealIRCd). */
function watchTellsAway(link: Link, by: Watched['by']): boolean {
  if (by === 'MONITOR') return link.tellsAway && link.caps.has('extended-monitor');
  return by === 'WATCH' && watchOption(link) !== '';
}

function watchOption({ isupport }: Link): 'A' | '' {
  return isupport.tokens.get('WATCHOPTS')?.includes('A') ? 'A' : '';
}

function nicksBy(watched: Iterable<Watched>, by: Watched['by']): string[] {
  return Array.from(watched)
    .filter((one) => one.by === by)
    .map(({ nick }) => nick);
}

/** Asks to be told no more. */
export function unwatch(link: Link, contact: ContactId): void {
  const key = link.isupport.fold(link.ids.name(contact));
  const watched = link.contacts.watched.get(key);
  if (watched) subscribe(link, watched.by, '-', [watched.nick]);
  link.contacts.watched.delete(key);
}

function subscribe(link: Link, by: Watched['by'], sign: '+' | '-', nicks: readonly string[]): void {
  for (const batch of groupsOf(nicks, (nick) => nick, NICKS_BYTES)) {
    const signed = batch.map((nick) => sign + nick);
    if (by === 'MONITOR') link.background(formatLine('MONITOR', [sign, batch.join(',')]));
    const option = sign === '+' ? watchOption(link) : '';
    if (by === 'WATCH') link.background(formatLine('WATCH', option === '' ? signed : [option, ...signed]));
  }
}

/** Polls once. */
function ask(link: Link, nicks: readonly string[]): void {
  link.contacts.isons.ask(link, nicks, (nick, here) => (here ? showHere : showGone)(link, nick));
}

/** Asks again and again for those the server does not tell all about, as long as there are any. */
function keepPolling(link: Link): void {
  const { contacts } = link;
  const silent = contacts.watched.values().some(({ by }) => by === 'ISON' || !watchTellsAway(link, by));
  if (contacts.timer || !silent) return;
  contacts.timer = setTimeout(() => {
    contacts.timer = undefined;
    if (!contacts.isons.goOn(link)) ask(link, nicksBy(contacts.watched.values(), 'ISON'));
    contacts.wondering.again(link, unsureOf(link));
    keepPolling(link);
  }, link.timing.poll);
}

/** Those who are here, and may be away without our being told. */
function unsureOf(link: Link): string[] {
  const here = [...link.contacts.watched.values()].filter(({ presence }) => presence && presence.show !== 'offline');
  return here.filter((one) => !isTold(link, one)).map(({ nick }) => nick);
}

function show(link: Link, nick: string, presence: Presence): void {
  const watched = link.contacts.watched.get(link.isupport.fold(nick));
  if (!watched) return;
  const { presence: last } = watched;
  if (last?.show === presence.show && last.status === presence.status) return;
  watched.presence = presence;
  link.emit({ type: 'presence', contact: watched.contact, presence });
}

/** `nick` is here; whether away is not told, so that what is known of it stays, and else it is asked. */
export function showHere(link: Link, nick: string): void {
  const watched = link.contacts.watched.get(link.isupport.fold(nick));
  if (!watched || (watched.presence && watched.presence.show !== 'offline')) return;
  show(link, nick, { show: 'online' });
  if (watched.by !== 'WATCH' || !watchTellsAway(link, 'WATCH')) link.contacts.wondering.about(link, [nick]);
}

/** `nick` left the server. */
export function showGone(link: Link, nick: string): void {
  show(link, nick, { show: 'offline' });
}

/** `nick` is away with a text, or back (undefined). Of people who are no contacts it is told while a room has them. */
export function showAway(link: Link, nick: string, status: string | undefined): void {
  const key = link.isupport.fold(nick);
  const { watched, away } = link.contacts;
  const presence = awayPresence(status && withoutFormat(status));
  if (watched.has(key)) return show(link, nick, presence);
  if (link.isMe(nick) || !isSeen(link, key) || away.get(key)?.status === status) return;
  const contact = link.ids.contact(nick);
  if (status === undefined) away.delete(key);
  else away.set(key, { contact, status });
  link.emit({ type: 'presence', contact, presence });
}

/** The same where the text is not told; what is known of it stays. */
export function showWhetherAway(link: Link, nick: string, away: boolean): void {
  const key = link.isupport.fold(nick);
  const { contacts } = link;
  if (away && (contacts.away.has(key) || contacts.watched.get(key)?.presence?.show === 'away')) return;
  showAway(link, nick, away ? '' : undefined);
}

/** The asterisk is for whoever gives no reason (https://ircv3.net/specs/extensions/pre-away). */
function awayPresence(status: string | undefined): Presence {
  return status === undefined
    ? { show: 'online' }
    : { show: 'away', ...(status !== '' && status !== '*' && { status }) };
}

/** In a room with us. */
function isSeen(link: Link, key: string): boolean {
  return link.channels.values().some(({ occupants }) => occupants.has(key));
}

/** `nick` left a room: of those in no room with us nobody tells when they are back. */
export function forgetAway(link: Link, nick: string): void {
  const key = link.isupport.fold(nick);
  const known = link.contacts.away.get(key);
  if (!known || isSeen(link, key)) return;
  link.contacts.away.delete(key);
  link.emit({ type: 'presence', contact: known.contact, presence: { show: 'offline' } });
}

/** The same for everybody, after we left a room. */
export function forgetStrangers(link: Link): void {
  for (const key of link.contacts.away.keys()) forgetAway(link, key);
}

/** Who changed their nick is as away as before, under another address; of contacts, one has gone and the other come. */
export function renameAway(link: Link, was: string, nick: string): void {
  if (link.isupport.fold(was) === link.isupport.fold(nick)) return;
  showGone(link, was);
  showHere(link, nick);
  const status = link.contacts.away.get(link.isupport.fold(was))?.status;
  forgetAway(link, was);
  if (status !== undefined) showAway(link, nick, status);
}

/** The link is gone: nobody is known to be here any more. */
export function endWatching(link: Link): void {
  clearTimeout(link.contacts.timer);
  link.whos.stop();
  for (const { nick, presence } of link.contacts.watched.values()) if (presence) showGone(link, nick);
  link.channels.clear();
  forgetStrangers(link);
}

function monitored(line: Line): string[] {
  const targets = line.params[1]?.split(',') ?? [];
  return targets.map((target) => target.split('!')[0] ?? '');
}

/** MONITOR took no more: these are polled. */
function overflowed(link: Link, line: Line): void {
  for (const nick of line.params[2]?.split(',') ?? []) {
    const key = link.isupport.fold(nick);
    const watched = link.contacts.watched.get(key);
    if (watched) link.contacts.watched.set(key, { ...watched, by: 'ISON' });
  }
  keepPolling(link);
}

const cameLine = (link: Link, line: Line) => showHere(link, line.params[1] ?? '');
const leftLine = (link: Link, line: Line) => showGone(link, line.params[1] ?? '');

export const contactLines: Lines = {
  303: (link, line) => link.contacts.isons.answered(link.isupport.fold, line),
  // MONITOR: https://ircv3.net/specs/extensions/monitor
  730(link, line) {
    for (const nick of monitored(line)) showHere(link, nick);
  },
  731(link, line) {
    for (const nick of monitored(line)) showGone(link, nick);
  },
  734: overflowed,
  // WATCH: defs.ircdocs.horse
  597: (link, line) => showAway(link, line.params[1] ?? '', line.params.at(-1)),
  598: (link, line) => showAway(link, line.params[1] ?? '', line.params.at(-1)),
  599: (link, line) => showAway(link, line.params[1] ?? '', undefined),
  600: cameLine,
  601: leftLine,
  604: cameLine,
  605: leftLine,
  609: (link, line) => showAway(link, line.params[1] ?? '', ''),
};
