/** XMPP Ping (XEP-0199): answered for what is here, and by people's own programs; of the own occupant see XEP-0410. */

import type { AskPerson } from '#src/asking.ts';
import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';

export function ping(ask: AskPerson): IqTable {
  return {
    [`get ${NS.ping}`]: async (request): Promise<''> => {
      await ask(request, 'ping');
      return '';
    },
  };
}
