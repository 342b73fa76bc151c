/** What somebody said as the body of a message: with the marks of XEP-0393 and `/me` (XEP-0245). */

import type { Content, Mention, Span } from '#src/network.ts';
import { type Insertion, insert, shift } from './stretch.ts';
import { stylingMarks } from './styling.ts';

/** The text clients see; stretches are those of this text. */
export interface Body {
  readonly text: string;
  readonly markup: readonly Span[];
  readonly mentions: readonly Mention[];
}

const ME = '/me ';
const NOTHING: readonly never[] = [];

export function bodyOf({ text, style, markup = NOTHING, mentions = NOTHING }: Content): Body {
  const marks = stylingMarks(text, markup);
  const insertions: readonly Insertion[] = style === 'action' ? [{ at: 0, text: ME }, ...marks] : marks;
  if (insertions.length === 0) return { text, markup, mentions };
  return {
    text: insert(text, insertions),
    markup: markup.map((span) => shift(span, insertions)),
    mentions: mentions.map((mention) => shift(mention, insertions)),
  };
}
