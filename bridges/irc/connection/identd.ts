/** Answers IRC servers that ask whose a connection from here is (RFC 1413), for as long as the network is served. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { IrcOptions } from '../options.ts';

/** Who may ask at once, how long each may take, and how long the question may be. */
const CLIENTS = 200;
const ASK_MS = 10_000;
const QUESTION_LENGTH = 64;
/** Servers ask at once: the question may be here before we know that the connection is there. */
const LOOK_AGAIN_MS = 300;

export class Identd {
  readonly #options: Required<IrcOptions['identd']>;
  /** Whose a connection is, by both its ends. */
  readonly #users = new Map<string, string>();
  #server: Server | undefined;

  constructor(options: Required<IrcOptions['identd']>) {
    this.#options = options;
  }

  /** Where it listens; 0 when it does not. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Knows the connection until it is closed; `owner` is a bare JID. */
  add(socket: Socket, owner: string): void {
    const key = keyOf(socket, socket.localPort, socket.remotePort);
    this.#users.set(key, createHash('sha1').update(owner).digest('hex'));
    socket.once('close', () => this.#users.delete(key));
  }

  /** Listens until `signal`. Throws with a sentence for the administrator when it can't. */
  async serve(signal: AbortSignal): Promise<void> {
    const { listen: host, port } = this.#options;
    const clients = new Set<Socket>();
    const server = createServer((socket) => {
      clients.add(socket);
      socket.once('close', () => clients.delete(socket));
      this.#converse(socket);
    });
    server.maxConnections = CLIENTS;
    signal.addEventListener('abort', () => {
      server.close();
      for (const client of clients) client.destroy();
    });
    server.listen({ host, port });
    await once(server, 'listening', { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw new Error(sentenceFor(error, port), { cause: error });
    });
    this.#server = server;
    // One that could not be accepted, for want of files to open, goes without an answer; the others come after it.
    server.on('error', () => undefined);
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    server.once('close', resolve);
    if (!signal.aborted) await closed;
  }

  #converse(socket: Socket): void {
    let question = '';
    socket.setTimeout(ASK_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      question += chunk;
      if (!question.includes('\n') && question.length <= QUESTION_LENGTH) return;
      socket.removeAllListeners('data').resume();
      void this.#answer(socket, question).then((answer) => socket.end(answer));
    });
  }

  /** RFC 1413 §4: `port here, port there`, seen from where the question goes to. */
  async #answer(socket: Socket, question: string): Promise<string> {
    const [, here = '', there = ''] = /^\s*(\d{1,5})\s*,\s*(\d{1,5})\s*\r?\n/.exec(question) ?? [];
    if (!isPort(here) || !isPort(there)) return `${here || 0}, ${there || 0} : ERROR : INVALID-PORT\r\n`;
    const key = keyOf(socket, Number(here), Number(there));
    if (!this.#users.has(key)) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const user = this.#users.get(key);
    return `${here}, ${there} : ${user === undefined ? 'ERROR : NO-USER' : `USERID : UNIX : ${user}`}\r\n`;
  }
}

/** Only the one at the other end is told: both addresses count as well. */
function keyOf({ localAddress, remoteAddress }: Socket, here: number | undefined, there: number | undefined): string {
  return [plain(localAddress), here, plain(remoteAddress), there].join(' ');
}

/** A listener on `::` sees IPv4 addresses as IPv6's. */
function plain(address = ''): string {
  return address.replace(/^::ffff:/, '');
}

function isPort(digits: string): boolean {
  const port = Number(digits);
  return port >= 1 && port <= 65535;
}

function sentenceFor(error: unknown, port: number): string {
  switch (error instanceof Error && 'code' in error ? error.code : '') {
    case 'EADDRINUSE':
      return `Something else listens on port ${port}, which identd needs. Stop it, or set another port; of several networks only one can have it.`;
    case 'EACCES':
      return `The gateway may not listen on port ${port}, which identd needs. Give it the right (CAP_NET_BIND_SERVICE), or set another port.`;
    default:
      return `identd can not listen on port ${port}. Look at identd.listen in the settings.`;
  }
}
