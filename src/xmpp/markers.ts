/** Displayed Markers (XEP-0333): up to which message somebody has read. */

import { writeHint } from './hints.ts';
import { NS } from './ns.ts';
import { attr, child, type Element, tag } from './xml.ts';

/** The id of the last message that was displayed. */
export function readDisplayed(message: Element): string | undefined {
  const displayed = child(message, 'displayed', NS.chatMarkers);
  return displayed && attr(displayed, 'id');
}

export function writeDisplayed(ref: string): string {
  return tag('displayed', { xmlns: NS.chatMarkers, id: ref }) + writeHint('store');
}

/** The client is asked to tell when it has displayed this message. */
export const MARKABLE = tag('markable', { xmlns: NS.chatMarkers });
