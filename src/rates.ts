/** How many stanzas each user may send: a bucket of tokens that fills up again, so that one can't slow the others down. */

import type { Intent } from '#src/intent.ts';
import { Refusal } from '#src/network.ts';
import { recent } from '#src/recent.ts';

export interface RateLimits {
  readonly perSecond: number;
  /** How many may come at once after a rest. */
  readonly burst: number;
}
interface Bucket {
  tokens: number;
  /** When `tokens` was right. */
  at: number;
}

/** What the next of its kind makes good. */
const PASSING: ReadonlySet<Intent['type']> = new Set(['presence', 'typing', 'displayed']);
/** Buckets kept; one that was forgotten is full, as it would be after a rest. */
const BUCKETS = 20_000;

export class Rates {
  readonly #limits: RateLimits;
  readonly #now: () => number;
  readonly #buckets = recent<string, Bucket>(BUCKETS);

  /** `now` tells the time in ms. */
  constructor(limits: RateLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts one stanza of a user; false where it is one too many. */
  take(user: string): boolean {
    const { perSecond, burst } = this.#limits;
    const at = this.#now();
    const bucket = this.#buckets.get(user);
    if (!bucket) {
      this.#buckets.set(user, { tokens: burst - 1, at });
      return true;
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** What becomes of a stanza: taken, refused where its sender has to know, or dropped where a later one tells more. */
  judge(intent: Intent): 'take' | 'drop' | Refusal {
    if (!counts(intent) || this.take(intent.origin.from.bare)) return 'take';
    if (PASSING.has(intent.type)) return 'drop';
    return new Refusal('too-fast', 'You send faster than the gateway takes it. Wait a moment, then send this again.');
  }
}

/**
 * All but the end of something, which must not get lost, and what a server says for itself or to everybody on a roster
 * (RFC 6121 §4.2, §4.3): that is as many stanzas at once as the user has contacts.
 */
function counts(intent: Intent): boolean {
  const { from, to } = intent.origin;
  if (intent.type === 'bounce' || intent.type === 'probe' || from.local === '') return false;
  return !(intent.type === 'presence' && (intent.presence.show === 'offline' || to.resource === ''));
}
