/** Commands of IRC that a user wants sent each time they are connected, before any channel is entered. */

import type { Link } from '../link.ts';
import { unspoken } from '../messages/echo.ts';
import { cutShort } from '../messages/split.ts';

/** Lines of one user; they wait their turn like everything else that is sent. */
const LINES = 50;
const LINE_BYTES = 510;

export async function sendAfterConnect(link: Link, lines: readonly string[]): Promise<void> {
  for (const line of lines.filter((each) => each.trim() !== '').slice(0, LINES)) {
    // When the connection is lost meanwhile, its own reason is the one to tell.
    await link.pace().catch(() => link.closed);
    link.write(unspoken(link, cutShort(line, LINE_BYTES)));
  }
}
