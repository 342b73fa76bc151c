/** Service discovery (XEP-0030): answers disco#info and disco#items. */

import type { Jid } from '#src/address.ts';
import { Refusal } from '#src/network.ts';
import { capsNode, isCapsNode } from './caps.ts';
import { type Description, discoInfo } from './description.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import type { PageOf } from './paged.ts';
import { type Rsm, readRsm } from './rsm.ts';
import { attr, tag } from './xml.ts';

export interface Item {
  readonly jid: string;
  readonly name?: string;
  readonly node?: string;
}
/** What is at `to`, or at its `node`, as `from` may see it; undefined where there is nothing. */
type Look<T> = (to: Jid, from: Jid, node: string | undefined, wanted: Rsm) => T | undefined | Promise<T | undefined>;

/** A list may be cut into pages (XEP-0059) or, where it is short, be whole. */
export function disco(describe: Look<Description>, list: Look<readonly Item[] | PageOf<Item>>): IqTable {
  return {
    [`get ${NS.discoInfo}`]: async (request) => {
      const node = attr(request.payload, 'node');
      return discoInfo(found(await described(describe, request, node)), node);
    },
    [`get ${NS.discoItems}`]: async ({ to, from, payload }) => {
      const node = attr(payload, 'node');
      const listed = found(await list(to, from, node, readRsm(payload)));
      const { items, set } = 'set' in listed ? listed : { items: listed, set: '' as const };
      return tag('query', { xmlns: NS.discoItems, node }, ...items.map((item) => tag('item', { ...item })), set);
    },
  };
}

/** A caps node describes the whole entity, if it is of today's version. */
async function described(
  describe: Look<Description>,
  { to, from }: IqRequest,
  node: string | undefined,
): Promise<Description | undefined> {
  if (node === undefined || !isCapsNode(node)) return describe(to, from, node, {});
  const description = await describe(to, from, undefined, {});
  return description && capsNode(description) === node ? description : undefined;
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Refusal('not-found', 'There is nothing at this address. Check its spelling.');
  return thing;
}
