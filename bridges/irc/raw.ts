/** Commands in IRC's own words, typed by the user; what they are answered is shown for a while. */

import type { UserAction } from '#src/network.ts';
import type { Link } from './link.ts';
import { cutShort } from './split.ts';

const LINE_BYTES = 510;
const CURIOUS_MS = 10_000;

export async function sendRaw(link: Link, { text }: UserAction & { type: 'raw' }): Promise<void> {
  for (const line of text.split(/[\r\n]+/).filter((one) => one.trim() !== '')) {
    await link.pace();
    link.curiousUntil = Date.now() + CURIOUS_MS;
    await link.written(cutShort(line, LINE_BYTES));
  }
}
