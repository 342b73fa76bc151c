/** The kinds of XMPP servers, and how each is started. */

import { startEjabberd } from './ejabberd.ts';
import { EJABBERD, PRIVILEGED_IQ } from './ejabberd-install.ts';
import { unlessAbsent } from './installed.ts';
import { startProsody } from './prosody.ts';
import type { XmppServer, XmppServerOptions } from './xmpp-server.ts';

/** Debian's Prosody, a newer one of its backports, and an ejabberd: Debian's unless ISTHMUS_EJABBERD names another. */
export const XMPP_SERVERS = ['prosody', 'prosody13', 'ejabberd'] as const;
export type XmppServerKind = (typeof XMPP_SERVERS)[number];
/** Those that do all that privileges are for (XEP-0356 `:2`). */
export const PRIVILEGING: readonly XmppServerKind[] = XMPP_SERVERS.filter(
  (kind) => kind !== 'ejabberd' || PRIVILEGED_IQ,
);

/** Options for `test()`: skips it where the server or the judge is absent. */
export function unlessServerAbsent(...kinds: readonly XmppServerKind[]): { skip: string | false } {
  const modules = kinds.includes('prosody') ? ['mod_privilege'] : [];
  // A folder with one stands in for what is not installed.
  const wanted = kinds.filter((kind) => kind !== 'ejabberd' || !EJABBERD);
  return unlessAbsent(...wanted, ...modules, 'slixmpp');
}

export async function startXmppServer(kind: XmppServerKind, options: XmppServerOptions): Promise<XmppServer> {
  switch (kind) {
    case 'prosody':
      return startProsody(options);
    case 'prosody13':
      return startProsody({ ...options, version: 13 });
    case 'ejabberd':
      return startEjabberd(options);
  }
}
