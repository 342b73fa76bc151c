/** The vCard of RFC 6351 (XEP-0292 0.12.0), without the picture, which XEP-0084 has. */

import type { Card } from '#src/profiles.ts';
import { NS } from './ns.ts';
import { escapeXml, tag, type Xml } from './xml.ts';

export function vcard4({ name, nick, note, url }: Card): Xml {
  return tag(
    'vcard',
    { xmlns: NS.vcard4 },
    property('fn', 'text', name),
    property('nickname', 'text', nick),
    property('url', 'uri', url),
    property('note', 'text', note),
  );
}

function property(name: string, type: 'text' | 'uri', value: string | undefined): Xml | '' {
  return value ? tag(name, {}, tag(type, {}, escapeXml(value))) : '';
}
