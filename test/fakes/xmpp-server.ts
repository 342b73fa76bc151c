/** A fake XMPP server for components (XEP-0114) that can misbehave in the ways real servers and networks do. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SaxesParser } from 'saxes';

export interface FakeXmppServerOptions {
  readonly domain?: string;
  readonly secret?: string;
  /** Milliseconds that the stream header and the handshake's answer are late; Infinity is never. */
  readonly headerDelay?: number;
  readonly handshakeDelay?: number;
  /** Sends `<stream:features/>` after the header. */
  readonly features?: boolean;
  /** Written in one segment with `<handshake/>`. */
  readonly greeting?: string;
  /** Stream error in place of the handshake's answer. */
  readonly refuse?: string;
  /** Reads nothing that the component writes after the handshake, until `listen`. */
  readonly deaf?: boolean;
  /** Drops iq to the component's bare address, as ejabberd since 24.10 does with mod_privilege. */
  readonly dropsBare?: boolean;
  /** What the server's other hosts answer to a stanza. */
  readonly answer?: (stanza: string) => string | undefined;
}

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams'" +
  " xmlns='jabber:component:accept' id='3BF96D32' from='";
const PATIENCE = 3_000;

/** Resolves in the first turn of the event loop in which `condition` holds; rejects after some seconds. */
export async function until(condition: () => boolean, complaint = () => `Never seen: ${condition}`): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(complaint());
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export class FakeXmppServer implements AsyncDisposable {
  readonly domain: string;
  readonly secret: string;
  /** Each stanza received, as it was written, over all connections. */
  readonly stanzas: string[] = [];
  /** What an independent parser found wrong with what was received. */
  readonly malformed: string[] = [];
  /** Streams that the component closed itself. */
  goodbyes = 0;
  connections = 0;
  /** From now on, what is received is neither read as stanzas nor answered. */
  silent = false;
  options: FakeXmppServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #component: Socket | undefined;

  private constructor(options: FakeXmppServerOptions) {
    this.options = options;
    this.domain = options.domain ?? 'irc.example.com';
    this.secret = options.secret ?? 's3cret';
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(options: FakeXmppServerOptions = {}): Promise<FakeXmppServer> {
    const server = new FakeXmppServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether a component has done its handshake. */
  get online(): boolean {
    return this.#component !== undefined;
  }

  /** Writes to the component as one piece. */
  inject(xml: string): void {
    if (!this.#component) throw new Error('No component is online.');
    this.#component.write(xml);
  }

  /** Writes byte by byte, each in a segment of its own as far as the system allows. */
  async injectBytes(xml: string): Promise<void> {
    for (const byte of Buffer.from(xml)) {
      await new Promise((resolve) => this.#component?.write(Uint8Array.of(byte), resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends being deaf. */
  listen(): void {
    this.#component?.resume();
  }

  /** Ends the stream with an error (RFC 6120 §4.9). */
  fail(condition: string): void {
    this.#component?.end(streamError(condition));
  }

  /** Breaks the connection off. */
  drop(): void {
    this.#component?.resetAndDestroy();
  }

  /** The first stanza received so far, or within some seconds, that matches. */
  async received(pattern: RegExp | ((stanza: string) => boolean)): Promise<string> {
    const matches = typeof pattern === 'function' ? pattern : (stanza: string) => pattern.test(stanza);
    await until(
      () => this.stanzas.some(matches),
      () => `Nothing matches ${pattern} in:\n${this.stanzas.join('\n')}`,
    );
    return this.stanzas.find(matches) ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.setNoDelay(true).setEncoding('utf8');
    const reader = this.#reader(socket);
    socket.on('data', (chunk: string) => {
      if (!this.silent) reader.write(chunk);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#component === socket) this.#component = undefined;
    });
  }

  /** Cuts the stream into stanzas by a parser that has nothing in common with the component's. */
  #reader(socket: Socket): { write(chunk: string): void } {
    const parser = new SaxesParser({ xmlns: true });
    /** What was read from position `base` on: all of the stanza that is not complete yet. */
    let text = '';
    let base = 0;
    let depth = 0;
    let begin = 0;
    parser.on('opentag', () => {
      depth += 1;
      if (depth === 1) {
        begin = parser.position;
        after(this.options.headerDelay, () => socket.write(this.#greet()));
      }
    });
    parser.on('closetag', () => {
      depth -= 1;
      if (depth === 0) this.#farewell(socket);
      if (depth !== 1) return;
      this.#take(socket, text.slice(begin - base, parser.position - base));
      begin = parser.position;
    });
    parser.on('error', (error) => {
      this.malformed.push(`${error.message}: ${text.slice(-200)}`);
      socket.end(streamError('not-well-formed'));
    });
    return {
      write: (chunk) => {
        text += chunk;
        parser.write(chunk);
        text = text.slice(begin - base);
        base = begin;
      },
    };
  }

  #greet(): string {
    const features = this.options.features ? '<stream:features><x xmlns="urn:x"/></stream:features>' : '';
    return `${HEADER}${this.domain}'>${features}`;
  }

  #take(socket: Socket, element: string): void {
    if (socket !== this.#component) {
      this.#authenticate(socket, element);
      return;
    }
    this.stanzas.push(element);
    const start = element.slice(0, element.indexOf('>'));
    // A server routes by `to`, and a component's own host leads back to it.
    const bare = start.includes(` to='${this.domain}'`);
    const dropped = this.options.dropsBare && bare && start.startsWith('<iq');
    const ours = bare || start.includes(` to='${this.domain}/`);
    if (ours && !dropped && start.includes(` from='${this.domain}'`)) socket.write(element);
    const answer = this.options.answer?.(element);
    if (answer !== undefined) socket.write(answer);
  }

  #authenticate(socket: Socket, element: string): void {
    const digest = createHash('sha1').update(`3BF96D32${this.secret}`).digest('hex');
    const refusal = this.options.refuse ?? (element.includes(`>${digest}<`) ? undefined : 'not-authorized');
    after(this.options.handshakeDelay, () => {
      if (refusal !== undefined) {
        socket.end(streamError(refusal));
        return;
      }
      this.#component = socket;
      if (this.options.deaf) socket.pause();
      socket.write(`<handshake/>${this.options.greeting ?? ''}`);
    });
  }

  #farewell(socket: Socket): void {
    this.goodbyes += 1;
    socket.end('</stream:stream>');
  }
}

function after(ms: number | undefined, act: () => void): void {
  if (ms === undefined) act();
  else if (Number.isFinite(ms)) setTimeout(act, ms).unref();
}

function streamError(condition: string): string {
  return `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`;
}
