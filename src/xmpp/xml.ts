/** XML text: escaping, sanitising and building what we write, and reading elements that others wrote. */

import type { Element } from '@xmpp/xml';

export type { Element };

declare const brand: unique symbol;
/** Well-formed XML content; made by `escapeXml` and `tag`, so that raw text can't slip in. */
export type Xml = string & { readonly [brand]: 'xml' };
type Attributes = Readonly<Record<string, string | number | undefined>>;

const SPECIAL = /[&<>"']/;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as XML, for content and for attributes in quotes of either kind. */
export function escapeXml(text: string): Xml {
  // Most text has nothing to escape, and a test costs a fraction of a replacement.
  return (SPECIAL.test(text) ? text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char) : text) as Xml;
}

/** One element; attributes without a value and children that are absent are left out. */
export function tag(name: string, attributes: Attributes, ...children: readonly (Xml | '' | false | undefined)[]): Xml {
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) open += ` ${key}='${attributeValue(String(value))}'`;
  }
  let content = '';
  for (const child of children) if (child) content += child;
  return (content === '' ? `${open}/>` : `${open}>${content}</${name}>`) as Xml;
}

/** XML 1.0 §3.3.3: a parser turns white space in an attribute into spaces unless it is a reference. */
function attributeValue(value: string): string {
  return escapeXml(value).replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to find.
const NOT_CHAR = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/**
 * Takes out all that is no XML 1.0 Char (§2.2); a lone surrogate becomes U+FFFD. One such character in any text makes a
 * server close the stream for all users.
 */
export function sanitise(xml: string): string {
  const chars = NOT_CHAR.test(xml) ? xml.replace(new RegExp(NOT_CHAR, 'g'), '') : xml;
  return chars.toWellFormed();
}

/** The attribute as text; undefined when it is absent. */
export function attr(element: Element, name: string): string | undefined {
  const value = element.attrs[name];
  return typeof value === 'string' ? value : undefined;
}

/** The first child of that name and namespace. */
export function child(element: Element, name: string, namespace: string): Element | undefined {
  return element.getChild(name, namespace);
}

/** The text directly in the first child of that name, in the namespace given or the element's own. */
export function childText(element: Element, name: string, namespace = element.getNS()): string | undefined {
  return element.getChild(name, namespace)?.getText();
}
