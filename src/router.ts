/**
 * Both roads of a network host: what its XMPP users do goes to the account it is meant for, what happens on the
 * network goes to the clients that may see it. Read this after network.ts.
 */

import type { LiveAccount, Watcher } from '#src/account.ts';
import { answerTo, type Intent, type Refuse } from '#src/intent.ts';
import { Lanes } from '#src/lanes.ts';
import type { Log } from '#src/log.ts';
import type { Messages } from '#src/messages.ts';
import { Refusal, type RemoteEvent } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places } from '#src/place.ts';
import type { Roster } from '#src/roster.ts';
import type { Users } from '#src/users.ts';

export interface RouterOptions {
  readonly users: Users;
  readonly places: Places;
  readonly occupancy: Occupancy;
  readonly messages: Messages;
  readonly roster: Roster;
  readonly refuse: Refuse;
  readonly log: Log;
}

export class Router implements Watcher, AsyncDisposable {
  readonly #features: RouterOptions;
  readonly #log: Log;
  /** One lane per user: what one stanza starts to look up, the next of the same user waits for. */
  readonly #lanes = new Lanes(1_000);
  #closed = false;

  constructor(options: RouterOptions) {
    this.#features = options;
    this.#log = options.log.child({ part: 'router' });
  }

  /** XMPP → network. Never throws: a refusal is answered, a bug is logged and answered. */
  route(intent: Intent): void {
    if (this.#closed) return this.#answer(intent, new Refusal('offline', 'The gateway is stopping. Try again soon.'));
    const user = intent.origin.from.bare;
    try {
      const pending = this.#lanes.busy(user)
        ? this.#lanes.run(user, async () => this.#dispatch(intent))
        : this.#start(intent);
      pending?.catch((error: unknown) => this.#answer(intent, error));
    } catch (error) {
      this.#answer(intent, error);
    }
  }

  /** Takes no more, and resolves when what was taken has been looked up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#lanes.allIdle();
  }

  /** Runs an intent at once; what it leaves to wait for holds the user's lane. */
  #start(intent: Intent): Promise<void> | undefined {
    const pending = this.#dispatch(intent) ?? undefined;
    return pending && this.#lanes.run(intent.origin.from.bare, () => pending);
  }

  #dispatch(intent: Intent): Promise<void> | undefined | void {
    const { places, occupancy, messages, roster } = this.#features;
    const { origin } = intent;
    const target = places.read(origin.to);
    if (!target) throw new Refusal('not-found', `Nothing on ${places.host} can have the address ${origin.to.bare}.`);
    switch (intent.type) {
      case 'message':
        return messages.take(intent, target);
      case 'subject':
        return messages.subject(intent, target);
      case 'join':
        if (target.type === 'room') return occupancy.join(intent, target);
        throw new Refusal('not-found', `${origin.to.bare} is not a room.`);
      case 'presence':
        if (target.type !== 'room') return roster.presence(origin, target, intent.presence);
        if (intent.presence.show === 'offline') return occupancy.leave(origin, target, intent.presence.status);
        return occupancy.nick(origin, target, intent.presence);
      case 'subscription':
        return roster.subscription(origin, target, intent.verb);
      case 'probe':
        return roster.probe(origin, target);
      case 'invite':
        return messages.invite(intent, target);
      case 'bounce':
        return this.#bounce(intent);
    }
  }

  /** An error for something we sent: its client is gone, unless it only could not take this very stanza. */
  #bounce({ origin, condition }: Intent & { type: 'bounce' }): void {
    if (GONE.has(condition) && origin.from.resource !== '') this.#features.occupancy.gone(origin.from.full);
  }

  #answer({ origin, type }: Intent, error: unknown): void {
    // RFC 6120 §8.3.1: an error is not answered by an error, nor is what asks for no answer.
    if (type === 'bounce' || type === 'probe') return;
    const kind = type === 'message' || type === 'subject' || type === 'invite' ? 'message' : 'presence';
    this.#features.refuse(kind, { ...answerTo(origin), join: type === 'join' }, error);
  }

  /** Network → XMPP. */
  event(account: LiveAccount, event: RemoteEvent): void {
    const { occupancy, messages, roster } = this.#features;
    switch (event.type) {
      case 'message':
        return messages.event(account, event);
      case 'edit':
      case 'retract':
      case 'react':
      case 'typing':
      case 'read':
      case 'profile':
      case 'contact':
      case 'settings':
        return undefined;
      case 'room':
      case 'member':
      case 'topic':
        return occupancy.event(account, event);
      case 'presence':
        occupancy.presence(account, event.contact);
        return roster.event(account, event.contact);
      case 'invite':
        return messages.invited(account, event);
      case 'notice':
        return messages.notice(account, event.text);
    }
  }

  online(account: LiveAccount, again: boolean): void {
    if (again) this.#features.messages.notice(account, `Connected to ${account.label} again.`);
    this.#state(account);
  }

  lost(account: LiveAccount, reason: string): void {
    const { messages } = this.#features;
    messages.notice(account, `Connection to ${account.label} lost (${reason}). It is tried again until it works.`);
    this.#state(account);
  }

  failed(account: LiveAccount, reason: string): void {
    // Who is waiting for a room is answered there; a second word would only be noise.
    if (account.rooms.size > 0) return;
    const { messages } = this.#features;
    messages.notice(account, `No connection to ${account.label} yet (${reason}). It is tried again until it works.`);
  }

  refused(account: LiveAccount, refusal: Refusal): void {
    const { messages, occupancy, users } = this.#features;
    messages.notice(account, `${refusal.message} Until then ${account.label} stays disconnected.`);
    occupancy.dissolve(account, 333, refusal);
    users.drop(account);
    this.#state(account);
  }

  stopped(account: LiveAccount, signedOut: boolean): void {
    const { occupancy, users } = this.#features;
    // Clients take 332 for a restart and come again at once, which is not what signing out is for.
    const code = signedOut ? undefined : 332;
    occupancy.dissolve(account, code, new Refusal('offline', `Disconnected from ${account.label}.`));
    users.drop(account);
    this.#state(account);
  }

  #state(account: LiveAccount): void {
    const show = () => this.#features.roster.account(account);
    this.#lanes.run(account.user, show, false).catch((error: unknown) => {
      this.#log.error({ err: error }, 'A presence could not be shown');
    });
  }

  /** Resolves when all that was begun has been done. */
  idle(): Promise<void> {
    return this.#lanes.allIdle();
  }
}

/** Conditions that mean the client is no longer there (XEP-0045 §13.1, RFC 6120 §8.3.3). */
const GONE: ReadonlySet<string> = new Set([
  'gone',
  'item-not-found',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
  'service-unavailable',
]);
