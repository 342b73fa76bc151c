/** A session of the IRC bridge against a fake server, with a host that keeps what it is told. */

import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import type { Timing } from '#bridges/irc/timing.ts';
import type { Account, AccountId, ContactId, RemoteEvent, RoomId, Session } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { FakeIrcd, type IrcdOptions, type Peer } from '#test/fakes/ircd.ts';

export const SERVER = 'irc.test' as AccountId;
export const room = (name: string) => `${name}%${SERVER}` as RoomId;
export const contact = (nick: string) => `${nick}%${SERVER}` as ContactId;
export const inRoom = (name: string) => ({ room: room(name) });

type Of<K extends RemoteEvent['type']> = Extract<RemoteEvent, { type: K }>;

export interface StageOptions extends IrcdOptions {
  readonly settings?: Partial<IrcSettings>;
  readonly timing?: Partial<Timing>;
  /** Seconds. */
  readonly ping?: number;
  /** More of the administrator's settings. */
  readonly network?: object;
  /** Changes the server before the client comes. */
  readonly prepare?: (ircd: FakeIrcd) => void;
}

/** A session that runs; `life` is the end of `run`. */
export class Stage implements AsyncDisposable {
  readonly ircd: FakeIrcd;
  readonly ear = new FakeHost();
  readonly session: Session;
  readonly #abort = new AbortController();
  life: Promise<void> = Promise.resolve();
  peer!: Peer;

  constructor(ircd: FakeIrcd, { settings, timing, ping = 60, network }: StageOptions) {
    this.ircd = ircd;
    const options = ircOptions.parse({
      servers: { [SERVER]: { address: '127.0.0.1', port: ircd.port, tls: 'off' } },
      ...network,
    });
    const server = options.servers[SERVER];
    if (server) server.ping = ping;
    const account: Account<IrcSettings> = { id: SERVER, label: SERVER, settings: { nick: 'romeo', ...settings } };
    this.session = ircNetwork(options, { quit: 500, tally: 10, ...timing }).open(account, this.ear);
  }

  /** Connects, but waits only for the connection. */
  static async connecting(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(await FakeIrcd.start({ caps: '', ...options }), options);
    options.prepare?.(stage.ircd);
    await stage.connect();
    return stage;
  }

  /** Connects and waits until the session is online. */
  static async online(options: StageOptions = {}): Promise<Stage> {
    const stage = await Stage.connecting(options);
    await stage.ear.ready();
    return stage;
  }

  async connect(): Promise<void> {
    this.life = this.session.run(this.#abort.signal);
    this.life.catch(() => undefined);
    this.peer = await this.ircd.peer();
  }

  async join(name: string, names?: string): Promise<Of<'room'>> {
    if (names !== undefined) this.ircd.names[name] = names;
    await this.session.send({ type: 'join', room: room(name), nick: 'romeo' });
    return this.ear.next('room');
  }

  async say(name: string, text: string): Promise<void> {
    await this.session.send({ type: 'message', to: inRoom(name), txn: 'txn', content: { text } });
  }

  stop(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.life.catch(() => undefined);
    await this.ircd[Symbol.asyncDispose]();
  }
}
