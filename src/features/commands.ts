/** The commands, and the three ways to them: registration form, list of commands, chat with the host. */

import { AccountSettings } from '#src/account-settings.ts';
import { commandBook } from '#src/commands/all.ts';
import { CommandChat } from '#src/commands/chat.ts';
import { configure } from '#src/commands/configure.ts';
import { SignIn } from '#src/commands/sign-in.ts';
import { CommandDirectory } from '#src/xmpp/commands.ts';
import * as write from '#src/xmpp/write/message.ts';
import type { FeatureOptions } from './options.ts';
import type { PersonFeatures } from './people.ts';
import type { RoomFeatures } from './rooms.ts';
import type { UserFeatures } from './users.ts';

export function commandFeatures(
  options: FeatureOptions,
  ours: UserFeatures,
  { occupancy, roomList, retention }: RoomFeatures,
  { roster, blocks, bookmarks }: PersonFeatures,
) {
  const { host, network, registry, admins = [], send, refuse } = options;
  const { places, languages } = ours;
  const erase = (user: string, local?: string) => retention.erase(user, local);
  const shared = { ...ours, network, registry, roster, blocks, erase };
  const signIn = new SignIn(shared);
  const settings = new AccountSettings({ network, places, registry, users: ours.users });
  const configuring = { network, preferences: ours.preferences, settings, onJoin: options.archive?.onJoin ?? 20 };
  const book = commandBook({
    ...shared,
    ...configuring,
    reload: options.reload,
    signIn,
    occupancy,
    admins,
    bring: (user, room, name, nick) => bookmarks.bring(user, room, name, nick),
    searchRooms: (account, text) => roomList.search(account, text),
  });
  const given = { places, book, languages };
  const chat = new CommandChat({
    ...given,
    say: (to, text) => send(write.chat(host, text), to),
    received: (to, id) => send(write.receipt(host, id), to),
    refuse,
  });
  return { signIn, given, chat, configure: configure(configuring), list: new CommandDirectory(given) };
}
export type CommandFeatures = ReturnType<typeof commandFeatures>;
