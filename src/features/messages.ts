/** Messages, and the files that come with them. */

import { Files } from '#src/files.ts';
import { Messages } from '#src/messages.ts';
import type { FeatureOptions } from './options.ts';
import type { PersonFeatures } from './people.ts';
import type { RoomFeatures } from './rooms.ts';
import type { UserFeatures } from './users.ts';

export function messageFeatures(
  options: FeatureOptions,
  { places, users, preferences }: UserFeatures,
  { occupancy, showing, occupantId }: RoomFeatures,
  { privileges, readState }: PersonFeatures,
) {
  const { host, network, registry, media: filePlaces, send, refuse, request, log } = options;
  return new Messages({
    network,
    users,
    places,
    occupancy,
    showing,
    archive: registry.archive,
    preferences,
    privileges,
    files: new Files({ host, places: filePlaces, request, log }),
    occupantId,
    elsewhere: (user, conversation, id) => readState.elsewhere(user, conversation, id),
    send,
    refuse,
    log,
  });
}
