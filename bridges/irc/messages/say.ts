/** Messages of the user: cut to lines that fit, with the room others' servers need for our own prefix. */

import { type Content, type Conversation, Refusal, type UserAction } from '#src/network.ts';
import { applyStyling } from '#src/text/styling.ts';
import { barrier } from '../connection/barrier.ts';
import { formatLine, type Tags, withTags } from '../line.ts';
import type { Link } from '../link.ts';
import { formatCtcp } from '../people/ctcp.ts';
import { joinedChannel } from '../rooms/command.ts';
import { typedModes } from '../rooms/moderate.ts';
import { refusalFor, type Sent, tells, type Utterance, utter } from './echo.ts';
import { formattedPieces } from './format-out.ts';
import { multilineLimits, multilineParts } from './multiline.ts';
import { pasted } from './paste.ts';
import { replyTags } from './tags.ts';

/** `~user` and a host of full length, while we don't know ours. */
const ORIGIN_BYTES = 11 + 1 + 63;
/** At one line a second this is what arrives within the half minute that a sender is asked to wait. */
export const MESSAGE_LINES = 40;

/** `/mode +o juliet`, as people type it in other IRC clients. */
const TYPED_MODES = /^\/mode( [^\r\n]*)?$/i;

/** Services, and modules of bouncers, read signs as they are. */
const SERVICE = /serv$|^\*/i;
/** `*!*@host` means anybody from there, and nothing in it stands out. */
const MASK = /![^\s!]*@/;

/** What goes to the server at once, and is one message there. */
export interface Part extends Utterance {
  /** In lines, as the server counts them. */
  readonly cost: number;
}

/** Resolves when the server has said what became of it, or where it does not tell when the system took the last line. */
export async function say(link: Link, { to, content: meant }: UserAction & { type: 'message' }): Promise<Sent> {
  const content = asTyped(to, link, meant);
  if ('room' in to && TYPED_MODES.test(content.text)) {
    await typedModes(link, to.room, wordsOf(content.text).slice(1));
    return {};
  }
  const target = 'room' in to ? joinedChannel(link, to.room).name : link.ids.name(to.with);
  link.typing.said(link, target);
  const parts = await fitting(link, target, content);
  if (!tells(link)) return sendBlindly(link, target, parts);
  const sent = await sendParts(link, parts);
  for (const id of sent.ids ?? []) link.readMarkers.note(link, to, id, sent.at ?? new Date());
  return sent;
}

/** Where a sign means itself the marks that make a formatting are put back. */
function asTyped(to: Conversation, { ids }: Link, content: Content): Content {
  const { markup, ...plain } = content;
  const isCommand = plain.text.startsWith('/') || ('with' in to && SERVICE.test(ids.name(to.with)));
  if (!markup || !(isCommand || MASK.test(plain.text))) return content;
  return { ...plain, text: applyStyling(plain.text, markup) };
}

/** The parts, or those of a link to the text where they are too many. */
async function fitting(link: Link, target: string, content: Content): Promise<readonly Part[]> {
  const parts = partsOf(link, target, content);
  const cost = costOf(parts);
  if (cost <= Math.min(link.pasteOver, MESSAGE_LINES)) return parts;
  const page = await pasted(link, content);
  if (page) return partsOf(link, target, page);
  if (cost <= MESSAGE_LINES) return parts;
  const text = `That is ${cost} lines on IRC, which takes ${MESSAGE_LINES} at once. Send it in parts, or as a link.`;
  throw new Refusal('too-long', text);
}

function costOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.cost, 0);
}

function partsOf(link: Link, target: string, content: Content): Part[] {
  const tags = content.reply ? replyTags(link, content.reply.to) : {};
  const bytes = textBytes(link, target, content.style === 'action' ? formatCtcp('ACTION', '') : '');
  const limits = content.style === 'action' ? undefined : multilineLimits(link);
  const whole = limits && multilineParts(content, { link, target, bytes, limits });
  const bytesOf = (text: string) => link.bytesOf(text, target);
  const parts = whole ?? formattedPieces(content, bytes, bytesOf).map((text) => linePart(target, text, content.style));
  const [first, ...more] = parts;
  // What is said of the message stands before its first line.
  return first ? [{ ...first, tags }, ...more] : [];
}

function linePart(target: string, piece: string, style: Content['style']): Part {
  const text = style === 'action' ? formatCtcp('ACTION', piece) : piece;
  return { ...privmsg(target, text), cost: 1 };
}

/** A message of one line. */
function privmsg(target: string, text: string): Utterance {
  const line = formatLine('PRIVMSG', [target], text);
  return { command: 'PRIVMSG', target, text, tags: {}, write: (tags: Tags) => [withTags(line, tags)] };
}

/** Sends in turns; what the server does not take ends it. */
async function sendParts(link: Link, parts: readonly Part[]): Promise<Sent> {
  const taken: ReturnType<typeof utter>[] = [];
  let failed = false;
  for (const part of parts) {
    for (let line = 0; line < part.cost; line += 1) await link.pace(taken.length > 0);
    if (failed) break;
    const one = utter(link, part);
    one.catch(() => {
      failed = true;
    });
    taken.push(one);
  }
  const all = await Promise.all(taken);
  const [first] = all;
  return { ids: all.flatMap(({ id }) => id ?? []), ...(first && { at: first.at }) };
}

/** What the server did not refuse before the answer to a PING behind it, it has taken. */
async function sendBlindly(link: Link, target: string, parts: readonly Part[]): Promise<Sent> {
  let refusal: Refusal | undefined;
  using _ = link.listen((line) => {
    const found = refusalFor(link, line, target);
    refusal ??= found;
    return found !== undefined;
  });
  for (const [count, part] of parts.entries()) {
    for (let line = 0; line < part.cost; line += 1) await link.pace(count > 0);
    if (refusal) throw refusal;
    await Promise.all(part.write(part.tags).map((line) => link.written(line)));
  }
  await barrier(link);
  if (refusal) throw refusal;
  return {};
}

function wordsOf(text: string): string[] {
  return text.trim().split(/ +/);
}

function textBytes(link: Link, target: string, wrapping: string): number {
  const origin = link.origin === '' ? ORIGIN_BYTES : Buffer.byteLength(link.origin);
  const prefix = Buffer.byteLength(`:${link.nick}! `) + origin;
  return link.isupport.lineBytes - prefix - Buffer.byteLength(`PRIVMSG ${target} :${wrapping}`);
}
