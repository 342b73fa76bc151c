/** The iq side of a room: its lists and settings, and the ping of the own occupant (XEP-0410). */

import { Refusal } from '#src/network.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { mucAdmin } from './muc-admin.ts';
import { mucOwner } from './muc-owner.ts';
import { type MucOptions, roomSeat } from './muc-seat.ts';
import { NS } from './ns.ts';

export function muc(options: MucOptions): IqTable {
  return { [`get ${NS.ping}`]: (request) => ping(request, options), ...mucAdmin(options), ...mucOwner(options) };
}

/** XEP-0199; of the own occupant it tells a client whether it is still in the room (XEP-0410 §3.2). */
function ping(request: IqRequest, options: MucOptions): '' {
  const target = options.places.read(request.to);
  if (!target) throw new Refusal('not-found', 'There is nothing at this address.');
  const nick = request.to.resource;
  if (target.type !== 'room' || nick === '') return '';
  const { room, occupant } = roomSeat(request, options);
  if (nick === room.nick || nick === occupant.asked) return '';
  if (!room.members.has(nick)) throw new Refusal('not-found', `${nick} is not in this room.`);
  throw new Refusal('unsupported', 'People on the other network can not be pinged from here.');
}
