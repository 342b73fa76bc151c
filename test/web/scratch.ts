/** What the tests of files share: a folder, and bytes on their way. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Media } from '#src/network.ts';
import { Spool } from '#src/web/spool.ts';

/** A folder that is gone after the test. */
export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'media-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

export async function openSpool(folder: string, most = 1000): Promise<Spool> {
  const spool = new Spool(join(folder, 'tmp'), most);
  await spool.open();
  return spool;
}

/** A file that comes in those pieces. */
export function mediaOf(pieces: readonly string[], facts: Partial<Media> = {}): Media {
  async function* bytes() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  return { type: 'image/png', bytes: bytes(), ...facts };
}
