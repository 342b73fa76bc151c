/** A temporary folder that a server without root rights may write in. */

import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Debian's ids of `nobody` and `nogroup`: chat servers refuse to run as root. */
export const NOBODY = 65_534;

export const root = process.getuid?.() === 0;

export class Folder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(name: string): Promise<Folder> {
    const path = await mkdtemp(join(tmpdir(), `isthmus-${name}-`));
    if (root) await chown(path, NOBODY, NOBODY);
    return new Folder(path);
  }

  /** Writes `text` to `file`, a path inside, making the folders it is in. */
  async write(file: string, text: string): Promise<string> {
    const path = join(this.path, file);
    const made = await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    if (root) {
      if (made !== undefined) await chownTree(made, dirname(path));
      await chown(path, NOBODY, NOBODY);
    }
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

async function chownTree(top: string, bottom: string): Promise<void> {
  for (let path = bottom; path.length >= top.length; path = dirname(path)) await chown(path, NOBODY, NOBODY);
}
