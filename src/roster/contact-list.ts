/** The network's own list of contacts, brought to the user's roster: each once, and no faster than a server likes. */

import type { LiveAccount } from '#src/account.ts';
import type { Log } from '#src/log.ts';
import { Refusal, type RemoteEvent } from '#src/network.ts';
import type { RosterExchange } from '#src/roster/exchange.ts';
import type { Offer, Offers } from '#src/roster/offers.ts';
import type { OnRoster, RosterRow, RosterRows } from '#src/roster/rows.ts';
import { shorten } from '#src/text/shorten.ts';
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
  run: Promise<void>;
  /** Some were left out, which was told. */
  cut?: boolean;
}

/** Contacts of one account that wait. */
const WAITING = 10_000;
/** Unanswered questions on one user's screens; the rest is offered at another sign-in. */
const QUESTIONS = 50;
/** Longest name, in characters: many of them go in one stanza, and at one that is too large a server ends the stream. */
const NAME = 200;

export class ContactList {
  readonly #options: ContactListOptions;
  readonly #log: Log;
  readonly #queues = new Map<LiveAccount, Queue>();

  constructor(options: ContactListOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'contact-list' });
  }

  /** Takes what the network says of its list; the work is done behind. */
  take(account: LiveAccount, event: Listed): void {
    if (!this.#options.rows.hasJid(event.contact)) {
      this.#log.info({ user: account.user }, 'A contact was left out, for no address can hold its name');
      return;
    }
    const known = this.#queues.get(account);
    const queue: Queue = known ?? { account, waiting: new Map(), run: Promise.resolve() };
    if (queue.waiting.size >= WAITING && !queue.waiting.has(event.contact)) {
      if (!queue.cut)
        this.#log.warn({ user: account.user, waiting: WAITING }, 'The rest of a list of contacts is left out');
      queue.cut = true;
      return;
    }
    queue.waiting.delete(event.contact);
    const { name } = event;
    queue.waiting.set(event.contact, name === undefined ? event : { ...event, name: shorten(name, NAME) });
    if (known) return;
    this.#queues.set(account, queue);
    queue.run = this.#run(queue);
  }

  /** Resolves when what was begun has ended, for that user or for all. */
  async idle(user?: string): Promise<void> {
    const queues = [...this.#queues.values()].filter(({ account }) => user === undefined || account.user === user);
    await Promise.all(queues.map(({ run }) => run));
  }

  /** Nothing more is to be brought: the gateway stops, or the account was signed out of. */
  #over({ ended }: LiveAccount): boolean {
    return ended || this.#options.signal.aborted;
  }

  /** Never rejects. */
  async #run(queue: Queue): Promise<void> {
    try {
      // What is emitted in one go comes as one batch.
      await new Promise((resolve) => setImmediate(resolve));
      while (queue.waiting.size > 0 && !this.#over(queue.account)) {
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
      if (this.#over(account)) return;
      const offer = event.off ? undefined : await this.#offer(account, event);
      if (!offer) continue;
      const row = await offers.set(offer);
      if (row?.sees) account.watch(event.contact);
      if (!row) left.push(offer);
    }
    if (left.length === 0 || this.#over(account)) return;
    if ((await offers.suggest(account.user, left)) || this.#over(account)) return;
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
