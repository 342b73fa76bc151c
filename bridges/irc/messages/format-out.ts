/** Markup to mIRC formatting codes (modern.ircdocs.horse/formatting): each line by itself, for a code ends with its line. */

import type { Content, Span } from '#src/network.ts';
import { type BytesOf, splitText } from './split.ts';

/** A code switches its style on, and off again. Backticks are read by people whose client shows no monospace. */
const CODES: readonly (readonly [Span['as'], string])[] = [
  ['strong', '\x02'],
  ['emphasis', '\x1d'],
  ['strike', '\x1e'],
  ['code', '`'],
];
/** Codes that may have to be repeated at the beginning of a piece. */
const REOPENED_BYTES = 3;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are control characters.
const TOGGLES = /[\x02\x1d\x1e]/g;

/** The text in pieces of at most so many bytes, each with its codes; see `splitText`. */
export function formattedPieces(content: Pick<Content, 'text' | 'markup'>, bytes: number, bytesOf?: BytesOf): string[] {
  if (!content.markup?.length) return splitText(content.text, bytes, bytesOf);
  const lines = writeFormat(content).split('\n');
  return lines.flatMap((line) => reopened(splitText(line, bytes - REOPENED_BYTES, bytesOf)));
}

/** The text with its codes; a quote keeps its sign, preformatted lines are sent as they are. */
export function writeFormat({ text, markup = [] }: Pick<Content, 'text' | 'markup'>): string {
  if (markup.length === 0) return text;
  const lines: string[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    lines.push(
      formatted(
        line,
        start,
        markup.filter(({ from, to }) => from < end && to > start),
      ),
    );
    start = end + 1;
  }
  return lines.join('\n');
}

function formatted(line: string, start: number, spans: readonly Span[]): string {
  const quoted = spans.some(({ as }) => as === 'quote') ? '> ' : '';
  if (spans.some(({ as }) => as === 'pre')) return quoted + line;
  const switches = CODES.flatMap(([as, code]) =>
    edgesOf(spans.filter((span) => span.as === as)).map((at) => ({ at: clamp(at - start, line.length), code })),
  ).toSorted((a, b) => a.at - b.at);
  let written = '';
  let from = 0;
  for (const { at, code } of switches) {
    written += line.slice(from, at) + code;
    from = at;
  }
  return quoted + written + line.slice(from);
}

function clamp(at: number, length: number): number {
  return Math.min(Math.max(at, 0), length);
}

/** Where a style begins and ends, in turns; what overlaps or touches is one. */
function edgesOf(spans: readonly Span[]): number[] {
  const edges: number[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = edges.at(-1);
    if (last !== undefined && from <= last) edges[edges.length - 1] = Math.max(last, to);
    else edges.push(from, to);
  }
  return edges;
}

/** Pieces of one line, each with the styles that were on where it was cut. */
function reopened(pieces: readonly string[]): string[] {
  const on = new Set<string>();
  return pieces.map((piece) => {
    const opened = [...on].join('') + piece;
    for (const [code] of piece.matchAll(TOGGLES)) if (!on.delete(code)) on.add(code);
    return opened;
  });
}
