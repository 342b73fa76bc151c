/** Rooms: who sits in them, what they are shown, and what is kept of what was said. */

import { History } from '#src/history.ts';
import type { ContactId } from '#src/network.ts';
import { Occupancy } from '#src/occupancy.ts';
import { Retention } from '#src/retention.ts';
import { RoomList } from '#src/room-list.ts';
import { Showing } from '#src/showing.ts';
import { occupantIds } from '#src/xmpp/occupant-id.ts';
import type { FeatureOptions } from './options.ts';
import type { UserFeatures } from './users.ts';

type Hash = (user: string, contact: ContactId) => string | undefined;

/** `hash` tells a contact's avatar (XEP-0153). */
export function roomFeatures(options: FeatureOptions, { places, users, preferences }: UserFeatures, hash: Hash) {
  const { host, registry, send, refuse, log, archive = {}, fullUpTo = 1_000 } = options;
  const occupantId = occupantIds(registry.deriveKey('occupant-id'), host);
  const history = new History({ places, registry, ...archive });
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
  const occupancy = new Occupancy({ users, places, registry, showing, refuse, log });
  const retention = new Retention({ host, registry, log, ...archive });
  return { occupantId, showing, occupancy, retention, roomList: new RoomList() };
}
export type RoomFeatures = ReturnType<typeof roomFeatures>;
