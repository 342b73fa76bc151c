/** XMPP ping (XEP-0199): `urn:xmpp:ping`. */

import type { IqTable } from './iq.ts';
import { NS } from './ns.ts';

export const ping: IqTable = { [`get ${NS.ping}`]: () => '' };
