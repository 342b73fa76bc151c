/** The iq side of Moderated Message Retraction (XEP-0425), in its present form and that of before 2023. */

import type { Messages } from '#src/messages.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { readModeration } from './retraction.ts';

export interface ModerationOptions {
  readonly places: Places;
  readonly messages: Pick<Messages, 'moderate'>;
}

export function moderation(options: ModerationOptions): IqTable {
  const answer = (request: IqRequest) => moderate(request, options);
  return { [`set ${NS.moderate}`]: answer, [`set ${NS.fasten}`]: answer };
}

async function moderate(request: IqRequest, { places, messages }: ModerationOptions): Promise<''> {
  const asked = readModeration(request.payload);
  const target = places.read(request.to);
  if (!asked) throw new Refusal('invalid', 'Nothing to take out of the room was named.');
  if (target?.type !== 'room') throw new Refusal('not-found', `${request.to.bare} is not a room.`);
  await messages.moderate(request, target, asked.ref, asked.reason);
  return '';
}
