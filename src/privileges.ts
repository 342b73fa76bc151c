/** What each XMPP server lets the gateway do in the name of its users (XEP-0356), and doing it. */

import { randomUUID } from 'node:crypto';
import { domainOf, parseJid } from '#src/address.ts';
import type { Log } from '#src/log.ts';
import { Refusal, type Why } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import type { Link } from '#src/xmpp/link.ts';
import { NS } from '#src/xmpp/ns.ts';
import {
  allows,
  type Grant,
  privilegedAnswer,
  privilegedIq,
  privilegedMessage,
  readGrant,
} from '#src/xmpp/privilege.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';
import { attr, type Element, type Xml } from '#src/xmpp/xml.ts';

export interface PrivilegesOptions {
  /** Component host. */
  readonly host: string;
  readonly send: Send;
  readonly request: Link['request'];
  readonly log: Log;
}
/** What a server can be asked beyond what it has granted to everybody. */
export type Privilege = 'roster get' | 'roster set' | 'message' | `iq ${'get' | 'set'} ${string}`;

/** Servers that are remembered to grant something, and privileges that turned out not to work. */
const SERVERS = 1_000;
/** Messages whose echo is waited for. */
const ECHOES = 10_000;
/** How long, in ms, an answer may take: what ejabberd forbids it does not answer at all. */
const ANSWER_WITHIN = 10_000;
/** How long, in ms, what failed is not tried again. */
const FAILED_FOR = 3_600_000;
/** What tells that a privilege does not work, whatever the advert says; other failures are of the one user or request. */
const BROKEN: ReadonlySet<Why> = new Set(['forbidden', 'not-allowed', 'timeout', 'network', 'unsupported']);

export class Privileges {
  readonly #options: PrivilegesOptions;
  readonly #log: Log;
  /** By domain; the last advert counts. */
  readonly #grants = recent<string, Grant>(SERVERS);
  readonly #broken = recent<string, true>(SERVERS, FAILED_FOR);
  readonly #echoes = recent<string, true>(ECHOES);

  constructor(options: PrivilegesOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'privileges' });
  }

  /**
   * Takes what concerns privileges alone: an advert, the echo of a message sent in a user's name, its refusal, presence of
   * the gateway's own contacts. False for all else.
   */
  take(stanza: Element): boolean {
    const from = attr(stanza, 'from') ?? '';
    // XEP-0356 §7: who may read presences is sent those of the contacts on a roster too, and so our own.
    if (stanza.name === 'presence') return parseJid(from)?.domain === this.#options.host;
    // Nearly all messages are of clients, which have a resource.
    if (stanza.name !== 'message' || from.includes('/')) return false;
    const sender = parseJid(from);
    if (!sender) return false;
    return sender.local === '' ? this.#heard(stanza, sender.domain) : this.#echoes.delete(keyOf(stanza, sender.bare));
  }

  #heard(message: Element, domain: string): boolean {
    if (attr(message, 'type') === 'error') {
      if (!this.#echoes.delete(keyOf(message, domain))) return false;
      this.fail(domain, 'message');
      return true;
    }
    const grant = domain === this.#options.host ? undefined : readGrant(message);
    if (!grant) return false;
    const { namespace, roster, message: sends, iq } = grant;
    this.#grants.set(domain, grant);
    for (const key of this.#broken.keys()) if (key.startsWith(`${domain} `)) this.#broken.delete(key);
    this.#log.info({ domain, namespace, roster, message: sends, iq: [...iq.keys()] }, 'Privileges on an XMPP server');
    return true;
  }

  /** The link is gone, and with it all that was granted: every attachment is told anew. */
  forget(): void {
    this.#grants.clear();
    this.#broken.clear();
  }

  /** Whether a server lets us do that for a user, or a domain as a whole. */
  may(user: string, privilege: Privilege): boolean {
    const domain = domainOf(user);
    const grant = this.#grants.get(domain);
    if (!grant || this.#broken.has(`${domain} ${privilege}`)) return false;
    const [what, type, namespace = ''] = privilege.split(' ');
    if (what === 'message') return grant.message;
    const access = what === 'roster' ? grant.roster : grant.iq.get(namespace);
    return allows(access, type === 'set' ? 'set' : 'get');
  }

  /** Remembers for a while that a server does not do what it has granted. */
  fail(user: string, privilege: Privilege, why?: unknown): void {
    if (why !== undefined && !(why instanceof Refusal && BROKEN.has(why.why))) return;
    const domain = domainOf(user);
    this.#broken.set(`${domain} ${privilege}`, true);
    const reason = why instanceof Refusal ? why.message : undefined;
    this.#log.warn({ domain, privilege, reason }, 'An XMPP server does not do what it has granted');
  }

  /**
   * A message of the user that was said on another client of the network: their clients and their server's archive have it
   * as one of their own (XEP-0356 §5.3). `children` is what is in the message. False where that is not granted.
   */
  sent(user: string, to: string, id: string, children: string): boolean {
    const domain = domainOf(user);
    const grant = this.#grants.get(domain);
    if (!grant || !this.may(user, 'message')) return false;
    const { host, send } = this.#options;
    send(privilegedMessage(grant.namespace, { host, user, to, id }, children as Xml), domain);
    // It is delivered to us as well, and where it is refused the refusal comes from the server.
    for (const sender of [user, domain]) this.#echoes.set(`${sender}\n${id}`, true);
    return true;
  }

  /**
   * A request in the user's name to their own account; resolves with the answer to it. Refuses where the server has not
   * granted requests of that namespace, which is the payload's.
   */
  async iq(user: string, type: 'get' | 'set', payload: Xml, namespace: string = NS.pubsub): Promise<Element> {
    const privilege = `iq ${type} ${namespace}` as const;
    if (!this.may(user, privilege)) {
      throw new Refusal('not-allowed', 'The XMPP server does not let this gateway ask that in your name.');
    }
    const wrapped = privilegedIq(user, type, randomUUID(), payload);
    const options = { timeout: ANSWER_WITHIN };
    const result = await this.#options.request(user, type, wrapped, options).catch((error: unknown) => {
      this.fail(user, privilege, error);
      throw error;
    });
    return privilegedAnswer(result);
  }
}

function keyOf(stanza: Element, sender: string): string {
  return `${sender}\n${attr(stanza, 'id') ?? ''}`;
}
