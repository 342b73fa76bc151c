/**
 * The XMPP extensions that are spoken here: what service discovery advertises comes from this table, and so do
 * docs/xeps.md and isthmus.doap (`npm run generate`).
 */

import type { Feature } from '#src/network.ts';
import { files } from './xeps/files.ts';
import { messages } from './xeps/messages.ts';
import { people } from './xeps/people.ts';
import { rooms } from './xeps/rooms.ts';
import { service } from './xeps/service.ts';
import type { Place, Xep } from './xeps/xep.ts';

/** By number. */
export const XEPS: readonly Xep[] = [...service, ...people, ...rooms, ...messages, ...files].toSorted((one, other) =>
  one.number.localeCompare(other.number),
);

/** What an address of that kind advertises on a network that does those things itself. */
export function featuresOf(place: Place, does: readonly Feature[]): readonly string[] {
  const fit = XEPS.filter(({ needs }) => needs === undefined || does.includes(needs));
  return fit.flatMap(({ features }) => features?.[place] ?? []);
}
