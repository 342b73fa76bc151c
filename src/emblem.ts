/** The picture of a network's host; `tools/emblems.ts` draws them. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Picture, pictureOf } from '#src/pictures.ts';

const FOLDER = join(import.meta.dirname, '../assets');

/** The emblem of that kind of network, else the gateway's own. */
export function emblem(network: string): Picture {
  const own = join(FOLDER, `${network}.png`);
  const picture = pictureOf(readFileSync(existsSync(own) ? own : join(FOLDER, 'gateway.png')));
  if (!picture) throw new Error(`${own} is no picture`);
  return picture;
}
