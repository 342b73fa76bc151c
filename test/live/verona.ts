/** Where the live scenes are set: Prosody, an IRC server and the gateway between them, romeo on XMPP, juliet on IRC. */

import type { TestContext } from 'node:test';
import { showLogsOnFailure } from './child.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { startInspircd } from './inspircd.ts';
import { IrcClient } from './irc-client.ts';
import { startNgircd } from './ngircd.ts';
import { type Prosody, startProsody } from './prosody.ts';
import { XmppClient } from './xmpp-client.ts';

/** Component host of the gateway, and the IRC server's name on it. */
export const HOST = 'irc.localhost';
export const SERVER = 'irc.test';
export const ROOM = `#verona%${SERVER}@${HOST}`;

/** The kinds of IRC servers that scenes are played on: one with all of IRCv3 and MONITOR, one with next to nothing. */
export const KINDS = [
  { name: 'inspircd', start: () => startInspircd({ name: SERVER }) },
  { name: 'ngircd', start: () => startNgircd() },
] as const;

const SECRET = 'between us';
const PASSWORD = 'wherefore';

export interface VeronaOptions {
  /** What runs on the IRC side; it is disposed with the rest. */
  readonly irc: AsyncDisposable & { readonly name: string; readonly log: string; readonly port: number };
  /** More of the server's settings in isthmus.yaml. */
  readonly server?: object;
  /** More of the network's settings. */
  readonly network?: object;
}

export class Verona implements AsyncDisposable {
  readonly prosody: Prosody;
  readonly gateway: Gateway;
  readonly #parts = new AsyncDisposableStack();
  readonly #irc: VeronaOptions['irc'];
  readonly #test: TestContext;

  private constructor(test: TestContext, irc: VeronaOptions['irc'], prosody: Prosody, gateway: Gateway) {
    this.#test = test;
    this.#irc = irc;
    this.prosody = prosody;
    this.gateway = gateway;
    for (const part of [irc, prosody, gateway]) this.#parts.use(part);
    showLogsOnFailure(test, gateway, prosody);
  }

  static async open(test: TestContext, { irc, server = {}, network = {} }: VeronaOptions): Promise<Verona> {
    const prosody = await startProsody({
      components: [{ host: HOST, secret: SECRET }],
      users: ['romeo', 'mercutio'].map((name) => ({ name, password: PASSWORD })),
    });
    const settings = {
      kind: 'irc',
      host: HOST,
      secret: SECRET,
      servers: { [SERVER]: { address: '127.0.0.1', port: irc.port, tls: 'off', ...server } },
      throttle: { burst: 50, per_second: 50 },
      ...network,
    };
    const gateway = await startGateway({ prosody, networks: [settings], settings: { log: { level: 'debug' } } });
    return new Verona(test, irc, prosody, gateway);
  }

  /** Someone of ours logs in. */
  async xmpp(name = 'romeo', resource = 'orchard'): Promise<XmppClient> {
    const jid = `${name}@localhost`;
    const client = await XmppClient.login({ jid, password: PASSWORD, port: this.prosody.clientPort, resource });
    showLogsOnFailure(this.#test, client);
    return this.#parts.use(client);
  }

  /** Someone connects to IRC without the gateway. */
  async irc(nick = 'Juliet', options: { readonly port?: number; readonly caps?: readonly string[] } = {}) {
    const client = await IrcClient.connect({ port: this.#irc.port, nick, ...options });
    return this.#parts.use(client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }
}
