/** Settings of channels: modes as the contract has them, and back (RFC 1459 §4.2.3, modern.ircdocs.horse). */

import { Refusal, type RoomSettings, type UserAction } from '#src/network.ts';
import type { Link } from '../link.ts';
import { isKey } from '../names.ts';
import type { Channel } from './channels.ts';
import { joinedChannel } from './command.ts';
import type { ModeChange } from './mode-changes.ts';
import { changeModes } from './moderate.ts';

/** What a channel can be set to. */
export const SETTINGS = ['password', 'membersOnly', 'moderated', 'listed', 'openTopic', 'limit'] as const;
/** A key that the server does not show. */
const HIDDEN = '*';

/** No mode at all. */
const PLAIN: RoomSettings = {
  password: '',
  membersOnly: false,
  moderated: false,
  listed: true,
  openTopic: true,
  limit: 0,
};

/** The settings that changes lead to, `known` being those before; without it the changes are all there is. */
export function settingsAfter(changes: readonly ModeChange[], known: RoomSettings = PLAIN): RoomSettings {
  const settings = { ...known };
  for (const change of changes) Object.assign(settings, settingOf(change, settings));
  return settings;
}

function settingOf({ sign, mode, param }: ModeChange, { password }: RoomSettings): RoomSettings {
  const on = sign === '+';
  switch (mode) {
    case 'i':
      return { membersOnly: on };
    case 'k':
      // To those who may not see it the key is `*`, or left out.
      return { password: on ? (param !== HIDDEN && param) || password || HIDDEN : '' };
    case 'l':
      return { limit: on ? Number(param) || 0 : 0 };
    case 'm':
      return { moderated: on };
    case 's':
    case 'p':
      return { listed: !on };
    case 't':
      return { openTopic: !on };
    default:
      return {};
  }
}

/** Takes what the modes of a channel now are, and tells what is new. */
export function takeSettings(link: Link, channel: Channel, settings: RoomSettings): void {
  const { settings: before } = channel;
  const changed = Object.fromEntries(
    SETTINGS.flatMap((name) => (before?.[name] === settings[name] ? [] : [[name, settings[name]]])),
  );
  channel.settings = settings;
  if (channel.state !== 'in' || Object.keys(changed).length === 0) return;
  link.emit({ type: 'settings', room: channel.room, settings: changed });
}

/** Resolves when the server has made the changes. */
export async function configure(link: Link, action: UserAction & { type: 'configure' }): Promise<void> {
  const channel = joinedChannel(link, action.room);
  const changes = [...keyChanges(channel, action.settings), ...otherChanges(action.settings)];
  const { modesPerLine } = link.isupport;
  for (let at = 0; at < changes.length; at += modesPerLine) {
    await changeModes(link, channel, changes.slice(at, at + modesPerLine));
  }
}

/** A key is not replaced but taken away and set anew: servers refuse a second one (ERR_KEYSET). */
function keyChanges({ settings, name }: Channel, { password }: RoomSettings): ModeChange[] {
  const old = settings?.password ?? '';
  if (password === undefined || password === old) return [];
  if (password !== '' && !isKey(password)) {
    throw new Refusal('invalid', `The password of ${name} is one word without a comma. Choose another.`);
  }
  const off: ModeChange[] = old === '' ? [] : [{ sign: '-', mode: 'k', param: old }];
  return password === '' ? off : [...off, { sign: '+', mode: 'k', param: password }];
}

function otherChanges({ membersOnly, moderated, listed, openTopic, limit }: RoomSettings): ModeChange[] {
  const flags: readonly (readonly [string, boolean | undefined])[] = [
    ['i', membersOnly],
    ['m', moderated],
    ['s', listed === undefined ? undefined : !listed],
    ['t', openTopic === undefined ? undefined : !openTopic],
  ];
  const changes: ModeChange[] = flags.flatMap(([mode, on]) =>
    on === undefined ? [] : [{ sign: on ? '+' : '-', mode } as const],
  );
  if (limit === 0) changes.push({ sign: '-', mode: 'l' });
  else if (limit !== undefined) changes.push({ sign: '+', mode: 'l', param: String(limit) });
  return changes;
}
