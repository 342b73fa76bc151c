/** A sign that the server has dealt with what was written: it answers in the order of the lines (RFC 1459 §4.6.2). */

import type { Link } from '../link.ts';

export class Barriers {
  /** Shared by all that is written in this turn of the event loop. */
  next: Promise<void> | undefined;
}

/** Resolves when all lines written so far, and those of this turn, are dealt with, and refused if they are to be. */
export function barrier(link: Link): Promise<void> {
  link.barriers.next ??= cross(link);
  return link.barriers.next;
}

async function cross(link: Link): Promise<void> {
  await new Promise(setImmediate);
  link.barriers.next = undefined;
  const token = `b${link.labels.next()}`;
  const crossed = link.ask((line) => (line.command === 'PONG' && line.params.at(-1) === token ? 'done' : undefined));
  link.write(`PING :${token}`);
  await crossed;
}
