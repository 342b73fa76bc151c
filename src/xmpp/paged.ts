/** One page of a long list (XEP-0059), cut out without a walk through the rest. */

import { Refusal } from '#src/network.ts';
import { type Rsm, writeRsm } from './rsm.ts';
import type { Xml } from './xml.ts';

/** A list whose items are found by their keys; made once for many pages. */
export interface Indexed<T> {
  readonly items: readonly T[];
  readonly at: ReadonlyMap<string, number>;
  readonly key: (item: T) => string;
}
export interface PageOf<T> {
  readonly items: readonly T[];
  /** Absent where nothing was cut off and no page was asked for. */
  readonly set: Xml | '';
}

/** Items of one answer, so that it fits a stanza. */
export const PAGE_MOST = 1_000;

export function indexed<T>(items: readonly T[], key: (item: T) => string): Indexed<T> {
  return { items, key, at: new Map(items.map((item, n) => [key(item), n])) };
}

/** Who asks for no page gets the first, as far as it reaches. */
export function pageOf<T>({ items, at, key }: Indexed<T>, wanted: Rsm): PageOf<T> {
  const max = Math.min(wanted.max ?? PAGE_MOST, PAGE_MOST);
  const count = items.length;
  const from = startOf(wanted, max, count, at);
  const end = wanted.before ? Math.min(from + max, placeOf(wanted.before, at)) : from + max;
  const page = items.slice(from, end);
  if (Object.keys(wanted).length === 0 && page.length === count) return { items: page, set: '' };
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return { items: page, set: writeRsm({ count }) };
  return { items: page, set: writeRsm({ first: key(first), last: key(last), index: from, count }) };
}

function startOf({ after, before, index }: Rsm, max: number, count: number, at: Indexed<unknown>['at']): number {
  if (after !== undefined) return placeOf(after, at) + 1;
  if (before === undefined) return index ?? 0;
  return Math.max(0, (before === '' ? count : placeOf(before, at)) - max);
}

/** XEP-0059 §2.2: an item that is not there any more. */
function placeOf(key: string, at: Indexed<unknown>['at']): number {
  const place = at.get(key);
  if (place === undefined) throw new Refusal('not-found', 'The list has changed. Ask for its first page again.');
  return place;
}
