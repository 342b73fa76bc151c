/** An IRC server for tests: lets clients in and answers the common commands; everything else is for the test to script. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parseLine } from '#bridges/irc/line.ts';

export interface IrcdOptions {
  /** Capabilities offered; undefined for a server that doesn't know CAP. */
  readonly caps?: string | undefined;
  readonly isupport?: string;
  /** Account and password that SASL PLAIN accepts. */
  readonly sasl?: readonly [string, string];
  readonly motd?: boolean;
  /** Speaks TLS, with this certificate (PEM). */
  readonly tls?: { readonly cert: string; readonly key: string };
}
type Reply = (peer: Peer, params: readonly string[]) => void;

const NAME = 'fake.test';
const WAIT_MS = 2000;
const ISUPPORT = 'CHANTYPES=# PREFIX=(qaohv)~&@%+ CHANMODES=b,k,l,imnst MODES=4 STATUSMSG=@+ CASEMAPPING=rfc1459';

export class FakeIrcd implements AsyncDisposable {
  readonly peers: Peer[] = [];
  /** Names in a channel besides the one who joins, as in NAMES; without it there is nobody else. */
  readonly names: Record<string, string> = {};
  /** What a command is answered; a test puts its own in place of these. */
  readonly replies: Record<string, Reply> = { ...REPLIES };
  readonly taken = new Set<string>();
  readonly options: IrcdOptions;
  readonly #server: Server;
  readonly #waiting: ((peer: Peer) => void)[] = [];
  #next = 0;

  constructor(options: IrcdOptions = {}) {
    this.options = options;
    const accept = (socket: Socket) => this.#accept(socket);
    this.#server = options.tls
      ? createTlsServer(options.tls, accept).on('tlsClientError', () => undefined)
      : createServer(accept);
  }

