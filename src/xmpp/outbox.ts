/** The queue of stanzas towards the server: joined, cleaned and written once per turn of the event loop, and bounded. */

import type { Socket } from 'node:net';
import { sanitise } from './xml.ts';

/** Sizes are in UTF-16 code units, which for nearly all that a gateway writes are bytes. */
export interface OutboxLimits {
  /** What may wait in the queue; beyond it the oldest stanzas are dropped. */
  readonly queueSize: number;
  readonly queueStanzas: number;
  /** What is kept at most for a server that is there but does not read. */
  readonly most: number;
  /** Above `high` sources should wait for `drained()`, which is at `low`. */
  readonly high: number;
  readonly low: number;
}

export const OUTBOX_LIMITS: OutboxLimits = {
  queueSize: 8 * 2 ** 20,
  queueStanzas: 10_000,
  most: 64 * 2 ** 20,
  high: 4 * 2 ** 20,
  low: 2 ** 19,
};

/** A queue of this size is written without waiting for the end of the turn. */
const FLUSH_AT = 2 ** 18;

export class Outbox {
  readonly #limits: OutboxLimits;
  #socket: Socket | undefined;
  #queue: string[] = [];
  #size = 0;
  #dropped = 0;
  #scheduled = false;
  #wroteThisTurn = false;
  #waiting: (() => void)[] = [];

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  /** What is not yet handed to the network, in the queue and in the socket. */
  get pending(): number {
    return this.#size + (this.#socket?.writableLength ?? 0);
  }

  /** Stanzas dropped so far because the queue was full. */
  get dropped(): number {
    return this.#dropped;
  }

  push(xml: string): void {
    this.#queue.push(xml);
    this.#size += xml.length;
    this.#bound();
    if (!this.#socket) return;
    if (this.#size >= FLUSH_AT) this.flush();
    else this.#schedule();
  }

  /** Writes to `socket` from now on, what waited first. */
  open(socket: Socket): void {
    this.#socket = socket;
    this.flush();
  }

  /** Keeps what comes until there is a socket again. */
  close(): void {
    this.#socket = undefined;
    this.#relieve();
  }

  /** Resolves at once unless too much is pending. */
  drained(): Promise<void> {
    if (this.pending < this.#limits.high) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets everybody go who waits in `drained()`; for the end. */
  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  flush(): void {
    const socket = this.#socket;
    // A socket that is being destroyed still takes writes, and loses them.
    if (!socket?.writable || this.#queue.length === 0 || socket.writableLength >= this.#limits.high) return;
    const xml = sanitise(this.#queue.join(''));
    this.#queue = [];
    this.#size = 0;
    this.#wroteThisTurn = true;
    setImmediate(() => {
      this.#wroteThisTurn = false;
    });
    // A failed write closes the socket, which is dealt with there.
    socket.write(xml, () => this.#written());
  }

  /** The first stanza of a turn leaves as soon as its caller is done; the rest of the turn goes together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const flush = () => {
      this.#scheduled = false;
      this.flush();
    };
    if (this.#wroteThisTurn) setImmediate(flush);
    else process.nextTick(flush);
  }

  #written(): void {
    this.flush();
    this.#relieve();
  }

  #relieve(): void {
    if (this.pending <= this.#limits.low) this.release();
  }

  /** A slow server is waited for by whoever asks `drained`; an outage may last, so that less is kept for it. */
  #bound(): void {
    const { queueSize, queueStanzas, most } = this.#limits;
    const [size, stanzas] = this.#socket ? [most, Number.POSITIVE_INFINITY] : [queueSize, queueStanzas];
    while (this.#queue.length > stanzas || this.#size > size) {
      this.#size -= this.#queue.shift()?.length ?? 0;
      this.#dropped += 1;
    }
  }
}
