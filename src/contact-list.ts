/** The network's own list of contacts, brought to the user's roster: each once, and no faster than a server likes. */

import type { LiveAccount } from '#src/account.ts';
import type { Log } from '#src/log.ts';
import { Refusal, type RemoteEvent } from '#src/network.ts';
import type { Offer, Offers } from '#src/offers.ts';
import type { RosterExchange } from '#src/roster-exchange.ts';
import type { OnRoster, RosterRow, RosterRows } from '#src/roster-rows.ts';
import { SUGGESTIONS } from '#src/xmpp/roster-exchange.ts';

type Listed = RemoteEvent & { type: 'contact' };
export interface ContactListOptions {
  readonly rows: RosterRows;
  readonly offers: Offers;
  readonly exchange: RosterExchange;
  readonly drained: () => Promise<void>;
  /** Ends all that is under way. */
  readonly signal: AbortSignal;
  readonly log: Log;
}
interface Queue {
  readonly account: LiveAccount;
  /** By contact; the last word counts. */
  readonly waiting: Map<string, Listed>;
  /** Some were left out, which was told. */
  cut?: boolean;
}

/** Contacts of one account that wait. */
const WAITING = 10_000;
/** Unanswered questions on one user's screens; the rest is offered at another sign-in. */
const QUESTIONS = 50;

export class ContactList {
  readonly #options: ContactListOptions;
  readonly #log: Log;
  readonly #queues = new Map<LiveAccount, Queue>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: ContactListOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'contact-list' });
  }

  /** Takes what the network says of its list; the work is done behind. */
  take(account: LiveAccount, event: Listed): void {
    const known = this.#queues.get(account);
    const queue: Queue = known ?? { account, waiting: new Map() };
    if (queue.waiting.size >= WAITING && !queue.waiting.has(event.contact)) {
      if (!queue.cut)
        this.#log.warn({ user: account.user, waiting: WAITING }, 'The rest of a list of contacts is left out');
      queue.cut = true;
      return;
    }
    queue.waiting.delete(event.contact);
    queue.waiting.set(event.contact, event);
    if (known) return;
    this.#queues.set(account, queue);
    const run = this.#run(queue).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when what was begun has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Never rejects. */
  async #run(queue: Queue): Promise<void> {
    try {
      // What is emitted in one go comes as one batch.
      await new Promise((resolve) => setImmediate(resolve));
      while (queue.waiting.size > 0 && !this.#options.signal.aborted && !queue.account.ended) {
        const batch = [...queue.waiting.values()].slice(0, SUGGESTIONS);
        for (const { contact } of batch) queue.waiting.delete(contact);
        await this.#bring(queue.account, batch);
        await this.#options.drained();
      }
    } catch (error) {
      const fields = { err: error, user: queue.account.user };
      if (error instanceof Refusal) this.#log.warn(fields, 'A list of contacts was left out');
      else this.#log.error(fields, 'A list of contacts could not be brought over');
    } finally {
      this.#queues.delete(queue.account);
    }
  }

  async #bring(account: LiveAccount, batch: readonly Listed[]): Promise<void> {
    const { offers } = this.#options;
    await this.#withdraw(
      account,
      batch.filter(({ off }) => off),
    );
    const left: Offer[] = [];
    for (const event of batch) {
      const offer = event.off ? undefined : await this.#offer(account, event);
      if (!offer) continue;
      const row = await offers.set(offer);
      if (row?.sees) account.watch(event.contact);
      if (!row) left.push(offer);
    }
    if (left.length === 0 || (await offers.suggest(account.user, left)) || this.#options.signal.aborted) return;
    const open = await this.#options.rows.asked(account.user);
    for (const offer of left.slice(0, Math.max(0, QUESTIONS - open))) await offers.ask(offer);
  }

  /** Undefined for who is on the roster, or was offered before: what the user has made of that is final. */
  async #offer(account: LiveAccount, event: Listed): Promise<Offer | undefined> {
    const row = await this.#options.rows.ensure(account.user, targetOf(account, event));
    if (row.sees || row.seen || row.asked || row.offered) return undefined;
    return { row: { ...row, offered: true }, name: event.name };
  }

  async #withdraw(account: LiveAccount, events: readonly Listed[]): Promise<void> {
    const { rows, offers, exchange } = this.#options;
    const left: RosterRow[] = [];
    for (const event of events) {
      const row = await rows.get(account.user, targetOf(account, event));
      if (!row) continue;
      account.unwatch(event.contact);
      await rows.remove(row);
      if (!(await offers.withdraw(row))) left.push(row);
    }
    const client = left.length > 0 ? await exchange.client(account.user) : undefined;
    if (client !== undefined) await exchange.suggest(client, 'delete', left);
  }
}

function targetOf({ id }: LiveAccount, { contact }: Listed): OnRoster {
  return { type: 'contact', contact, account: id };
}
