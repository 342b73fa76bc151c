/** Cuts a text into pieces that each fit a line of IRC: by bytes of UTF-8, never inside a character, at words if it can. */

import { oneLine } from './line.ts';

/** Pieces of each line of `text`, at most `bytes` long; joined again they are that line. Empty lines are left out. */
export function splitText(text: string, bytes: number): string[] {
  return text
    .split(/\r\n|[\r\n]/)
    .filter((line) => line.trim() !== '')
    .flatMap((line) => (Buffer.byteLength(line) <= bytes ? [line] : cut(line, bytes)));
}

function cut(line: string, bytes: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let space = 0;
  let size = 0;
  let at = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    while (size + length > bytes && at > start) {
      const end = space > start ? space : at;
      pieces.push(line.slice(start, end));
      start = end;
      size = Buffer.byteLength(line.slice(start, at));
    }
    size += length;
    at += character.length;
    if (character === ' ') space = at;
  }
  pieces.push(line.slice(start));
  return pieces;
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
