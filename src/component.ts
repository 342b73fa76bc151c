/** The life of one network on its component host: attached to the XMPP server, through outages, until it is stopped. */

import { buildFeatures, type FeatureOptions, type Features } from '#src/features.ts';
import type { Intent, Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import type { Registry } from '#src/registry/database.ts';
import { restore } from '#src/restore.ts';
import { RollCall } from '#src/roll-call.ts';
import { errorStanza, stanzaError } from '#src/xmpp/errors.ts';
import { iqRouter } from '#src/xmpp/iq.ts';
import { Link, type LinkOptions } from '#src/xmpp/link.ts';
import { NS } from '#src/xmpp/ns.ts';
import { read } from '#src/xmpp/read.ts';
import { type Element, escapeXml, tag } from '#src/xmpp/xml.ts';

export interface ComponentOptions extends Pick<FeatureOptions, 'network' | 'allow' | 'registry' | 'download' | 'log'> {
  /** How to reach the XMPP server and who to be there. */
  readonly link: Pick<LinkOptions, 'domain' | 'secret' | 'host' | 'port' | 'timing'>;
  /** The server refused for good; the sentence says what to check. */
  readonly fatal: (sentence: string) => void;
}

const NOW = Promise.resolve();

/** What tells that a client is not there: something of ours came back, or the server knows of none. */
function meansGone(intent: Intent): boolean {
  if (intent.type === 'bounce') return true;
  return intent.type === 'presence' && intent.presence.show === 'offline' && intent.origin.from.resource === '';
}

export class Component implements AsyncDisposable {
  readonly #host: string;
  readonly #log: Log;
  readonly #registry: Registry;
  readonly #link: Link;
  readonly #features: Features;
  readonly #answer: (iq: Element) => void;
  readonly #rollCall: RollCall;
  readonly #stopped = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #attachments = 0;

  constructor(options: ComponentOptions) {
    const log = options.log.child({ part: 'component', host: options.link.domain });
    this.#host = options.link.domain;
    this.#log = log;
    this.#registry = options.registry;
    this.#link = new Link({
      ...options.link,
      log,
      on: {
        stanza: (element) => this.#take(element),
        online: () => void this.#attached(),
        offline: (reason) => {
          if (!this.#stopped.signal.aborted) log.warn({ reason }, 'The XMPP server is away; the network side goes on');
        },
        fatal: options.fatal,
      },
    });
    this.#features = buildFeatures({
      ...options,
      host: this.#host,
      log,
      send: ({ head, tail }, to) => this.#link.send(head + escapeXml(to) + tail),
      // In an outage the network side goes on; the link's queue is bounded by itself.
      drained: () => (this.#link.online ? this.#link.drained() : NOW),
      refuse: this.#refuse,
    });
    const { table, occupancy, roster } = this.#features;
    this.#answer = iqRouter({ table, send: (xml) => this.#link.send(xml), log });
    this.#rollCall = new RollCall({
      clients: () => occupancy.clients(),
      begin: () => roster.ask(),
      // Every client answers disco#info (XEP-0030 §3); for one that is gone its server answers with an error.
      ask: (client, room) => this.#link.request(client, 'get', tag('query', { xmlns: NS.discoInfo }), { from: room }),
      gone: (client) => occupancy.gone(client),
      log,
    });
  }

  /** Resolves when it is attached for the first time and its users know. */
  get online(): Promise<void> {
    return this.#first.promise;
  }

  /** Attaches to the XMPP server, and again after every outage. */
  start(): void {
    this.#link.start();
  }

  /** Tells the users, disconnects them, and detaches. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { router, roster, users } = this.#features;
    this.#stopped.abort();
    await this.#rollCall[Symbol.asyncDispose]();
    await router[Symbol.asyncDispose]();
    await roster.detach();
    await users.stop();
    await router.idle();
    await this.#link[Symbol.asyncDispose]();
  }

  #take(element: Element): void {
    if (element.name === 'iq') return this.#answer(element);
    const intent = read(element);
    if (intent && !(this.#rollCall.waiting && meansGone(intent))) this.#features.router.route(intent);
  }

  readonly #refuse: Refuse = (kind, answer, error) => {
    if (!(error instanceof Refusal)) this.#log.error({ err: error }, 'A stanza could not be handled');
    const payload = answer.join ? tag('x', { xmlns: NS.muc }) : '';
    this.#link.send(errorStanza(kind, answer, stanzaError(error), payload));
  };

  /** Never rejects: what fails here must not end the process. */
  async #attached(): Promise<void> {
    this.#attachments += 1;
    const again = this.#attachments > 1;
    const { occupancy, roster } = this.#features;
    try {
      await roster.attach();
      this.#first.resolve();
      const options = { host: this.#host, registry: this.#registry, occupancy, log: this.#log };
      const restored = again ? 0 : await restore({ ...options, signal: this.#stopped.signal });
      if (again || restored > 0) this.#rollCall.start();
    } catch (error) {
      this.#log.error({ err: error }, 'The users could not be told that the gateway is there');
    }
  }
}
