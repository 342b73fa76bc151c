/**
 * What clients read by pubsub of the host, of rooms and people: avatars (XEP-0084 1.1.4) and the newer vCard
 * (XEP-0292 0.12.0). Nobody publishes it; it is what the network tells.
 */

import { Refusal } from '#src/network.ts';
import type { Picture } from '#src/pictures.ts';
import type { Card, Profiles } from '#src/profiles.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { vcard4 } from './vcard4.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from './xml.ts';

interface Item {
  readonly id: string;
  readonly content: Xml;
}

/** The one item of each node; XEP-0084 §4.2.1: an avatar's id is the hash of the picture. */
const NODES: ReadonlyMap<string, (card: Card) => Item | undefined> = new Map([
  [NS.avatarMetadata, ({ picture }: Card) => picture && { id: picture.sha1, content: metadata(picture) }],
  [NS.avatarData, ({ picture }: Card) => picture && { id: picture.sha1, content: data(picture) }],
  [NS.vcard4Node, (card: Card) => ({ id: 'current', content: vcard4(card) })],
]);

export function avatar(profiles: Profiles): IqTable {
  return { [`get ${NS.pubsub}`]: (request) => items(request, profiles) };
}

/** XEP-0060 §6.5 */
async function items({ from, to, payload }: IqRequest, profiles: Profiles): Promise<Xml> {
  const wanted = child(payload, 'items', NS.pubsub);
  const node = (wanted && attr(wanted, 'node')) ?? '';
  const itemOf = NODES.get(node);
  if (!wanted || !itemOf) throw new Refusal('not-found', 'Only avatars and vCards can be read here.');
  const item = itemOf(await profiles.card(from, to));
  if (!item || (idOf(wanted) ?? item.id) !== item.id) {
    throw new Refusal('not-found', 'There is no such item, or not any more. Ask for it without its id.');
  }
  return tag('pubsub', { xmlns: NS.pubsub }, tag('items', { node }, tag('item', { id: item.id }, item.content)));
}

function idOf(wanted: Element): string | undefined {
  const item = child(wanted, 'item', NS.pubsub);
  return item && attr(item, 'id');
}

/** XEP-0084 §4.2.2. The type is the picture's own: what came over from another network is not converted. */
function metadata({ bytes, type, sha1 }: Picture): Xml {
  return tag('metadata', { xmlns: NS.avatarMetadata }, tag('info', { id: sha1, type, bytes: bytes.length }));
}

function data({ bytes }: Picture): Xml {
  return tag('data', { xmlns: NS.avatarData }, escapeXml(bytes.toString('base64')));
}
