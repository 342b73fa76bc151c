/** Fallback Indication (XEP-0428): stretches of a body that are only there for clients without some extension. */

import { codePoints, fromCodePoints, type Stretch } from '#src/text/stretch.ts';
import { NS } from './ns.ts';
import { attr, type Element, tag, type Xml } from './xml.ts';

/** Ranges that are read in one message. */
const MOST = 10;

/** What of `body` stands in for `feature`, a namespace; nothing where that would be all of it. */
export function readFallback(message: Element, feature: string, body: string): readonly Stretch[] {
  const fallback = message.getChildren('fallback', NS.fallback).find((one) => attr(one, 'for') === feature);
  const ranges = fallback?.getChildren('body', NS.fallback).slice(0, MOST) ?? [];
  const stretches = ranges.map((range) => fromCodePoints(body, attr(range, 'start'), attr(range, 'end')));
  return stretches.filter((one) => one !== undefined);
}

/** The whole body, or `text` in it after `before`, stands in for `feature`. */
export function writeFallback(feature: string, text?: string, before = ''): Xml {
  const start = codePoints(before);
  const range = text === undefined ? '' : tag('body', { start, end: start + codePoints(text) });
  return tag('fallback', { xmlns: NS.fallback, for: feature }, range);
}
