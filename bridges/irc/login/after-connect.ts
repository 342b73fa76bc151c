/** Commands of IRC that a user wants sent each time they are connected, before any channel is entered. */

import { LINE_BYTES } from '../line.ts';
import type { Link } from '../link.ts';
import { unspoken } from '../messages/echo.ts';
import { cutShort } from '../messages/split.ts';

/** Lines of one user; they wait their turn like everything else that is sent. */
export const AFTER_CONNECT_LINES = 50;

export async function sendAfterConnect(link: Link, lines: readonly string[]): Promise<void> {
  for (const line of lines.filter((each) => each.trim() !== '').slice(0, AFTER_CONNECT_LINES)) {
    // When the connection is lost meanwhile, its own reason is the one to tell.
    await link.pace().catch(() => link.closed);
    link.write(unspoken(link, cutShort(line, LINE_BYTES)));
  }
}
