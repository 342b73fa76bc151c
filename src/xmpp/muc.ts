/** The iq side of a room: its lists and its settings. */

import type { IqTable } from './iq.ts';
import { mucAdmin } from './muc-admin.ts';
import { mucOwner } from './muc-owner.ts';
import type { MucOptions } from './muc-seat.ts';

export function muc(options: MucOptions): IqTable {
  return { ...mucAdmin(options), ...mucOwner(options) };
}
