/**
 * Files with a message: what clients send as a URL (XEP-0066 §3, XEP-0447, XEP-0385) becomes `File`s, and what the
 * network sends is shown in the same ways.
 */

import type { File } from '#src/network.ts';
import { NS } from './ns.ts';
import { attr, child, childText, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** A file at an address that every client can fetch. */
export interface SharedFile {
  readonly url: string;
  readonly name?: string;
  readonly type?: string;
  readonly size?: number;
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: { readonly url: string; readonly type: string };
  /** SHA-256 in Base64, where the bytes went through our hands. */
  readonly sha256?: string;
}
type Metadata = Omit<File, 'at' | 'thumbnail'>;

/** More files in one message are left out. */
const MOST = 10;
const URL_LENGTH = 4096;
const NAME_LENGTH = 255;
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]{1,100}$/i;

/** The files of a message, each once, at most ten, and only those at http and https addresses. */
export function readFiles(message: Element): readonly File[] {
  const found = new Map<string, File>();
  for (const { url, about } of candidates(message)) {
    if (found.size < MOST && isWebAddress(url) && !found.has(url)) found.set(url, { at: { url }, ...about });
  }
  return [...found.values()];
}

/** Whether a file is encrypted for its receivers alone (XEP-0454, XEP-0448), so that no network could show it. */
export function isEncryptedFile(message: Element): boolean {
  const oob = child(message, 'x', NS.oob);
  if ([childText(message, 'body'), oob && childText(oob, 'url')].some((text) => text?.startsWith('aesgcm://'))) {
    return true;
  }
  return message
    .getChildren('file-sharing', NS.fileSharing)
    .some((sharing) => child(sharing, 'sources', NS.fileSharing)?.getChild('encrypted', NS.encryptedFile));
}

/**
 * The children that show those files. One file alone is also shown in the way of XEP-0066, for which the body of the
 * message has to be its URL.
 */
export function writeFiles(files: readonly SharedFile[]): Xml {
  const [only, ...more] = files;
  const sharings = files.map(fileSharing).join('') as Xml;
  if (!only || more.length > 0) return sharings;
  const fallback = tag('fallback', { xmlns: NS.fallback, for: NS.fileSharing }, tag('body', {}));
  const oob = tag('x', { xmlns: NS.oob }, tag('url', {}, escapeXml(only.url)));
  return `${sharings}${fallback}${oob}` as Xml;
}

interface Candidate {
  readonly url: string;
  readonly about: Metadata;
}

/** Those that say most come first, so that their metadata is the one kept. */
function* candidates(message: Element): Generator<Candidate> {
  for (const sharing of message.getChildren('file-sharing', NS.fileSharing)) {
    const sources = child(sharing, 'sources', NS.fileSharing);
    const url = sources && attrOf(child(sources, 'url-data', NS.urlData), 'target');
    if (url) yield { url, about: metadata(child(sharing, 'file', NS.fileMetadata)) };
  }
  for (const reference of message.getChildren('reference', NS.reference)) {
    const sharing = child(reference, 'media-sharing', NS.mediaSharing);
    const sources = sharing?.getChild('sources')?.getChildren('reference') ?? [];
    const url = sources.map((source) => attrOf(source, 'uri') ?? '').find(isWebAddress);
    if (url) yield { url, about: metadata(sharing?.getChild('file')) };
  }
  for (const oob of message.getChildren('x', NS.oob)) {
    const url = childText(oob, 'url')?.trim();
    if (url) yield { url, about: {} };
  }
}

/** XEP-0446; XEP-0385 names its elements alike. */
function metadata(file: Element | undefined): Metadata {
  if (!file) return {};
  const name = childText(file, 'name')?.trim().slice(0, NAME_LENGTH);
  const type = childText(file, 'media-type')?.trim();
  const [size, width, height] = ['size', 'width', 'height'].map((key) => count(childText(file, key)));
  return {
    ...(name && { name }),
    ...(type && MEDIA_TYPE.test(type) && { type }),
    ...(size !== undefined && { size }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  };
}

function fileSharing(file: SharedFile): Xml {
  const { url, name, type, size, width, height, thumbnail, sha256 } = file;
  const about = [
    type && tag('media-type', {}, escapeXml(type)),
    name && tag('name', {}, escapeXml(name)),
    ...Object.entries({ size, width, height }).map(([key, value]) => value !== undefined && number(key, value)),
    sha256 && tag('hash', { xmlns: NS.hashes, algo: 'sha-256' }, escapeXml(sha256)),
    // XEP-0264.
    thumbnail && tag('thumbnail', { xmlns: NS.thumbnails, uri: thumbnail.url, 'media-type': thumbnail.type }),
  ];
  const sources = tag('sources', {}, tag('url-data', { xmlns: NS.urlData, target: url }));
  const metadataElement = tag('file', { xmlns: NS.fileMetadata }, ...about);
  return tag('file-sharing', { xmlns: NS.fileSharing, disposition: 'inline' }, metadataElement, sources);
}

function number(name: string, value: number): Xml {
  return tag(name, {}, escapeXml(String(value)));
}

function isWebAddress(text: string): boolean {
  if (text.length > URL_LENGTH) return false;
  const url = URL.parse(text);
  return url?.protocol === 'https:' || url?.protocol === 'http:';
}

function attrOf(element: Element | undefined, name: string): string | undefined {
  return element && attr(element, name);
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
