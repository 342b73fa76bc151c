/**
 * One scenario: the gateway's own component in the test's process between an XMPP server that the test plays, stanza by
 * stanza, and a real IRC server; people of ours on the one side, an independent client on the other.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import { Component } from '#src/component.ts';
import { createLog } from '#src/log.ts';
import { openRegistry } from '#src/registry/database.ts';
import { download } from '#src/web/download.ts';
import { FakeXmppServer } from '#test/fakes/xmpp-server.ts';
import { parseTree, type Tree } from '#test/xml-tree.ts';
import { showLogsOnFailure } from '../child.ts';
import { IrcClient } from '../irc-client.ts';
import type { IrcServer, IrcServerKind } from '../irc-servers.ts';
import { Person } from './person.ts';

/** Component host of the gateway, and the IRC server's name on it. */
export const HOST = 'irc.localhost';
export const SERVER = 'irc.test';
/** Pino's number for `error`: a bug. */
const ERROR = 50;

export interface SceneOptions {
  /** The IRC server is the only one of the host. */
  readonly fixed?: boolean;
  /** More of the server's settings in isthmus.yaml. */
  readonly server?: object;
}
/** The IRC server of a scenario. */
interface Irc {
  readonly kind: IrcServerKind;
  readonly server: IrcServer;
  /** The gateway connects by TLS. */
  readonly tls: boolean;
}

export class Scene implements AsyncDisposable {
  readonly irc: Irc;
  readonly fixed: boolean;
  readonly name = 'gateway';
  readonly #xmpp: FakeXmppServer;
  readonly #people = new Map<string, Person>();
  readonly #parts = new AsyncDisposableStack();
  readonly #lines: string[] = [];
  readonly #bugs: string[] = [];
  #component: Component | undefined;

  private constructor(irc: Irc, xmpp: FakeXmppServer, fixed: boolean) {
    this.irc = irc;
    this.#xmpp = xmpp;
    this.fixed = fixed;
  }

  static async open(test: TestContext, irc: Irc, options: SceneOptions = {}): Promise<Scene> {
    const xmpp = await FakeXmppServer.start({ domain: HOST });
    const scene = new Scene(irc, xmpp, options.fixed ?? false);
    xmpp.options = { answer: (stanza) => scene.#deliver(parseTree(stanza)) };
    scene.#parts.use(xmpp);
    showLogsOnFailure(test, scene);
    const registry = scene.#parts.use(await openRegistry(':memory:', randomBytes(32)));
    const log = createLog('debug', { write: (line: string) => scene.#keep(line) });
    const component = new Component({
      network: ircNetwork(settings(irc, options)),
      link: { domain: HOST, secret: xmpp.secret, host: '127.0.0.1', port: xmpp.port },
      allow: ['*'],
      registry,
      download,
      log,
      fatal: (sentence) => void scene.#bugs.push(sentence),
    });
    scene.#component = component;
    component.start();
    await component.online;
    return scene;
  }

  /** What the gateway logged, with the stanzas it sent. */
  get log(): string {
    return [...this.#lines, '--- stanzas of the gateway', ...this.#xmpp.stanzas].join('\n');
  }

  get romeo(): Person {
    return this.xmpp('romeo@example.net/orchard');
  }

  get mercutio(): Person {
    return this.xmpp('mercutio@example.net/square');
  }

  /** Address of the IRC server itself. */
  get server(): string {
    return this.fixed ? HOST : `${SERVER}@${HOST}`;
  }

  /** Address of a channel or nick there, given in lower case. */
  at(name: string): string {
    return this.fixed ? `${name}@${HOST}` : `${name}%${SERVER}@${HOST}`;
  }

  /** A client of ours, from now on. */
  xmpp(jid: string): Person {
    const known = this.#people.get(jid);
    if (known) return known;
    const person = new Person(jid, (xml) => this.#xmpp.inject(xml));
    this.#people.set(jid, person);
    return person;
  }

  /** Someone connects to IRC without the gateway. */
  async person(nick = 'Juliet'): Promise<IrcClient> {
    return this.#parts.use(await IrcClient.connect({ port: this.irc.server.port, nick }));
  }

  /** The gateway ends in order, and the rest goes on. */
  async stop(): Promise<void> {
    await this.#component?.[Symbol.asyncDispose]();
    this.#component = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#parts[Symbol.asyncDispose]();
    assert.deepEqual(this.#bugs, []);
    assert.deepEqual(this.#xmpp.malformed, []);
  }

  /** What is for an account goes to all its clients, as a server with carbons does it; requests are not served. */
  #deliver(stanza: Tree): string | undefined {
    const { to = '', from, id, type } = stanza.attributes;
    const receivers = [...this.#people.values()].filter(({ jid, bare }) => to === jid || to === bare);
    for (const person of receivers) person.receive(stanza);
    if (stanza.name !== 'iq' || (type !== 'get' && type !== 'set') || to.endsWith(HOST)) return undefined;
    if (receivers.some((person) => person.answers(stanza))) return undefined;
    const error = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    return `<iq type='error' from='${quoted(to)}' to='${quoted(from ?? '')}' id='${quoted(id ?? '')}'>${error}</iq>`;
  }

  #keep(line: string): void {
    this.#lines.push(line);
    const { level } = JSON.parse(line) as { level: number };
    if (level >= ERROR) this.#bugs.push(line);
  }
}

function settings({ server, tls }: Irc, { fixed = false, server: more = {} }: SceneOptions) {
  const wire = tls
    ? { port: server.tlsPort, ca: readFileSync(server.caFile ?? '', 'utf8') }
    : { port: server.port, tls: 'off' };
  return ircOptions.parse({
    ...(fixed && { server: SERVER }),
    servers: { [SERVER]: { address: '127.0.0.1', ...wire, ...more } },
    throttle: { burst: 1000, per_second: 100 },
  });
}

function quoted(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll("'", '&apos;').replaceAll('<', '&lt;');
}
