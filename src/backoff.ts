/** How long to wait before a lost connection is tried again. */

import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds: the longest first wait, and the longest of all. */
export interface BackoffLimits {
  readonly first: number;
  readonly most: number;
}

/**
 * Milliseconds to wait before the try after `failures` failed ones in a row. The bound doubles each time and the wait is
 * anywhere below it (full jitter), so that links lost together don't come back together.
 */
export function backoff(
  failures: number,
  limits: BackoffLimits = { first: 1_000, most: 60_000 },
  random: () => number = Math.random,
): number {
  return random() * Math.min(limits.most, limits.first * 2 ** Math.max(0, failures - 1));
}

/** The longest first wait where one came too fast, which is also the shortest of all there. */
const SLOWLY: BackoffLimits = { first: 30_000, most: 600_000 };

/** The same for whom the other side has told that they come too fast. */
export function slowBackoff(failures: number, random?: () => number): number {
  return SLOWLY.first + backoff(failures, SLOWLY, random);
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
