/** The road of one account's events: each once, in order, and an own echo not before the `send` it comes from. */

import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { conversationOf } from '#src/conversation.ts';
import { Lanes } from '#src/lanes.ts';
import type { RemoteEvent } from '#src/network.ts';
import type { Outgoing } from '#src/outgoing.ts';

/** Longest wait, in ms, of our own echo for the `send` that caused it. */
const ECHO_WITHIN = 2_000;
/** Ids of the network kept against duplicates, per account. */
const SEEN = 1_000;
/** Events that may wait behind an echo, per conversation. */
const WAITING = 10_000;

const DONE = Promise.resolve();

export class Incoming {
  readonly #outgoing: Outgoing;
  readonly #take: (event: RemoteEvent) => Promise<void>;
  readonly #lanes = new Lanes(WAITING);
  readonly #seen = new LRUCache<string, true>({ max: SEEN });

  constructor(outgoing: Outgoing, take: (event: RemoteEvent) => Promise<void>) {
    this.#outgoing = outgoing;
    this.#take = take;
  }

  /** Resolves when the event was taken over, or was known already. */
  emit(event: RemoteEvent): Promise<void> {
    const lane = conversationOf(event);
    const echo = event.type === 'message' && 'self' in event.from && this.#outgoing.busy(lane);
    if (!echo && !this.#lanes.busy(lane)) return this.#once(event);
    // What follows in the conversation waits behind the echo.
    return this.#lanes.run(lane, async () => {
      if (echo) await Promise.race([this.#outgoing.idle(lane), delay(ECHO_WITHIN, undefined, { ref: false })]);
      await this.#once(event);
    });
  }

  /** The network gave our own message this id: its echo is no news. */
  known(conversation: string, id: string): boolean {
    const key = `${conversation} ${id}`;
    if (this.#seen.has(key)) return true;
    this.#seen.set(key, true);
    return false;
  }

  #once(event: RemoteEvent): Promise<void> {
    if (event.type === 'message') {
      if (event.txn !== undefined && this.#outgoing.sent(event.txn)) return DONE;
      if (event.id !== undefined && this.known(conversationOf(event), event.id)) return DONE;
    }
    return this.#take(event);
  }
}
