/** The answer to a request for a stored file: whole or in part (RFC 9110 §14), and harmless in a browser. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { StoredFile } from '#src/registry/media.ts';
import type { WebAnswer } from './server.ts';

/** From one byte to another, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a browser may show by itself: nothing of it can run scripts, as HTML and SVG can. */
const INLINE = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp|jxl)|(?:audio|video)\/[\w.+-]+|text\/plain)$/;

export function answerFile(
  { id, name, type, size, expires }: StoredFile,
  asked: IncomingHttpHeaders,
  open: (range: ByteRange) => Readable,
): WebAnswer {
  const etag = `"${id}"`;
  const shown = INLINE.test(type);
  const headers = {
    'content-type': shown ? (type === 'text/plain' ? 'text/plain; charset=utf-8' : type) : 'application/octet-stream',
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${extended(name)}`,
    // A browser plays a video or a sound by itself only where its address counts as a source of media.
    'content-security-policy': "default-src 'none'; media-src 'self'; frame-ancestors 'none'; sandbox",
    'cache-control': `private, immutable, max-age=${Math.floor(Math.max(0, expires.getTime() - Date.now()) / 1000)}`,
    // Web clients of other sites show it too.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'accept-ranges': 'bytes',
    etag,
  };
  if (matchesTag(asked['if-none-match'], etag)) return { status: 304, headers };
  const range =
    asked['if-range'] === undefined || asked['if-range'] === etag ? readRange(asked.range, size) : undefined;
  if (range === 'beyond') return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, body: '' };
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const partial = range && { 'content-range': `bytes ${start}-${end}/${size}` };
  return {
    status: range ? 206 : 200,
    headers: { ...headers, ...partial, 'content-length': end - start + 1 },
    // An empty file has no range that could be opened.
    body: size === 0 ? '' : () => open({ start, end }),
  };
}

/** One range; several at once, or what is none, is answered with the whole file (RFC 9110 §14.2). */
function readRange(header: string | undefined, size: number): ByteRange | 'beyond' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  return start >= size || (first === '' && last === '0') ? 'beyond' : { start, end };
}

function matchesTag(header: string | undefined, etag: string): boolean {
  return header === '*' || (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}

/** RFC 8187: what encodeURIComponent leaves and a parameter may not hold is encoded too. */
function extended(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
