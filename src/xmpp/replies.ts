/** Message Replies (XEP-0461). */

import { NS } from './ns.ts';
import { attr, child, type Element, tag, type Xml } from './xml.ts';

/** Which message is answered, by the id its conversation uses, and who wrote that. */
export interface ReplyTo {
  readonly ref: string;
  /** A full JID. */
  readonly author?: string;
}

export function readReply(message: Element): ReplyTo | undefined {
  const reply = child(message, 'reply', NS.reply);
  const ref = reply && attr(reply, 'id');
  if (!ref) return undefined;
  const author = attr(reply, 'to');
  return { ref, ...(author !== undefined && { author }) };
}

export function writeReply({ ref, author }: ReplyTo): Xml {
  return tag('reply', { xmlns: NS.reply, id: ref, to: author });
}
