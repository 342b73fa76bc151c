/** The features of one network's host, built once and wired to each other; src/features/ has them by area. */

import { commandFeatures } from '#src/features/commands.ts';
import { messageFeatures } from '#src/features/messages.ts';
import type { FeatureOptions } from '#src/features/options.ts';
import { type PersonFeatures, personFeatures } from '#src/features/people.ts';
import { questions } from '#src/features/questions.ts';
import { type RoomFeatures, roomFeatures } from '#src/features/rooms.ts';
import { type UserFeatures, userFeatures } from '#src/features/users.ts';
import { Mentions } from '#src/mentions.ts';
import type { OccupancyOptions } from '#src/occupancy.ts';
import { Router } from '#src/router.ts';
import { translate } from '#src/text/locale.ts';
import type { IqTable } from '#src/xmpp/iq.ts';

/** As much of them as the life of the component needs. */
export interface Features
  extends Pick<UserFeatures, 'access' | 'users' | 'languages' | 'invites' | 'rates' | 'stays'>,
    Pick<RoomFeatures, 'occupancy' | 'retention' | 'sleep'>,
    Pick<PersonFeatures, 'blocks' | 'privileges' | 'roster'> {
  readonly router: Router;
  /** Everything that is asked by iq. */
  readonly table: IqTable;
}

export function buildFeatures(options: FeatureOptions): Features {
  const ours = userFeatures(options, {
    watcher: () => router,
    sleep: () => rooms.sleep,
    blocks: () => people.blocks,
  });
  const rooms: RoomFeatures = roomFeatures(options, ours, {
    hash: (user, contact) => people.profiles.hash(user, contact),
    tell: (account, text) => tell(account, text),
  });
  const people: PersonFeatures = personFeatures(options, ours, rooms);
  const messages = messageFeatures(options, ours, rooms, people);
  const commanding = commandFeatures(options, ours, rooms, people);
  const { users, places, languages } = ours;
  const { occupancy } = rooms;
  const { blocks, profiles, roster } = people;
  const { refuse, log } = options;
  const tell: OccupancyOptions['tell'] = (account, text) =>
    messages.notice(account, translate(text, languages.of(account.user)));
  const mentions = new Mentions({ ...ours, tell });
  const parts = { users, places, languages, occupancy, blocks, profiles, roster, messages, mentions, refuse, log };
  const router: Router = new Router({ ...parts, chat: commanding.chat });
  const table = questions(options, { ours, rooms, people, commanding, messages });
  return { ...ours, ...rooms, ...people, router, table };
}
