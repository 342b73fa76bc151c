/** From what a network says, or was told, to what clients are shown. */

import { type About, quoteFor, warning as warningOf } from '#src/fallback.ts';
import type { ContactId, Content, Mention } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import { bodyOf } from '#src/text/body.ts';
import { insert, shift } from '#src/text/stretch.ts';
import type { Named } from '#src/xmpp/mentions.ts';
import type { OccupantId } from '#src/xmpp/occupant-id.ts';
import type { ReplyTo } from '#src/xmpp/replies.ts';
import type { Parts } from '#src/xmpp/write/message.ts';
import type { Known } from './shown.ts';
import type { Talk } from './talk.ts';

export interface PresentOptions {
  readonly places: Places;
  readonly occupantId: OccupantId;
}

/** What is answered: the message if it is known, and what the network tells of it. */
export interface Answered {
  readonly known: Known | undefined;
  /** The nick of who wrote it. */
  readonly nick: string;
  readonly quote: string;
}

/** The id by which clients refer to a message (XEP-0461 §5.1, XEP-0444, XEP-0424): the room's, or the sender's own. */
export function refOf({ kind, id, message }: Known): string {
  return kind === 'groupchat' ? id : message;
}

/** Who wrote a known message, by nick or name. */
export function nickOf({ kind, sender, author }: Known, { room, nick }: Talk): string {
  if (kind === 'groupchat') return sender.includes('/') ? sender.slice(sender.indexOf('/') + 1) : '';
  return author === '' ? '' : (nick ?? room?.find(author)?.nick ?? author);
}

/** A known message, for a network that is told of it, or can be told only in words. */
export function aboutKnown(known: Known, talk: Talk): About {
  const to = known.ids[0];
  const author = known.author === '' ? { self: true as const } : { contact: known.author, nick: nickOf(known, talk) };
  return { ...(to !== undefined && { to }), author, quote: known.text };
}

/** Message parts of what was said. Stretches of a body with `/me` or a quote before it move with it. */
export function present(content: Content, talk: Talk, answered: Answered | undefined, options: PresentOptions): Parts {
  const { room } = talk;
  const { text: body, markup, mentions } = bodyOf(content);
  const { thread, spoiler } = content;
  const rest = { ...(thread !== undefined && { thread }), ...(spoiler !== undefined && { spoiler }) };
  const named = mentions.flatMap((mention) => namedBy(mention, room, options));
  if (!answered && spoiler === undefined) return { body, markup, mentions: named, ...rest };
  const quote = answered ? quoteOf(content, talk, answered) : '';
  const warning = warningFor(content);
  const before = [{ at: 0, text: quote + warning }];
  return {
    body: insert(body, before),
    quote,
    warning,
    ...(answered?.known && { reply: replyTo(answered.known) }),
    markup: markup.map((span) => shift(span, before)),
    mentions: named.map((mention) => shift(mention, before)),
    ...rest,
  };
}

function replyTo(known: Known): ReplyTo {
  return { ref: refOf(known), author: known.sender };
}

/** For clients that know no replies; as with a network that knows none. */
function quoteOf({ text }: Content, { to }: Talk, { nick, quote }: Answered): string {
  const author = { contact: '' as ContactId, nick };
  return quoteFor({ to, content: { text, reply: { author, quote } } }, () => false);
}

/** For clients that know no spoilers. The address of a file stays alone, and `/me` first; a line, for styling is by lines. */
function warningFor({ spoiler, style, files }: Content): string {
  return spoiler === undefined || style === 'action' || files ? '' : `${warningOf(spoiler).trimEnd()}\n`;
}

function namedBy({ of, ...stretch }: Mention, room: Room | undefined, { places, occupantId }: PresentOptions): Named[] {
  if (of === 'everyone') return room ? [{ ...stretch, who: 'everyone' as const }] : [];
  if (room) return [{ ...stretch, who: { occupantId: occupantId(room.id, of) } }];
  const jid = places.of(of);
  return jid === undefined ? [] : [{ ...stretch, who: { jid } }];
}
