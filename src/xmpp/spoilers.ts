/** Spoiler Messages (XEP-0382). */

import { NS } from './ns.ts';
import { child, type Element, escapeXml, tag, type Xml } from './xml.ts';

const LENGTH = 500;

/** The warning, which may be empty; undefined where the message is none. */
export function readSpoiler(message: Element): string | undefined {
  return child(message, 'spoiler', NS.spoiler)?.getText().trim().slice(0, LENGTH);
}

export function writeSpoiler(warning: string): Xml {
  return tag('spoiler', { xmlns: NS.spoiler }, escapeXml(warning));
}
