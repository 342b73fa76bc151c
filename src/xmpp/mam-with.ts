/** The `with` of an archive's query: whose messages are wanted (XEP-0313 §4.1.1). */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { escapeLocal, type Jid } from '#src/address.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Archive, Archived } from '#src/registry/archive.ts';
import type { Page, Query } from '#src/registry/archive-page.ts';

type Fits = (entry: Archived) => boolean;
/** One conversation, the messages that fit, or none at all. */
export type Scope = { readonly contact: string } | { readonly fits: Fits } | 'nobody';

/** Read from the table at once, and for one query; whoever searches for a rare name has to narrow it by time. */
const AT_ONCE = 250;
const SCANNED = 50_000;

/** Which of an archive's messages are with that JID. */
export function scopeOf(jid: Jid, { user, room }: Query, places: Places): Scope {
  if (room !== undefined) return { fits: fromOccupant(jid, user, places) };
  const target = places.find(jid);
  switch (target?.type) {
    case undefined:
    case 'room':
      // What somebody in a room says in private is with the person, wherever it came from.
      return 'nobody';
    case 'contact':
      return { contact: escapeLocal(target.contact) ?? jid.local };
    case 'host':
    case 'account':
      return { contact: jid.local };
  }
}

/** In a room: what an occupant, or the person behind it, has said. */
function fromOccupant(jid: Jid, user: string, places: Places): Fits {
  if (jid.bare === user) return ({ author }) => author === '';
  const target = places.find(jid);
  return target?.type === 'contact' ? ({ author }) => author === target.contact : sentBy(jid);
}

/** A bare JID stands for all its resources. */
function sentBy({ full, bare, resource }: Jid): Fits {
  return ({ sender }) => (resource === '' ? sender === bare || sender.startsWith(`${bare}/`) : sender === full);
}

/** The page of those that fit; no index knows them, so messages are read until there are enough. */
export async function scan(archive: Archive, query: Query, fits: Fits): Promise<Page> {
  const found: Archived[] = [];
  let limits: Query = { ...query, max: AT_ONCE };
  for (let scanned = 0; scanned < SCANNED; scanned += AT_ONCE) {
    const { entries, complete } = await archive.page(limits);
    const ordered = query.fromEnd ? entries.toReversed() : entries;
    found.push(...ordered.filter(fits));
    const enough = found.length > query.max;
    if (enough || complete) {
      const some = found.slice(0, query.max);
      return { entries: query.fromEnd ? some.reverse() : some, complete: !enough };
    }
    const last = ordered.at(-1)?.id;
    limits = { ...limits, ...(last !== undefined && { [query.fromEnd ? 'before' : 'after']: last }) };
    // The database answers within the turn, so that without this a search would hold up everybody.
    await nextTurn();
  }
  throw new Refusal('timeout', 'This search takes too long. Narrow it with start and end.');
}
