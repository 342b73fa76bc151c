/** The own media store: keeps files for users whose server does not, gives them away by signed links, and tidies up. */

import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { Lanes } from '#src/lanes.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import type { MediaFiles } from '#src/registry/media.ts';
import type { MediaLinks } from './media-link.ts';
import { answerFile } from './serve-file.ts';
import type { Answer } from './server.ts';
import { type Spooled, settle } from './spool.ts';

interface MediaLimits {
  /** Days that a file stays. */
  readonly days: number;
  /** Bytes of one user's files, and of all. */
  readonly user: number;
  readonly total: number;
}
export interface MediaStoreOptions {
  readonly folder: string;
  readonly files: MediaFiles;
  readonly links: MediaLinks;
  /** Where the world reaches it: `https://gateway.example.com/media`. */
  readonly address: string;
  readonly limits: MediaLimits;
  readonly log: Log;
}

const DAY = 86_400_000;
const SWEPT_EVERY = 600_000;
/** Files of one user that may wait to be taken in. */
const WAITING = 100;

export class MediaStore implements AsyncDisposable {
  readonly #options: MediaStoreOptions;
  readonly #log: Log;
  /** One user's files are taken in one after another, so that what they use is counted right. */
  readonly #lanes = new Lanes(WAITING);
  readonly #stopped = new AbortController();
  #bytes = 0;
  #sweeping: Promise<void> = Promise.resolve();

  private constructor(options: MediaStoreOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'media' });
  }

  static async open(options: MediaStoreOptions): Promise<MediaStore> {
    const store = new MediaStore(options);
    store.#bytes = await options.files.bytes();
    store.#sweeping = store.#sweepAlways();
    return store;
  }

  /** Takes over a file; resolves with its address when it is on disk, so that no link is ever dead before its time. */
  keep(user: string, host: string, file: Spooled): Promise<string> {
    return this.#lanes.run(user, () => this.#keep(user, host, file));
  }

  async #keep(user: string, host: string, { path, name, type, size }: Spooled): Promise<string> {
    const { files, links, address, limits } = this.#options;
    if ((await files.bytes(user)) + size > limits.user) {
      throw new Refusal('full', `Your files here take up all their place. The oldest go after ${limits.days} days.`);
    }
    if (this.#bytes + size > limits.total) {
      throw new Refusal('full', "The gateway's place for files is full. Tell its administrator.");
    }
    this.#bytes += size;
    const id = randomBytes(16).toString('base64url');
    const expires = new Date(Date.now() + limits.days * DAY);
    try {
      // The row comes first: a file without one would stay for ever, a row without a file is swept with the others.
      await files.add({ id, user, host, name, type, size, expires });
      await settle(path, this.#path(id));
    } catch (error) {
      await files.remove(id);
      this.#bytes -= size;
      throw error;
    }
    return `${address}/${links.write(id, expires, name)}`;
  }

  /** Gives the files away; the part `media` of the web server. */
  readonly answer: Answer = async ({ method, path, headers }) => {
    if (method !== 'GET') return { status: 405, headers: { allow: 'GET, HEAD' } };
    const link = this.#options.links.read(path);
    if (!link) return { status: 404, body: 'There is no such file.\n' };
    const file = link.expires > new Date() ? await this.#options.files.get(link.id) : undefined;
    if (!file) return { status: 410, body: 'This file is not kept any more.\n' };
    return answerFile(file, headers, (range) => createReadStream(this.#path(file.id), range));
  };

  /** Removes what is overdue. */
  async sweep(now = new Date()): Promise<void> {
    const { files } = this.#options;
    for (let page = await files.overdue(now); page.length > 0; page = await files.overdue(now)) {
      for (const { id, size } of page) {
        // A store that is closing waits for this; the rest goes the next time.
        if (this.#stopped.signal.aborted) return;
        await rm(this.#path(id), { force: true });
        await files.remove(id);
        this.#bytes -= size;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#sweeping;
    await this.#lanes.allIdle();
  }

  async #sweepAlways(): Promise<void> {
    const { signal } = this.#stopped;
    await this.#sweepSafely();
    try {
      for await (const _ of every(SWEPT_EVERY, undefined, { signal, ref: false })) await this.#sweepSafely();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #sweepSafely(): Promise<void> {
    await this.sweep().catch((error: unknown) => {
      this.#log.error({ err: error }, 'Files that are overdue could not be removed; it is tried again');
    });
  }

  /** In folders by the first two characters, so that none grows too long. */
  #path(id: string): string {
    return join(this.#options.folder, id.slice(0, 2), id);
  }
}
