/** `isthmus import …`: brings over what another gateway has. */

import { Refusal } from '#src/network.ts';
import type { Environment } from './biboumi-config.ts';
import type { Output } from './progress.ts';

export interface Surroundings {
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Loaded where it is needed: the gateway itself has no use for it. */
export async function importFrom([from, ...args]: readonly string[], surroundings: Surroundings): Promise<void> {
  if (from !== 'biboumi') {
    throw new Refusal('unsupported', 'Only biboumi can be imported from: isthmus import biboumi --help says how.');
  }
  const { importBiboumi } = await import('./biboumi.ts');
  await importBiboumi({ args, ...surroundings });
}
