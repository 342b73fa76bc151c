/** What the features of one network's host are built with. */

import type { Reload } from '#src/commands/reload.ts';
import type { FilePlaces } from '#src/files.ts';
import type { Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import type { Host, Network } from '#src/network.ts';
import type { RateLimits } from '#src/rates.ts';
import type { Registry } from '#src/registry/database.ts';
import type { ArchiveLimits } from '#src/retention.ts';
import type { Link } from '#src/xmpp/link.ts';
import type { ContactAddresses, DataPolicy } from '#src/xmpp/policy.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface FeatureOptions {
  /** Component host. */
  readonly host: string;
  readonly network: Network;
  /** Who may use it: bare JIDs, domains, or `*`. */
  readonly allow: readonly string[];
  /** Whether those may as well who were invited. */
  readonly invites?: boolean;
  /** Bare JIDs of those who run the gateway. */
  readonly admins?: readonly string[];
  /** What the host tells of who runs it and of what becomes of data. */
  readonly contact?: ContactAddresses;
  readonly policy?: DataPolicy;
  /** Stanzas that one user may send. */
  readonly rates?: RateLimits;
  /** How much of what was said is kept, and told again. */
  readonly archive?: ArchiveLimits;
  /** Members up to which a room is shown whole, where the user has not chosen. */
  readonly fullUpTo?: number;
  /** Who may stay in rooms without a client, and whether all who may do where they have not chosen. */
  readonly persistence?: {
    readonly byDefault?: boolean;
    readonly allow?: readonly string[];
    readonly deny?: readonly string[];
  };
  /** Days after which the accounts of somebody who was not here are put to sleep; 0: never. */
  readonly idleDays?: number;
  /** How many accounts may connect in a second; no limit when absent. */
  readonly connectsPerSecond?: number;
  /** What one user may have at once: accounts, and rooms in each. */
  readonly quotas?: { readonly accounts?: number; readonly rooms?: number };
  readonly registry: Registry;
  readonly log: Log;
  readonly send: Send;
  /** Resolves when more may be sent; at once unless too much is pending. */
  readonly drained: () => Promise<void>;
  readonly download: Host['download'];
  /** Where files of the network go; absent where none can be kept on their way. */
  readonly media?: FilePlaces;
  /** Reads the configuration again. */
  readonly reload?: Reload;
  readonly refuse: Refuse;
  /** Asks an XMPP entity something by iq. */
  readonly request: Link['request'];
}
