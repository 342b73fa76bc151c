/** vCards of the host, of servers, rooms and people (XEP-0054 1.3.0, XEP-0486 0.1.0). */

import { Refusal } from '#src/network.ts';
import type { Card, Profiles } from '#src/profiles.ts';
import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { escapeXml, tag, type Xml } from './xml.ts';

export function vcard(profiles: Profiles): IqTable {
  return {
    [`get ${NS.vcard}`]: async ({ from, to }) => writeCard(await profiles.card(from, to)),
    [`set ${NS.vcard}`]: () => {
      // XEP-0486 §4.2: a room's picture would be set so.
      throw new Refusal('not-allowed', 'This belongs to the other network. Change it there, with a client of its own.');
    },
  };
}

function writeCard({ name, nick, note, url, picture }: Card): Xml {
  const photo =
    picture &&
    tag(
      'PHOTO',
      {},
      tag('TYPE', {}, escapeXml(picture.type)),
      tag('BINVAL', {}, escapeXml(picture.bytes.toString('base64'))),
    );
  return tag(
    'vCard',
    { xmlns: NS.vcard },
    text('FN', name),
    text('NICKNAME', nick),
    photo,
    text('URL', url),
    text('DESC', note),
  );
}

function text(name: string, value: string | undefined): Xml | '' {
  return value ? tag(name, {}, escapeXml(value)) : '';
}
