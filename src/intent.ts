/** What a stanza from an XMPP user means, in the gateway's own words; src/xmpp/read.ts makes them. */

import type { Jid } from '#src/address.ts';
import type { Presence } from '#src/network.ts';

/** Where a stanza came from and went to: enough to answer it. */
export interface Origin {
  readonly from: Jid;
  readonly to: Jid;
  readonly id: string | undefined;
  /** What language the sender reads (RFC 5646), where the stanza says so. */
  readonly lang?: string | undefined;
}
/** How much of a room's past a client wants when it joins (XEP-0045 §7.2.14); all that is given holds. */
export interface HistoryWanted {
  readonly maxStanzas?: number;
  /** Characters of the stanzas. */
  readonly maxChars?: number;
  readonly since?: Date;
}

export type Intent = { readonly origin: Origin } & (
  | {
      readonly type: 'message';
      readonly kind: 'chat' | 'groupchat';
      readonly body: string;
      /** The sender's own id for it (XEP-0359 §3.2), by which clients know their message when it comes back. */
      readonly originId?: string;
      /** The sender wants a receipt (XEP-0184 §5.1). */
      readonly receipt?: boolean;
    }
  | { readonly type: 'subject'; readonly text: string }
  /** Available presence with XEP-0045's `<x/>`. */
  | {
      readonly type: 'join';
      readonly password: string | undefined;
      readonly presence: Presence;
      readonly history: HistoryWanted;
    }
  /** Any other presence of a client: to the host, a contact, or a room it is in (then the resource is a nick). */
  | { readonly type: 'presence'; readonly presence: Presence }
  | { readonly type: 'subscription'; readonly verb: 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed' }
  | { readonly type: 'probe' }
  /** A mediated invitation of somebody to the room (XEP-0045 §7.8.2). */
  | { readonly type: 'invite'; readonly invitee: Jid; readonly reason: string | undefined }
  /** Something we sent came back; `condition` is RFC 6120 §8.3.3's. */
  | { readonly type: 'bounce'; readonly stanza: 'message' | 'presence'; readonly condition: string }
);

/** Addresses of a stanza that answers another. */
export interface Answer {
  readonly id: string | undefined;
  readonly from: string;
  readonly to: string;
  /** It answers a join, which clients know by XEP-0045's `<x/>` (§7.2). */
  readonly join?: boolean;
}
/** Answers a stanza with an error; one that isn't a Refusal is logged as a bug. */
export type Refuse = (kind: 'message' | 'presence', answer: Answer, error: unknown) => void;

export function answerTo({ from, to, id }: Origin): Answer {
  return { id, from: to.full, to: from.full };
}
