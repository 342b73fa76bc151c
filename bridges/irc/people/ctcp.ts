/** CTCP: `/me`, and questions between programs as they come (modern.ircdocs.horse/ctcp). */

import { Refusal } from '#src/network.ts';
import { formatLine } from '../line.ts';
import type { Link } from '../link.ts';
import { cutShort } from '../messages/split.ts';
import { isPerson } from '../names.ts';
import { writeTime } from './ctcp-time.ts';

export interface Ctcp {
  /** In upper case. */
  readonly command: string;
  readonly text: string;
}

const MARK = '\x01';
/** One answer in this time, so that nobody makes us flood the server. */
const ANSWER_MS = 2000;
const TEXT_BYTES = 200;

/** Undefined for a message that is no CTCP; its closing mark may be missing. */
export function readCtcp(raw: string): Ctcp | undefined {
  if (!raw.startsWith(MARK)) return undefined;
  const inner = raw.slice(1, raw.endsWith(MARK) && raw.length > 1 ? -1 : undefined);
  const space = inner.indexOf(' ');
  if (space < 0) return { command: inner.toUpperCase(), text: '' };
  return { command: inner.slice(0, space).toUpperCase(), text: inner.slice(space + 1) };
}

export function formatCtcp(command: string, text?: string): string {
  return `${MARK}${command}${text === undefined ? '' : ` ${text.replaceAll(MARK, '')}`}${MARK}`;
}

const GATEWAY = 'Isthmus, an XMPP gateway';
const DCC_REFUSED =
  'Direct chats and files (DCC) do not pass this gateway. Put the file on the web and send its address.';

const ANSWERS: Readonly<Record<string, (link: Link, asked: string) => string | Promise<string>>> = {
  CLIENTINFO: () => 'ACTION CLIENTINFO PING SOURCE TIME VERSION',
  PING: (_, asked) => cutShort(asked, TEXT_BYTES),
  SOURCE: () => GATEWAY,
  TIME: tellTime,
  VERSION: tellVersion,
};

/** The user's program, where the administrator lets it be asked and it answers; else the gateway. */
export async function tellVersion(link: Link): Promise<string> {
  const theirs = await ofClient(link, 'version');
  return theirs === undefined ? GATEWAY : `${theirs} (through Isthmus)`;
}

async function tellTime(link: Link): Promise<string> {
  const theirs = await ofClient(link, 'time');
  return theirs === undefined ? new Date().toUTCString() : writeTime(theirs);
}

async function ofClient(link: Link, what: 'version' | 'time'): Promise<string | undefined> {
  if (link.ctcp.answers === 'gateway') return undefined;
  try {
    return await link.host.ask(what);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Answers what is asked of us, in the background; the rest, and whom the user ignores, gets no answer. */
export function answerCtcp(link: Link, nick: string, { command, text }: Ctcp): void {
  const answer = ANSWERS[command];
  if ((!answer && command !== 'DCC') || !isPerson(nick) || link.host.ignores(link.ids.contact(nick))) return;
  if (!link.ctcp.mayAnswer()) return;
  if (!answer) return refuseDcc(link, nick, text);
  Promise.try(answer, link, text).then(
    (told) => reply(link, nick, formatCtcp(command, cutShort(told, TEXT_BYTES))),
    (error: unknown) => link.host.log.warn({ command, error }, 'A question between programs met a bug'),
  );
}

function refuseDcc(link: Link, nick: string, text: string): void {
  const what = /^SEND\b/i.test(text) ? 'send you a file' : 'reach you';
  reply(link, nick, DCC_REFUSED);
  link.notice(`${nick} wanted to ${what} directly (DCC), which the gateway can't do. They were told so.`);
}

function reply(link: Link, nick: string, text: string): void {
  if (!link.signal.aborted) link.background(formatLine('NOTICE', [nick], text));
}

/** The answer to something the user asked by a raw line; those to our own questions are taken by whoever asked. */
export function ctcpAnswered(link: Link, nick: string, { command, text }: Ctcp): void {
  if (link.ctcp.awaits(link.isupport.fold(nick)) || link.host.ignores(link.ids.contact(nick))) return;
  link.notice(`${nick} answers ${command}: ${text}`);
}

/** What one link has asked and answered. */
export class Ctcps {
  /** Who answers for the user: their program, or only the gateway. */
  readonly answers: 'client' | 'gateway';
  /** Milliseconds of `Date.now()` from which a question is answered again. */
  #from = 0;
  /** Folded nicks of whom we wait for. */
  readonly #asked: string[] = [];

  constructor(answers: 'client' | 'gateway') {
    this.answers = answers;
  }

  mayAnswer(now = Date.now()): boolean {
    if (now < this.#from) return false;
    this.#from = now + ANSWER_MS;
    return true;
  }

  awaits(key: string): boolean {
    return this.#asked.includes(key);
  }

  waitFor(key: string): Disposable {
    this.#asked.push(key);
    return { [Symbol.dispose]: () => this.#asked.splice(this.#asked.indexOf(key), 1) };
  }
}
