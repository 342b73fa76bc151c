/** Commands in IRC's own words, typed by the user; what they are answered is shown for a while. */

import { Refusal, type UserAction } from '#src/network.ts';
import { LINE_BYTES, parseLine } from '../line.ts';
import type { Link } from '../link.ts';
import { channelOf } from '../rooms/channels.ts';
import { unspoken } from './echo.ts';
import { cutShort } from './split.ts';

const CURIOUS_MS = 10_000;
const QUIT = /^\s*quit(\s|$)/i;

export async function sendRaw(link: Link, { text }: UserAction & { type: 'raw' }): Promise<void> {
  for (const line of text.split(/[\r\n]+/).filter((one) => one.trim() !== '')) {
    await link.pace();
    if (QUIT.test(line)) return quit(link, line);
    link.curiousUntil = Date.now() + CURIOUS_MS;
    await link.written(seen(link, cutShort(line, LINE_BYTES)));
  }
}

/** What is said in a room its people see, and so does the user; a password for services is nobody's to keep. */
function seen(link: Link, line: string): string {
  return channelOf(link, parseLine(line)?.params[0]) ? line : unspoken(link, line);
}

/** Who says goodbye themselves is not connected again until they want something of the server. */
async function quit(link: Link, line: string): Promise<void> {
  const left = new Refusal('offline', `You have left ${link.server}. Join one of its channels to connect again.`);
  const timer = setTimeout(() => link.fail(left), link.timing.quit);
  link.signal.addEventListener('abort', () => clearTimeout(timer));
  link.onLine = ({ command }) => {
    if (command === 'ERROR') link.fail(left);
  };
  await link.written(cutShort(line, LINE_BYTES));
}
