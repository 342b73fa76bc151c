/** Modes of channels as the server tells them: ranks of members, and what else changes (RFC 1459 §4.2.3). */

import { type Channel, channelOf, emitMember, emitRoom, occupantOf, putOccupant } from './channels.ts';
import type { Isupport } from './isupport.ts';
import { type Line, timeOf } from './line.ts';
import type { Link } from './link.ts';
import { authorOf } from './messages.ts';
import { isKey } from './names.ts';
import type { Lines } from './receive.ts';

export interface ModeChange {
  readonly sign: '+' | '-';
  readonly mode: string;
  readonly param?: string;
}

/** `[modes, ...params]` as single changes; which modes have a parameter is the server's to say. */
export function readModes(isupport: Isupport, [modes = '', ...params]: readonly string[]): ModeChange[] {
  const { always, whenSet } = isupport.parameterModes;
  const withParam = always + isupport.prefixes.map(({ mode }) => mode).join('');
  const changes: ModeChange[] = [];
  let sign: ModeChange['sign'] = '+';
  for (const mode of modes) {
    if (mode === '+' || mode === '-') {
      sign = mode;
      continue;
    }
    const takes = withParam.includes(mode) || (sign === '+' && whenSet.includes(mode));
    const param = takes ? params.shift() : undefined;
    changes.push({ sign, mode, ...(param !== undefined && { param }) });
  }
  return changes;
}

/** The changes as one MODE has them: `+m-o nick`. */
export function formatModes(changes: readonly ModeChange[]): string {
  let sign = '';
  let modes = '';
  for (const change of changes) {
    modes += change.sign === sign ? change.mode : change.sign + change.mode;
    sign = change.sign;
  }
  return [modes, ...changes.flatMap(({ param }) => param ?? [])].join(' ');
}

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
    at: timeOf(line),
    content: { text, style: 'notice' },
  });
}

/** RPL_CHANNELMODEIS: `me #channel +modes params` */
function modesAre(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[1]);
  if (channel) note(link, channel, readModes(link.isupport, line.params.slice(2)));
}

export const modeLines: Lines = { MODE: modeChanged, 324: modesAre };
