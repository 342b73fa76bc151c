/** One live login of one user: connected while there is a reason, with back-off, until it is stopped or refused. */

import { backoff, pause, slowBackoff } from '#src/backoff.ts';
import { conversationOf } from '#src/conversation.ts';
import type { Entrance } from '#src/entrance.ts';
import { Incoming } from '#src/incoming.ts';
import type { Lend } from '#src/lending.ts';
import type { Log } from '#src/log.ts';
import {
  type Account,
  type AccountId,
  type ContactId,
  type Feature,
  type Host,
  type Network,
  type Presence,
  Refusal,
  type RemoteEvent,
  type RoomId,
  type Session,
  type UserAction,
  type Why,
} from '#src/network.ts';
import { needsLink, Outgoing, offline, type Sender } from '#src/outgoing.ts';
import { recent } from '#src/recent.ts';
import type { Room } from '#src/rooms.ts';

/** What the gateway wants to know of its accounts. */
export interface Watcher {
  /** The promise is there where something has to be looked up first; what follows in the conversation waits for it. */
  event(account: LiveAccount, event: RemoteEvent): void | Promise<void>;
  /** `again`: it had been online before, and was lost. */
  online(account: LiveAccount, again: boolean): void;
  /** It was online and is no more; it is tried again. */
  lost(account: LiveAccount, reason: string): void;
  /** The first try of an outage failed; it is tried again. */
  failed(account: LiveAccount, reason: string): void;
  /** `stop` was called and has done its work; `signedOut`: the user does not want it back. */
  stopped(account: LiveAccount, signedOut: boolean): void;
  /** It is over: the user must act first. */
  refused(account: LiveAccount, refusal: Refusal): void;
}

export interface AccountOptions {
  readonly user: string;
  readonly account: Account;
  /** From the registry, not made for the occasion (Network.guest). */
  readonly registered: boolean;
  readonly entrance: Entrance;
  readonly network: Network;
  readonly watcher: Watcher;
  /** Resolves when more may be sent to the XMPP server; at once unless too much is pending. */
  readonly drained: () => Promise<void>;
  readonly download: Host['download'];
  readonly lend: Lend;
  readonly log: Log;
}
/** What a session can be asked, where its network can answer. */
export type LookUps = Pick<Session, 'rooms' | 'listed' | 'profile' | 'find' | 'media' | 'ask' | 'about'>;

/**
 * How long an account stays connected without a reason, in ms; longer after a private message, whose answer may come, and
 * after a registration, which the client accepts before it tells that it is there.
 */
const LINGER = 5_000;
const LINGER_AFTER_TALK = 600_000;
const LINGER_AFTER_REGISTRATION = 60_000;
/** A user's own wish brings the next try forward, but not within this many ms of the last. */
const RETRY_AFTER = 5_000;
/** A connection that lasted this many ms starts the back-off anew. */
const STEADY_AFTER = 60_000;
/** Why a session ends until its user does something; `offline` is that they have ended it themselves. */
const FINAL: ReadonlySet<Why> = new Set(['sign-in', 'invalid', 'offline']);
/** Contacts whose answers are expected in a room, per account. */
const WHISPERS = 1_000;

export class LiveAccount implements Sender {
  readonly id: AccountId;
  readonly user: string;
  readonly registered: boolean;
  /** Rooms that clients of the user are in or want to enter. */
  readonly rooms = new Map<RoomId, Room>();
  /** Contacts as last seen on the network. */
  readonly presences = new Map<ContactId, Presence>();
  /** Contacts whose presence the user follows. */
  readonly watched = new Set<ContactId>();
  /** Contacts the user last wrote to through a room, whose answers come there. */
  readonly whispers = recent<ContactId, RoomId>(WHISPERS);
  label: string;
  online = false;
  /** When it last went online. */
  since: Date | undefined;
  /** Why it is not online, as last told; empty when it is or never tried. */
  trouble = '';

  readonly #network: Network;
  readonly #watcher: Watcher;
  readonly #log: Log;
  readonly #session: Session;
  readonly #entrance: Entrance;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;
  /** It waits for another account to end. */
  #crowded = false;
  #stopping: Promise<void> | undefined;
  #lacks: readonly Feature[] = [];
  #outcome = Promise.withResolvers<void>();
  #wake = new AbortController();
  #linger: NodeJS.Timeout | undefined;
  #presence: Presence = { show: 'online' };
  #triedAt = Number.NEGATIVE_INFINITY;
  #onlineAt = Number.POSITIVE_INFINITY;
  #neededUntil = Number.NEGATIVE_INFINITY;

