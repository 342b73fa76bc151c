/** CTCP: `/me` and questions between clients (modern.ircdocs.horse/ctcp). */

import { formatLine } from './line.ts';
import type { Link } from './link.ts';
import { isPerson } from './names.ts';
import { cutShort } from './split.ts';

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

export function formatCtcp(command: string, text: string): string {
  return `${MARK}${command} ${text.replaceAll(MARK, '')}${MARK}`;
}

const ANSWERS: Readonly<Record<string, (asked: string) => string>> = {
  VERSION: () => 'Isthmus, an XMPP gateway',
  PING: (asked) => cutShort(asked, TEXT_BYTES),
  TIME: () => new Date().toUTCString(),
};

/** Answers what is asked of us, in the background; the rest gets no answer. */
export function answerCtcp(link: Link, nick: string, { command, text }: Ctcp): void {
  const answer = ANSWERS[command];
  const now = Date.now();
  if (!answer || !isPerson(nick) || now < link.ctcpFrom) return;
  link.ctcpFrom = now + ANSWER_MS;
  link.background(formatLine('NOTICE', [nick], formatCtcp(command, answer(text))));
}
