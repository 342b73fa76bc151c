/** Reads and writes single lines of IRC (RFC 1459 §2.3.1, IRCv3 message tags); pure, and never throws on what it reads. */

import { Refusal } from '#src/network.ts';

export interface Line {
  /** The tags as sent, without the `@`; `tagOf` reads one. */
  readonly tags: string;
  /** Nick or server name the line comes from; empty where the server left it out. */
  readonly source: string;
  /** `user@host` of the source; empty for a server. */
  readonly origin: string;
  /** In upper case. */
  readonly command: string;
  readonly params: readonly string[];
}

/** Bytes of a line without its end (RFC 1459 §2.3), where the server does not allow more. */
export const LINE_BYTES = 510;
/** RFC 1459 knows 15; more than this is no line of a server. */
const PARAMS = 64;

/** `text` comes without its line end; undefined when it holds no command. */
export function parseLine(text: string): Line | undefined {
  let at = skipSpaces(text, 0);
  let tags = '';
  if (text[at] === '@') {
    const end = wordEnd(text, at);
    tags = text.slice(at + 1, end);
    at = skipSpaces(text, end);
  }
  let source = '';
  let origin = '';
  if (text[at] === ':') {
    const end = wordEnd(text, at);
    [source, origin] = splitSource(text.slice(at + 1, end));
    at = skipSpaces(text, end);
  }
  const end = wordEnd(text, at);
  if (end === at) return undefined;
  return { tags, source, origin, command: text.slice(at, end).toUpperCase(), params: readParams(text, end) };
}

function readParams(text: string, from: number): string[] {
  const params: string[] = [];
  let at = skipSpaces(text, from);
  while (at < text.length && params.length < PARAMS) {
    if (text[at] === ':') {
      params.push(text.slice(at + 1));
      break;
    }
    const end = wordEnd(text, at);
    params.push(text.slice(at, end));
    at = skipSpaces(text, end);
  }
  return params;
}

function splitSource(source: string): [nick: string, origin: string] {
  const bang = source.indexOf('!');
  return bang < 0 ? [source, ''] : [source.slice(0, bang), source.slice(bang + 1)];
}

function wordEnd(text: string, from: number): number {
  const end = text.indexOf(' ', from);
  return end < 0 ? text.length : end;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at += 1;
  return at;
}

/** The value of one tag, unescaped; empty for a tag without one, undefined where it is absent. */
export function tagOf({ tags }: Line, name: string): string | undefined {
  // Every message is asked for several: looking for a name is cheaper than taking all of them apart.
  for (let at = tags.indexOf(name); at >= 0; at = tags.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (at > 0 && tags[at - 1] !== ';') continue;
    if (end === tags.length || tags[end] === ';') return '';
    if (tags[end] !== '=') continue;
    const next = tags.indexOf(';', end);
    return unescapeTag(tags.slice(end + 1, next < 0 ? undefined : next));
  }
  return undefined;
}

const UNESCAPED: Readonly<Record<string, string>> = { ':': ';', s: ' ', r: '\r', n: '\n' };

function unescapeTag(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(.?)/g, (_, letter: string) => UNESCAPED[letter] ?? letter);
}

/** By name; an empty value is that of a tag without one. */
export type Tags = Readonly<Record<string, string>>;

const ESCAPED: Readonly<Record<string, string>> = { ';': ':', ' ': 's', '\\': '\\', '\r': 'r', '\n': 'n' };

/** A formatted line with tags before it. */
export function withTags(line: string, tags: Tags): string {
  const written = Object.entries(tags).map(([name, value]) => (value === '' ? name : `${name}=${escapeTag(value)}`));
  return written.length === 0 ? line : `@${written.join(';')} ${line}`;
}

/** NUL can not be said. */
function escapeTag(value: string): string {
  return value.replaceAll('\0', '').replace(/[; \\\r\n]/g, (character) => `\\${ESCAPED[character]}`);
}

/** When the line was said: its `time` tag (IRCv3 server-time), else `now`. */
export function timeOf(line: Line, now = new Date()): Date {
  const tag = tagOf(line, 'time');
  const at = tag === undefined ? Number.NaN : Date.parse(tag);
  return Number.isNaN(at) ? now : new Date(at);
}

/** One line without its end. `words` may hold no space; `text`, the last parameter, may. Both are safe from line breaks. */
export function formatLine(command: string, words: readonly string[], text?: string): string {
  for (const word of words) {
    if (!/^[^\0 \t\r\n:][^\0 \t\r\n]*$/.test(word))
      throw new Refusal('invalid', `IRC can't carry “${word}”: write it in one word.`);
  }
  const head = [command, ...words].join(' ');
  return text === undefined ? head : `${head} :${oneLine(text)}`;
}

/** Line breaks and NUL would end a line of IRC and start another: they become spaces. */
export function oneLine(text: string): string {
  return /[\r\n\0]/.test(text) ? text.replace(/[\r\n\0]+/g, ' ') : text;
}
