/** A plain IRC client: the person on the other side of the gateway, sharing no code with it. */

import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Inbox } from './inbox.ts';
import { eachLine } from './lines.ts';

const WAIT_MS = 10_000;

export interface IrcLine {
  /** Values as on the wire, with their escapes. */
  readonly tags: Readonly<Record<string, string>>;
  /** Who it is from: a server, or the nick of `nick!user@host`. */
  readonly from: string;
  readonly command: string;
  readonly params: readonly string[];
  /** As it came, without line end. */
  readonly raw: string;
}
export interface IrcOptions {
  readonly port: number;
  readonly nick: string;
  readonly password?: string;
  /** IRCv3 capabilities to ask for. */
  readonly caps?: readonly string[];
  /** Speaks TLS and trusts this authority's file alone. */
  readonly caFile?: string | undefined;
}

export class IrcClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #inbox: Inbox<IrcLine>;
  #nick: string;

  private constructor(socket: Socket, nick: string) {
    this.#socket = socket;
    this.#nick = nick;
    this.#inbox = new Inbox(`IRC client ${nick}`, (line) => line.raw);
    eachLine(socket, (raw) => this.#read(raw));
    socket.on('error', (error) => this.#inbox.end(error.message));
    socket.on('close', () => this.#inbox.end('connection closed'));
  }

  /** Resolves when the server has welcomed it. */
  static async connect({ port, nick, password, caps = [], caFile }: IrcOptions): Promise<IrcClient> {
    const to = { host: '127.0.0.1', port };
    const client = new IrcClient(caFile ? connectTls({ ...to, ca: readFileSync(caFile) }) : connect(to), nick);
    if (caps.length > 0) client.raw(`CAP REQ :${caps.join(' ')}`);
    if (password !== undefined) client.raw(`PASS ${password}`);
    client.raw(`NICK ${nick}`);
    client.raw(`USER ${nick} 0 * :${nick}`);
    if (caps.length > 0) client.raw('CAP END');
    try {
      // End of the message of the day, or none: the welcome is complete.
      await client.expect(({ command }) => command === '376' || command === '422');
    } catch (error) {
      client.drop();
      throw error;
    }
    return client;
  }

  get nick(): string {
    return this.#nick;
  }

  raw(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  /** Resolves when the channel's names have been listed. */
  async join(channel: string, key = ''): Promise<void> {
    this.raw(`JOIN ${channel} ${key}`.trimEnd());
    await this.expect(({ command, params }) => command === '366' && same(params[1], channel));
  }

  async part(channel: string, reason = 'bye'): Promise<void> {
    this.raw(`PART ${channel} :${reason}`);
    await this.expect((line) => line.command === 'PART' && line.from === this.#nick && same(line.params[0], channel));
  }

  async rename(nick: string): Promise<void> {
    this.raw(`NICK ${nick}`);
    await this.expect((line) => line.command === 'NICK' && line.params[0] === nick);
  }

  /** Says `text` to a channel or a person. */
  say(to: string, text: string): void {
    this.raw(`PRIVMSG ${to} :${text}`);
  }

  /** Becomes an operator of the server. */
  async oper({ name, password }: { name: string; password: string }): Promise<void> {
    this.raw(`OPER ${name} ${password}`);
    await this.expect(({ command }) => command === '381');
  }

  /** Takes the first unread line that fits; a regular expression is tried on the raw line. */
  async expect(what: RegExp | ((line: IrcLine) => boolean), ms = WAIT_MS): Promise<IrcLine> {
    const wants = what instanceof RegExp ? (line: IrcLine) => what.test(line.raw) : what;
    return this.#inbox.take(wants, ms, String(what));
  }

  /** All lines since the connection began, read or not. */
  seen(): readonly IrcLine[] {
    return this.#inbox.all;
  }

  /** Resolves when the server has answered a PING: what it sent before is in `seen()`. */
  async settle(ms = WAIT_MS): Promise<void> {
    const token = crypto.randomUUID();
    this.raw(`PING ${token}`);
    await this.expect(({ command, params }) => command === 'PONG' && params.includes(token), ms);
  }

  async quit(reason = 'bye'): Promise<void> {
    if (this.#socket.destroyed) return;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    this.#socket.once('close', () => resolve());
    const insist = setTimeout(() => this.#socket.destroy(), 1_000);
    this.#socket.end(`QUIT :${reason}\r\n`);
    await closed;
    clearTimeout(insist);
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  #read(raw: string): void {
    const line = parseLine(raw);
    if (!line) {
      this.#inbox.end(`unreadable line: ${raw}`);
      return;
    }
    if (line.command === 'PING') this.raw(`PONG :${line.params.at(-1)}`);
    if (line.command === 'NICK' && line.from === this.#nick) this.#nick = line.params[0] ?? this.#nick;
    this.#inbox.put(line);
  }
}

const LINE =
  /^(?:@(?<tags>\S+) +)?(?::(?<from>[^ !]+)\S* +)?(?<command>[A-Za-z]+|\d{3})(?<middle>(?: +[^ :]\S*)*)(?: +:(?<last>.*))?\s*$/s;

function parseLine(raw: string): IrcLine | undefined {
  const found = LINE.exec(raw)?.groups;
  if (!found) return undefined;
  const tags = (found['tags'] ?? '')
    .split(';')
    .filter(Boolean)
    .map((tag) => tag.split(/=(.*)/, 2));
  return {
    tags: Object.fromEntries(tags.map(([key = '', value = '']) => [key, value])),
    from: found['from'] ?? '',
    command: (found['command'] ?? '').toUpperCase(),
    params: [
      ...(found['middle'] ?? '').split(' ').filter(Boolean),
      ...(found['last'] === undefined ? [] : [found['last']]),
    ],
    raw,
  };
}

function same(name: string | undefined, other: string): boolean {
  return name?.toLowerCase() === other.toLowerCase();
}
