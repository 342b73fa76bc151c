/** What a user does in a conversation: sent to the network, and then shown and answered as it was taken. */

import type { LiveAccount } from '#src/account.ts';
import { answerTo, type Origin, type Refuse } from '#src/intent.ts';
import { type MessageId, Refusal, type UserAction } from '#src/network.ts';
import type { Users } from '#src/users.ts';
import type { Delivery, Utterance } from './delivery.ts';
import { type Known, keyOf, type Shown } from './shown.ts';
import type { Talk } from './talk.ts';

export interface OwnOptions {
  readonly users: Users;
  readonly shown: Shown;
  readonly delivery: Delivery;
  readonly refuse: Refuse;
}
type Sent = Awaited<ReturnType<LiveAccount['send']>>;
/** `ids` are names beside those the network gives. */
type Said = Omit<Utterance, 'author' | 'at'>;

export class Own {
  readonly #options: OwnOptions;
  /** What is on its way to the network, by the id its client gave it. */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(options: OwnOptions) {
    this.#options = options;
  }

  /** The message a client speaks of. Refuses where there is none. */
  async find(talk: Talk, ref: string): Promise<Known> {
    const known = await this.#options.shown.find(talk, ref);
    if (known) return known;
    throw new Refusal('not-found', 'The gateway does not know the message this is about. Send a new one.');
  }

  /** The same for what only its author may do. */
  async findOwn(talk: Talk, ref: string): Promise<Known> {
    const known = await this.find(talk, ref);
    if (known.author === '') return known;
    throw new Refusal('forbidden', 'Only messages of your own can be changed or taken back.');
  }

  /**
   * Sends an action in the order of the calls, and refuses by a stanza error what was not taken. What was, is shown and
   * then `done`. The promise never rejects, and nobody need wait for it.
   */
  async act(
    talk: Talk,
    origin: Origin,
    action: UserAction,
    said: Said,
    done?: (sent: Sent) => void | Promise<void>,
  ): Promise<void> {
    const pending = this.attempt(talk, origin, async () => {
      const sent = await talk.account.send(action);
      await this.reflect(talk, origin, said, sent);
      await done?.(sent);
    });
    if (origin.id === undefined) return pending;
    const key = keyOf(talk, origin.id);
    this.#pending.set(key, pending);
    await pending;
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
  }

  /** Runs what is about a message of the user when that is no more on its way; only then it is known. */
  after(talk: Talk, origin: Origin, ref: string, task: () => Promise<void>): void | Promise<void> {
    const pending = this.#pending.get(keyOf(talk, ref));
    if (!pending) return task();
    void this.attempt(talk, origin, () => pending.then(task));
  }

  /** Shows the user what the network took. */
  reflect(talk: Talk, origin: Origin, said: Said, sent: Sent): Promise<void> {
    const ids: readonly MessageId[] = [...(sent.ids ?? []), ...(said.ids ?? [])];
    const nick = talk.kind === 'groupchat' ? { nick: talk.room?.nick ?? '' } : {};
    const own = { ...said, ...nick, author: '' as const, at: sent.at ?? new Date(), ids, message: origin.id };
    return this.#options.delivery.reflect(talk, own, origin.from.full);
  }

  /** Runs what asks the network for something, and answers its refusal. */
  async attempt({ account }: Talk, origin: Origin, task: () => Promise<void>): Promise<void> {
    const { refuse, users } = this.#options;
    try {
      await task();
    } catch (error) {
      refuse('message', answerTo(origin), error);
    } finally {
      users.settle(account);
    }
  }
}
