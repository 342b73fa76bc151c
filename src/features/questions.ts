/** Everything that is asked by iq, and who answers it. */

import { personAsking } from '#src/asking.ts';
import type { Messages } from '#src/messages.ts';
import { avatar } from '#src/xmpp/avatar.ts';
import { blocking } from '#src/xmpp/blocking.ts';
import { channelSearch } from '#src/xmpp/channel-search.ts';
import { commands } from '#src/xmpp/commands.ts';
import { disco } from '#src/xmpp/disco.ts';
import { gatewayPrompt } from '#src/xmpp/gateway-prompt.ts';
import type { IqTable } from '#src/xmpp/iq.ts';
import { mam } from '#src/xmpp/mam.ts';
import { moderation } from '#src/xmpp/moderation.ts';
import { muc } from '#src/xmpp/muc.ts';
import { ping } from '#src/xmpp/ping.ts';
import { register } from '#src/xmpp/register.ts';
import { rosterPush } from '#src/xmpp/roster-push.ts';
import { search } from '#src/xmpp/search.ts';
import { time } from '#src/xmpp/time.ts';
import { vcard } from '#src/xmpp/vcard.ts';
import { version } from '#src/xmpp/version.ts';
import type { CommandFeatures } from './commands.ts';
import type { FeatureOptions } from './options.ts';
import type { PersonFeatures } from './people.ts';
import type { RoomFeatures } from './rooms.ts';
import type { UserFeatures } from './users.ts';

export interface Answering {
  readonly ours: UserFeatures;
  readonly rooms: RoomFeatures;
  readonly people: PersonFeatures;
  readonly commanding: CommandFeatures;
  readonly messages: Messages;
}

export function questions(options: FeatureOptions, { ours, rooms, people, commanding, messages }: Answering): IqTable {
  const { network, registry, send, drained, request } = options;
  const { places, users, preferences } = ours;
  const { occupancy, roomList } = rooms;
  const { blocks, profiles, privileges, roster, directory } = people;
  const { list, signIn, given, configure } = commanding;
  const ask = personAsking({ places, users, occupancy, blocks });
  return {
    ...disco(
      async (to, from, node) => (await directory.describe(to, from, node)) ?? list.describe(to, from, node),
      async (to, from, node, wanted) => (await directory.list(to, from, node, wanted)) ?? list.list(to, from, node),
    ),
    ...ping(ask),
    ...version(ask),
    ...time(ask),
    ...muc({ network, places, occupancy, configure }),
    ...search({ network, places, users, roomList }),
    ...channelSearch({ places, users, roomList }),
    ...moderation({ places, messages }),
    ...mam({ places, users, registry, preferences, send, drained }),
    ...register({ places, signIn }),
    ...commands(given),
    ...gatewayPrompt(network, places),
    ...blocking({ places, users, blocks, request }),
    ...vcard(profiles),
    ...avatar(profiles),
    ...rosterPush({
      may: (user) => privileges.may(user, 'roster get'),
      pushed: (user, query) => roster.pushed(user, query),
    }),
  };
}
