/** Message Markup (XEP-0394): formatting beside the body. */

import type { Span } from '#src/network.ts';
import { fromCodePoints, inCodePoints } from '#src/text/stretch.ts';
import { NS } from './ns.ts';
import { attr, child, type Element, tag, type Xml } from './xml.ts';

/** Spans that are read or written in one message. */
const MOST = 100;
const BLOCKS: ReadonlyMap<string, Span['as']> = new Map([
  ['bcode', 'pre'],
  ['bquote', 'quote'],
]);
const STYLES: ReadonlyMap<string, Span['as']> = new Map([
  ['strong', 'strong'],
  ['emphasis', 'emphasis'],
  ['code', 'code'],
  ['deleted', 'strike'],
]);
const NAMES: Readonly<Record<Span['as'], string>> = {
  strong: 'strong',
  emphasis: 'emphasis',
  code: 'code',
  strike: 'deleted',
  pre: 'bcode',
  quote: 'bquote',
};

/** What is formatted in `body`; undefined where the message has no such markup. */
export function readMarkup(message: Element, body: string): readonly Span[] | undefined {
  const elements = child(message, 'markup', NS.markup)?.getChildElements().slice(0, MOST);
  return elements?.flatMap((element) => {
    const stretch = fromCodePoints(body, attr(element, 'start'), attr(element, 'end'));
    return stretch ? kindsOf(element).map((as) => ({ ...stretch, as })) : [];
  });
}

function kindsOf(element: Element): Span['as'][] {
  const names = element.name === 'span' ? element.getChildElements().map(({ name }) => STYLES.get(name)) : [];
  return [...new Set([...names, BLOCKS.get(element.name)])].filter((as) => as !== undefined);
}

/** `spans` of `body` as far as the extension can tell them; empty where there are none. */
export function writeMarkup(body: string, spans: readonly Span[]): Xml | '' {
  const elements = separate(spans.slice(0, MOST)).map((span) => {
    const { from: start, to: end } = inCodePoints(body, span);
    const block = BLOCKS.has(NAMES[span.as]);
    return block ? tag(NAMES[span.as], { start, end }) : tag('span', { start, end }, tag(NAMES[span.as], {}));
  });
  return elements.length === 0 ? '' : tag('markup', { xmlns: NS.markup }, ...elements);
}

/** XEP-0394 §5: spans must not overlap each other, and lie in a block or outside; the longer ones stay. */
function separate(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((a, b) => b.to - b.from - (a.to - a.from))) {
    const block = BLOCKS.has(NAMES[span.as]);
    const clash = kept.some((other) => {
      if (other.to <= span.from || span.to <= other.from) return false;
      const within = other.from <= span.from && span.to <= other.to;
      return block || !BLOCKS.has(NAMES[other.as]) || !within;
    });
    if (!clash) kept.push(span);
  }
  return kept.toSorted((a, b) => a.from - b.from);
}
