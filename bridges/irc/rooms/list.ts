/** The channels of a server: LIST (RFC 1459 §4.2.6). */

import { Refusal, type RoomListing } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { readFormat } from '../messages/format.ts';
import { isChannelName } from '../names.ts';

/** Channels kept of one list; a server may say anything. */
const CHANNELS = 100_000;
const TOPIC_LENGTH = 500;
/** Some servers put the modes before the topic: `[+nt] welcome`. */
const MODES = /^\[\+[^\]]*\] ?/;
/** Servers that give no list to newcomers, or not so often, say so in a notice and send an empty one. */
const LATER = /\blist\b.*\b(wait|again|later|retry|until|connected)\b|\b(wait|retry)\b.*\blist\b/i;

/** All channels the server shows. Refuses when it wants us to wait. */
export async function listChannels(link: Link): Promise<readonly RoomListing[]> {
  await link.pace();
  const found: RoomListing[] = [];
  let excuse = '';
  using _ = link.listen((line) => {
    if (line.command === 'NOTICE' && line.origin === '' && LATER.test(line.params.at(-1) ?? '')) {
      excuse = line.params.at(-1) ?? '';
    }
    if (line.command === '322' && found.length < CHANNELS) found.push(...listing(link, line));
    return line.command === '321' || line.command === '322';
  });
  const done = link.ask(ended, link.timing.list);
  link.write(formatLine('LIST', []));
  await done;
  if (found.length === 0 && excuse !== '') throw new Refusal('too-fast', `${link.server} says: ${excuse}`);
  return found;
}

/** RPL_LISTEND, or an error that names the command: ERR_UNKNOWNCOMMAND, RPL_TRYAGAIN, ERR_TOOMANYMATCHES. */
function ended({ command, params }: Line): 'done' | Refusal | undefined {
  if (command === '323') return 'done';
  if (params[1]?.toUpperCase() !== 'LIST') return undefined;
  if (command === '421')
    return new Refusal('unsupported', 'This server has no list of its channels. Join one by its name.');
  if (command !== '263' && command !== '416') return undefined;
  return new Refusal('too-fast', `The server does not list its channels now: ${params.at(-1)} Try again in a minute.`);
}

/** `me #channel members :topic` */
function listing(link: Link, { params }: Line): RoomListing[] {
  const [, name = '', count = '', raw = ''] = params;
  if (!isChannelName(name)) return [];
  const topic = readFormat(raw.replace(MODES, '')).text.slice(0, TOPIC_LENGTH);
  const members = /^\d{1,7}$/.test(count) ? { members: Number(count) } : {};
  return [{ room: link.ids.room(name), name, ...members, ...(topic && { topic }) }];
}
