/** One XMPP extension: what it is, what of it is done, what it advertises, where it stands and what proves it. */

import type { Feature } from '#src/network.ts';

/** What an address can be, for service discovery. */
export type Place = 'host' | 'account' | 'contact' | 'room';

export interface Xep {
  readonly number: string;
  readonly name: string;
  /** The one it was built from. */
  readonly version: string;
  /** What of it is done, in a few words. */
  readonly what: string;
  /** Features it advertises, by place. */
  readonly features?: Readonly<Partial<Record<Place, readonly string[]>>>;
  /** They are advertised only where the network does that. */
  readonly needs?: Feature;
  /** The file to read first, and the one that proves it. */
  readonly code: string;
  readonly test: string;
}

/** Advertised at every address. */
export function everywhere(...features: readonly string[]): NonNullable<Xep['features']> {
  return { host: features, account: features, contact: features, room: features };
}

/** Advertised by the host and by the servers behind it. */
export function onServers(...features: readonly string[]): NonNullable<Xep['features']> {
  return { host: features, account: features };
}
