/** People: on rosters, with their faces, blocked; and what the users' servers let the gateway do for them. */

import { Blocks } from '#src/blocks.ts';
import { Bookmarks } from '#src/bookmarks.ts';
import { Privileges } from '#src/privileges.ts';
import { Profiles } from '#src/profiles.ts';
import { ReadState } from '#src/read-state.ts';
import { reports } from '#src/reports.ts';
import { Roster } from '#src/roster.ts';
import { capsElement } from '#src/xmpp/caps.ts';
import { Directory } from '#src/xmpp/describe.ts';
import { policyForms } from '#src/xmpp/policy.ts';
import { photo } from '#src/xmpp/write/occupant.ts';
import type { FeatureOptions } from './options.ts';
import type { RoomFeatures } from './rooms.ts';
import type { UserFeatures } from './users.ts';

export function personFeatures(options: FeatureOptions, ours: UserFeatures, { occupancy, roomList }: RoomFeatures) {
  const { host, network, registry, send, request, log, admins = [], contact = {}, policy = {}, archive = {} } = options;
  const { places, users } = ours;
  const privileges = new Privileges({ host, send, request, log });
  const blocks = new Blocks({
    places,
    users,
    registry,
    show: (account, person) => roster.event(account, person),
    report: reports({ places, send, admins }),
    log,
  });
  const profiles = new Profiles({
    network,
    places,
    users,
    show: (account, person) => {
      occupancy.presence(account, person);
      roster.event(account, person);
    },
    log,
  });
  const directory = new Directory({
    network,
    places,
    users,
    registry,
    roomList,
    avatar: (account, room) => profiles.roomHash(account, room),
    forms: policyForms({ contact, policy, gateway: network.gateway, days: archive.days ?? 30 }),
  });
  const roster = new Roster({
    ...options,
    users,
    places,
    blocks,
    privileges,
    extras: (at, user) => capsElement(directory.onRoster(at)) + photo(profiles.hashOf(user, at)),
  });
  const bookmarks = new Bookmarks({ host, privileges, send });
  const readState = new ReadState({ places, privileges, log });
  return { privileges, blocks, profiles, directory, roster, bookmarks, readState };
}
export type PersonFeatures = ReturnType<typeof personFeatures>;
