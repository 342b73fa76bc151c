/** What was said while we were away, where the server keeps it (https://ircv3.net/specs/extensions/chathistory). */

import { type Conversation, Refusal } from '#src/network.ts';
import type { Batch, BatchTypes } from '../connection/batch.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { isPerson } from '../names.ts';
import { type Channel, emitSaid } from '../rooms/channels.ts';
import { messageOf } from './messages.ts';
import { joined } from './multiline.ts';

/** Messages asked for at once, of a room never heard of before, and in all of one conversation. */
const PAGE = 100;
const FIRST = 50;
const MOST = 1_000;
/** People whose messages are fetched after a reconnect. */
const PEOPLE = 50;
const SEEN_KEY = 'history-until';
const REMEMBERED_EVERY = 300_000;
/** By this much, in ms, the server's clock may be wrong without being put right (clock.ts). */
const UNSURE = 5_000;
/** What is said now waits no longer, in ms, for a page of what was said before. */
const WITHIN = 5_000;

/** Where a conversation was left. */
interface Place {
  readonly id?: string;
  readonly at: Date;
}
interface Said {
  readonly line: Line;
  readonly message: NonNullable<ReturnType<typeof messageOf>>;
}
/** What came of one request. */
interface Page {
  readonly count: number;
  readonly last: Place | undefined;
}

/** Whether the server keeps what was said. */
function keeps({ caps, isupport }: Link): boolean {
  return caps.has('chathistory') && caps.has('batch') && isupport.tokens.get('CHATHISTORY') !== undefined;
}

/** Tells what was said in a channel since it was last heard of; what is said meanwhile comes after that. */
export function catchUp(link: Link, channel: Channel): void {
  if (!keeps(link)) return emitSaid(link, channel);
  channel.catchingUp = true;
  fetch(link, channel.name, { room: channel.room })
    .catch((error: unknown) => missed(link, error))
    .finally(() => {
      channel.catchingUp = false;
      // Told now it would hide what was said before it and is still to be fetched; with that it comes again.
      if (!link.signal.aborted) emitSaid(link, channel);
    });
}

/** Tells what people have written to us since the last connection ended. */
export async function catchUpPeople(link: Link): Promise<void> {
  if (!keeps(link)) return;
  try {
    const since = new Date((await link.host.recall(SEEN_KEY)) ?? Number.NaN);
    if (!Number.isNaN(since.getTime())) {
      for (const nick of await targets(link, since)) await fetchWith(link, nick, since);
    }
    await remember(link);
  } catch (error) {
    missed(link, error);
  }
}

/** That one of them can't be asked for is no reason to miss the others. */
async function fetchWith(link: Link, nick: string, since: Date): Promise<void> {
  try {
    await fetch(link, nick, { with: link.ids.contact(nick) }, since);
  } catch (error) {
    if (link.signal.aborted) throw error;
    missed(link, error);
  }
}

/** From now on nothing is missed until the server is heard no more, which the end of the connection may be long after. */
async function remember(link: Link): Promise<void> {
  const heardAt = () => new Date(Date.now() - link.liveness.silence - UNSURE);
  const note = async () => link.host.keep(SEEN_KEY, heardAt().toISOString());
  const noted = () => void note().catch((error: unknown) => missed(link, error));
  const timer = setInterval(noted, REMEMBERED_EVERY).unref();
  link.signal.addEventListener('abort', () => {
    clearInterval(timer);
    noted();
  });
  await note();
}

function missed(link: Link, error: unknown): void {
  link.host.log.info({ err: error }, 'What was said meanwhile could not be fetched');
}

async function fetch(link: Link, target: string, where: Conversation, since?: Date): Promise<void> {
  let place: Place | undefined = await link.host.latest(where);
  // What was said since the connection is there came after what is missing.
  if (since && (!place || place.at > since)) place = { at: since };
  if (!place) return void (await request(link, ['LATEST', target, '*'], target, FIRST));
  for (let count = 0; count < MOST; ) {
    const page: Page = await requestAfter(link, target, place);
    count += page.count;
    if (page.count < limitOf(link, PAGE) || !page.last) return;
    place = page.last;
  }
}

