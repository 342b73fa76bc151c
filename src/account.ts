/** One live login of one user: its run loop with back-off, its lanes, its pace, the check for echoes and duplicates. */

import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { backoff, pause } from '#src/backoff.ts';
import { Lanes } from '#src/lanes.ts';
import type { Log } from '#src/log.ts';
import {
  type Account,
  type AccountId,
  type ContactId,
  type Feature,
  type Network,
  type Presence,
  Refusal,
  type RemoteEvent,
  type RoomId,
  type Session,
  type UserAction,
  type Why,
} from '#src/network.ts';
import { Pace } from '#src/pace.ts';
import type { Room } from '#src/rooms.ts';

/** What the gateway wants to know of its accounts. */
export interface Watcher {
  event(account: LiveAccount, event: RemoteEvent): void;
  /** `again`: it had been online before, and was lost. */
  online(account: LiveAccount, again: boolean): void;
  /** It was online and is no more; it is tried again. */
  lost(account: LiveAccount, reason: string): void;
  /** The first try of an outage failed; it is tried again. */
  failed(account: LiveAccount, reason: string): void;
  /** `stop` was called and has done its work. */
  stopped(account: LiveAccount): void;
  /** It is over: the user must act first. */
  refused(account: LiveAccount, refusal: Refusal): void;
}

export interface AccountOptions {
  readonly user: string;
  readonly account: Account;
  /** From the registry, not made for the occasion (Network.guest). */
  readonly registered: boolean;
  readonly network: Network;
  readonly watcher: Watcher;
  /** Resolves when more may be sent to the XMPP server; at once unless too much is pending. */
  readonly drained: () => Promise<void>;
  readonly log: Log;
}

/** Longest wait, in ms, of an action for the account to be online and its room to be known. */
const ONLINE_WITHIN = 20_000;
/** Longest wait, in ms, of our own echo for the `send` that caused it. */
const ECHO_WITHIN = 2_000;
/** Longest a bridge may take over one action, in ms. */
const SEND_WITHIN = 60_000;
/** How long an account stays connected without a reason, in ms; longer after a private message, whose answer may come. */
const LINGER = 5_000;
const LINGER_AFTER_TALK = 600_000;
/** A user's own wish brings the next try forward, but not within this many ms of the last. */
const RETRY_AFTER = 5_000;
/** A connection that lasted this many ms starts the back-off anew. */
const STEADY_AFTER = 60_000;
/** Why a session ends until its user does something. */
const FINAL: ReadonlySet<Why> = new Set(['sign-in', 'invalid']);
/** Network ids kept against duplicates, per account. */
const SEEN = 1_000;

const DONE = Promise.resolve();

export class LiveAccount {
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
  readonly whispers = new Map<ContactId, RoomId>();
  label: string;
  online = false;
  /** Why it is not online, as last told; empty when it is or never tried. */
  trouble = '';

  readonly #session: Session;
  readonly #network: Network;
  readonly #watcher: Watcher;
  readonly #drained: () => Promise<void>;
  readonly #log: Log;
  readonly #pace: Pace;
  readonly #out = new Lanes();
  readonly #in = new Lanes(10_000);
  readonly #seen = new LRUCache<string, true>({ max: SEEN });
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;
  #lacks: readonly Feature[] = [];
  /** Settled by the next outcome of a try: online, or why not. */
  #outcome = Promise.withResolvers<void>();
  #wake = new AbortController();
  #linger: NodeJS.Timeout | undefined;
  #presence: Presence = { show: 'online' };
  #triedAt = Number.NEGATIVE_INFINITY;
  #talkedAt = Number.NEGATIVE_INFINITY;

