/** What a stanza from an XMPP user means, in the gateway's own words; src/xmpp/read.ts makes them. */

import type { Jid } from '#src/address.ts';
import type { File, Presence, Span } from '#src/network.ts';
import type { Named } from '#src/xmpp/mentions.ts';

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

/** Where it was said: one-to-one, or to all in a room. */
type Kind = 'chat' | 'groupchat';

/** What a client wrote. References are ids and addresses of XMPP, which only their conversation can tell the meaning of. */
export interface Words {
  /** Without what only stands in for an extension, and without `/me`. */
  readonly text: string;
  readonly style?: 'action';
  /** Formatting that was sent beside the text, and the text it belongs to, which may be another (XEP-0071). */
  readonly formatted?: { readonly text: string; readonly markup: readonly Span[] };
  /** The signs of XEP-0393 mean nothing in it (§4). */
  readonly unstyled?: boolean;
  readonly mentions?: readonly Named[];
  /** `quote` is what the client put before the text for others that know no replies. */
  readonly reply?: { readonly ref: string; readonly author?: string; readonly quote: string };
  readonly thread?: string;
  readonly spoiler?: string;
  readonly files?: readonly File[];
}

export type Intent = { readonly origin: Origin } & (
  | {
      readonly type: 'message';
      readonly kind: Kind;
      /** All of it, as it was typed. */
      readonly body: string;
      readonly words: Words;
      /** The sender's own id for it (XEP-0359 §3.2), by which clients know their message when it comes back. */
      readonly originId?: string;
      /** The sender wants a receipt (XEP-0184 §5.1). */
      readonly receipt?: boolean;
      /** The id of the message it stands in for (XEP-0308). */
      readonly replaces?: string;
    }
  /** Takes back an own message; `ref` is the id its conversation uses, here and below. */
  | { readonly type: 'retract'; readonly kind: Kind; readonly ref: string }
  /** All reactions to that message from now on. */
  | { readonly type: 'react'; readonly kind: Kind; readonly ref: string; readonly reactions: readonly string[] }
  | { readonly type: 'typing'; readonly kind: Kind; readonly on: boolean }
  /** All up to that message was displayed. */
  | { readonly type: 'displayed'; readonly kind: Kind; readonly ref: string }
  /** Something nobody over there could read; `method` names the encryption. */
  | { readonly type: 'encrypted'; readonly method: string }
  /** Asks a room's moderators for leave to speak (XEP-0045 §7.13). */
  | { readonly type: 'voice' }
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
  /** An invitation of somebody: by the room it was sent to (XEP-0045 §7.8.2), or to `room`, sent to them (XEP-0249). */
  | { readonly type: 'invite'; readonly invitee: Jid; readonly room?: Jid; readonly reason: string | undefined }
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
  /** The language of what is answered (RFC 5646). */
  readonly lang?: string | undefined;
}
/** Answers a stanza with an error; one that isn't a Refusal is logged as a bug. */
export type Refuse = (kind: 'message' | 'presence', answer: Answer, error: unknown) => void;

export function answerTo({ from, to, id, lang }: Origin): Answer {
  return { id, from: to.full, to: from.full, lang };
}