  constructor({ user, account, registered, entrance, ...options }: AccountOptions) {
    const { network, watcher, drained, download, lend, log } = options;
    this.#entrance = entrance;
    this.id = account.id;
    this.user = user;
    this.registered = registered;
    this.label = account.label;
    this.#network = network;
    this.#watcher = watcher;
    this.#log = log.child({ part: 'account', user, account: account.id });
    this.#outcome.promise.catch(() => undefined);
    this.#outgoing = new Outgoing(this, () => this.#session, network.limits);
    this.#incoming = new Incoming(this.#outgoing, (event) => this.#take(event), drained);
    this.#session = network.open(account, {
      ...lend(user, account.id),
      emit: (event) => this.#incoming.emit(event),
      online: (label, lacks) => this.#online(label, lacks ?? []),
      download,
      pace: (signal) => this.#outgoing.pace(AbortSignal.any([signal, this.#ended.signal])),
      log: this.#log,
    });
  }

  /** True once `stop` was called or the account was refused; it can't be used again. */
  get ended(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Settled by the next outcome of a try: online, or why not. */
  get outcome(): Promise<void> {
    return this.#outcome.promise;
  }

  /** Whether the network does that itself here; what it does not has a fallback, or is refused. */
  does(feature: Feature): boolean {
    return this.#network.does.includes(feature) && !this.#lacks.includes(feature);
  }

  /** What can be asked of the session; a look-up that is absent does not exist on this network. Refuses when offline. */
  get lookUps(): LookUps {
    if (!this.online) throw offline(this);
    return this.#session;
  }

  /** Connects, unless it is connected or trying; a try that is due later is made now. */
  start(): void {
    if (this.ended) return;
    clearTimeout(this.#linger);
    if (performance.now() - this.#triedAt > RETRY_AFTER) this.#wake.abort();
    this.#running ??= this.#loop();
  }

  /** The session while it is online, for what only its own network knows of. */
  get session(): Session | undefined {
    return this.online ? this.#session : undefined;
  }

  /** Has other settings taken over; false where that needs a session of its own. */
  adopt(account: Account): boolean {
    if (this.ended || !this.#session.adopt) return false;
    this.#session.adopt(account);
    return true;
  }

  /** Disconnects for good. Resolves when the session has ended; the network may be told why. */
  stop(signedOut = false, farewell = ''): Promise<void> {
    if (farewell !== '') this.#session.farewell?.(farewell);
    this.#stopping ??= this.#stop(signedOut);
    return this.#stopping;
  }

  async #stop(signedOut: boolean): Promise<void> {
    clearTimeout(this.#linger);
    const refused = this.ended;
    this.#ended.abort(new Refusal('offline', `${this.label} was disconnected.`));
    this.online = false;
    this.#settle(offline(this));
    await this.#running;
    if (!refused) this.#watcher.stopped(this, signedOut);
  }

  /** Connects, and stays so for a while though nobody is there yet who needs it. */
  expect(): void {
    this.#need(LINGER_AFTER_REGISTRATION);
    this.start();
  }

  /** Disconnects after a while, unless `start` is called before. */
  release(): void {
    clearTimeout(this.#linger);
    if (this.ended) return;
    this.#linger = setTimeout(() => void this.stop(), Math.max(LINGER, this.#neededUntil - performance.now()));
  }

  #need(ms: number): void {
    this.#neededUntil = Math.max(this.#neededUntil, performance.now() + ms);
  }

  /** Hands an action to the session; see `Outgoing.send`. Refuses what the network can't do. */
  async send(action: UserAction, begin?: () => void): ReturnType<Session['send']> {
    if (!this.does(action.type)) {
      throw new Refusal('unsupported', `${this.label} can't do this (${action.type}).`);
    }
    if (needsLink(action)) this.start();
    if (needsLink(action) && this.#crowded) throw offline(this);
    if (action.type === 'message' && 'with' in action.to) this.#need(LINGER_AFTER_TALK);
    const sent = await this.#outgoing.send(action, begin);
    for (const id of sent.ids ?? []) this.#incoming.known(conversationOf(action), id);
    return sent;
  }

  /** Tells the network the user's presence, where it differs from what was told last. */
  present(presence: Presence): void {
    const { show, status } = this.#presence;
    if (presence.show === show && presence.status === status) return;
    this.#presence = presence;
    this.send({ type: 'presence', presence }).catch((error: unknown) => {
      this.#log.debug({ err: error }, 'A presence could not be told');
    });
  }

  /** Follows a contact's presence from here on, over reconnects. */
  watch(contact: ContactId): void {
    this.watched.add(contact);
    this.#change(contact, 'add');
  }

  unwatch(contact: ContactId): void {
    if (this.watched.delete(contact)) this.#change(contact, 'remove');
  }

  #change(contact: ContactId, change: 'add' | 'remove'): void {
    this.send({ type: 'contact', contact, change }).catch((error: unknown) => {
      this.#log.warn({ err: error, change }, 'A contact could not be followed');
    });
  }

  async #loop(): Promise<void> {
    const { signal } = this.#ended;
    for (let failures = 1; !signal.aborted; failures += 1) {
      const error = await this.#connect(signal).then(() => undefined, asError);
      if (signal.aborted) return;
      if (error instanceof Refusal && FINAL.has(error.why)) return this.#refused(error);
      this.#log.info({ reason: error?.message }, 'Connection ended');
      if (performance.now() - this.#onlineAt > STEADY_AFTER) failures = 1;
      this.#lost(error?.message ?? 'the connection was closed');
      await this.#pause(failures, error);
    }
  }

  /** A network that we come to too fast is not come to sooner because somebody wishes it. */
  async #pause(failures: number, error: Error | undefined): Promise<void> {
    const { signal } = this.#ended;
    if (error instanceof Refusal && error.why === 'too-fast') return pause(slowBackoff(failures), signal);
    this.#wake = new AbortController();
    await pause(backoff(failures), AbortSignal.any([signal, this.#wake.signal]));
  }

  /** One life of the connection, when there is room for it and its turn has come. */
  async #connect(signal: AbortSignal): Promise<void> {
    const { full, most } = this.#entrance;
    const turn = this.#entrance.enter(signal, () => this.#isMissed());
    this.#crowded = full;
    if (full) this.#lost(`the limit of ${most} connections there is reached; it waits for one`);
    using _place = await turn;
    this.#crowded = false;
    this.#triedAt = performance.now();
    await this.#session.run(signal);
  }

  /** Whether somebody waits for it to be online. */
  #isMissed(): boolean {
    if (this.#neededUntil > performance.now() || this.#presence.show !== 'offline') return true;
    return this.rooms.values().some((room) => room.occupants.size > 0);
  }

  /** How many connections there are where this one goes, and may be; undefined where there is no limit. */
  get connections(): { readonly used: number; readonly most: number } | undefined {
    const { inside, most } = this.#entrance;
    return most === 0 ? undefined : { used: inside, most };
  }

  #online(label: string, lacks: readonly Feature[]): void {
    const again = this.trouble !== '';
    this.label = label;
    this.#lacks = lacks;
    this.online = true;
    this.#onlineAt = performance.now();
    this.since = new Date();
    this.trouble = '';
    this.#outcome.resolve();
    this.#watcher.online(this, again);
  }

  #lost(reason: string): void {
    const wasOnline = this.online;
    const first = this.trouble === '';
    this.online = false;
    this.#onlineAt = Number.POSITIVE_INFINITY;
    this.trouble = reason;
    for (const room of this.rooms.values()) if (room.state === 'in') room.spoil();
    this.#settle(offline(this));
    if (wasOnline) this.#watcher.lost(this, reason);
    else if (first) this.#watcher.failed(this, reason);
  }

  #refused(refusal: Refusal): void {
    this.online = false;
    this.trouble = refusal.message;
    this.#ended.abort(refusal);
    this.#settle(refusal);
    this.#watcher.refused(this, refusal);
  }

  #settle(refusal: Refusal): void {
    this.#outcome.reject(refusal);
    this.#outcome = Promise.withResolvers();
    this.#outcome.promise.catch(() => undefined);
  }

  /** Of people who are only met in rooms nothing is kept but that they are away. */
  #note(contact: ContactId, presence: Presence): void {
    const plain = presence.show === 'offline' || (presence.show === 'online' && !presence.status);
    if (plain && !this.watched.has(contact)) this.presences.delete(contact);
    else this.presences.set(contact, presence);
  }

  #take(event: RemoteEvent): void | Promise<void> {
    const failed = (error: unknown) => {
      this.#log.error({ err: error, event: event.type }, 'An event could not be shown');
    };
    try {
      if (event.type === 'presence') this.#note(event.contact, event.presence);
      return this.#watcher.event(this, event)?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
