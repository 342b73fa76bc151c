/** Message Reactions (XEP-0444). */

import { NS } from './ns.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** The whole set of somebody's reactions to the message of that id. */
export interface Reactions {
  readonly ref: string;
  readonly reactions: readonly string[];
}

/** One more than are allowed is read, so that too many are noticed. */
const MOST = 21;
/** UTF-16 code units of one: a family of four takes 11. */
export const LENGTH = 64;

export function readReactions(message: Element): Reactions | undefined {
  const element = child(message, 'reactions', NS.reactions);
  const ref = element && attr(element, 'id');
  if (!ref) return undefined;
  const all = element.getChildren('reaction', NS.reactions).map((one) => one.getText().trim());
  const fit = all.filter((one) => one !== '' && one.length <= LENGTH);
  return { ref, reactions: [...new Set(fit)].slice(0, MOST) };
}

export function writeReactions({ ref, reactions }: Reactions): Xml {
  const each = reactions.map((one) => tag('reaction', {}, escapeXml(one)));
  return tag('reactions', { xmlns: NS.reactions, id: ref }, ...each);
}
