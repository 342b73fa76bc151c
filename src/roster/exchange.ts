/** Suggesting contacts to a user's client (XEP-0144), where the server does not let us set the roster. */

import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import type { Users } from '#src/users.ts';
import type { Link } from '#src/xmpp/link.ts';
import { NS } from '#src/xmpp/ns.ts';
import { type Suggestion, suggestions, takesSuggestions } from '#src/xmpp/roster-exchange.ts';
import { tag } from '#src/xmpp/xml.ts';

export interface RosterExchangeOptions {
  readonly users: Users;
  /** The group to put contacts in. */
  readonly group: string;
  readonly request: Link['request'];
  readonly log: Log;
}

/** Clients of which it is known whether they take suggestions, and for how long, in ms. */
const CLIENTS = 10_000;
const KNOWN_FOR = 3_600_000;
/** A person may look at the list before the client answers, but what was shown need not be waited for. */
const ANSWER_WITHIN = 10_000;
/** Clients of one user that are asked. */
const ASKED = 10;

export class RosterExchange {
  readonly #options: RosterExchangeOptions;
  readonly #log: Log;
  readonly #takes = recent<string, boolean>(CLIENTS, KNOWN_FOR);

  constructor(options: RosterExchangeOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'roster-exchange' });
  }

  /** Suggests a change of the roster to a client that takes suggestions; false where it does not take this one. */
  async suggest(client: string, action: 'add' | 'delete', items: readonly Suggestion[]): Promise<boolean> {
    const { request, group } = this.#options;
    try {
      await request(client, 'set', suggestions(action, items, group), { timeout: ANSWER_WITHIN });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // No answer yet: the list is on somebody's screen.
      if (error.why === 'timeout') return true;
      this.#log.info({ client, why: error.message }, 'A client did not take a suggestion');
      this.#refused(client, error);
      return false;
    }
    return true;
  }

  /** The first of the user's clients that takes suggestions. */
  async client(user: string): Promise<string | undefined> {
    const resources = [...(this.#options.users.find(user)?.clients.keys() ?? [])].slice(0, ASKED);
    const clients = resources.filter((resource) => resource !== '').map((resource) => `${user}/${resource}`);
    const takes = await Promise.all(clients.map((client) => this.#ask(client)));
    return clients.find((_client, at) => takes[at]);
  }

  async #ask(client: string): Promise<boolean> {
    const known = this.#takes.get(client);
    if (known !== undefined) return known;
    try {
      const query = tag('query', { xmlns: NS.discoInfo });
      const takes = takesSuggestions(await this.#options.request(client, 'get', query, { timeout: ANSWER_WITHIN }));
      this.#takes.set(client, takes);
      return takes;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#log.debug({ client, why: error.message }, 'A client did not say what it can do');
      this.#refused(client, error);
      return false;
    }
  }

  /** An outage of the link says nothing of the client. */
  #refused(client: string, { why }: Refusal): void {
    if (why !== 'offline') this.#takes.set(client, false);
  }
}
