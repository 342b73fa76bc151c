/** Result Set Management: which page of a long answer is wanted, and which one it is (XEP-0059 1.0). */

import { Refusal } from '#src/network.ts';
import { NS } from './ns.ts';
import { child, childText, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** What was asked for; all of it is absent where the query names no page. */
export interface Rsm {
  /** How many items at most; 0 asks for their count alone (§2.6). */
  readonly max?: number;
  /** The page that ends before this item; the last page when empty (§2.3, §2.5). */
  readonly before?: string;
  /** The page that begins after this item (§2.2). */
  readonly after?: string;
  /** The page that begins with the item at this place, counted from 0 (§2.4). */
  readonly index?: number;
}
/** What an answer says of its page. */
export interface RsmPage {
  /** Ids of the first and the last item; absent in an empty page. */
  readonly first?: string;
  readonly last?: string;
  /** Place of the first item among all. */
  readonly index?: number;
  /** How many there are in all. */
  readonly count?: number;
}

const ID_LENGTH = 1023;

/** Reads the `<set/>` in a query. Throws `Refusal('invalid')` where it makes no sense. */
export function readRsm(query: Element): Rsm {
  const set = child(query, 'set', NS.rsm);
  if (!set) return {};
  const [max, index] = [count(set, 'max'), count(set, 'index')];
  const [before, after] = [item(set, 'before'), item(set, 'after')];
  if (after === '') throw new Refusal('invalid', 'After which item is not said: put its id into <after/>.');
  return {
    ...(max !== undefined && { max }),
    ...(index !== undefined && { index }),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

function count(set: Element, name: string): number | undefined {
  const text = childText(set, name)?.trim();
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Refusal('invalid', `<${name}/> has to be a whole number from 0 on.`);
  return Number(text);
}

function item(set: Element, name: string): string | undefined {
  const text = childText(set, name);
  if (text !== undefined && text.length > ID_LENGTH) throw new Refusal('not-found', `<${name}/> names no item.`);
  return text;
}

/** The `<set/>` in an answer. */
export function writeRsm({ first, last, index, count }: RsmPage): Xml {
  return tag(
    'set',
    { xmlns: NS.rsm },
    first !== undefined && tag('first', { index }, escapeXml(first)),
    last !== undefined && tag('last', {}, escapeXml(last)),
    count !== undefined && tag('count', {}, escapeXml(String(count))),
  );
}
