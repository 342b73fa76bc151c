/** Message Processing Hints (XEP-0334): what servers do with a message beside delivering it. */

import { NS } from './ns.ts';
import { tag, type Xml } from './xml.ts';

export function writeHint(hint: 'store' | 'no-store' | 'no-copy'): Xml {
  return tag(hint, { xmlns: NS.hints });
}
