/** One connection to the XMPP server as a component (XEP-0114), from its socket's opening to its end. */

import { createHash } from 'node:crypto';
import type { TcpSocketConnectOpts } from 'node:net';
import { Component } from '@xmpp/component-core';
import { NS } from './ns.ts';
import { attr, type Element } from './xml.ts';

export interface StreamOptions {
  readonly domain: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number;
  /** Milliseconds from connecting to the end of the handshake. */
  readonly timeout: number;
  /** Size at which an element that does not end ends the stream. */
  readonly elementLimit: number;
  online(): void;
  /** `size` is in UTF-16 code units, as exact as a slice. Must not throw. */
  stanza(element: Element, size: number): void;
  /** Anything arrived. */
  heard(): void;
}

export interface StreamEnd {
  readonly reason: string;
  /** Of the server's stream error (RFC 6120 §4.9.3). */
  readonly condition: string | undefined;
  /** Whether the handshake had succeeded. */
  readonly online: boolean;
}

/** The parser gets its input in slices, since a size can only be told between two of its calls. */
const SLICE = 2 ** 14;

/** The package's connection is used for the socket, the header and the parser; what it does by itself stays off. */
export class Stream extends Component {
  readonly #options: StreamOptions;
  readonly #ended = Promise.withResolvers<void>();
  #end: StreamEnd | undefined;
  #online = false;
  #unfinished = 0;
  #deadline: NodeJS.Timeout | undefined;

  constructor(options: StreamOptions) {
    super({ domain: options.domain });
    this.#options = options;
  }

  /** Resolves with the reason when the connection has ended, and never rejects. */
  async run(): Promise<StreamEnd> {
    const { domain, timeout } = this.#options;
    this.on('error', (error) => this.cut(reasonOf(error)));
    this.on('open', (header) => this.#authenticate(header));
    this.on('close', () => this.cut('The server closed the stream.'));
    this.on('disconnect', () => this.#ended.resolve());
    this.#deadline = setTimeout(() => this.cut(`No answer to the handshake in ${timeout} ms.`), timeout);
    this.connect('')
      .then(() => this.open({ domain, timeout: 0 }))
      .catch((error) => this.cut(reasonOf(error)));
    // A character may be cut in two by the border of a TCP segment.
    this.socket?.setEncoding('utf8').setNoDelay(true).setKeepAlive(true, 30_000);
    await this.#ended.promise;
    clearTimeout(this.#deadline);
    return this.#end ?? { reason: 'The server closed the connection.', condition: undefined, online: this.#online };
  }

  /** Ends the connection at once. */
  cut(reason: string, condition?: string): void {
    this.#end ??= { reason, condition, online: this.#online };
    this.socket?.destroy();
  }

  /** Ends the stream after what was written, and the connection with it; `timeout` ms are left for that. */
  finish(timeout: number): void {
    if (!this.#online) return this.cut('Stopped.');
    clearTimeout(this.#deadline);
    this.socket?.end('</stream:stream>');
    this.#deadline = setTimeout(() => this.cut('Stopped.'), timeout);
  }

  protected override socketParameters(): TcpSocketConnectOpts {
    return { host: this.#options.host, port: this.#options.port };
  }

  protected override _onData(data: string): void {
    this.#options.heard();
    for (let at = 0; at < data.length && this.parser && !this.#end; at += SLICE) {
      const slice = data.slice(at, at + SLICE);
      this.#unfinished += slice.length;
      if (this.#unfinished > this.#options.elementLimit) return this.cut('The server sent a stanza without end.');
      try {
        this.parser.write(slice);
      } catch (error) {
        // The parser throws out of the socket's event at an illegal reference, which would end the process.
        this.cut(`The server sent XML that is not well-formed: ${reasonOf(error)}`);
      }
    }
  }

  protected override _onParserError(error: Error): void {
    this.cut(`The server sent XML that is not well-formed: ${error.message}`);
  }

  protected override _onElement(element: Element): void {
    const size = this.#unfinished;
    this.#unfinished = 0;
    // White space between stanzas would pile up in the root for as long as the stream lasts.
    if (this.parser?.root) this.parser.root.children.length = 0;
    if (this.#end) return;
    if (element.is('error', NS.stream)) this.#fail(element);
    else if (!this.#online) this.#welcome(element);
    else if (this.isStanza(element)) this.#options.stanza(element, size);
  }

  #authenticate(header: Element): void {
    // XEP-0114 §3; the digest is over UTF-8, and a secret may hold any character.
    const digest = createHash('sha1')
      .update(`${attr(header, 'id') ?? ''}${this.#options.secret}`, 'utf8')
      .digest('hex');
    this.socket?.write(`<handshake>${digest}</handshake>`);
  }

  /** Some servers put `<stream:features/>` before the handshake's answer. */
  #welcome(element: Element): void {
    if (element.name !== 'handshake') return;
    clearTimeout(this.#deadline);
    this.#online = true;
    this.#options.online();
  }

  #fail(error: Element): void {
    const parts = error.getChildElements().filter((part) => part.getNS() === NS.streams);
    const condition = parts.find((part) => part.name !== 'text')?.name ?? 'undefined-condition';
    const text = parts.find((part) => part.name === 'text')?.getText();
    this.cut(text ? `${condition}: ${text}` : condition, condition);
  }
}

/** Node leaves the message empty when several addresses of a name were tried in vain. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
