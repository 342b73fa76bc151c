/** What a client is told of a room's past when it joins (XEP-0045 §7.2.13–7.2.14). */

import { escapeLocal, localOf } from '#src/address.ts';
import type { HistoryWanted } from '#src/intent.ts';
import type { RoomId } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import { MOST_ON_JOIN, type PreferenceBook } from '#src/preferences.ts';
import type { Registry } from '#src/registry/database.ts';
import { replayed } from '#src/xmpp/write/archived.ts';
import type { Stanza } from '#src/xmpp/write/stanza.ts';

export interface HistoryOptions {
  readonly places: Places;
  readonly registry: Pick<Registry, 'archive'>;
  readonly preferences: Pick<PreferenceBook, 'of' | 'own'>;
  /** How many messages for a client that does not say what it wants. */
  readonly onJoin?: number;
}

/** Whatever a client asks for; there is more in the archive (XEP-0313). */
const MOST = MOST_ON_JOIN;

export class History {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** The last messages the user saw in the room, oldest first, of those that were added up to `upTo` (`Archive.last`). */
  async replay(user: string, room: RoomId, wants: HistoryWanted, upTo: number): Promise<readonly Stanza[]> {
    const { places, registry } = this.#options;
    const { maxStanzas, maxChars = Number.POSITIVE_INFINITY, since } = wants;
    const local = escapeLocal(room);
    if (local === undefined) return [];
    const unsaid = since === undefined && wants.maxChars === undefined ? this.#onJoin(user, local) : MOST;
    const max = Math.min(maxStanzas ?? unsaid, MOST);
    if (max === 0 || maxChars === 0) return [];
    const { entries } = await registry.archive.page({
      user,
      host: places.host,
      room: local,
      upTo,
      max,
      fromEnd: true,
      ...(since && { start: since }),
    });
    return lastOf(
      entries.map((entry) => replayed(`${local}@${places.host}`, entry)),
      maxChars,
    );
  }

  /** As the user has it for the room, for its account or for all, or else as the administrator has it. */
  #onJoin(user: string, local: string): number {
    const { places, preferences, onJoin = 20 } = this.#options;
    const target = places.read({ local });
    const account = target?.account === undefined ? '' : localOf(places.ofAccount(target.account));
    const [own] = [local, account].flatMap((at) => (at === '' ? [] : (preferences.own(user, at).onJoin ?? [])));
    const wish = own ?? preferences.of(user).onJoin;
    return wish < 0 ? onJoin : wish;
  }
}

/** As many of the last stanzas as have no more characters in all (XEP-0045 §7.2.14). */
function lastOf(stanzas: readonly Stanza[], maxChars: number): readonly Stanza[] {
  let left = maxChars;
  const from = stanzas.findLastIndex(({ head, tail }) => {
    left -= head.length + tail.length;
    return left < 0;
  });
  return stanzas.slice(from + 1);
}
