/** XHTML-IM (XEP-0071, deprecated) as some clients still send it: read, never written, and only as text and spans. */

import type { Span } from '#src/network.ts';
import { NS } from './ns.ts';
import { attr, child, type Element } from './xml.ts';

/** How deep and how many elements, and how much text: of a message with more the plain body is taken. */
const DEPTH = 20;
const NODES = 2_000;
const LENGTH = 50_000;
const SPANS = 100;

const STYLES: ReadonlyMap<string, Span['as']> = new Map([
  ['strong', 'strong'],
  ['b', 'strong'],
  ['em', 'emphasis'],
  ['i', 'emphasis'],
  ['code', 'code'],
  ['tt', 'code'],
  ['del', 'strike'],
  ['s', 'strike'],
  ['strike', 'strike'],
  ['pre', 'pre'],
  ['blockquote', 'quote'],
]);
const BLOCKS: ReadonlySet<string> = new Set([
  'address',
  'blockquote',
  'div',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'li',
  'ol',
  'p',
  'pre',
  'ul',
]);
/** Elements whose text is not for people. */
const SILENT: ReadonlySet<string> = new Set(['head', 'script', 'style', 'title']);
const CSS: readonly (readonly [RegExp, Span['as']])[] = [
  [/font-weight:\s*bold/, 'strong'],
  [/font-style:\s*italic/, 'emphasis'],
  [/text-decoration:\s*line-through/, 'strike'],
];

export interface Formatted {
  readonly text: string;
  readonly markup: readonly Span[];
}
interface Page {
  text: string;
  readonly markup: Span[];
  nodes: number;
  tooLarge: boolean;
}

/** The formatted text of a message; undefined where it has none. */
export function readXhtml(message: Element): Formatted | undefined {
  const html = child(message, 'html', NS.xhtmlIm);
  const body = html && child(html, 'body', NS.xhtml);
  if (!body) return undefined;
  const page: Page = { text: '', markup: [], nodes: 0, tooLarge: false };
  readChildren(body, page, 0, false);
  if (page.tooLarge) return undefined;
  const text = page.text.trimEnd();
  const markup = page.markup
    .map((span) => ({ ...span, to: Math.min(span.to, text.length) }))
    .filter(({ from, to }) => from < to)
    .slice(0, SPANS);
  return text === '' ? undefined : { text, markup };
}

function readChildren(element: Element, page: Page, depth: number, pre: boolean): void {
  for (const node of element.children) {
    page.nodes += 1;
    if (page.nodes > NODES || depth > DEPTH || page.text.length > LENGTH) page.tooLarge = true;
    if (page.tooLarge) return;
    if (typeof node === 'string') page.text += pre ? node : collapsed(node, page.text);
    else readElement(node, page, depth, pre);
  }
}

/** White space in a row is one space, and none at the beginning of a line. */
function collapsed(text: string, before: string): string {
  const plain = text.replace(/\s+/g, ' ');
  return plain.startsWith(' ') && /^\s?$/.test(before.at(-1) ?? '') ? plain.slice(1) : plain;
}

function readElement(element: Element, page: Page, depth: number, pre: boolean): void {
  const name = element.getName();
  if (SILENT.has(name)) return;
  if (name === 'br') page.text = `${page.text.trimEnd()}\n`;
  if (name === 'img') page.text += attr(element, 'alt') ?? '';
  const block = BLOCKS.has(name);
  if (block) breakLine(page);
  const from = page.text.length;
  readChildren(element, page, depth + 1, pre || name === 'pre');
  const to = from + page.text.slice(from).trimEnd().length;
  for (const as of stylesOf(element, name)) if (to > from) page.markup.push({ from, to, as });
  if (name === 'a') page.text += linkOf(element, page.text.slice(from));
  if (block) breakLine(page);
}

function breakLine(page: Page): void {
  if (page.text !== '' && !page.text.endsWith('\n')) page.text = `${page.text.trimEnd()}\n`;
}

function stylesOf(element: Element, name: string): Span['as'][] {
  const css = attr(element, 'style') ?? '';
  const own = STYLES.get(name);
  return [...new Set([...(own ? [own] : []), ...CSS.flatMap(([rule, as]) => (rule.test(css) ? [as] : []))])];
}

/** Where a link leads, unless its text says so. */
function linkOf(element: Element, text: string): string {
  const href = attr(element, 'href') ?? '';
  return /^(https?|mailto|xmpp):/.test(href) && !text.includes(href.replace(/^mailto:/, '')) ? ` (${href})` : '';
}
