/** Entity capabilities (XEP-0115 1.6): `http://jabber.org/protocol/caps`. */

import { createHash } from 'node:crypto';
import type { Description } from './description.ts';
import { NS } from './ns.ts';
import { tag, type Xml } from './xml.ts';

/** XEP-0115 §4: names the software, whatever its version. */
const CAPS_NODE = 'urn:isthmus';

/** The verification string's hash (XEP-0115 §5.1). */
export function capsHash({ identities, features, forms = [] }: Description): string {
  const parts = [
    ...sorted(identities.map(({ category, type, lang = '', name = '' }) => `${category}/${type}/${lang}/${name}`)),
    ...sorted(new Set(features)),
    ...[...forms]
      .sort((one, other) => compare(one.type, other.type))
      .flatMap(({ type, fields }) => [
        type,
        ...sorted(Object.keys(fields)).flatMap((name) => [name, ...sorted(fields[name] ?? [])]),
      ]),
  ];
  return createHash('sha1')
    .update(parts.map((part) => `${part}<`).join(''))
    .digest('base64');
}

const elements = new WeakMap<Description, Xml>();

/** The `<c/>` for the presence of whoever is described so; computed once per description. */
export function capsElement(description: Description): Xml {
  const known = elements.get(description);
  if (known !== undefined) return known;
  const element = tag('c', { xmlns: NS.caps, hash: 'sha-1', node: CAPS_NODE, ver: capsHash(description) });
  elements.set(description, element);
  return element;
}

/** Whether a disco#info node is one that our `<c/>` leads to, of this version or another (XEP-0115 §6.2). */
export function isCapsNode(node: string): boolean {
  return node.startsWith(`${CAPS_NODE}#`);
}

/** The disco#info node that the description's `<c/>` leads to. */
export function capsNode(description: Description): string {
  return `${CAPS_NODE}#${capsHash(description)}`;
}

function sorted(texts: Iterable<string>): string[] {
  return [...texts].sort(compare);
}

/** By octets (RFC 4790 §9.3), which is not the order of UTF-16. */
function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