  constructor({ user, account, registered, network, watcher, drained, log }: AccountOptions) {
    this.id = account.id;
    this.user = user;
    this.registered = registered;
    this.label = account.label;
    this.#network = network;
    this.#watcher = watcher;
    this.#drained = drained;
    this.#log = log.child({ part: 'account', user, account: account.id });
    this.#pace = new Pace(network.limits);
    this.#outcome.promise.catch(() => undefined);
    this.#session = network.open(account, {
      emit: (event) => this.#emit(event),
      online: (label, lacks) => this.#online(label, lacks ?? []),
      pace: (signal) => this.#pace.take(AbortSignal.any([signal, this.#ended.signal])),
      log: this.#log,
    });
  }

  /** True once `stop` was called or the account was refused; it can't be used again. */
  get ended(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Connects, unless it is connected or trying; a try that is due later is made now. */
  start(): void {
    if (this.ended) return;
    clearTimeout(this.#linger);
    if (performance.now() - this.#triedAt > RETRY_AFTER) this.#wake.abort();
    this.#running ??= this.#loop();
  }

  /** Disconnects for good. Resolves when the session has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.#linger);
    if (this.ended) return;
    this.#ended.abort(new Refusal('offline', `${this.label} was disconnected.`));
    this.online = false;
    this.#settle(this.#offline());
    await this.#running;
    this.#watcher.stopped(this);
  }

  /** Disconnects after a while, unless `start` is called before. */
  release(): void {
    clearTimeout(this.#linger);
    if (this.ended) return;
    const talk = this.#talkedAt + LINGER_AFTER_TALK - performance.now();
    this.#linger = setTimeout(() => void this.stop(), Math.max(LINGER, talk));
  }

  /**
   * Hands an action to the session in its conversation's lane. Rejects with a `Refusal`, at the latest after
   * ONLINE_WITHIN + SEND_WITHIN ms. `begin` is called right before the session gets it.
   */
  send(action: UserAction, begin?: () => void): ReturnType<Session['send']> {
    if (!this.#network.does.includes(action.type) || this.#lacks.includes(action.type)) {
      return Promise.reject(new Refusal('unsupported', `${this.label} can't do this (${action.type}).`));
    }
    if (needsLink(action)) this.start();
    if (action.type === 'message' && 'with' in action.to) this.#talkedAt = performance.now();
    return this.#out.run(laneOf(action), async () => {
      if (needsLink(action)) await this.#usable(action);
      begin?.();
      const late = () => new Refusal('timeout', `${this.label} did not answer in time.`, { uncertain: true });
      return bounded(this.#session.send(action), SEND_WITHIN, late);
    });
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

  /** Waits until the account is online and the action's room, if any, is known again after a loss. */
  async #usable(action: UserAction): Promise<void> {
    const until = performance.now() + ONLINE_WITHIN;
    const within = <T>(promise: Promise<T>) => bounded(promise, until - performance.now(), () => this.#offline());
    while (!this.online) {
      this.#ended.signal.throwIfAborted();
      // A join is answered by the first failure; what is said outlives a short loss of the connection.
      const tried = this.#outcome.promise;
      await within(action.type === 'join' || this.trouble === '' ? tried : tried.catch(ignore));
    }
    const room = roomOf(action);
    if (room && action.type !== 'join') await within(this.rooms.get(room)?.fresh ?? DONE);
  }

  async #loop(): Promise<void> {
    const { signal } = this.#ended;
    for (let failures = 1; !signal.aborted; failures += 1) {
      this.#triedAt = performance.now();
      const error = await this.#session.run(signal).then(() => undefined, asError);
      if (signal.aborted) return;
      if (error instanceof Refusal && FINAL.has(error.why)) return this.#refused(error);
      this.#log.info({ reason: error?.message }, 'Connection ended');
      this.#lost(error?.message ?? 'the connection was closed');
      if (performance.now() - this.#triedAt > STEADY_AFTER) failures = 1;
      this.#wake = new AbortController();
      await pause(backoff(failures), AbortSignal.any([signal, this.#wake.signal]));
    }
  }

  #online(label: string, lacks: readonly Feature[]): void {
    const again = this.trouble !== '';
    this.label = label;
    this.#lacks = lacks;
    this.online = true;
    this.trouble = '';
    this.#outcome.resolve();
    this.#watcher.online(this, again);
  }

  #lost(reason: string): void {
    const wasOnline = this.online;
    const first = this.trouble === '';
    this.online = false;
    this.trouble = reason;
    for (const room of this.rooms.values()) if (room.state === 'in') room.spoil();
    this.#settle(this.#offline());
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

  #offline(): Refusal {
    return new Refusal(
      'offline',
      `Not connected to ${this.label}${this.trouble && ` (${this.trouble})`}. Try again later.`,
    );
  }

  #settle(refusal: Refusal): void {
    this.#outcome.reject(refusal);
    this.#outcome = Promise.withResolvers();
    this.#outcome.promise.catch(() => undefined);
  }

  #emit(event: RemoteEvent): Promise<void> {
    if (event.type === 'message' && event.id !== undefined && this.#duplicate(laneOf(event), event.id)) return DONE;
    const lane = laneOf(event);
    const echo = event.type === 'message' && 'self' in event.from && this.#out.busy(lane);
    if (!echo && !this.#in.busy(lane)) return this.#take(event);
    // Our own echo may overtake the `send` it comes from; what follows in the conversation waits behind it.
    return this.#in.run(lane, async () => {
      if (echo) await Promise.race([this.#out.idle(lane), delay(ECHO_WITHIN, undefined, { ref: false })]);
      await this.#take(event);
    });
  }

  #duplicate(conversation: string, id: string): boolean {
    const key = `${conversation} ${id}`;
    if (this.#seen.has(key)) return true;
    this.#seen.set(key, true);
    return false;
  }

  /** Of people who are only met in rooms nothing is kept but that they are away. */
  #note(contact: ContactId, presence: Presence): void {
    const plain = presence.show === 'offline' || (presence.show === 'online' && !presence.status);
    if (plain && !this.watched.has(contact)) this.presences.delete(contact);
    else this.presences.set(contact, presence);
  }

  #take(event: RemoteEvent): Promise<void> {
    try {
      if (event.type === 'presence') this.#note(event.contact, event.presence);
      this.#watcher.event(this, event);
    } catch (error) {
      this.#log.error({ err: error, event: event.type }, 'An event could not be shown');
    }
    return this.#drained();
  }
}

/** What can wait in the session until it is online again. */
function needsLink(action: UserAction): boolean {
  return action.type !== 'presence' && action.type !== 'contact' && action.type !== 'leave';
}

function roomOf(item: UserAction | RemoteEvent): RoomId | undefined {
  if ('room' in item) return item.room;
  if ('to' in item && 'room' in item.to) return item.to.room;
  if ('in' in item && 'room' in item.in) return item.in.room;
  return undefined;
}

/** Key of the conversation an action or event belongs to; all that belongs to none shares the account's own. */
function laneOf(item: UserAction | RemoteEvent): string {
  const room = roomOf(item);
  if (room !== undefined) return `room ${room}`;
  if ('to' in item && 'with' in item.to) return `with ${item.to.with}`;
  if ('in' in item && 'with' in item.in) return `with ${item.in.with}`;
  return '';
}

/** `promise`, or the refusal after `ms`. */
function bounded<T>(promise: Promise<T>, ms: number, late: () => Refusal): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), Math.max(0, ms));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function ignore(): void {}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
