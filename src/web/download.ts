/** Fetching what a user or a network points at: never from the site's own network, bounded in size and time. */

import type { IncomingMessage } from 'node:http';
import { type Reach, reachOf } from '#src/net/public-address.ts';
import { type Host, type Media, Refusal } from '#src/network.ts';
import { plain, request, webAddress } from './request.ts';

export interface DownloadLimits {
  /** Largest file, in bytes. */
  readonly bytes: number;
  /** For the whole of one file, in ms. */
  readonly total: number;
  /** For how many ms nothing may come. */
  readonly idle: number;
}

const LIMITS: DownloadLimits = { bytes: 50 * 1024 * 1024, total: 300_000, idle: 15_000 };
const REDIRECTS = 5;
const MOVED: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]{1,100}(?=\s*(;|$))/i;
const NAME_LENGTH = 255;
/** Nothing of the user's or the gateway's is told, and the bytes come as they are. */
const HEADERS = { 'user-agent': 'isthmus', accept: '*/*', 'accept-encoding': 'identity' };

/** Fetches from public addresses and, beyond them, from the networks given (CIDR). */
export function downloader(alsoFrom: readonly string[] = [], limits: Partial<DownloadLimits> = {}): Host['download'] {
  const reach = reachOf(alsoFrom);
  const all = { ...LIMITS, ...limits };
  return (url, signal) => fetchFile(url, signal, reach, all);
}

/** Fetches from public addresses alone. */
export const download: Host['download'] = downloader();

async function fetchFile(text: string, stop: AbortSignal, reach: Reach, limits: DownloadLimits): Promise<Media> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(limits.total)]);
  let url = webAddress(text);
  for (let redirects = 0; redirects <= REDIRECTS; redirects += 1) {
    const answer = await request(url, { method: 'GET', headers: HEADERS, reach, signal, idle: limits.idle });
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) return mediaOf(answer, url, signal, limits.bytes);
    answer.destroy();
    if (!MOVED.has(statusCode) || headers.location === undefined) throw refused(url, statusCode);
    url = webAddress(headers.location, url);
  }
  throw new Refusal('network', `${url.host} sends from one address to the next without end. Send another address.`);
}

function mediaOf(answer: IncomingMessage, url: URL, signal: AbortSignal, most: number): Media {
  const { headers } = answer;
  const size = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' || (size !== undefined && size > most)) {
    answer.destroy();
    throw encoding === 'identity' ? tooLarge(url, most) : new Refusal('network', `${url.host} sends no plain file.`);
  }
  const name = nameIn(url);
  return {
    type: MEDIA_TYPE.exec(headers['content-type'] ?? '')?.[0].toLowerCase() ?? 'application/octet-stream',
    ...(size !== undefined && { size }),
    ...(name !== '' && { name }),
    bytes: bounded(answer, url, signal, most),
  };
}

/** What comes, up to `most` bytes; leaving the loop early closes the connection. */
async function* bounded(
  answer: IncomingMessage,
  url: URL,
  signal: AbortSignal,
  most: number,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of answer) {
      read += chunk.length;
      if (read > most) throw tooLarge(url, most);
      yield chunk;
    }
  } catch (error) {
    throw plain(error, url, signal);
  }
}

/** The last part of the address; what a server says in its headers may be anything. */
function nameIn({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last).slice(0, NAME_LENGTH);
  } catch {
    // No UTF-8 behind the percent signs: the name is as it stands there.
    return last.slice(0, NAME_LENGTH);
  }
}

function refused({ host }: URL, status: number): Refusal {
  if (status === 404 || status === 410) return new Refusal('not-found', `${host} does not have the file any more.`);
  if (status === 401 || status === 403) return new Refusal('forbidden', `${host} does not give the file to others.`);
  return new Refusal('network', `${host} did not give the file (${status}). Try again later.`);
}

function tooLarge({ host }: URL, most: number): Refusal {
  return new Refusal('too-long', `The file at ${host} is larger than ${megabytes(most)}. Send a link to it instead.`);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
