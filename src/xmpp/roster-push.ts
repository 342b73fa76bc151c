/** Roster pushes of a server that lets us read its users' rosters (XEP-0356 §4.4). */

import { Refusal } from '#src/network.ts';
import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';
import type { Element } from './xml.ts';

export interface RosterPushParts {
  /** Whether that user's server lets us read their roster. */
  readonly may: (user: string) => boolean;
  /** Takes the query of a push. */
  readonly pushed: (user: string, query: Element) => void;
}

export function rosterPush({ may, pushed }: RosterPushParts): IqTable {
  return {
    [`set ${NS.roster}`]: ({ from, payload }) => {
      // RFC 6121 §2.1.6: a push is the server's, which speaks for the account; a client has nothing to push to us.
      if (from.resource !== '' || !may(from.bare)) throw new Refusal('unsupported', 'There is no roster here.');
      pushed(from.bare, payload);
      return '';
    },
  };
}
