/** Markup as XEP-0393 Message Styling: marks in the text, put only where a client reads them back as meant. */

import type { Span } from '#src/network.ts';
import { type Insertion, insert } from '#src/text/stretch.ts';

const MARKS: Readonly<Record<Span['as'], string>> = {
  strong: '*',
  emphasis: '_',
  strike: '~',
  code: '`',
  pre: '',
  quote: '',
};
const STYLES: Readonly<Record<string, Span['as']>> = { '*': 'strong', _: 'emphasis', '~': 'strike', '`': 'code' };
/** A text with more is not styled, nor is a longer line: each span costs a reading of its line. */
const SPANS = 64;
const LINE_LENGTH = 1_024;
/** Spans looked at, line by line; the lines after them stay plain. */
const READINGS = 1_000;

/** `text` with the marks of those `spans` that it can carry; the others stay plain. */
export function applyStyling(text: string, spans: readonly Span[]): string {
  return insert(text, stylingMarks(text, spans));
}

/** The marks that make those `spans`, as far as the text can carry them. */
export function stylingMarks(text: string, spans: readonly Span[]): readonly Insertion[] {
  // A preformatted block (XEP-0393 §5.1.2) has no spans, and where it ends depends on all lines after it.
  if (spans.length === 0 || spans.length > SPANS || /^```/m.test(text)) return [];
  const marks: Insertion[] = [];
  let start = 0;
  let fenced = false;
  let readings = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    const within = spans.filter(({ from, to }) => from < end && to > start);
    const pre = within.some(({ as }) => as === 'pre');
    if (pre !== fenced) marks.push({ at: start, text: '```\n' });
    readings += within.length;
    if (!pre && within.length > 0 && readings <= READINGS) marks.push(...lineMarks(line, start, within));
    fenced = pre;
    start = end + 1;
  }
  if (fenced) marks.push({ at: text.length, text: '\n```' });
  return marks;
}

/** The marks of one line that begins at `start`. */
function lineMarks(line: string, start: number, spans: readonly Span[]): Insertion[] {
  const inline = spans
    .filter(({ as }) => as !== 'quote')
    .map(({ from, to, as }) => ({
      from: Math.max(from - start, 0),
      to: Math.min(to - start, line.length),
      as,
    }));
  const quote = inline.length < spans.length ? [{ at: start, text: '> ' }] : [];
  const taken = line.length > LINE_LENGTH || inline.length === 0 ? [] : readable(line, inline);
  return [...quote, ...marksOf(taken).map(({ at, text }) => ({ at: start + at, text }))];
}

/** Takes one span after the other, and keeps each that leaves the line to be read as meant. */
function readable(line: string, spans: readonly Span[]): readonly Span[] {
  const unmarked = readStyling(line);
  let taken: readonly Span[] = [];
  for (const span of spans.map((one) => withoutEdges(line, one)).toSorted(outerFirst)) {
    if (span.from >= span.to) continue;
    const next = [...taken, span].toSorted(outerFirst);
    const marks = marksOf(next);
    // Each mark is one character, so the number of those before a place tells where that was without them.
    const place = (at: number) => at - marks.filter((mark, index) => mark.at + index < at).length;
    const wanted = [...unmarked, ...next].map(keyOf);
    const read = readStyling(insert(line, marks));
    const seen = read.map(({ from, to, as }) => keyOf({ from: place(from), to: place(to), as }));
    if (seen.toSorted().join() === wanted.toSorted().join()) taken = next;
  }
  return taken;
}

/** Around `spans`, outer ones first: what ends at a place is closed there before anything is opened. */
function marksOf(spans: readonly Span[]): Insertion[] {
  const closing = spans.toReversed().map(({ to, as }) => ({ at: to, text: MARKS[as] }));
  const opening = spans.map(({ from, as }) => ({ at: from, text: MARKS[as] }));
  return [...closing, ...opening].toSorted((a, b) => a.at - b.at);
}

function keyOf({ from, to, as }: Span): string {
  return `${from}-${to}-${as}`;
}

/** White space may not touch a mark from inside (XEP-0393 §6.2). */
function withoutEdges(line: string, { from, to, as }: Span): Span {
  const inner = line.slice(from, to);
  return { from: from + inner.length - inner.trimStart().length, to: to - (inner.length - inner.trimEnd().length), as };
}

function outerFirst(a: Span, b: Span): number {
  return a.from - b.from || b.to - a.to;
}

/** The spans that XEP-0393 §6.2 sees in one line; `from` and `to` are those of the text between the marks. */
export function readStyling(line: string): Span[] {
  return readWithin(line, 0, line.length, '');
}

function readWithin(line: string, start: number, end: number, outer: string): Span[] {
  const spans: Span[] = [];
  // Where one has no end the later ones have none, which keeps a reading linear.
  const endless = new Set<string>();
  for (let at = start; at < end; at += 1) {
    const sign = line[at] ?? '';
    const as = STYLES[sign];
    const before = at === start ? outer || ' ' : (line[at - 1] ?? '');
    const opens = as !== undefined && sign !== before && (isSpace(before) || (at === start && outer !== ''));
    const next = line[at + 1] ?? ' ';
    const mayOpen = opens && next !== sign && !isSpace(next) && !endless.has(sign);
    const close = mayOpen ? closingOf(line, sign, at + 1, end) : -1;
    if (mayOpen && close < 0) endless.add(sign);
    if (as === undefined || close < 0) continue;
    spans.push({ from: at + 1, to: close, as });
    if (as !== 'code') spans.push(...readWithin(line, at + 1, close, sign));
    at = close;
  }
  return spans;
}

/** The first such mark that has some text before it, and no white space next to it. */
function closingOf(line: string, sign: string, from: number, end: number): number {
  for (let at = from + 1; at < end; at += 1) {
    if (line[at] === sign && !isSpace(line[at - 1] ?? '')) return at;
  }
  return -1;
}

function isSpace(sign: string): boolean {
  return /\s/.test(sign);
}
