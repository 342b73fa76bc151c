/**
 * What goes out in place of an action that the network can't take itself. The one table for all networks; it is told
 * of in docs/architecture.md.
 */

import {
  type Author,
  type Content,
  type Conversation,
  type Feature,
  type MessageId,
  type Network,
  Refusal,
  type Reply,
  type UserAction,
} from '#src/network.ts';
import { changedPart } from '#src/text/changed.ts';
import { shorten } from '#src/text/shorten.ts';
import { insert, shift } from '#src/text/stretch.ts';

/** Whether the network does that itself. */
type Does = (feature: Feature) => boolean;
/** How it is said there what a message answers. */
type Replies = NonNullable<Network['replies']>;
/** A message that is spoken of, as far as it is known; one without `to` can only be quoted. */
export type About = Partial<Reply>;
/** Content before it is known what the network can take of it. */
export type Draft = Omit<Content, 'reply'> & { readonly reply?: About };

/** What is said where. */
interface Written {
  readonly to: Conversation;
  readonly content: Draft;
}
type Of<Type extends UserAction['type']> = Extract<UserAction, { type: Type }>;
/** An action as its user meant it. */
export type Wanted =
  | (Omit<Of<'message'>, 'content'> & { readonly content: Draft })
  /** Without `id` the network has no name for the original; with `was`, its text, what changed may go out alone. */
  | (Omit<Of<'edit'>, 'content' | 'id'> & { readonly id?: MessageId; readonly was?: string; readonly content: Draft })
  /** `added` are those that were not there before. */
  | (Omit<Of<'react'>, 'id'> & { readonly about: About; readonly added: readonly string[] })
  | (Omit<Of<'retract'>, 'id'> & { readonly id: MessageId | undefined })
  | (Omit<Of<'erase'>, 'id'> & { readonly id: MessageId | undefined })
  | Of<'typing' | 'read'>;

/** The action to send; undefined where nothing is lost by sending none. Refuses what can't be done in other words. */
export function flatten(wanted: Wanted, does: Does, replies?: Replies): UserAction | undefined {
  switch (wanted.type) {
    case 'message':
      return { ...wanted, content: flattenContent(wanted, does, replies) };
    case 'edit':
      return flattenEdit(wanted, does, replies);
    case 'react':
      return flattenReactions(wanted, does);
    case 'retract':
      if (does('retract')) return { ...wanted, id: named(wanted.id) };
      throw new Refusal('unsupported', 'Messages can not be taken back on this network: what was sent stays.');
    case 'erase':
      if (does('erase')) return { ...wanted, id: named(wanted.id) };
      throw new Refusal('unsupported', 'Messages of others can not be taken out of rooms on this network.');
    case 'typing':
    case 'read':
      return does(wanted.type) ? wanted : undefined;
  }
}

function named(id: MessageId | undefined): MessageId {
  if (id !== undefined) return id;
  throw new Refusal('unsupported', 'The network has no name for this message, so it can not be taken back.');
}

/** An edit becomes a message of its own that begins with a star, or tells what was changed, as people write it by hand. */
function flattenEdit(wanted: Wanted & { type: 'edit' }, does: Does, replies: Replies | undefined): UserAction {
  const { id, was, content, ...rest } = wanted;
  const flat = flattenContent(wanted, does, replies);
  if (id !== undefined && does('edit')) return { ...rest, id, content: flat };
  // What stands before the text, or after it, stood there before the change as well.
  const said =
    was === undefined ? undefined : flattenContent({ ...wanted, content: { ...content, text: was } }, does, replies);
  const changed = !said || flat.style ? undefined : changedPart(said.text, flat.text);
  if (changed !== undefined) return { ...rest, type: 'message', content: { text: changed } };
  return { ...rest, type: 'message', content: flat.style ? flat : before('* ', flat) };
}

/** Reactions become an action that tells those that are new; that some were taken back is not told. */
function flattenReactions({ about, added, ...rest }: Wanted & { type: 'react' }, does: Does): UserAction | undefined {
  if (about.to !== undefined && does('react')) return { ...rest, id: about.to };
  if (added.length === 0) return undefined;
  const { to, txn } = rest;
  const text = `reacted with ${added.join(' ')}${nameOf(about)}`;
  return { type: 'message', to, txn, content: { text, style: 'action' } };
}

function nameOf({ author, quote = '' }: About): string {
  const line = quote && ` to “${shorten(quote)}”`;
  const nick = nickOf(author);
  return nick && line ? `${line} by ${nick}` : line;
}

/** Formatting and mentions go by being left out, a thread as well; the rest becomes text. */
function flattenContent({ to, content: whole }: Written, does: Does, replies: Replies | undefined): Content {
  const { reply, ...draft } = whole;
  const { markup, mentions, thread, spoiler, files, ...plain } = draft;
  const content: Content = {
    ...plain,
    ...(markup && does('markup') && { markup }),
    ...(mentions && does('mentions') && { mentions }),
    ...(thread !== undefined && does('thread') && { thread }),
    ...(spoiler !== undefined && does('spoiler') && { spoiler }),
    ...(files && does('files') && { files }),
    ...(reply?.to !== undefined && does('reply') && { reply: { ...reply, to: reply.to } }),
  };
  const linked = files && !content.files ? withLinks(content, files) : content;
  const warned = spoiler !== undefined && content.spoiler === undefined ? before(warning(spoiler), linked) : linked;
  return before(quoteFor({ to, content: whole }, does, replies), warned);
}

/**
 * What stands before the text in place of a reply; empty where the network does replies, or the text says whom it is
 * for. Among people who say it by the name they do so beside a reply of the network's as well, which not all are shown.
 */
export function quoteFor({ to, content }: Written, does: Does, replies: Replies = 'quote'): string {
  const { reply, text, style } = content;
  if (!reply || style) return '';
  const nick = nickOf(reply.author);
  if (nick && addresses(text, nick)) return '';
  if (nick && replies === 'name' && 'room' in to) return `${nick}: `;
  if (!reply.quote || (reply.to !== undefined && does('reply'))) return '';
  return nick ? `> ${nick}: ${shorten(reply.quote)}\n` : `> ${shorten(reply.quote)}\n`;
}

/** Whether a text begins with the nick, and not only with a word that does. */
function addresses(text: string, nick: string): boolean {
  const [begin, name] = [text.replace(/^@/, '').toLowerCase(), nick.toLowerCase()];
  return begin.startsWith(name) && !/^[\p{L}\p{N}]/u.test(begin.slice(name.length));
}

function nickOf(author: Author | undefined): string {
  return author && 'contact' in author ? (author.nick ?? '') : '';
}

/** What stands before the text in place of a spoiler's mark. */
export function warning(spoiler: string): string {
  return spoiler === '' ? '[spoiler] ' : `[${spoiler}] `;
}

/** The addresses of files that are not in the text already. */
function withLinks(content: Content, files: NonNullable<Content['files']>): Content {
  const urls = files.flatMap(({ at }) => ('url' in at && !content.text.includes(at.url) ? [at.url] : []));
  return { ...content, text: [content.text, ...urls].filter((line) => line !== '').join('\n') };
}

/** The content with something before its text. */
export function before(prefix: string, content: Content): Content {
  if (prefix === '') return content;
  const insertions = [{ at: 0, text: prefix }];
  const { text, markup, mentions } = content;
  return {
    ...content,
    text: insert(text, insertions),
    ...(markup && { markup: markup.map((span) => shift(span, insertions)) }),
    ...(mentions && { mentions: mentions.map((mention) => shift(mention, insertions)) }),
  };
}
