/** Rooms: who sits in them, what they are shown, and what is kept of what was said. */

import { History } from '#src/history.ts';
import type { ContactId } from '#src/network.ts';
import { Occupancy, type OccupancyOptions } from '#src/occupancy.ts';
import { Retention } from '#src/retention.ts';
import { RoomList } from '#src/room-list.ts';
import { Showing } from '#src/showing.ts';
import { Sleep } from '#src/sleep.ts';
import { occupantIds } from '#src/xmpp/occupant-id.ts';
import type { FeatureOptions } from './options.ts';
import type { UserFeatures } from './users.ts';

/** They are asked for later: they are built after this. */
interface Later {
  /** A contact's avatar (XEP-0153). */
  readonly hash: (user: string, contact: ContactId) => string | undefined;
  readonly tell: OccupancyOptions['tell'];
}

export function roomFeatures(
  options: FeatureOptions,
  { places, users, preferences, stays, lastSeen }: UserFeatures,
  { hash, tell }: Later,
) {
  const { host, registry, send, refuse, log, archive = {}, fullUpTo = 1_000 } = options;
  const occupantId = occupantIds(registry.deriveKey('occupant-id'), host);
  const history = new History({ places, registry, preferences, ...archive });
  const showing = new Showing({
    places,
    send,
    occupantId,
    preferences,
    hash,
    past: (user, room, wants) => history.replay(user, room, wants, registry.archive.last),
    fullUpTo,
    log,
  });
  const { rooms } = options.quotas ?? {};
  const occupancy = new Occupancy({ users, places, registry, showing, stays, rooms, tell, refuse, log });
  preferences.follow((user) => occupancy.residence.reconsider(user));
  const sleep = new Sleep({ users, occupancy, stays, lastSeen, log });
  const retention = new Retention({ host, registry, log, ...archive });
  return { occupantId, showing, occupancy, sleep, retention, roomList: new RoomList() };
}
export type RoomFeatures = ReturnType<typeof roomFeatures>;
