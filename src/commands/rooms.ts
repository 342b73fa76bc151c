/** Rooms: entering one, leaving one, and the list of those one is in. */

import type { LiveAccount } from '#src/account.ts';
import { type Jid, parseJid } from '#src/address.ts';
import type { Command, CommandTarget, Run } from '#src/commands/command.ts';
import { onlyOf } from '#src/commands/contacts.ts';
import { type Network, Refusal, type RoomId } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import type { Users } from '#src/users.ts';

/** Puts a room among the user's bookmarks, or invites the user where that can't be done. */
type BringRoom = (user: string, room: string, name: string, nick?: string) => Promise<'bookmarked' | 'invited'>;

export interface RoomParts {
  readonly network: Network;
  readonly places: Places;
  readonly users: Users;
  readonly occupancy: Occupancy;
  readonly bring: BringRoom;
}

/** The bare JID of a room. */
export function addressOf(room: RoomId, places: Places): string {
  const jid = places.of(room);
  if (jid === undefined) throw new Refusal('invalid', 'This room has no address in XMPP.');
  return jid;
}

/** From what was typed, a name or a JID of the host, to a room; a bare name is one of the user's only account. */
function roomTyped(typed: string, user: Jid, at: CommandTarget, { network, places, users }: RoomParts): RoomId {
  const text = typed.trim();
  const address = parseJid(text);
  const target = places.find(address);
  if (target?.type === 'room') return target.room;
  const account = at.account ?? onlyOf(users, user.bare)?.id;
  const server = account === undefined ? '' : network.address(account);
  // Where the host has many servers, the address of a room is its name, %, and the server's address.
  const room = network.place(text)?.room ?? (server === '' ? undefined : network.place(`${text}%${server}`)?.room);
  if (room !== undefined) return room;
  throw new Refusal('invalid', `“${text}” is no room here. Give its name, or its whole address.`);
}

export function join(parts: RoomParts): Command {
  return {
    name: 'join',
    node: 'join',
    title: 'Enter a room',
    summary: 'have a room put before you',
    usage: '<room>',
    who: 'anyone',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const answers = yield { title: 'Enter a room', fields: [{ name: 'room', label: 'Room', type: 'text' }] };
      const room = roomTyped(answers['room'] ?? '', user, at, parts);
      const jid = addressOf(room, parts.places);
      const how = await parts.bring(user.bare, jid, room);
      const line =
        how === 'bookmarked'
          ? `${room} is among your bookmarks now; your client enters it.`
          : `You are invited to ${room}. Accept, or enter the address below.`;
      return { lines: [line], open: { jid, room: true } };
    },
  };
}

/** Rooms the user is in, with their accounts; narrowed to the account or the room of the command. */
function roomsOf({ users }: RoomParts, user: string, at: CommandTarget): { account: LiveAccount; room: Room }[] {
  const accounts = [...(users.find(user)?.accounts.values() ?? [])];
  return accounts
    .filter(({ id }) => at.account === undefined || id === at.account)
    .flatMap((account) => [...account.rooms.values()].map((room) => ({ account, room })))
    .filter(({ room }) => at.type !== 'room' || room.id === at.room);
}

export function leave(parts: RoomParts): Command {
  return {
    name: 'leave',
    node: 'leave',
    title: 'Leave a room',
    summary: 'leave a room with all your clients',
    usage: '<room>',
    who: 'user',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const inside = roomsOf(parts, user.bare, at);
      if (inside.length === 0) return { lines: ['You are in no room.'] };
      const choices = inside.map(({ room }) => room.id);
      // As “rooms” lists them.
      const labels = choices.map((room) => parts.places.of(room) ?? room);
      const answers = yield {
        title: 'Leave a room',
        fields: [{ name: 'room', label: 'Room', type: 'choice', choices, labels }],
      };
      const chosen = inside.find(({ room }) => room.id === answers['room']);
      if (!chosen) throw new Refusal('invalid', `You are not in “${answers['room'] ?? ''}”. Choose one of the list.`);
      const { account, room } = chosen;
      await parts.occupancy.quit(account, room);
      return { lines: [`You have left ${room.id}. Take it out of your bookmarks if your client enters it again.`] };
    },
  };
}

export function rooms(parts: RoomParts): Command {
  return {
    name: 'rooms',
    node: 'rooms',
    title: 'List rooms',
    summary: 'list the rooms you are in',
    who: 'user',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const rows = roomsOf(parts, user.bare, at).map(({ room }) => ({
        jid: parts.places.of(room.id) ?? '',
        nick: room.nick,
        people: String(room.members.size),
      }));
      if (rows.length === 0) return { lines: ['You are in no room. “join” enters one.'] };
      const columns = [
        { name: 'jid', label: 'Address', jid: true as const },
        { name: 'nick', label: 'Nick' },
        { name: 'people', label: 'People' },
      ];
      return { lines: ['You are in these rooms:'], table: { columns, rows } };
    },
  };
}
