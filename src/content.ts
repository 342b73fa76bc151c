/** What a message holds; a part of the contract (network.ts), which gives it to the bridges. */

import type { Author, ContactId, MediaId, MessageId } from './network.ts';

export interface Content {
  /** Readable alone; may hold line breaks; empty only beside files. A reply's quote is not in it. */
  readonly text: string;
  /** `action` is `/me text`, without the `/me`. */
  readonly style?: 'action' | 'notice';
  readonly markup?: readonly Span[];
  readonly mentions?: readonly Mention[];
  readonly reply?: Reply;
  /** The network's, or the client's, name of the thread it belongs to. */
  readonly thread?: string;
  /** The text is shown only on demand; the warning may be empty. */
  readonly spoiler?: string;
  readonly files?: readonly File[];
}
interface Stretch {
  /** In UTF-16 code units of `text`. */
  readonly from: number;
  readonly to: number;
}
/** A formatted stretch of `text`: `pre` and `quote` are whole lines, the others lie within one. */
export interface Span extends Stretch {
  readonly as: 'strong' | 'emphasis' | 'code' | 'strike' | 'pre' | 'quote';
}
/** A stretch of `text` that names somebody, or everybody in the room. */
export interface Mention extends Stretch {
  readonly of: ContactId | 'everyone';
}
/** What a message answers. Going down, the core adds who wrote that and what, for networks that can only quote. */
export interface Reply {
  readonly to: MessageId;
  readonly author?: Author;
  readonly quote?: string;
}
/** A file with a message. Going down it is always at a public address; coming up it may be the network's own. */
export interface File {
  readonly at: { readonly url: string } | { readonly media: MediaId };
  readonly name?: string;
  /** Media type (RFC 6838). */
  readonly type?: string;
  /** In bytes. */
  readonly size?: number;
  /** In pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: MediaId;
}
/** Bytes on their way. Reading may throw a `Refusal`: too large, not found, too slow. */
export interface Media {
  /** Media type as the source says. */
  readonly type: string;
  readonly size?: number;
  readonly name?: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}
