/** Netsplits: many quit at once because two servers lost each other; a room is told once. */

import type { RoomId } from '#src/network.ts';

/** Quits of one split come within this time of each other. */
const SPLIT_MS = 60_000;
const SPLITS = 1024;
const SERVER_PAIR = /^[\w-]+(?:\.[\w-]+)+ [\w-]+(?:\.[\w-]+)+$/;
/** What networks that hide their servers say in place of the two names. */
const HIDDEN_PAIR = '*.net *.split';

/** A quit's reason that names two servers (RFC 1459 §4.1.6, RFC 2812 §3.1.7), or stands for them. */
export function isNetsplit(reason: string): boolean {
  return reason === HIDDEN_PAIR || (reason.length <= 512 && SERVER_PAIR.test(reason));
}

export class Netsplits {
  readonly #seen = new Map<string, number>();

  /** True at the first quit of a split in a room; `now` in milliseconds. */
  begins(room: RoomId, reason: string, now = Date.now()): boolean {
    const key = `${room} ${reason}`;
    const last = this.#seen.get(key);
    if (this.#seen.size >= SPLITS) this.#seen.clear();
    this.#seen.set(key, now);
    return last === undefined || now - last > SPLIT_MS;
  }
}
