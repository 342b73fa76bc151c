/** Ids of rooms and contacts: `#chan%server` and `nick%server`, or without `%server` where the host has one server. */

import type { AccountId, ContactId, Place, RoomId } from '#src/network.ts';
import { foldAscii } from './casemapping.ts';
import { isChannelName, isPerson } from './names.ts';

/** Mints and reads the ids of one server. */
export interface Ids {
  room(channel: string): RoomId;
  contact(nick: string): ContactId;
  /** The channel or nick an id names, in lower case. */
  name(id: RoomId | ContactId): string;
}

/** `fixed`: the server is the host's only one, and ids don't name it. */
export function idsOf(server: AccountId, fixed: boolean): Ids {
  const tail = fixed ? '' : `%${server}`;
  return {
    room: (channel) => (foldAscii(channel) + tail) as RoomId,
    contact: (nick) => (foldAscii(nick) + tail) as ContactId,
    name: (id) => (id.endsWith(tail) ? id.slice(0, id.length - tail.length) : id),
  };
}

/** The server's name as an account id, when it may be used. */
export type FindServer = (name: string) => AccountId | undefined;

/** Reads a local part where each names its server. A channel may hold `%`, a server's name may not: the last one counts. */
export function placeOf(local: string, find: FindServer): Place | undefined {
  const sign = local.lastIndexOf('%');
  const account = find(foldAscii(local.slice(sign + 1)));
  if (account === undefined) return undefined;
  // biboumi's `%server` is the server too.
  return sign <= 0 ? { account } : named(local.slice(0, sign), account, idsOf(account, false));
}

/** Reads a local part of a host with one server. */
export function fixedPlaceOf(local: string, account: AccountId): Place | undefined {
  return local === '' ? { account } : named(local, account, idsOf(account, true));
}

function named(name: string, account: AccountId, ids: Ids): Place | undefined {
  if (isChannelName(name)) return { account, room: ids.room(name) };
  return isPerson(name) ? { account, contact: ids.contact(name) } : undefined;
}

/** Reads `nick on server`, `nick@server` and `nick%server`. */
export function readTyped(typed: string): { nick: string; server: string } | undefined {
  const [, nick = '', server = ''] = /^\s*([^\s@%]+)(?:\s+on\s+|[@%])([^\s@%]+)\s*$/i.exec(typed) ?? [];
  return nick === '' ? undefined : { nick, server: foldAscii(server) };
}
