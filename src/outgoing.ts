/** The road of one account's actions: in order per conversation, when the account can take them, and each answered. */

import { conversationOf, roomOf } from '#src/conversation.ts';
import { Lanes } from '#src/lanes.ts';
import { Refusal, type RoomId, type Session, type UserAction } from '#src/network.ts';
import { Pace } from '#src/pace.ts';
import { recent } from '#src/recent.ts';
import type { Room } from '#src/rooms.ts';
import { within } from '#src/within.ts';

/** The account as far as sending depends on it. */
export interface Sender {
  readonly label: string;
  readonly online: boolean;
  readonly trouble: string;
  readonly ended: boolean;
  /** Settled by the next outcome of a try to connect. */
  readonly outcome: Promise<void>;
  readonly rooms: ReadonlyMap<RoomId, Room>;
}
type Sent = Awaited<ReturnType<Session['send']>>;

/** Longest wait, in ms, of what is said for the account to be online and its room to be known. */
const ONLINE_WITHIN = 20_000;
/** Longest wait, in ms, of a join for the connection: bridges bound their own tries. */
const JOIN_WITHIN = 120_000;
/** Longest a bridge may take over an action, in ms, since it last had leave to send. */
const SEND_WITHIN = 60_000;
/** Messages that are on their way or were just sent. */
const SENT = 1_000;

export class Outgoing {
  readonly #sender: Sender;
  readonly #session: () => Session;
  readonly #pace: Pace;
  readonly #lanes = new Lanes();
  readonly #sent = recent<string, true>(SENT);
  #pacedAt = 0;

  /** `session` is asked for later: it is built after this. */
  constructor(sender: Sender, session: () => Session, limits: { readonly burst: number; readonly perSecond: number }) {
    this.#sender = sender;
    this.#session = session;
    this.#pace = new Pace(limits);
  }

  /**
   * Resolves when the network took the action, rejects with a `Refusal` when it did not, or did not say in time; the
   * next one of the conversation waits for the session's own end of this one. `begin` is called right before.
   */
  async send(action: UserAction, begin?: () => void): Promise<Sent> {
    const answer = Promise.withResolvers<Sent>();
    const until = performance.now() + (action.type === 'join' ? JOIN_WITHIN : ONLINE_WITHIN);
    const task = () => this.#perform(action, until, answer.reject, begin);
    // What only has to be remembered must not get lost behind what has to be sent.
    const bounded = needsLink(action);
    this.#lanes.run(conversationOf(action), task, bounded).then(answer.resolve, answer.reject);
    return answer.promise;
  }

  /** A token of the network's limits; see `Host.pace`. */
  async pace(signal: AbortSignal): Promise<void> {
    await this.#pace.take(signal);
    this.#pacedAt = performance.now();
  }

  busy(conversation: string): boolean {
    return this.#lanes.busy(conversation);
  }

  idle(conversation: string): Promise<void> {
    return this.#lanes.idle(conversation);
  }

  /** Whether that transaction is one of ours. */
  sent(txn: string): boolean {
    return this.#sent.has(txn);
  }

  async #perform(
    action: UserAction,
    until: number,
    late: (refusal: Refusal) => void,
    begin?: () => void,
  ): Promise<Sent> {
    if (needsLink(action)) await this.#usable(action, until);
    begin?.();
    if ('txn' in action) this.#sent.set(action.txn, true);
    // What was refused and said all the same is news when it comes.
    const forget = () => 'txn' in action && this.#sent.delete(action.txn);
    const overdue = this.#overdue((refusal) => {
      forget();
      late(refusal);
    });
    try {
      return await this.#session().send(action);
    } catch (error) {
      forget();
      throw error;
    } finally {
      overdue[Symbol.dispose]();
    }
  }

  /** Calls `late` when the session does nothing for too long. */
  #overdue(late: (refusal: Refusal) => void): Disposable {
    const startedAt = performance.now();
    const wait = (ms: number) => setTimeout(check, ms);
    const check = () => {
      const left = Math.max(startedAt, this.#pacedAt) + SEND_WITHIN - performance.now();
      if (left > 0) timer = wait(left);
      else late(new Refusal('timeout', `${this.#sender.label} did not answer in time.`, { uncertain: true }));
    };
    let timer = wait(SEND_WITHIN);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  }

  /** Waits until the account is online and the action's room, if any, is known again after a loss. */
  async #usable(action: UserAction, until: number): Promise<void> {
    const sender = this.#sender;
    const joins = action.type === 'join';
    const inTime = (promise: Promise<void>) => within(promise, until - performance.now(), () => offline(sender));
    while (!sender.online) {
      if (sender.ended) throw offline(sender);
      // The first failure answers a join, and whoever is first; what is said outlives a short loss of the connection.
      const tried = sender.outcome;
      await inTime(joins || sender.trouble === '' ? tried : tried.catch(ignore));
    }
    const room = roomOf(action);
    const known = room === undefined || joins ? undefined : sender.rooms.get(room);
    if (known?.stale) await inTime(known.fresh);
  }
}

/** Why nothing can be sent. */
export function offline({ label, trouble }: Pick<Sender, 'label' | 'trouble'>): Refusal {
  return new Refusal('offline', `Not connected to ${label}${trouble && ` (${trouble})`}. Try again later.`);
}

/** False for what the session remembers until it is online again. */
export function needsLink(action: UserAction): boolean {
  return action.type !== 'presence' && action.type !== 'contact' && action.type !== 'leave';
}

function ignore(): void {}
