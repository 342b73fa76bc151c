/** Markup as XEP-0393 Message Styling: marks in the text, put only where a client reads them back as meant. */

import type { Span } from '#src/network.ts';

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

/** `text` with the marks of those `spans` that it can carry; the others stay plain. */
export function applyStyling(text: string, spans: readonly Span[]): string {
  // A preformatted block (XEP-0393 §5.1.2) has no spans, and where it ends depends on all lines after it.
  if (spans.length === 0 || spans.length > SPANS || /^```/m.test(text)) return text;
  let start = 0;
  const lines = text.split('\n').map((line) => {
    const end = start + line.length;
    const within = spans
      .filter(({ from, to }) => from < end && to > start)
      .map(({ from, to, as }) => ({ from: Math.max(from, start) - start, to: Math.min(to, end) - start, as }));
    start = end + 1;
    return within.length === 0 || line.length > LINE_LENGTH ? line : styleLine(line, within);
  });
  return lines.join('\n');
}

/** Takes one span after the other, and keeps each that leaves the line to be read as meant. */
function styleLine(line: string, spans: readonly Span[]): string {
  const unmarked = readStyling(line);
  let taken: Span[] = [];
  let best = line;
  for (const span of spans.map((one) => withoutEdges(line, one)).toSorted(outerFirst)) {
    if (span.from >= span.to) continue;
    const next = [...taken, span].toSorted(outerFirst);
    const { text, places } = mark(line, next);
    const wanted = [...unmarked, ...next].map(keyOf).toSorted().join();
    const seen = readStyling(text).map(({ from, to, as }) =>
      keyOf({ from: places[from] ?? 0, to: places[to] ?? 0, as }),
    );
    if (seen.toSorted().join() !== wanted) continue;
    taken = next;
    best = text;
  }
  return best;
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

/** The line with marks around `spans`, and for each place in it the place in `line`. */
function mark(line: string, spans: readonly Span[]): { text: string; places: number[] } {
  const places: number[] = [];
  let text = '';
  for (let at = 0; at <= line.length; at += 1) {
    const closing = spans.filter(({ to }) => to === at).toReversed();
    const opening = spans.filter(({ from }) => from === at);
    for (const { as } of [...closing, ...opening]) {
      places.push(at);
      text += MARKS[as];
    }
    places.push(at);
    text += line[at] ?? '';
  }
  return { text, places };
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