/** By the message's id; where the server does not know it any more, by its time. */
async function requestAfter(link: Link, target: string, { id, at }: Place): Promise<Page> {
  const byTime = ['AFTER', target, `timestamp=${link.clock.write(at)}`];
  const types = link.isupport.tokens.get('MSGREFTYPES')?.split(',') ?? [];
  if (id === undefined || (types.length > 0 && !types.includes('msgid'))) return request(link, byTime, target, PAGE);
  try {
    return await request(link, ['AFTER', target, `msgid=${id}`], target, PAGE);
  } catch (error) {
    if (!(error instanceof Refusal) || link.signal.aborted) throw error;
    return request(link, byTime, target, PAGE);
  }
}

/** The server's own limit; 0 is none. */
function limitOf({ isupport }: Link, wanted: number): number {
  return Math.min(wanted, Number(isupport.tokens.get('CHATHISTORY')) || wanted);
}

async function request(link: Link, words: readonly string[], target: string, most: number): Promise<Page> {
  const question = formatLine('CHATHISTORY', [...words, String(limitOf(link, most))]);
  await link.pace();
  let page: Page = { count: 0, last: undefined };
  const answered = link.ask((line) => {
    if (line.command !== HISTORY || link.isupport.fold(line.params[0] ?? '') !== link.isupport.fold(target)) return;
    page = pageOf(line);
    return 'done';
  }, WITHIN);
  link.write(question);
  await answered;
  return page;
}

/** The nicks that have written to us since then. */
async function targets(link: Link, since: Date): Promise<readonly string[]> {
  await link.pace();
  const found: string[] = [];
  const answered = link.ask((line) => {
    if (line.command !== TARGETS) return;
    found.push(...line.params);
    return 'done';
  }, WITHIN);
  const [from, to] = [since, new Date()].map((time) => `timestamp=${link.clock.write(time)}`);
  link.write(formatLine('CHATHISTORY', ['TARGETS', from ?? '', to ?? '', String(limitOf(link, PEOPLE))]));
  await answered;
  return found.filter((name) => isPerson(name) && !link.isMe(name));
}

/** What a batch is turned into for those who wait for it, as `target count time id`; no server has such commands. */
const HISTORY = 'history';
const TARGETS = 'targets';

function pageOf({ params: [, count = '', time = '', id = ''] }: Line): Page {
  return { count: Number(count), last: time === '' ? undefined : { at: new Date(time), ...(id !== '' && { id }) } };
}

/** Ergo's `HistServ` says in words who came and went: that is no message of anybody. */
const RECOUNTS = 'HistServ@localhost';

/** What was said, of lines that other things may be among; `person`: whom it was said with. */
export function messagesIn(link: Link, items: Batch['items'], person?: string): readonly Said[] {
  return items.flatMap((item) => {
    const said = 'items' in item ? joined(item) : item;
    const line = said && person !== undefined ? between(link, person, said) : said;
    const message = line && messageOf(link, line);
    return message ? { line, message } : [];
  });
}

/** What was said to us, or by us, under another nick than we have now. */
function between(link: Link, person: string, line: Line): Line {
  const { fold } = link.isupport;
  const theirs = fold(line.source) === fold(person);
  const params = [theirs ? link.nick : person, ...line.params.slice(1)];
  return { ...line, params, source: theirs ? line.source : link.nick };
}

/** The messages of a page, in their order; those that came of themselves, as from a bouncer, are the same. */
function takePage(link: Link, { opening, params, items }: Batch): void {
  const [target = ''] = params;
  const person = isPerson(target) && !link.isMe(target) ? target : undefined;
  let last: Place | undefined;
  for (const { line, message } of messagesIn(link, items, person)) {
    if (line.origin !== RECOUNTS) link.emit({ ...message, past: true });
    last = { at: message.at, ...(message.id !== undefined && { id: message.id }) };
  }
  const [time, id] = [last?.at.toISOString() ?? '', last?.id ?? ''];
  link.answers({ ...opening, tags: '', command: HISTORY, params: [target, String(items.length), time, id] });
}

/** Lines `CHATHISTORY TARGETS nick time`. */
function takeTargets(link: Link, { opening, items }: Batch): void {
  const names = items.flatMap((item) => ('items' in item ? [] : [item.params[1] ?? '']));
  link.answers({ ...opening, tags: '', command: TARGETS, params: names });
}

export const historyBatches: BatchTypes = { chathistory: takePage, 'chathistory-targets': takeTargets };
