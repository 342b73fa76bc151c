/**
 * Both roads of a network host: what its XMPP users do goes to the account it is meant for, what happens on the
 * network goes to the clients that may see it. Read this after network.ts.
 */

import type { LiveAccount, Watcher } from '#src/account.ts';
import type { Blocks } from '#src/blocks.ts';
import type { CommandChat } from '#src/commands/chat.ts';
import { answerTo, type Intent, type Origin, type Refuse } from '#src/intent.ts';
import { Lanes } from '#src/lanes.ts';
import type { Languages } from '#src/languages.ts';
import type { Log } from '#src/log.ts';
import type { Mentions } from '#src/mentions.ts';
import type { Messages } from '#src/messages.ts';
import { Refusal, type RemoteEvent } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import type { Profiles } from '#src/profiles.ts';
import type { Roster } from '#src/roster.ts';
import { translate } from '#src/text/locale.ts';
import type { Users } from '#src/users.ts';

export interface RouterOptions {
  readonly users: Users;
  readonly places: Places;
  readonly blocks: Blocks;
  readonly profiles: Profiles;
  readonly occupancy: Occupancy;
  readonly messages: Messages;
  readonly mentions: Mentions;
  readonly chat: CommandChat;
  readonly languages: Languages;
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

  /** Answers what is not taken. */
  refuse(intent: Intent, refusal: Refusal): void {
    this.#answer(intent, refusal);
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
    const { places, chat, occupancy, messages, roster } = this.#features;
    const { origin } = intent;
    const target = places.read(origin.to);
    if (!target) throw new Refusal('not-found', `Nothing on ${places.host} can have the address ${origin.to.bare}.`);
    if (SAYS.has(intent.type)) this.#refuseBlocked(origin, target);
    switch (intent.type) {
      case 'message':
        if (target.type === 'room') occupancy.addresses(intent, target);
        if (chat.take(intent, target)) return undefined;
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
      case 'retract':
      case 'react':
      case 'typing':
      case 'displayed':
        return messages.remark(intent, target);
      case 'encrypted':
        return messages.encrypted(intent);
      case 'voice':
        return messages.voice();
      case 'bounce':
        return this.#bounce(intent);
    }
  }

  /** Nothing is said to a contact, in private through a room or not, whom the user has blocked. */
  #refuseBlocked(origin: Origin, target: Target): void {
    const { blocks, occupancy } = this.#features;
    if (target.type === 'contact') blocks.check(origin.from.bare, target.contact);
    if (target.type !== 'room' || origin.to.resource === '') return;
    const member = occupancy.seat(origin, target)?.room.members.get(origin.to.resource);
    if (member) blocks.check(origin.from.bare, member.contact);
  }

  /** An error for something we sent: its client is gone, unless it only could not take this very stanza. */
  #bounce({ origin, condition }: Intent & { type: 'bounce' }): void {
    if (GONE.has(condition) && origin.from.resource !== '') this.#features.occupancy.gone(origin.from.full);
  }

  #answer({ origin, type }: Intent, error: unknown): void {
    // RFC 6120 §8.3.1: an error is not answered by an error, nor is what asks for no answer.
    if (UNANSWERED.has(type)) return;
    const kind = PRESENCES.has(type) ? 'presence' : 'message';
    this.#features.refuse(kind, { ...answerTo(origin), join: type === 'join' }, error);
  }

  /** Network → XMPP. */
  event(account: LiveAccount, event: RemoteEvent): void | Promise<void> {
    const { blocks, profiles, occupancy, mentions, messages, roster } = this.#features;
    if (blocks.hides(account.user, event)) return;
    switch (event.type) {
      case 'message':
        occupancy.heard(account, event);
        mentions.heard(account, event);
        return messages.event(account, event);
      case 'edit':
      case 'retract':
      case 'react':
      case 'typing':
      case 'read':
        return messages.event(account, event);
      case 'contact':
        return roster.contact(account, event);
      case 'profile':
        return profiles.event(account, event);
      case 'settings':
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
    this.#features.occupancy.residence.online(account);
    if (again) this.#tellPresent(account, `Connected to ${account.label} again.`);
    this.#state(account);
  }

  lost(account: LiveAccount, reason: string): void {
    this.#tellPresent(account, `Connection to ${account.label} lost (${reason}). It is tried again until it works.`);
    this.#state(account);
  }

  failed(account: LiveAccount, reason: string): void {
    // Who is waiting for a room is answered there; a second word would only be noise.
    if (account.rooms.size > 0) return;
    this.#tellPresent(account, `No connection to ${account.label} yet (${reason}). It is tried again until it works.`);
  }

  refused(account: LiveAccount, refusal: Refusal): void {
    const { occupancy, users } = this.#features;
    this.#tell(account, `${refusal.message} Until then ${account.label} stays disconnected.`);
    // At a fault clients come again, which is not what someone wants who has left.
    occupancy.dissolve(account, refusal.why === 'offline' ? undefined : 333, refusal);
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

  /** A word of the gateway itself, in the user's language. */
  /** What is over before they come would only pile up for users whose accounts are alone in rooms. */
  #tellPresent(account: LiveAccount, text: string): void {
    const { users } = this.#features;
    if ((users.find(account.user)?.clients.size ?? 0) > 0) this.#tell(account, text);
  }

  #tell(account: LiveAccount, text: string): void {
    const { messages, languages } = this.#features;
    messages.notice(account, translate(text, languages.of(account.user)));
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

/** What may be said to one person, and so not to whom the user has blocked (XEP-0191 §3.3). */
const SAYS: ReadonlySet<Intent['type']> = new Set(['message', 'react', 'retract', 'typing', 'displayed']);

/** What asks for no answer, or is none's business. */
const UNANSWERED: ReadonlySet<Intent['type']> = new Set(['bounce', 'probe', 'typing', 'displayed']);
/** The others are messages. */
const PRESENCES: ReadonlySet<Intent['type']> = new Set(['join', 'presence', 'subscription']);

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
