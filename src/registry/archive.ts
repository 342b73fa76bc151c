/** The archive: every message that was shown, per user and conversation, as XEP-0313 asks for it. */

import type { ContactId, MessageId } from '#src/network.ts';
import type { Owned } from './tables.ts';

/** One message as the user's clients know it. */
export interface Entry extends Owned {
  /** Local part of the room's or contact's JID: the conversation. */
  readonly local: string;
  /** Its stanza-id (XEP-0359), unique in the user's archive on this host. */
  readonly id: string;
  /** The `id` attribute clients saw, by which one-to-one messages and corrections refer to it. */
  readonly message: string;
  readonly at: Date;
  readonly kind: 'chat' | 'groupchat';
  /** Full JID it came from: an occupant, a contact, or the user's own bare JID. */
  readonly sender: string;
  /** Who wrote it; empty for the user. */
  readonly author: ContactId | '';
  /** Its text alone, for quotes. */
  readonly text: string;
  /** Children of the message stanza, serialised. */
  readonly xml: string;
}
export interface Stored extends Entry {
  /** Place in the order in which things were added. */
  readonly seq: number;
  /** What the network calls it; none where it gave no id. */
  readonly ids: readonly MessageId[];
}
/** Which messages are wanted, in the order of time; all limits are optional but `max`. */
export interface Query extends Owned {
  /** One conversation; all one-to-one conversations when absent. */
  readonly local?: string;
  readonly start?: Date;
  readonly end?: Date;
  /** Stanza-ids: only what is after, or before, these. An unknown one rejects with `Refusal('not-found')`. */
  readonly after?: string;
  readonly before?: string;
  /** Only these stanza-ids; all of them must be there (XEP-0313 §4.1.4). */
  readonly ids?: readonly string[];
  /** Only what was added up to here, by `Archive.last`. */
  readonly upTo?: number;
  /** How many at most. */
  readonly max: number;
  /** The last of those that match, not the first; still oldest first. */
  readonly fromEnd?: boolean;
}
export interface Page {
  /** Oldest first. */
  readonly entries: readonly Stored[];
  /** Nothing more in the direction asked for. */
  readonly complete: boolean;
  /** How many match but for `after`, `before` and `max`, and how many of them precede the first entry; only if asked. */
  readonly count: number;
  readonly index: number;
}
