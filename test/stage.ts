/** The stage of the scenes: the gateway's own parts between a fake XMPP server and a fake network. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Reload } from '#src/commands/reload.ts';
import { Component } from '#src/component.ts';
import type { FeatureOptions } from '#src/features/options.ts';
import { createLog } from '#src/log.ts';
import type { RateLimits } from '#src/rates.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import type { ArchiveLimits } from '#src/retention.ts';
import { download } from '#src/web/download.ts';
import type { ContactAddresses, DataPolicy } from '#src/xmpp/policy.ts';
import { FakeNetwork } from './fakes/network.ts';
import { FakeXmppServer, until } from './fakes/xmpp-server.ts';
import { matches, parseTree, type Tree } from './xml-tree.ts';

export const HOST = 'irc.example.com';
export const ROMEO = 'romeo@example.net/orchard';
export const JULIET = 'juliet@example.net/balcony';

export interface StageOptions {
  readonly allow?: readonly string[];
  readonly registry?: Registry;
  readonly network?: FakeNetwork;
  readonly invites?: boolean;
  readonly admins?: readonly string[];
  readonly rates?: RateLimits;
  readonly contact?: ContactAddresses;
  readonly policy?: DataPolicy;
  readonly archive?: ArchiveLimits;
  readonly reload?: Reload;
  readonly persistence?: NonNullable<FeatureOptions['persistence']>;
  readonly idleDays?: number;
  readonly connectsPerSecond?: number;
  readonly quotas?: NonNullable<FeatureOptions['quotas']>;
}

export class Stage implements AsyncDisposable {
  readonly server: FakeXmppServer;
  readonly network: FakeNetwork;
  readonly registry: Registry;
  /** Bugs that were logged; a scene that ends with one has failed. */
  readonly bugs: string[] = [];
  /** How many stanzas to each address were looked at. */
  readonly #read = new Map<string, number>();
  readonly #component: Component;

  private constructor(
    server: FakeXmppServer,
    registry: Registry,
    { allow = ['*'], network, ...options }: StageOptions,
  ) {
    this.server = server;
    this.registry = registry;
    this.network = network ?? new FakeNetwork();
    this.#component = new Component({
      network: this.network,
      link: {
        domain: HOST,
        secret: server.secret,
        host: '127.0.0.1',
        port: server.port,
        timing: { backoff: { first: 10, most: 20 } },
      },
      ...options,
      allow,
      registry,
      download,
      log: createLog('error', { write: (line: string) => void this.bugs.push(line) }),
      fatal: (sentence) => void this.bugs.push(sentence),
    });
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const server = await FakeXmppServer.start({ domain: HOST });
    const registry = options.registry ?? (await openRegistry(':memory:', randomBytes(32)));
    const stage = new Stage(server, registry, options);
    stage.#component.start();
    await stage.#component.online;
    return stage;
  }

  /** A client sends a stanza. */
  sends(from: string, xml: string): void {
    this.server.inject(xml.replace(/^<(\w+)/, `<$1 from='${from}'`));
  }

  /** The next stanza to exactly that address, which must be as described (see xml-tree.ts). */
  async receives(to: string, wanted: string): Promise<Tree> {
    const at = this.#read.get(to) ?? 0;
    await until(
      () => this.#to(to).length > at,
      () => `${to} received nothing more; wanted ${wanted}`,
    );
    this.#read.set(to, at + 1);
    const tree = this.#to(to)[at] as Tree;
    assert.ok(matches(tree, parseTree(wanted)), `${to} wanted\n${wanted}\nand received\n${JSON.stringify(tree)}`);
    return tree;
  }

  /** Whether nothing was sent to that address but what `receives` has seen; a ping makes sure that all has come. */
  async receivesNoMore(to: string): Promise<void> {
    await this.settled();
    assert.deepEqual(this.#to(to).slice(this.#read.get(to) ?? 0), []);
  }

  /** Forgets what was sent to that address so far. */
  async skips(to: string): Promise<void> {
    await this.settled();
    this.#read.set(to, this.#to(to).length);
  }

  /** Resolves when the gateway has handled all that was sent to it before. */
  async settled(): Promise<void> {
    const id = `settled-${randomBytes(4).toString('hex')}`;
    const iq = `<iq type='get' from='prober@example.net/x' to='${HOST}' id='${id}'><ping xmlns='urn:xmpp:ping'/></iq>`;
    this.server.inject(iq);
    await this.server.received((stanza) => stanza.includes(id));
  }

  /** Resolves when the session of the network has been asked for an action of that type. */
  async asked(type: string, times = 1): Promise<void> {
    const count = () => this.network.sessions.flatMap(({ actions }) => actions).filter((a) => a.type === type).length;
    await until(
      () => count() >= times,
      () => `The network was asked for ${type} ${count()} times, not ${times}`,
    );
  }

  #to(address: string): Tree[] {
    return this.server.stanzas.map(parseTree).filter(({ attributes }) => attributes['to'] === address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#component[Symbol.asyncDispose]();
    await this.registry[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    assert.deepEqual(this.bugs, []);
    assert.deepEqual(this.server.malformed, []);
  }
}

/** Presence that enters a room. */
export function join(room: string, nick: string): string {
  return `<presence to='${room}@${HOST}/${nick}' id='join'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
}

/** What someone in a room says. */
export function groupchat(room: string, body: string, id = 'm1'): string {
  return `<message type='groupchat' to='${room}@${HOST}' id='${id}'><body>${body}</body></message>`;
}

/** An occupant's presence with those status codes. */
export function occupant(room: string, nick: string, ...codes: readonly number[]): string {
  const status = codes.map((code) => `<status code='${code}'/>`).join('');
  return `<presence from='${room}@${HOST}/${nick}'><x xmlns='http://jabber.org/protocol/muc#user'>${status}</x></presence>`;
}
