/** Bounded memory of what was used last. */

import { LRUCache } from 'lru-cache';

/**
 * Keeps the `most` entries that were used last, each for `ttl` ms at most where that is given. Counted as sizes, because
 * with `max` the library reserves the memory of all of them at once: a megabyte for 50,000.
 */
export function recent<Key extends NonNullable<unknown>, Value extends NonNullable<unknown>>(
  most: number,
  ttl?: number,
): LRUCache<Key, Value> {
  return new LRUCache({ maxSize: most, sizeCalculation: () => 1, ...(ttl !== undefined && { ttl }) });
}
