/** Entity time (XEP-0202): `urn:xmpp:time`. */

import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { escapeXml, tag, type Xml } from './xml.ts';

export const time: IqTable = { [`get ${NS.time}`]: () => entityTime(new Date()) };

/** The time in UTC, in whole seconds; where the gateway stands is not told. */
export function entityTime(now: Date): Xml {
  const utc = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return tag('time', { xmlns: NS.time }, tag('tzo', {}, escapeXml('+00:00')), tag('utc', {}, escapeXml(utc)));
}
