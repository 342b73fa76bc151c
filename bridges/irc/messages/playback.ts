/**
 * What a bouncer says again to whoever comes back (ZNC's buffers). Such messages seldom have ids, and a bouncer that keeps
 * them says them each time: what is older than the newest that is known was told already.
 */

import type { Batch, BatchTypes } from '../connection/batch.ts';
import type { Link } from '../link.ts';
import { type Channel, channelOf, emitSaid } from '../rooms/channels.ts';
import { messagesIn } from './history.ts';

/** Milliseconds between a message as it came and as it is said again. */
const SAME = 100;

/** `znc.in/playback target`, in place of lines of `***` about it. */
function takePlayback(link: Link, batch: Batch): void {
  const channel = channelOf(link, batch.params[0]);
  // What is said meanwhile comes after it.
  const holds = channel && !channel.catchingUp ? channel : undefined;
  if (holds) holds.catchingUp = true;
  tell(link, batch)
    .catch((error: unknown) => link.host.log.warn({ err: error }, 'What a bouncer said again could not be told'))
    .finally(() => release(link, holds));
}

function release(link: Link, channel: Channel | undefined): void {
  if (!channel) return;
  channel.catchingUp = false;
  if (channel.state === 'in') emitSaid(link, channel);
}

async function tell(link: Link, { items }: Batch): Promise<void> {
  const said = messagesIn(link, items).map(({ message }) => message);
  const [first] = said;
  const newest = first && (await link.host.latest(first.in));
  const known = newest ? newest.at.getTime() + SAME : Number.NEGATIVE_INFINITY;
  for (const message of said) {
    if (message.id !== undefined || message.at.getTime() > known) link.emit({ ...message, past: true });
  }
}

export const playbackBatches: BatchTypes = { 'znc.in/playback': takePlayback };
