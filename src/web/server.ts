/** The gateway's one HTTP listener: each part of it answers below a path of its own. */

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';

interface WebRequest {
  /** HEAD is asked as GET; its answer's body is not sent. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** What follows the part's own path, as in the address: still percent-encoded, without a leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}
export interface WebAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Opened when it is to be sent. */
  readonly body?: string | (() => Readable);
}
/** One part of the site. What it throws is a bug, answered with 500. */
export type Answer = (request: WebRequest) => WebAnswer | Promise<WebAnswer>;

export interface WebServerOptions {
  readonly listen: string;
  readonly port: number;
  /** By the first part of the path, such as `media`. */
  readonly parts: ReadonlyMap<string, Answer>;
  readonly log: Log;
  readonly limits?: Partial<WebLimits>;
}

/** How long, in ms, a client may take before it loses its connection. */
export interface WebLimits {
  /** For the header, and for the whole request. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Between two requests. */
  readonly keepAliveTimeout: number;
  /** While nothing moves, the reading of the answer included. */
  readonly idle: number;
  /** How often that is looked at. */
  readonly connectionsCheckingInterval: number;
}

const LIMITS: WebLimits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  idle: 30_000,
  connectionsCheckingInterval: 5_000,
};
const GONE: ReadonlySet<string> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);
const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']);
const PATH_LENGTH = 2048;
const CONNECTIONS = 1000;
const HEADER_BYTES = 16 * 1024;

export class WebServer implements AsyncDisposable {
  readonly #parts: ReadonlyMap<string, Answer>;
  readonly #log: Log;
  readonly #server: Server;

  private constructor({ parts, log, limits }: WebServerOptions) {
    this.#parts = parts;
    this.#log = log.child({ part: 'web' });
    const { idle, ...timeouts } = { ...LIMITS, ...limits };
    this.#server = createServer(
      { ...timeouts, maxHeaderSize: HEADER_BYTES },
      (request, response) => void this.#take(request, response),
    );
    this.#server.maxConnections = CONNECTIONS;
    this.#server.timeout = idle;
  }

  /** Resolves when it listens; rejects with a `Refusal` for the administrator when it can't. */
  static async open(options: WebServerOptions): Promise<WebServer> {
    const { port, listen } = options;
    const server = new WebServer(options);
    const listening = Promise.withResolvers<void>();
    server.#server.once('error', (error) => {
      const next = 'Stop what else listens there, or change http in isthmus.yaml.';
      listening.reject(
        new Refusal('invalid', `The gateway can't listen on ${listen} port ${port} (${error.message}). ${next}`),
      );
    });
    server.#server.listen(port, listen, listening.resolve);
    await listening.promise;
    server.#server.on('error', (error) => server.#log.error({ err: error }, 'The HTTP listener has a problem'));
    return server;
  }

  /** The one it listens on, where the system has chosen it. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    await closed.promise;
  }

  /** Never rejects. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await send(await this.#answer(request), request, response);
    } catch (error) {
      if (!isGone(error)) this.#log.error({ err: error }, 'A web request could not be answered');
      if (response.headersSent || response.destroyed) response.destroy();
      else await send({ status: 500 }, request, response);
    }
  }

  #answer(request: IncomingMessage): WebAnswer | Promise<WebAnswer> {
    const { method, url = '', headers } = request;
    if (!METHODS.has(method)) return { status: 405, headers: { allow: [...METHODS].join(', ') } };
    if (url.length > PATH_LENGTH) return { status: 414 };
    const [path = '', query] = url.split('?', 2);
    const [, name = '', rest = ''] = /^\/([^/]*)\/?(.*)$/.exec(path) ?? [];
    const part = this.#parts.get(name);
    if (!part) return { status: 404 };
    const asked = method === 'HEAD' ? 'GET' : (method as WebRequest['method']);
    return part({ method: asked, path: rest, query: new URLSearchParams(query), headers, body: request });
  }
}

/** A client that goes away in the middle is no bug. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && GONE.has(String(error.code));
}

async function send(
  { status, headers, body }: WebAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // What was sent and not read would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  const plain = body === undefined || typeof body === 'string';
  response.writeHead(status, {
    'x-content-type-options': 'nosniff',
    ...(plain &&
      status !== 304 && {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(body ?? ''),
      }),
    ...headers,
  });
  if (plain || request.method === 'HEAD') response.end(plain && request.method !== 'HEAD' ? body : undefined);
  else await pipeline(body(), response);
}
