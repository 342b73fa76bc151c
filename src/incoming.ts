/** The road of one account's events: each once, in order, and an own echo not before the `send` it comes from. */

import { setTimeout as delay } from 'node:timers/promises';
import { conversationOf } from '#src/conversation.ts';
import { Lanes } from '#src/lanes.ts';
import type { RemoteEvent } from '#src/network.ts';
import type { Outgoing } from '#src/outgoing.ts';
import { recent } from '#src/recent.ts';

/** Longest wait, in ms, of our own echo for the `send` that caused it. */
const ECHO_WITHIN = 2_000;
/** Ids of the network kept against duplicates, per account. */
const SEEN = 1_000;
/** Events that may wait behind an echo, per conversation. */
const WAITING = 10_000;

const DONE = Promise.resolve();

export class Incoming {
  readonly #outgoing: Outgoing;
  readonly #take: (event: RemoteEvent) => void | Promise<void>;
  readonly #drained: () => Promise<void>;
  readonly #lanes = new Lanes(WAITING);
  readonly #seen = recent<string, true>(SEEN);

  /** `take` shows an event, at once or when it has looked something up; `drained` resolves when more can be shown. */
  constructor(
    outgoing: Outgoing,
    take: (event: RemoteEvent) => void | Promise<void>,
    drained: () => Promise<void> = () => DONE,
  ) {
    this.#outgoing = outgoing;
    this.#take = take;
    this.#drained = drained;
  }

  /** Resolves when the event was taken over, or was known already. */
  async emit(event: RemoteEvent): Promise<void> {
    await this.#begin(event);
    await this.#drained();
  }

  /** Takes an event at once where it need not wait. What it waits for, the rest of its conversation waits for too. */
  #begin(event: RemoteEvent): void | Promise<void> {
    const lane = conversationOf(event);
    const echo = isOwn(event) && this.#outgoing.busy(lane);
    if (echo || this.#lanes.busy(lane)) {
      return this.#lanes.run(lane, async () => {
        if (echo) await Promise.race([this.#outgoing.idle(lane), delay(ECHO_WITHIN, undefined, { ref: false })]);
        await this.#once(event);
      });
    }
    const pending = this.#once(event);
    return pending && this.#lanes.run(lane, () => pending);
  }

  /** The network gave our own message this id: its echo is no news. */
  known(conversation: string, id: string): boolean {
    const key = `${conversation} ${id}`;
    if (this.#seen.has(key)) return true;
    this.#seen.set(key, true);
    return false;
  }

  #once(event: RemoteEvent): void | Promise<void> {
    if ('txn' in event && event.txn !== undefined && this.#outgoing.sent(event.txn)) return;
    const id = event.type === 'message' ? event.id : event.type === 'edit' ? event.edit : undefined;
    if (id !== undefined && this.known(conversationOf(event), id)) return;
    return this.#take(event);
  }
}

/** Something the user did: it may be the echo of what we are sending. */
function isOwn(event: RemoteEvent): boolean {
  return 'in' in event && 'self' in event.from && event.type !== 'typing' && event.type !== 'read';
}
