/** Message Delivery Receipts (XEP-0184): here, that the network took a message. */

import { NS } from './ns.ts';
import { child, type Element, tag, type Xml } from './xml.ts';

export function wantsReceipt(message: Element): boolean {
  return child(message, 'request', NS.receipts) !== undefined;
}

/** XEP-0184 §5.2. */
export function writeReceipt(id: string): Xml {
  return tag('received', { xmlns: NS.receipts, id });
}
