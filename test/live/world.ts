/**
 * The XMPP side on a real server: the gateway's own component in the test's process, between that server and a network
 * in memory. The test is the network: it emits what happens there and sees what the gateway asks for.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Component, type ComponentOptions } from '#src/component.ts';
import { createLog } from '#src/log.ts';
import type { UserAction } from '#src/network.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import { download } from '#src/web/download.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { showLogsOnFailure } from './child.ts';
import { type Login, XmppClient } from './xmpp-client.ts';
import type { User, XmppServer } from './xmpp-server.ts';
import { startXmppServer, type XmppServerKind } from './xmpp-servers.ts';

/** Component host of the gateway. */
export const HOST = 'irc.localhost';
export const PASSWORD = 'wherefore';
const SECRET = 'between us';
const USERS = ['romeo', 'juliet', 'mercutio', 'tybalt'];
const WAIT_MS = 15_000;
const PAUSE_MS = 5;
const LOG_LINES = 2_000;
/** Pino's number for `error`: a bug. */
const ERROR = 50;

export interface WorldOptions {
  /** What kind of server to start for this world alone; Prosody of Debian unless given. */
  readonly server?: XmppServerKind;
  /** A server that runs already, from `startServer`; it is not stopped with the world. */
  readonly on?: XmppServer;
  readonly network?: FakeNetwork;
  /** For a second world with the memory of the first; not closed with the world. */
  readonly registry?: Registry;
  readonly privileges?: boolean;
  readonly upload?: boolean;
  /** Names of accounts at `localhost`; romeo, juliet, mercutio and tybalt unless given. */
  readonly users?: readonly string[];
  /** More of the component's options. */
  readonly component?: Partial<ComponentOptions>;
}
type LoginOptions = Pick<Login, 'presence' | 'plugins'>;
type ServerWishes = Pick<WorldOptions, 'privileges' | 'upload' | 'users'>;

/** A server for several worlds, one after the other. */
export function startServer(
  kind: XmppServerKind,
  { privileges = false, upload = false, users = USERS }: ServerWishes = {},
): Promise<XmppServer> {
  return startXmppServer(kind, {
    components: [{ host: HOST, secret: SECRET }],
    users: users.map(user),
    privileges,
    upload,
  });
}

export class World implements AsyncDisposable {
  readonly host = HOST;
  readonly server: XmppServer;
  readonly network: FakeNetwork;
  readonly registry: Registry;
  /** Bugs that were logged; a world that ends with one has failed. */
  readonly bugs: string[] = [];
  readonly #parts = new AsyncDisposableStack();
  readonly #test: TestContext;
  readonly #options: ComponentOptions;
  #component: Component;
  readonly #log: string[] = [];
  readonly #refused = Promise.withResolvers<never>();

  private constructor(test: TestContext, server: XmppServer, registry: Registry, options: WorldOptions) {
    this.#test = test;
    this.server = server;
    this.registry = registry;
    this.network = options.network ?? new FakeNetwork();
    this.#options = {
      network: this.network,
      link: { domain: HOST, secret: SECRET, host: '127.0.0.1', port: server.componentPort },
      allow: ['*'],
      registry,
      download,
      log: createLog('debug', { write: (line: string) => this.#keep(line) }),
      fatal: (sentence) => {
        this.bugs.push(sentence);
        this.#refused.reject(new Error(sentence));
      },
      ...options.component,
    };
    this.#component = new Component(this.#options);
    showLogsOnFailure(test, this, server);
  }

  get name(): string {
    return 'component';
  }

  /** Resolves when the component is attached. */
  static async open(test: TestContext, options: WorldOptions = {}): Promise<World> {
    const server = options.on ?? (await startServer(options.server ?? 'prosody', options));
    const registry = options.registry ?? (await openRegistry(':memory:', randomBytes(32)));
    const world = new World(test, server, registry, options);
    if (!options.on) world.#parts.use(server);
    if (!options.registry) world.#parts.use(registry);
    world.#parts.defer(() => world.#component[Symbol.asyncDispose]());
    try {
      await world.#start();
      return world;
    } catch (error) {
      await world.#parts[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Lines of the component's log. */
  get log(): string {
    return this.#log.join('');
  }

  /** Someone of ours logs in. */
  async xmpp(name = 'romeo', resource = 'orchard', how: LoginOptions = {}): Promise<XmppClient> {
    const login = { jid: `${name}@localhost`, password: PASSWORD, port: this.server.clientPort, resource };
    const client = await XmppClient.login({ ...login, ...how });
    showLogsOnFailure(this.#test, client);
    return this.#parts.use(client);
  }

  /** The gateway ends in order and starts again with what it remembers. */
  async restart(): Promise<void> {
    await this.#component[Symbol.asyncDispose]();
    this.#component = new Component(this.#options);
    await this.#start();
  }

  /** The `times`th action of that type that the network was asked for, over all its sessions. */
  async asked<T extends UserAction['type']>(type: T, times = 1): Promise<Extract<UserAction, { type: T }>> {
    const fits = (action: UserAction): action is Extract<UserAction, { type: T }> => action.type === type;
    const found = () => this.network.sessions.flatMap(({ actions }) => actions).filter(fits);
    await this.until(
      () => found().length >= times,
      () => `The network was asked for ${type} ${found().length} times, not ${times}`,
    );
    return found()[times - 1]!;
  }

  /** Resolves when what the test's own process can see holds; rejects after 15 s. */
  async until(condition: () => boolean, complaint = () => `Never seen: ${condition}`): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(complaint());
      await pause(PAUSE_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
    assert.deepEqual(this.bugs, []);
  }

  async #start(): Promise<void> {
    this.#component.start();
    await Promise.race([this.#component.online, this.#refused.promise]);
  }

  #keep(line: string): void {
    this.#log.push(line);
    if (this.#log.length > LOG_LINES) this.#log.shift();
    const { level } = JSON.parse(line) as { level: number };
    if (level >= ERROR) this.bugs.push(line);
  }
}

function user(name: string): User {
  return { name, password: PASSWORD };
}
