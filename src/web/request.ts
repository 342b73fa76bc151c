/** One HTTP request of ours to a server that somebody else has named: where it may go, and how long it may take. */

import { type ClientRequestArgs, request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reach } from '#src/net/public-address.ts';
import { Refusal } from '#src/network.ts';

export interface RequestOptions {
  readonly method: 'GET' | 'PUT';
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Opened when it is to be sent. */
  readonly body?: () => Readable;
  readonly reach: Reach;
  /** For all of it, the reading of the answer included. */
  readonly signal: AbortSignal;
  /** For how many ms nothing may move, the wait for the first byte included. */
  readonly idle?: number;
}

const IDLE = 15_000;
const HEADER_BYTES = 16 * 1024;

/** Resolves when the answer begins, whatever its status. Rejects with a `Refusal`, and its body may throw one. */
export async function request(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const { method, headers, body, reach, signal, idle = IDLE } = options;
  if (signal.aborted) throw plain(signal.reason, url, signal);
  checkAddress(url, reach);
  const answer = Promise.withResolvers<IncomingMessage>();
  const start = url.protocol === 'https:' ? https : http;
  const asked: ClientRequestArgs = {
    method,
    headers,
    // No connection is shared: one that another reach has opened must not be used.
    agent: false,
    lookup: reach.lookup,
    timeout: idle,
    signal,
    maxHeaderSize: HEADER_BYTES,
    // Name and password in the address are nobody's to send on.
    auth: null,
  };
  let incoming: IncomingMessage | undefined;
  const outgoing = start(url, asked, (message) => {
    incoming = message;
    answer.resolve(message);
  });
  outgoing.on('timeout', () => {
    const late = new Refusal('timeout', `${url.host} is too slow. Try again later.`);
    incoming?.destroy(late);
    outgoing.destroy(late);
  });
  outgoing.on('error', (error) => answer.reject(plain(error, url, signal)));
  if (body) pipeline(body(), outgoing).catch((error: unknown) => answer.reject(plain(error, url, signal)));
  else outgoing.end();
  return answer.promise;
}

/** The web address in a text that somebody else wrote; refuses everything but http and https. */
export function webAddress(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new Refusal('invalid', 'This is no web address. Send one that begins with https://.');
  }
  return url;
}

/** What went wrong as a `Refusal`; the causes that are bugs are left as they are. */
export function plain(error: unknown, { host }: URL, signal: AbortSignal): unknown {
  if (error instanceof Refusal) return error;
  if (signal.aborted) {
    const { reason } = signal;
    if (reason instanceof Refusal) return reason;
    return new Refusal('timeout', `${host} did not give the file in time. Try again later.`, { cause: reason });
  }
  if (!(error instanceof Error) || !('code' in error || 'errors' in error || /public address/.test(error.message))) {
    return error;
  }
  return new Refusal('network', `${host} can't be reached. Check the address, or try again later.`, { cause: error });
}

/** Node looks up no literal address, so that it is judged here. */
function checkAddress({ hostname, host }: URL, reach: Reach): void {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) > 0 && !reach.allows(literal)) {
    throw new Refusal('forbidden', `${host} is not a public address. Put the file on a server of the Internet.`);
  }
}
