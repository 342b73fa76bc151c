/** The rooms of a network that can be joined: asked for once, kept for a while, searched and paged. */

import { LRUCache } from 'lru-cache';
import type { LiveAccount } from '#src/account.ts';
import { Refusal, type RoomId, type RoomListing } from '#src/network.ts';
import { within } from '#src/within.ts';

/** How long, in ms, a list is good, one that failed is not asked for again, and an answer may take. */
const KEPT = 600_000;
const FAILED = 10_000;
const ANSWER_WITHIN = 50_000;
/** Rooms of a list; the rest is not kept. And of all lists together; the oldest lists go first. */
const ROOMS = 100_000;
const ROOMS_IN_ALL = 500_000;
/** Rooms that one search finds. */
const FOUND = 1_000;

/** Largest first, then by name, so that pages of it hold together. */
export interface Rooms {
  readonly listings: readonly RoomListing[];
  readonly byId: ReadonlyMap<RoomId, RoomListing>;
}
interface Kept {
  readonly rooms: Promise<Rooms>;
  /** What has come. */
  readonly known?: Rooms;
}

export interface SearchIn {
  readonly name?: boolean;
  readonly topic?: boolean;
  readonly address?: boolean;
}

export class RoomList {
  readonly #kept = new LRUCache<LiveAccount, Kept>({
    maxSize: ROOMS_IN_ALL,
    sizeCalculation: ({ known }) => 1 + (known?.listings.length ?? 0),
    ttl: KEPT,
    ttlAutopurge: true,
  });

  /** The rooms an account can join; none where its network keeps no list. Refuses when it is not connected. */
  async of(account: LiveAccount): Promise<Rooms> {
    const kept = this.#kept.get(account);
    if (kept) return kept.rooms;
    const rooms = ask(account);
    this.#kept.set(account, { rooms });
    try {
      const known = await rooms;
      this.#kept.set(account, { rooms, known });
      return known;
    } catch (error) {
      this.#kept.set(account, { rooms }, { ttl: FAILED });
      throw error;
    }
  }

  /** What the list, if it is here, says of a room. */
  known(account: LiveAccount, room: RoomId): RoomListing | undefined {
    return this.#kept.get(account)?.known?.byId.get(room);
  }

  /** The rooms in whose name, topic or address all words are, largest first; the largest of all where there are none. */
  async search(account: LiveAccount, text: string, where?: SearchIn): Promise<readonly RoomListing[]> {
    const words = wordsOf(text);
    const found: RoomListing[] = [];
    for (const listing of (await this.of(account)).listings) {
      if (matches(listing, words, where)) found.push(listing);
      if (found.length >= FOUND) break;
    }
    return found;
  }
}

/** The words of a search, in lower case. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
}

function matches(
  { room, name = '', topic = '' }: RoomListing,
  words: readonly string[],
  where: SearchIn = {},
): boolean {
  const { name: inName = true, topic: inTopic = true, address = true } = where;
  const text = `${address ? room : ''}\n${inName ? name : ''}\n${inTopic ? topic : ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

async function ask(account: LiveAccount): Promise<Rooms> {
  const { lookUps, label } = account;
  const late = () => new Refusal('timeout', `${label} did not tell its rooms in time. Try again later.`);
  const told = (await within(lookUps.rooms?.(), ANSWER_WITHIN, late)) ?? [];
  const byId = new Map(told.slice(0, ROOMS).map((listing) => [listing.room, listing]));
  const listings = [...byId.values()].sort(
    (a, b) => (b.members ?? 0) - (a.members ?? 0) || (a.room < b.room ? -1 : Number(a.room > b.room)),
  );
  return { listings, byId };
}
