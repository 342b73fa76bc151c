/** The link of one component host to the XMPP server (XEP-0114): kept through outages, bounded, and hard to hurt. */

import { type BackoffLimits, backoff, pause } from '#src/backoff.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import { errorStanza } from './errors.ts';
import { Liveness, type LivenessLimits } from './liveness.ts';
import { NS } from './ns.ts';
import { OUTBOX_LIMITS, Outbox, type OutboxLimits } from './outbox.ts';
import { Requests } from './requests.ts';
import { Stream, type StreamEnd } from './stream.ts';
import { attr, type Element, tag, type Xml } from './xml.ts';

/** All in milliseconds. */
export interface LinkTiming extends LivenessLimits {
  /** For connecting, stream header and handshake together. */
  readonly handshake: number;
  readonly backoff: BackoffLimits;
  /** Online for so long, a link is good and its next back-off starts from the beginning. */
  readonly steady: number;
  /** For the other side to take what is left when the link is disposed. */
  readonly goodbye: number;
}

export interface LinkLimits extends OutboxLimits {
  /** A larger stanza is refused. */
  readonly stanza: number;
  /** A larger one of our own, in bytes, is not sent: Prosody ends the stream, and so everybody's, at 512 KiB. */
  readonly own: number;
  /** At this size the stream is given up, since the parser keeps a stanza in memory until it ends. */
  readonly stream: number;
}

/** Nothing here may be async: what needs time is started, and its failures are its own. */
interface LinkEvents {
  stanza(element: Element): void;
  online(): void;
  offline(reason: string): void;
  /** The link has stopped for good; the sentence says what an administrator has to check. */
  fatal(sentence: string): void;
}

export interface LinkOptions {
  readonly domain: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  readonly log: Log;
  readonly on: LinkEvents;
  readonly timing?: Partial<LinkTiming>;
  readonly limits?: Partial<LinkLimits>;
}

const TIMING: LinkTiming = {
  handshake: 15_000,
  silence: 30_000,
  grace: 15_000,
  backoff: { first: 1_000, most: 60_000 },
  steady: 60_000,
  goodbye: 2_000,
};
const LIMITS: LinkLimits = { ...OUTBOX_LIMITS, stanza: 2 ** 18, own: 500_000, stream: 2 ** 22 };
const REQUEST_TIMEOUT = 30_000;
/** Id and resource of the ping to ourselves. That its sender is the host is vouched for by the server. */
const PING = 'alive';

