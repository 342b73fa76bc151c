/** Unique and Stable Stanza IDs (XEP-0359). */

import { NS } from './ns.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** Longer ones are none of a client's making. */
const LENGTH = 256;

/** The sender's own id for its message. */
export function readOriginId(message: Element): string | undefined {
  const marked = child(message, 'origin-id', NS.stableId);
  const id = marked && attr(marked, 'id');
  return id !== undefined && id.length <= LENGTH ? id : undefined;
}

export function writeOriginId(id: string): Xml {
  return tag('origin-id', { xmlns: NS.stableId, id });
}

/** XEP-0359 §3: `by` is the room, or the host, which vouches for the id. */
export function writeStanzaId(id: string, by: string): string {
  // In every message, so it is made the short way.
  return `<stanza-id xmlns='${NS.stableId}' id='${escapeXml(id)}' by='${escapeXml(by)}'/>`;
}
