/** Bytes on their way through: written to a temporary file, so that size and hash are known before they are offered. */

import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Media, Refusal } from '#src/network.ts';
import { untilAborted } from '#src/within.ts';

/** A file that is on disk, all of it. Disposing removes it, unless it was moved away. */
export interface Spooled extends AsyncDisposable {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** SHA-256 in Base64. */
  readonly sha256: string;
}

const MEDIA_TYPE = /^[a-z]+\/[\w.+-]{1,100}$/;
const NAME_LENGTH = 100;

export class Spool {
  readonly #folder: string;
  readonly #most: number;

  /** Files of up to `most` bytes, in a folder of its own. */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /** Makes the folder, and forgets what a crash has left there. */
  async open(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Takes all the bytes; rejects with a `Refusal` where they are too many, or come too late for `signal`. */
  async take(media: Media, name: string | undefined, signal: AbortSignal, most = this.#most): Promise<Spooled> {
    if ((media.size ?? 0) > most) throw tooLarge(most);
    const path = join(this.#folder, randomUUID());
    const remove = () => rm(path, { force: true });
    try {
      const { size, sha256 } = await write(path, media, signal, most);
      const type = media.type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      return {
        path,
        name: fileName(name ?? media.name),
        type: MEDIA_TYPE.test(type) ? type : 'application/octet-stream',
        size,
        sha256,
        [Symbol.asyncDispose]: remove,
      };
    } catch (error) {
      await remove();
      throw error;
    }
  }
}

async function write(
  path: string,
  { bytes }: Media,
  signal: AbortSignal,
  most: number,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  async function* counted() {
    for await (const chunk of within(bytes, signal)) {
      size += chunk.length;
      if (size > most) throw tooLarge(most);
      hash.update(chunk);
      yield chunk;
    }
  }
  await pipeline(counted, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
  return { size, sha256: hash.digest('base64') };
}

/** Moves a file to where it stays; on disk when it resolves, its name included. */
export async function settle(path: string, target: string): Promise<void> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(path, target);
  await using directory = await open(folder, 'r');
  await directory.sync();
}

/** A name that is safe in a folder, in an address and in a header; what is left of the one given. */
export function fileName(name: string | undefined): string {
  const plain = (name ?? '')
    .toWellFormed()
    .replace(/^.*[/\\]/s, '')
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"|?*%#]/gu, '')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  return shortened(plain) || 'file';
}

/** Keeps the ending, by which programs know what it is. */
function shortened(name: string): string {
  const chars = [...name];
  if (chars.length <= NAME_LENGTH) return name;
  const ending = /\.[\w-]{1,10}$/.exec(name)?.[0] ?? '';
  return chars.slice(0, NAME_LENGTH - ending.length).join('') + ending;
}

/** Ends with a `Refusal` when the signal does, though the source may hang. */
async function* within(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const late = () => new Refusal('timeout', 'The file did not come in time.', { cause: signal.reason });
  const source = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAborted(source.next(), signal, late);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A source that hangs may never answer this; it is told, and not waited for.
    source.return?.()?.catch(() => undefined);
  }
}

function tooLarge(most: number): Refusal {
  return new Refusal('too-long', `The file is larger than ${Math.round(most / 1024 / 1024)} MiB.`);
}
