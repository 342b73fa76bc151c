/** Sessions whose way to the server is what is tested: with the administrator's options and certificates of their own. */

import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import type { Timing } from '#bridges/irc/timing.ts';
import type { Account, RemoteEvent } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { SERVER } from './stage.ts';

export interface Reaching {
  /** Of the network. */
  readonly options?: object;
  /** Of the server. */
  readonly server: object;
  readonly settings?: Partial<IrcSettings>;
  readonly timing?: Partial<Timing>;
  readonly host?: FakeHost;
}

/** A session that runs. */
export class Run implements AsyncDisposable {
  readonly host: FakeHost;
  readonly life: Promise<void>;
  readonly #abort = new AbortController();

  constructor({ options = {}, server, settings, timing, host = new FakeHost() }: Reaching) {
    this.host = host;
    const servers = { [SERVER]: { address: '127.0.0.1', ...server } };
    const network = ircNetwork(ircOptions.parse({ servers, ...options }), { quit: 50, ...timing });
    const account: Account<IrcSettings> = { id: SERVER, label: SERVER, settings: { nick: 'romeo', ...settings } };
    this.life = network.open(account, host).run(this.#abort.signal);
    this.life.catch(() => undefined);
  }

  /** Resolves when it is online; rejects with the reason when it never will be. */
  async online(): Promise<this> {
    await Promise.race([this.host.ready(), this.life]);
    return this;
  }

  /** Why it ended. */
  async failure(): Promise<Error> {
    return this.life.then(
      () => new Error('It ended without a reason.'),
      (error) => error,
    );
  }

  get notices(): string[] {
    const isNotice = (event: RemoteEvent) => event.type === 'notice';
    return this.host.events.filter(isNotice).map(({ text }) => text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.life.catch(() => undefined);
  }
}

/** A certificate signed by itself, for 127.0.0.1. */
export async function selfSigned(): Promise<{ readonly cert: string; readonly key: string; readonly sha256: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { cert, key, sha256: new X509Certificate(cert).fingerprint256 };
}

/** A port of loopback on which nobody listens. */
export const CLOSED = 1;