export class Link implements AsyncDisposable {
  readonly #options: LinkOptions;
  readonly #timing: LinkTiming;
  readonly #limits: LinkLimits;
  readonly #stop = new AbortController();
  readonly #outbox: Outbox;
  readonly #requests = new Requests();
  #running: Promise<void> | undefined;
  #stream: Stream | undefined;
  #online = false;
  #failed = 0;
  #reported = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#limits = { ...LIMITS, ...options.limits };
    this.#outbox = new Outbox(this.#limits);
  }

  get online(): boolean {
    return this.#online;
  }

  /** What is not yet handed to the network. */
  get pendingBytes(): number {
    return this.#outbox.pending;
  }

  /** For the metrics: stanzas that were dropped in outages, and stanzas whose treatment threw. */
  get counts(): { readonly dropped: number; readonly failed: number } {
    return { dropped: this.#outbox.dropped, failed: this.#failed };
  }

  /** Connects, and again whenever the link is lost, until it is disposed or the server refuses for good. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Queues stanzas, which must have `from` and `to` (XEP-0114 §3). */
  send(xml: string): void {
    if (this.#stop.signal.aborted) return;
    // A character takes at most three bytes.
    if (xml.length * 3 <= this.#limits.own || Buffer.byteLength(xml) <= this.#limits.own) return this.#outbox.push(xml);
    this.#options.log.error({ size: xml.length }, 'A stanza of our own was too large, and was not sent.');
  }

  /** Resolves at once unless too much is pending; sources that can wait should. */
  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /** Sends an iq and resolves with its result; rejects with a `Refusal`. `from` is the host unless given. */
  async request(
    to: string,
    type: 'get' | 'set',
    payload: Xml,
    { from = this.#options.domain, timeout = REQUEST_TIMEOUT } = {},
  ): Promise<Element> {
    if (!this.#online) throw offline();
    const { id, result } = this.#requests.open(from, to, timeout);
    this.send(tag('iq', { type, id, from, to }, payload));
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#outbox.flush();
    this.#outbox.close();
    this.#outbox.release();
    this.#stop.abort();
    this.#stream?.finish(this.#timing.goodbye);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { domain, log, on } = this.#options;
    let wasOnline = false;
    for (let failures = 0; !signal.aborted; ) {
      const started = performance.now();
      const end = await this.#attach();
      if (signal.aborted) return;
      // After a half-open connection the server may still hold the old one, so that our own return is a conflict.
      const sentence = end.condition === 'conflict' && wasOnline && !end.online ? undefined : hopeless(end, domain);
      wasOnline ||= end.online;
      if (sentence !== undefined) return this.#guard(() => on.fatal(sentence));
      failures = performance.now() - started > this.#timing.steady ? 1 : failures + 1;
      const ms = Math.round(backoff(failures, this.#timing.backoff));
      log.warn({ reason: end.reason, ms }, 'No link to the XMPP server; it is tried again.');
      await pause(ms, signal);
    }
  }

  /** One connection, from its beginning to its end. */
  async #attach(): Promise<StreamEnd> {
    let liveness: Liveness | undefined;
    const stream = new Stream({
      ...this.#options,
      timeout: this.#timing.handshake,
      elementLimit: this.#limits.stream,
      heard: () => liveness?.heard(),
      stanza: (element, size) => this.#take(element, size),
      online: () => {
        liveness = this.#watch(stream);
        this.#goOnline(stream);
      },
    });
    this.#stream = stream;
    const end = await stream.run();
    liveness?.[Symbol.dispose]();
    this.#stream = undefined;
    if (this.#online) this.#goOffline(end);
    return end;
  }

  /**
   * The server sends a ping to ourselves back to us, which shows that both ways work and asks nothing of it. It goes to a
   * resource: ejabberd since 24.10, with mod_privilege, drops iq of components to bare addresses that are not its own.
   */
  #watch(stream: Stream): Liveness {
    const { domain: from } = this.#options;
    const to = `${from}/${PING}`;
    return new Liveness(
      this.#timing,
      () => this.send(tag('iq', { type: 'get', id: PING, from, to }, tag('ping', { xmlns: NS.ping }))),
      () => stream.cut('The server gave no sign of life.'),
    );
  }

  #goOnline(stream: Stream): void {
    const { log, on } = this.#options;
    this.#online = true;
    log.info({}, 'The link to the XMPP server is up.');
    const dropped = this.#outbox.dropped - this.#reported;
    this.#reported += dropped;
    if (dropped > 0) log.warn({ dropped }, 'The oldest stanzas of the outage were dropped.');
    if (stream.socket) this.#outbox.open(stream.socket);
    this.#guard(() => on.online());
  }

  #goOffline({ reason }: StreamEnd): void {
    this.#online = false;
    this.#outbox.close();
    this.#requests.fail(offline());
    this.#guard(() => this.#options.on.offline(reason));
  }

  #take(element: Element, size: number): void {
    const type = attr(element, 'type');
    // A large answer is welcome: it was asked for.
    if (element.name === 'iq' && (type === 'result' || type === 'error')) this.#requests.settle(element);
    else if (size > this.#limits.stanza) this.#refuse(element, size);
    else if (!this.#isOwnPing(element)) this.#guard(() => this.#options.on.stanza(element));
  }

  #isOwnPing(element: Element): boolean {
    const { domain } = this.#options;
    return (
      attr(element, 'id') === PING && attr(element, 'from') === domain && attr(element, 'to') === `${domain}/${PING}`
    );
  }

  #refuse(element: Element, size: number): void {
    const { log } = this.#options;
    const { id, from, to, type } = element.attrs;
    log.warn({ from, size }, 'A stanza was too large.');
    // RFC 6120 §8.3.1: an error is never answered with an error.
    if (type === 'error' || element.name === 'presence' || !from || !to) return;
    const text = `This is larger than ${this.#limits.stanza} characters. Send it in smaller parts.`;
    const kind = element.name === 'iq' ? 'iq' : 'message';
    this.send(errorStanza(kind, { id, from: to, to: from }, new Refusal('too-long', text)));
  }

  /** Runs what is not ours, so that its bug costs one stanza and not the link. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#failed += 1;
      const { log } = this.#options;
      log.error(
        { error: error instanceof Error ? error.stack : error },
        'What came over the link could not be treated.',
      );
    }
  }
}

function offline(): Refusal {
  return new Refusal('offline', 'The gateway has lost its link to the XMPP server. Try again in a minute.');
}

/** What an administrator has to check when trying again is no use. */
function hopeless(end: StreamEnd, domain: string): string | undefined {
  switch (end.condition) {
    case 'not-authorized':
      // ejabberd gives this answer for an unknown host too.
      return `The XMPP server refused ${domain}: check that it has a component of exactly this name with the same secret.`;
    case 'host-unknown':
      return `The XMPP server knows no component ${domain}: add it there, or correct the name here.`;
    case 'conflict':
      return `Something else is connected to the XMPP server as ${domain}: stop it, or give this gateway another name.`;
    default:
      return undefined;
  }
}
