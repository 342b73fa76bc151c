/** What an action or an event belongs to: the unit in which order is kept and duplicates are judged. */

import type { RemoteEvent, RoomId, UserAction } from '#src/network.ts';

/** The room it is about or in, if any. */
export function roomOf(item: UserAction | RemoteEvent): RoomId | undefined {
  if ('room' in item) return item.room;
  if ('to' in item && 'room' in item.to) return item.to.room;
  if ('in' in item && 'room' in item.in) return item.in.room;
  return undefined;
}

/** Key of its conversation; all that belongs to none shares the account's own. */
export function conversationOf(item: UserAction | RemoteEvent): string {
  const room = roomOf(item);
  if (room !== undefined) return `room ${room}`;
  if ('to' in item && 'with' in item.to) return `with ${item.to.with}`;
  if ('in' in item && 'with' in item.in) return `with ${item.in.with}`;
  return '';
}
