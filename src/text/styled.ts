/** Text that a person styled by XEP-0393: which signs are marks, and what they format. */

import type { Span } from '#src/network.ts';
import { cutOut, type Stretch } from './stretch.ts';
import { readStyling } from './styling.ts';

/** A longer line is read as plain. */
const LINE_LENGTH = 1_024;
const FENCE = 3;
/** How people call one: `c++`, `objective-c`. */
const LANGUAGE = /^[\w.#+-]{1,30}$/;

interface Styled {
  readonly marks: Stretch[];
  readonly spans: Span[];
}

/** The text without its marks, what they format in it, and the other `stretches` where they are then. */
export function withoutMarks<S extends Stretch>(
  text: string,
  stretches: readonly S[],
): { text: string; markup: Span[]; stretches: S[] } {
  const { marks, spans } = readStyled(text);
  if (marks.length === 0) return { text, markup: [], stretches: [...stretches] };
  const moved = cutOut(text, marks, stretches);
  return { text: moved.text, markup: cutOut(text, marks, spans).stretches, stretches: moved.stretches };
}

function readStyled(text: string): Styled {
  const found: Styled = { marks: [], spans: [] };
  let at = 0;
  while (at <= text.length) {
    if (text.startsWith('```', at)) at = readFenced(text, at, found);
    else if (text[at] === '>') at = readQuote(text, at, found);
    else at = readLine(text, at, at, found);
  }
  return found;
}

/**
 * XEP-0393 §5.1.2: from a line that begins with three backticks to one that is nothing else, or to the end. What stands
 * beside the first fence is for programs, but people begin their text there: only the name of a language is left out.
 */
function readFenced(text: string, start: number, found: Styled): number {
  const opening = endOfLine(text, start);
  const beside = text.slice(start + FENCE, opening).trim();
  // All of a code in one line, as people write it.
  if (beside.includes('`')) return readLine(text, start, start, found);
  const below = Math.min(opening + 1, text.length);
  const length = text.slice(below).search(/^```$/m);
  const to = length < 0 ? text.length : below + length;
  const close = length < 0 ? to : endOfLine(text, to);
  const from = beside === '' || (length >= 0 && LANGUAGE.test(beside)) ? below : start + FENCE;
  // The line end before the closing fence belongs to the fence.
  const inner = length >= 0 && to > from ? to - 1 : to;
  if (inner <= from) return opening + 1;
  found.marks.push({ from: start, to: from }, { from: inner, to: close });
  found.spans.push({ from, to: inner, as: 'pre' });
  return close + 1;
}

/** XEP-0393 §5.1.3: lines that begin with `>`. */
function readQuote(text: string, start: number, found: Styled): number {
  let at = start;
  while (text[at] === '>') {
    const from = text[at + 1] === ' ' ? at + 2 : at + 1;
    found.marks.push({ from: at, to: from });
    at = readLine(text, at, from, found);
  }
  found.spans.push({ from: start, to: at - 1, as: 'quote' });
  return at;
}

/** XEP-0393 §6.2: the spans of the line around `start`, whose own text begins at `from`. */
function readLine(text: string, start: number, from: number, { marks, spans }: Styled): number {
  const end = endOfLine(text, start);
  if (end - from <= LINE_LENGTH) {
    for (const span of readStyling(text.slice(from, end))) {
      const inner = { ...span, from: span.from + from, to: span.to + from };
      spans.push(inner);
      marks.push({ from: inner.from - 1, to: inner.from }, { from: inner.to, to: inner.to + 1 });
    }
  }
  return end + 1;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
