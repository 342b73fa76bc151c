/** What a network says, no longer than a stanza can be. */

import type { Content } from '#src/network.ts';

/** Characters; escaped they may be six times as many bytes, and servers close the stream at 512 KiB. */
const MOST = 50_000;

/** The content, its text cut where it is too long, which it says at its end. A bridge that can do better does. */
export function bounded(content: Content): Content {
  const { text, markup: _, mentions: __, ...rest } = content;
  if (text.length <= MOST) return content;
  const left = text.slice(0, MOST).replace(/[\ud800-\udbff]$/, '');
  return { ...rest, text: `${left}\n[… ${text.length - left.length} more characters are not shown here.]` };
}
