/** What a user has in their own account by personal eventing (XEP-0060, XEP-0163): private items that only they see. */

import { NS } from './ns.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** XEP-0223 §2.2, XEP-0402 §3.4, XEP-0490 §3.2: kept, all of them, and shown to nobody else. */
const PRIVATE: Readonly<Record<string, string>> = {
  'pubsub#persist_items': 'true',
  'pubsub#max_items': 'max',
  'pubsub#send_last_published_item': 'never',
  'pubsub#access_model': 'whitelist',
};

/** Asks for one item. */
export function itemQuery(node: string, id: string): Xml {
  return tag('pubsub', { xmlns: NS.pubsub }, tag('items', { node }, tag('item', { id })));
}

/** The payload of the item with that id in an answer. */
export function readItem(answer: Element, node: string, id: string): Element | undefined {
  const pubsub = child(answer, 'pubsub', NS.pubsub);
  const items = pubsub && child(pubsub, 'items', NS.pubsub);
  if (!items || attr(items, 'node') !== node) return undefined;
  const item = items.getChildElements().find(({ name, attrs }) => name === 'item' && attrs['id'] === id);
  return item?.getChildElements()[0];
}

/** Publishes one item in a private node (XEP-0060 §7.1.5). */
export function publishPrivate(node: string, id: string, payload: Xml): Xml {
  const fields = Object.entries(PRIVATE).map(([name, value]) => field(name, value));
  const type = field('FORM_TYPE', `${NS.pubsub}#publish-options`, 'hidden');
  const form = tag('x', { xmlns: NS.dataForms, type: 'submit' }, type, ...fields);
  return tag(
    'pubsub',
    { xmlns: NS.pubsub },
    tag('publish', { node }, tag('item', { id }, payload)),
    tag('publish-options', {}, form),
  );
}

function field(name: string, value: string, type?: string): Xml {
  return tag('field', { var: name, type }, tag('value', {}, escapeXml(value)));
}
