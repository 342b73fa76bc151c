/** The life of one network on its component host: attached to the XMPP server, through outages, until it is stopped. */

import { parseJid } from '#src/address.ts';
import type { FeatureOptions } from '#src/features/options.ts';
import { buildFeatures, type Features } from '#src/features.ts';
import type { Intent, Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import type { Registry } from '#src/registry/database.ts';
import { restore } from '#src/restore.ts';
import { RollCall } from '#src/roll-call.ts';
import { errorStanza, StanzaRefusal, stanzaError } from '#src/xmpp/errors.ts';
import { iqRouter } from '#src/xmpp/iq.ts';
import { Link, type LinkOptions } from '#src/xmpp/link.ts';
import { NS } from '#src/xmpp/ns.ts';
import { read } from '#src/xmpp/read.ts';
import { type Element, escapeXml, tag } from '#src/xmpp/xml.ts';

/** What the component gives its features itself. */
type Own = 'host' | 'send' | 'drained' | 'refuse' | 'request';

export interface ComponentOptions extends Omit<FeatureOptions, Own> {
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
  readonly #network: ComponentOptions['network'];
  readonly #fatal: ComponentOptions['fatal'];
  readonly #link: Link;
  readonly #features: Features;
  readonly #answer: (iq: Element) => void;
  readonly #rollCall: RollCall;
  readonly #stopped = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #serving = NOW;
  #attachments = 0;

  constructor(options: ComponentOptions) {
    const log = options.log.child({ part: 'component', host: options.link.domain });
    this.#host = options.link.domain;
    this.#log = log;
    this.#registry = options.registry;
    this.#fatal = options.fatal;
    this.#network = options.network;
    this.#link = new Link({
      ...options.link,
      log,
      on: {
        stanza: (element) => this.#take(element),
        online: () => void this.#attached(),
        offline: (reason) => {
          this.#features.privileges.forget();
          this.#features.roster.lost();
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
      request: (...asked) => this.#link.request(...asked),
    });
    const { table, rates, occupancy, roster, languages } = this.#features;
    const rate = (user: string) => rates.take(user);
    const languageOf = languages.of.bind(languages);
    this.#answer = iqRouter({ table, send: (xml) => this.#link.send(xml), log, languageOf, rate });
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
    const { invites, blocks, retention, sleep } = this.#features;
    retention.start();
    sleep.start();
    this.#serving = this.#serve();
    // Who may come and who is not to be heard is known before the first stanza.
    Promise.all([invites?.load(), blocks.load()]).then(
      () => this.#stopped.signal.aborted || this.#link.start(),
      (error: unknown) => {
        this.#log.error({ err: error }, 'What users have set could not be read');
        this.#fatal('The database can not be read. Check it, or restore a backup.');
      },
    );
  }

  /** Who may use the network from now on; others are disconnected. */
  allow(list: readonly string[]): void {
    const { access, users } = this.#features;
    access.allow(list);
    for (const { jid } of [...users]) users.recheck(jid);
  }

  /** Tells the users, disconnects them, and detaches. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { router, roster, users, retention, sleep } = this.#features;
    this.#stopped.abort();
    await sleep[Symbol.asyncDispose]();
    await retention[Symbol.asyncDispose]();
    await this.#rollCall[Symbol.asyncDispose]();
    await router[Symbol.asyncDispose]();
    await roster.detach();
    await users.stop();
    await router.idle();
    await this.#serving;
    await this.#link[Symbol.asyncDispose]();
  }

  /** The network's own listeners; what happens to them must not end the rest. */
  async #serve(): Promise<void> {
    try {
      await this.#network.serve?.(this.#stopped.signal);
    } catch (error) {
      this.#log.error({ err: error }, 'A listener of the network could not be kept; the rest goes on');
    }
  }

  #take(element: Element): void {
    if (element.name === 'iq') return this.#answer(element);
    if (this.#features.privileges.take(element)) return;
    const intent = read(element);
    if (!intent || (this.#rollCall.waiting && meansGone(intent))) return;
    const { rates, router } = this.#features;
    const verdict = rates.judge(intent);
    if (verdict === 'take') router.route(intent);
    else if (verdict !== 'drop') router.refuse(intent, verdict);
  }

  readonly #refuse: Refuse = (kind, answer, error) => {
    if (!(error instanceof Refusal || error instanceof StanzaRefusal)) {
      this.#log.error({ err: error }, 'A stanza could not be handled');
    }
    const payload = answer.join ? tag('x', { xmlns: NS.muc }) : '';
    const lang = this.#features.languages.of(parseJid(answer.to)?.bare ?? '', answer.lang);
    this.#link.send(errorStanza(kind, answer, stanzaError(error), payload, lang));
  };

  /** Never rejects: what fails here must not end the process. */
  async #attached(): Promise<void> {
    this.#attachments += 1;
    const again = this.#attachments > 1;
    const { occupancy, roster, stays, sleep } = this.#features;
    try {
      await roster.attach();
      this.#first.resolve();
      const options = { host: this.#host, registry: this.#registry, occupancy, stays, sleep, log: this.#log };
      const restored = again ? 0 : await restore({ ...options, signal: this.#stopped.signal });
      if (again || restored > 0) this.#rollCall.start();
    } catch (error) {
      this.#log.error({ err: error }, 'The users could not be told that the gateway is there');
    }
  }
}
