/** Software version (XEP-0092): `jabber:iq:version`. */

import manifest from '../../package.json' with { type: 'json' };
import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { escapeXml, tag } from './xml.ts';

const answer = tag(
  'query',
  { xmlns: NS.version },
  tag('name', {}, escapeXml('Isthmus')),
  tag('version', {}, escapeXml(manifest.version)),
);

/** The operating system is nobody's business (XEP-0092 §5). */
export const version: IqTable = { [`get ${NS.version}`]: () => answer };
