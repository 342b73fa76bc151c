/** Modes of channels as the server tells them: ranks of members, and what else changes (RFC 1459 §4.2.3). */

import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { authorOf } from '../messages/messages.ts';
import { isKey } from '../names.ts';
import type { Lines } from '../receive.ts';
import { type Channel, channelOf, emitMember, emitRoom, occupantOf, putOccupant } from './channels.ts';
import { formatModes, type ModeChange, readModes } from './mode-changes.ts';
import { settingsAfter, takeSettings } from './settings.ts';

function modeChanged(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[0]);
  if (!channel) return;
  const changes = readModes(link.isupport, line.params.slice(1));
  const isRank = ({ mode }: ModeChange) => link.isupport.prefixes.some((prefix) => prefix.mode === mode);
  const moved = new Set(changes.filter(isRank).map((change) => changeRank(link, channel, change)));
  for (const nick of moved) {
    const occupant = occupantOf(link, channel, nick);
    if (occupant) emitMember(link, channel, occupant);
  }
  const others = changes.filter((change) => !isRank(change));
  if (others.length === 0) return;
  note(link, channel, others);
  // Without the modes before, those after are not known.
  if (channel.settings) takeSettings(link, channel, settingsAfter(others, channel.settings));
  if (channel.state === 'in') tell(link, channel, line, others);
}

/** Returns the nick it is about. */
function changeRank(link: Link, channel: Channel, { sign, mode, param = '' }: ModeChange): string {
  const occupant = occupantOf(link, channel, param);
  if (!occupant) return param;
  const without = occupant.modes.replaceAll(mode, '');
  putOccupant(link, channel, { ...occupant, modes: sign === '+' ? without + mode : without });
  return occupant.nick;
}

/** Keeps what matters to us: +m, the key to come back with, and who was banned. */
function note(link: Link, channel: Channel, changes: readonly ModeChange[]): void {
  const { moderated } = channel;
  for (const { sign, mode, param } of changes) {
    if (mode === 'm') channel.moderated = sign === '+';
    if (mode === 'b') channel.banned = sign === '+' ? link.isupport.fold(param ?? '') : '';
    if (mode === 'k') keepKey(link, channel, sign === '+' ? param : undefined);
  }
  if (channel.moderated !== moderated) emitRoom(link, channel);
}

/** Servers show `*` to those who may not see the key. */
function keepKey(link: Link, { room, name }: Channel, key: string | undefined): void {
  if (key === '*' || (key !== undefined && !isKey(key)) || !link.wishes.rooms.has(room)) return;
  link.wishes.rooms.set(room, { room, name, ...(key !== undefined && { key }) });
}

function tell(link: Link, channel: Channel, line: Line, changes: readonly ModeChange[]): void {
  const text = `Mode ${channel.name} [${formatModes(changes)}] by ${line.source}`;
  const from = authorOf(link, line.source);
  link.emit({
    type: 'message',
    in: { room: channel.room },
    from,
    at: link.clock.timeOf(line),
    content: { text, style: 'notice' },
  });
}

/** The key we came in with: the server may not show it. */
function keyOf(link: Link, { room }: Channel): { password?: string } {
  const key = link.wishes.rooms.get(room)?.key;
  return key === undefined ? {} : { password: key };
}

/** RPL_CHANNELMODEIS: `me #channel +modes params` */
function modesAre(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[1]);
  if (!channel) return;
  const changes = readModes(link.isupport, line.params.slice(2));
  note(link, channel, changes);
  const keyed = changes.some(({ mode }) => mode === 'k');
  takeSettings(link, channel, settingsAfter(changes, { ...settingsAfter([]), ...(keyed && keyOf(link, channel)) }));
}

export const modeLines: Lines = { MODE: modeChanged, 324: modesAre };
