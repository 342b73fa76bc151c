/** Reports of spam and abuse to the gateway's administrators (XEP-0377), for networks that have no ear for them. */

import type { Report } from '#src/blocks.ts';
import type { ContactId } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import { Rates } from '#src/rates.ts';
import { describeReport } from '#src/xmpp/report.ts';
import { chat } from '#src/xmpp/write/message.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface ReportsOptions {
  readonly places: Places;
  readonly send: Send;
  /** Bare JIDs. */
  readonly admins: readonly string[];
}

/** Ten at once and ten an hour are told of one user. */
const LIMITS = { burst: 10, perSecond: 10 / 3_600 };

/** Makes the function that tells the administrators; a user who reports too much blocks on, but is heard no more. */
export function reports({ places, send, admins }: ReportsOptions) {
  const rates = new Rates(LIMITS);
  return (user: string, contact: ContactId, report: Report): void => {
    if (!rates.take(user)) return;
    const stanza = chat(places.host, describeReport(user, places.of(contact) ?? contact, report));
    for (const admin of admins) send(stanza, admin);
  };
}
