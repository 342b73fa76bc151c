/** Entity time (XEP-0202): `urn:xmpp:time`. */

import type { AskPerson } from '#src/asking.ts';
import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { escapeXml, tag, type Xml } from './xml.ts';

/** People have clocks of their own; the gateway's shows UTC, for where it stands is not told. */
export function time(ask: AskPerson): IqTable {
  return {
    [`get ${NS.time}`]: async (request) => {
      const told = await ask(request, 'time');
      return told === undefined ? entityTime(new Date()) : entityTime(new Date(told), told.slice(-6));
    },
  };
}

/** In whole seconds. */
export function entityTime(at: Date, tzo = '+00:00'): Xml {
  const utc = at.toISOString().replace(/\.\d+Z$/, 'Z');
  return tag('time', { xmlns: NS.time }, tag('tzo', {}, escapeXml(tzo)), tag('utc', {}, escapeXml(utc)));
}
