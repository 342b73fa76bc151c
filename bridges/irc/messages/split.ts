/** Cuts a text into pieces that each fit a line of IRC: by bytes, never inside what is read as one sign, at words if it can. */

import { oneLine } from '../line.ts';

/** How many bytes a text has on the wire. */
export type BytesOf = (text: string) => number;
const inUtf8: BytesOf = (text) => Buffer.byteLength(text);

/** Pieces of each line of `text`, at most `bytes` long; joined again they are that line. Empty lines are left out. */
export function splitText(text: string, bytes: number, bytesOf = inUtf8): string[] {
  return text
    .split(/\r\n|[\r\n]/)
    .filter((line) => line.trim() !== '')
    .flatMap((line) => (bytesOf(line) <= bytes ? [line] : cut(line, bytes, bytesOf)));
}

function cut(line: string, bytes: number, bytesOf: BytesOf): string[] {
  const pieces: string[] = [];
  let start = 0;
  let space = 0;
  let size = 0;
  let at = 0;
  for (const character of signsOf(line, bytes, bytesOf)) {
    const length = bytesOf(character);
    while (size + length > bytes && at > start) {
      const end = space > start ? space : at;
      pieces.push(line.slice(start, end));
      start = end;
      size = bytesOf(line.slice(start, at));
    }
    size += length;
    at += character.length;
    if (character === ' ') space = at;
  }
  pieces.push(line.slice(start));
  return pieces;
}

const SEGMENTER = new Intl.Segmenter();
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what ASCII is.
const ASCII = /^[\x00-\x7f]*$/;

/** An emoji may be several characters, a letter may have its accents behind it; what never fits is cut between those. */
function* signsOf(line: string, bytes: number, bytesOf: BytesOf): Generator<string> {
  if (ASCII.test(line)) return yield* line;
  for (const { segment } of SEGMENTER.segment(line)) {
    if (bytesOf(segment) <= bytes) yield segment;
    else yield* segment;
  }
}

/** The longest start of `text` within `bytes`, as one line. */
export function cutShort(text: string, bytes: number): string {
  return splitText(oneLine(text), bytes)[0] ?? '';
}

/** Items in groups whose texts, each with a separator, fit `bytes` together; one that never fits stands alone. */
export function groupsOf<T>(items: readonly T[], textOf: (item: T) => string, bytes: number): T[][] {
  const groups: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const length = Buffer.byteLength(textOf(item)) + 2;
    if (size + length > bytes) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(item);
    size += length;
  }
  return groups;
}
