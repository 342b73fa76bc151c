/** What the requests about a room have in common. */

import type { LiveAccount } from '#src/account.ts';
import type { Command } from '#src/commands/command.ts';
import type { Network } from '#src/network.ts';
import { Refusal } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places } from '#src/place.ts';
import type { Occupant, Room } from '#src/rooms.ts';
import type { IqRequest } from './iq.ts';

export interface MucOptions {
  readonly network: Network;
  readonly places: Places;
  readonly occupancy: Occupancy;
  /** What each user can set of a room for themselves. */
  readonly configure: Pick<Command, 'run' | 'title'>;
}

/** The room a request is about, to one who is in it; refuses everybody else. */
export function roomSeat(
  request: IqRequest,
  { places, occupancy }: MucOptions,
): { account: LiveAccount; room: Room; occupant: Occupant } {
  const target = places.read(request.to);
  if (target?.type !== 'room') throw new Refusal('not-found', `${request.to.bare} is not a room.`);
  return occupancy.seatOf(request, target);
}
