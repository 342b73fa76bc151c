/** Messages of the user: cut to lines that fit, with the room others' servers need for our own prefix. */

import { Refusal, type UserAction } from '#src/network.ts';
import { joinedChannel } from './command.ts';
import { formatCtcp } from './ctcp.ts';
import { formatLine, type Line } from './line.ts';
import type { Link } from './link.ts';
import { typedModes } from './moderate.ts';
import { MESSAGE_ERRORS, refusalOf } from './refusals.ts';
import { splitText } from './split.ts';

/** RFC 1459 §2.3: 512 with the line end. */
const LINE_BYTES = 510;
/** `~user` and a host of full length, while we don't know ours. */
const ORIGIN_BYTES = 11 + 1 + 63;
/** At one line a second this is what arrives within the half minute that a sender is asked to wait. */
export const MESSAGE_LINES = 40;

/** `/mode +o juliet`, as people type it in other IRC clients. */
const TYPED_MODES = /^\/mode( [^\r\n]*)?$/i;

/** Resolves when the system took the last line. */
export async function say(link: Link, { to, content }: UserAction & { type: 'message' }): Promise<void> {
  if ('room' in to && TYPED_MODES.test(content.text)) return typedModes(link, to.room, wordsOf(content.text).slice(1));
  const target = 'room' in to ? joinedChannel(link, to.room).name : link.ids.name(to.with);
  const wrap = content.style === 'action' ? (text: string) => formatCtcp('ACTION', text) : (text: string) => text;
  const lines = splitText(content.text, textBytes(link, target, wrap('')));
  if (lines.length > MESSAGE_LINES) {
    const text = `That is ${lines.length} lines on IRC, which takes ${MESSAGE_LINES} at once. Send it in parts, or as a link.`;
    throw new Refusal('too-long', text);
  }
  let refusal: Refusal | undefined;
  using _ = link.listen((line) => {
    const found = refusalFor(link, line, target);
    refusal ??= found;
    return found !== undefined;
  });
  for (const [count, text] of lines.entries()) {
    await link.pace(count > 0);
    if (refusal) throw refusal;
    await link.written(formatLine('PRIVMSG', [target], wrap(text)));
  }
  if (refusal) throw refusal;
}

function wordsOf(text: string): string[] {
  return text.trim().split(/ +/);
}

function textBytes(link: Link, target: string, wrapping: string): number {
  const origin = link.origin === '' ? ORIGIN_BYTES : Buffer.byteLength(link.origin);
  const prefix = Buffer.byteLength(`:${link.nick}! `) + origin;
  return LINE_BYTES - prefix - Buffer.byteLength(`PRIVMSG ${target} :${wrapping}`);
}

function refusalFor(link: Link, line: Line, target: string): Refusal | undefined {
  const isIt = (name: string) => link.isupport.fold(name) === link.isupport.fold(target);
  return MESSAGE_ERRORS.has(line.command) && line.params.slice(1, -1).some(isIt) ? refusalOf(line) : undefined;
}
