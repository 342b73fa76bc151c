/** Last Message Correction (XEP-0308), of any message of the sender. */

import { NS } from './ns.ts';
import { attr, child, type Element, tag, type Xml } from './xml.ts';

/** The id attribute of the message that this one stands in for. */
export function readCorrection(message: Element): string | undefined {
  const replace = child(message, 'replace', NS.correct);
  return replace && attr(replace, 'id');
}

export function writeCorrection(id: string): Xml {
  return tag('replace', { xmlns: NS.correct, id });
}
