/** Messages of several lines (https://ircv3.net/specs/extensions/multiline). */

import type { Content } from '#src/network.ts';
import type { Batch, BatchTypes } from '../connection/batch.ts';
import { formatLine, type Line, type Tags, tagOf, withTags } from '../line.ts';
import type { Link } from '../link.ts';
import { isEcho } from './echo.ts';
import { writeFormat } from './format-out.ts';
import { messageLines } from './messages.ts';
import type { Part } from './say.ts';
import { splitText } from './split.ts';

/** What the server takes as one message. */
interface Limits {
  readonly bytes: number;
  readonly lines: number;
}
interface Piece {
  readonly text: string;
  /** Goes on with the line of the piece before. */
  readonly continues: boolean;
}
interface Where {
  readonly link: Link;
  readonly target: string;
  /** What a line holds. */
  readonly bytes: number;
  readonly limits: Limits;
}

/** Of servers that tell none. */
const LINES = 100;
/** As servers count a whole message: by full lines, or by what short ones cost beside their text. */
const COST = { bytes: 512, lines: 8 };

/** Undefined where there are no such messages. */
export function multilineLimits({ caps }: Link): Limits | undefined {
  if (!caps.has('multiline') || !caps.has('batch')) return undefined;
  const value = caps.value('multiline') ?? '';
  const [bytes, lines] = [numberOf(value, 'max-bytes') ?? 0, numberOf(value, 'max-lines') ?? LINES];
  // The limit of bytes is required.
  return bytes > 0 && lines > 1 ? { bytes, lines: Math.min(lines, LINES) } : undefined;
}

/** Of `key=value` words with commas between them. */
function numberOf(words: string, key: string): number | undefined {
  const word = words.split(',').find((one) => one.startsWith(`${key}=`));
  const number = Number(word?.slice(key.length + 1));
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The content as few messages of many lines; undefined where a line holds it. */
export function multilineParts(content: Content, where: Where): Part[] | undefined {
  const pieces = writeFormat(content)
    .split(/\r\n|[\r\n]/)
    .flatMap((line) => piecesOf(line, where));
  if (pieces.length < 2) return undefined;
  return groupsOf(pieces, where.limits).flatMap((group) => partOf(withoutEdges(group), where));
}

/** Lines without a text are kept: they are a part of the message here. */
function piecesOf(line: string, { link, target, bytes, limits }: Where): Piece[] {
  const texts = splitText(line, Math.min(bytes, limits.bytes), (text) => link.bytesOf(text, target));
  return (texts.length === 0 ? [''] : texts).map((text, index) => ({ text, continues: index > 0 }));
}

function groupsOf(pieces: readonly Piece[], limits: Limits): Piece[][] {
  const groups: Piece[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const length = Buffer.byteLength(piece.text) + (piece.continues ? 0 : 1);
    const last = groups.at(-1);
    if (last && last.length < limits.lines && bytes + length <= limits.bytes) {
      last.push(piece);
      bytes += length;
    } else {
      groups.push([{ ...piece, continues: false }]);
      bytes = Buffer.byteLength(piece.text);
    }
  }
  return groups;
}

/** A message must not be blank, and need not begin or end so. */
function withoutEdges(group: readonly Piece[]): readonly Piece[] {
  const first = group.findIndex(isText);
  return first < 0 ? [] : group.slice(first, group.findLastIndex(isText) + 1);
}

function isText({ text }: Piece): boolean {
  return text !== '';
}

function partOf(pieces: readonly Piece[], { link, target }: Where): Part[] {
  const [only] = pieces;
  if (!only) return [];
  const text = textOf(pieces);
  const cost = Math.max(1, Math.ceil(Buffer.byteLength(text) / COST.bytes), Math.ceil(pieces.length / COST.lines));
  const alone = pieces.length === 1;
  const write = (tags: Tags) => (alone ? [lineOf(target, only, tags)] : batchOf(link, target, pieces, tags));
  return [{ command: 'PRIVMSG', target, text, tags: {}, cost, write }];
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text, continues }, index) => (continues || index === 0 ? text : `\n${text}`)).join('');
}

function lineOf(target: string, { text }: Piece, tags: Tags): string {
  return withTags(formatLine('PRIVMSG', [target], text), tags);
}

/** Nothing may come between its lines, so that they are written at once (client-batch). */
function batchOf({ caps, labels }: Link, target: string, pieces: readonly Piece[], tags: Tags): string[] {
  const draft = caps.draft('multiline');
  const batch = labels.next();
  const lines = pieces.map((piece) =>
    lineOf(target, piece, { batch, ...(piece.continues && { [`${draft}multiline-concat`]: '' }) }),
  );
  const opening = formatLine('BATCH', [`+${batch}`, `${draft}multiline`, target]);
  return [withTags(opening, tags), ...lines, `BATCH -${batch}`];
}

/** One line that says it all, with line breaks in its text; undefined for a batch without messages. */
export function joined({ opening, items, params }: Batch): Line | undefined {
  const lines = items.flatMap((item) => ('items' in item ? [] : [item]));
  const [first] = lines;
  if (!first) return undefined;
  const { command } = first;
  const pieces = lines.flatMap((line) => (line.command === command ? [pieceOf(line)] : []));
  const { source, origin } = opening.source === '' ? first : opening;
  return { tags: opening.tags, source, origin, command, params: [params[0] ?? first.params[0] ?? '', textOf(pieces)] };
}

function pieceOf(line: Line): Piece {
  const continues = ['draft/multiline-concat', 'multiline-concat'].some((name) => tagOf(line, name) !== undefined);
  return { text: line.params[1] ?? '', continues };
}

function multiline(link: Link, batch: Batch): void {
  const line = joined(batch);
  if (line && !isEcho(link, line)) messageLines[line.command]?.(link, line);
}

export const multilineBatches: BatchTypes = { multiline };