  static async start(options: IrcdOptions = {}): Promise<FakeIrcd> {
    const ircd = new FakeIrcd(options);
    ircd.#server.listen(0, '127.0.0.1');
    await once(ircd.#server, 'listening');
    return ircd;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next client, in the order they connect. */
  async peer(): Promise<Peer> {
    const peer = this.peers[this.#next];
    this.#next += 1;
    if (peer) return peer;
    const { promise, resolve } = Promise.withResolvers<Peer>();
    this.#waiting.push(resolve);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers) peer.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    const peer = new Peer(this, socket);
    this.peers.push(peer);
    this.#waiting.shift()?.(peer);
  }
}

/** One client of the server. */
export class Peer {
  readonly lines: string[] = [];
  readonly ircd: FakeIrcd;
  nick = '';
  user = '';
  negotiating = false;
  registered = false;
  readonly #socket: Socket;
  readonly #seen: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  #read = 0;
  #rest = '';

  constructor(ircd: FakeIrcd, socket: Socket) {
    this.ircd = ircd;
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#receive(chunk));
    socket.on('error', () => undefined);
  }

  get prefix(): string {
    return `${this.nick}!~${this.user}@host.test`;
  }

  /** Sends lines as they are. */
  send(...lines: string[]): void {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Sends numerics, each `code params`, with the client's nick put in. */
  numeric(...replies: string[]): void {
    this.send(...replies.map((reply) => `:${NAME} ${reply.slice(0, 3)} ${this.nick || '*'}${reply.slice(3)}`));
  }

  /** The next line of the client that matches, of those not waited for yet. */
  async next(pattern: RegExp): Promise<string> {
    for (; this.#read < this.lines.length; ) {
      const line = this.lines[this.#read++] ?? '';
      if (pattern.test(line)) return line;
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#seen.push({ pattern, resolve });
    const timer = setTimeout(
      () => reject(new Error(`The client did not send ${pattern}, but ${JSON.stringify(this.lines.slice(-5))}`)),
      WAIT_MS,
    );
    return promise.finally(() => clearTimeout(timer));
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Ends the connection after what was sent. */
  end(): void {
    this.#socket.end();
  }

  /** Neither reads nor answers any more, and keeps the connection. */
  freeze(): void {
    this.#socket.removeAllListeners('data');
  }

  welcome(): void {
    if (this.registered || this.negotiating || this.nick === '' || this.user === '') return;
    this.registered = true;
    const { isupport = '', motd = true } = this.ircd.options;
    this.numeric('001 :Welcome', `005 ${ISUPPORT} ${isupport} :are supported by this server`);
    if (motd) this.numeric('375 :- Message of the day', '372 :- be kind', '376 :End');
  }

  #receive(chunk: string): void {
    const lines = (this.#rest + chunk).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.lines.push(line);
      const { command = '', params = [] } = parseLine(line) ?? {};
      this.ircd.replies[command]?.(this, params);
      const waiting = this.#seen[0];
      if (!waiting) continue;
      this.#read = this.lines.length;
      if (!waiting.pattern.test(line)) continue;
      this.#seen.shift();
      waiting.resolve(line);
    }
  }
}

const echo =
  (command: string): Reply =>
  (peer, [first = '', ...rest]) => {
    const last = rest.pop();
    peer.send([`:${peer.prefix} ${command} ${first}`, ...rest, ...(last === undefined ? [] : [`:${last}`])].join(' '));
  };

const REPLIES: Record<string, Reply> = {
  CAP(peer, [verb = '', wanted = '']) {
    const { caps } = peer.ircd.options;
    if (caps === undefined) return peer.numeric('421 CAP :Unknown command');
    peer.negotiating = verb !== 'END';
    if (verb === 'LS') peer.send(`:${NAME} CAP * LS :${caps}`);
    else if (verb === 'REQ') peer.send(`:${NAME} CAP * ACK :${wanted}`);
    else peer.welcome();
  },
  AUTHENTICATE(peer, [data = '']) {
    if (data === 'PLAIN') return peer.send('AUTHENTICATE +');
    const [, account, password] = Buffer.from(data, 'base64').toString().split('\0');
    const [known, secret] = peer.ircd.options.sasl ?? [];
    if (account !== known || password !== secret) return peer.numeric('904 :SASL authentication failed');
    peer.numeric(`900 ${peer.nick}!*@* ${account} :You are now logged in`, '903 :SASL authentication successful');
  },
  NICK(peer, [nick = '']) {
    if (peer.ircd.taken.has(nick)) return peer.numeric(`433 ${nick} :Nickname is already in use`);
    if (peer.registered) peer.send(`:${peer.prefix} NICK :${nick}`);
    peer.nick = nick;
    peer.welcome();
  },
  USER(peer, [user = '']) {
    peer.user = user;
    peer.welcome();
  },
  PING: (peer, [token]) => peer.send(`:${NAME} PONG ${NAME} :${token}`),
  JOIN(peer, [names = '']) {
    for (const name of names.split(',')) enter(peer, name);
  },
  PART: echo('PART'),
  KICK: echo('KICK'),
  TOPIC: echo('TOPIC'),
  MODE: (peer, params) => (params.length > 1 ? echo('MODE')(peer, params) : peer.numeric(`324 ${params[0]} +nt`)),
  WHOIS: (peer, [nick]) => peer.numeric(`401 ${nick} :No such nick`, `318 ${nick} :End of /WHOIS list.`),
  NICKSERV: (peer) => peer.numeric('421 NICKSERV :Unknown command'),
  QUIT(peer) {
    peer.send('ERROR :Closing link');
    peer.end();
  },
};

/** Takes the client into a channel, as a JOIN or without one. */
export function enter(peer: Peer, name: string): void {
  peer.send(`:${peer.prefix} JOIN ${name}`);
  peer.numeric(
    `353 = ${name} :${[peer.ircd.names[name], peer.nick].filter(Boolean).join(' ')}`,
    `366 ${name} :End of /NAMES list.`,
  );
}
