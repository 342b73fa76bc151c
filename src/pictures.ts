/** Avatars of people and rooms, fetched once and kept in memory within bounds. */

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { LiveAccount } from '#src/account.ts';
import type { Log } from '#src/log.ts';
import { type Media, type MediaId, Refusal } from '#src/network.ts';
import { untilAborted } from '#src/within.ts';

/** An image as it is shown. */
export interface Picture {
  readonly bytes: Buffer;
  /** Media type, as the bytes tell it. */
  readonly type: string;
  /** SHA-1 of the bytes in hex (XEP-0153 §3.1, XEP-0084 §4.1). */
  readonly sha1: string;
}

/** A server closes the stream of a component at a stanza of 512 KiB, which base64 makes of three quarters of it. */
const IMAGE_BYTES = 320 * 1024;
const ALL_BYTES = 64 * 2 ** 20;
/** What could not be had is asked for again after this many ms. */
const FAILED_FOR = 60_000;
/** How long one may take, in ms. */
const WITHIN = 10_000;
/** Fetched at once; of those that nobody waits for, a few. What is more is as good as not there until the next wish. */
const AT_ONCE = 64;
const IN_ADVANCE = 4;
const WISHES = 1_000;
/** Counted for an entry beside its bytes. */
const ENTRY_BYTES = 500;

/** By their first bytes; only what every client can show, and nothing that can hold a script. */
const KINDS: readonly (readonly [start: string, type: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
];

/** The bytes as a picture; undefined where they are no image that is shown. */
export function pictureOf(bytes: Buffer): Picture | undefined {
  const start = bytes.toString('latin1', 0, 12);
  const webp = start.startsWith('RIFF') && start.endsWith('WEBP') ? 'image/webp' : undefined;
  const type = KINDS.find(([begins]) => start.startsWith(begins))?.[1] ?? webp;
  if (type === undefined) return undefined;
  return { bytes, type, sha1: createHash('sha1').update(bytes).digest('hex') };
}

export class Pictures {
  readonly #log: Log;
  /** What is kept; `none` for what could not be had. */
  readonly #kept = new LRUCache<MediaId, Picture | 'none'>({
    maxSize: ALL_BYTES,
    sizeCalculation: (picture) => ENTRY_BYTES + (picture === 'none' ? 0 : picture.bytes.length),
  });
  readonly #underWay = new Map<MediaId, Promise<Picture | undefined>>();
  /** What is to be fetched in advance, in order. */
  readonly #wishes: (() => Promise<void>)[] = [];
  #granting = 0;

  constructor(log: Log) {
    this.#log = log.child({ part: 'pictures' });
  }

  /** The picture if it is here already. */
  known(id: MediaId): Picture | undefined {
    const kept = this.#kept.get(id);
    return kept === 'none' ? undefined : kept;
  }

  /** The picture, fetched if need be; undefined where it can't be had now. Never rejects. */
  async get(account: LiveAccount, id: MediaId): Promise<Picture | undefined> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept === 'none' ? undefined : kept;
    const underWay = this.#underWay.get(id);
    if (underWay !== undefined) return underWay;
    if (this.#underWay.size >= AT_ONCE || !account.online) return undefined;
    const fetched = this.#fetch(account, id).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, fetched);
    return fetched;
  }

  /** Fetches it in its turn and calls `then` when it is here. */
  want(account: LiveAccount, id: MediaId, then: () => void): void {
    if (this.#wishes.length >= WISHES) return;
    this.#wishes.push(async () => {
      if (await this.get(account, id)) then();
    });
    if (this.#granting < IN_ADVANCE) void this.#grant();
  }

  async #grant(): Promise<void> {
    this.#granting += 1;
    for (let wish = this.#wishes.shift(); wish; wish = this.#wishes.shift()) {
      await wish().catch((error: unknown) => this.#log.error({ err: error }, 'A new picture could not be shown'));
    }
    this.#granting -= 1;
  }

  async #fetch(account: LiveAccount, id: MediaId): Promise<Picture | undefined> {
    const late = AbortSignal.timeout(WITHIN);
    try {
      const tooLong = () => new Refusal('timeout', 'The picture took too long.');
      const picture = await untilAborted(download(account, id, late), late, tooLong);
      this.#kept.set(id, picture ?? 'none', picture ? {} : { ttl: FAILED_FOR });
      return picture;
    } catch (error) {
      this.#log[error instanceof Refusal ? 'debug' : 'warn']({ err: error }, 'A picture could not be fetched');
      this.#kept.set(id, 'none', { ttl: FAILED_FOR });
      return undefined;
    }
  }
}

async function download(account: LiveAccount, id: MediaId, signal: AbortSignal): Promise<Picture | undefined> {
  const media = await account.lookUps.media?.(id);
  return media && pictureOf(await read(media, signal));
}

/** All bytes, within the bound; what is left when time is up is not read. */
async function read({ bytes, size = 0 }: Media, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    length += chunk.length;
    if (Math.max(length, size) > IMAGE_BYTES) {
      throw new Refusal('too-long', `The picture has more than ${IMAGE_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
