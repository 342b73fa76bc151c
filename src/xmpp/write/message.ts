/** Messages: what somebody said, with all that goes beside it. Pure. */

import { randomUUID } from 'node:crypto';
import type { Span, Topic } from '#src/network.ts';
import { writeCorrection } from '#src/xmpp/correction.ts';
import { writeFallback } from '#src/xmpp/fallback-ranges.ts';
import { type SharedFile, writeFiles } from '#src/xmpp/files.ts';
import { MARKABLE } from '#src/xmpp/markers.ts';
import { writeMarkup } from '#src/xmpp/markup.ts';
import { type Named, writeMentions } from '#src/xmpp/mentions.ts';
import { NS } from '#src/xmpp/ns.ts';
import { writeReceipt } from '#src/xmpp/receipts.ts';
import { type ReplyTo, writeReply } from '#src/xmpp/replies.ts';
import { writeSpoiler } from '#src/xmpp/spoilers.ts';
import { writeOriginId } from '#src/xmpp/stable-ids.ts';
import { writeThread } from '#src/xmpp/threads.ts';
import { escapeXml, sanitise } from '#src/xmpp/xml.ts';
import { delay, delayed, type Stanza } from './stanza.ts';

/** What somebody wrote, as clients are shown it. Stretches are those of `body`. */
export interface Parts {
  readonly body: string;
  /** The message it stands in for, by its id attribute. */
  readonly replaces?: string;
  readonly reply?: ReplyTo;
  /** The beginning of `body` that stands in for `reply`. */
  readonly quote?: string;
  readonly thread?: string;
  readonly spoiler?: string;
  /** What of `body`, after `quote`, stands in for `spoiler`. */
  readonly warning?: string;
  readonly markup?: readonly Span[];
  readonly mentions?: readonly Named[];
  /** The body is the address of the only one. */
  readonly files?: readonly SharedFile[];
  readonly originId?: string | undefined;
  /** The client is asked to tell when it was read. */
  readonly markable?: boolean;
}

/** The children of a message that somebody wrote. */
export function writeParts(parts: Parts): string {
  const { body, replaces, thread, spoiler, files = [], originId, markable } = parts;
  const about = parts.reply || parts.markup?.length || parts.mentions?.length ? writeStretches(parts) : '';
  return (
    `<body>${escapeXml(body)}</body>${about}` +
    (replaces === undefined ? '' : writeCorrection(replaces)) +
    (thread === undefined ? '' : writeThread(thread)) +
    (spoiler === undefined ? '' : writeSpoiler(spoiler) + writeWarning(parts)) +
    (files.length === 0 ? '' : writeFiles(files)) +
    (originId === undefined ? '' : writeOriginId(originId)) +
    (markable ? MARKABLE : '')
  );
}

function writeWarning({ quote = '', warning = '' }: Parts): string {
  return warning === '' ? '' : writeFallback(NS.spoiler, sanitise(warning), sanitise(quote));
}

function writeStretches({ body, reply, quote = '', markup = [], mentions = [] }: Parts): string {
  const answer = reply ? writeReply(reply) + (quote === '' ? '' : writeFallback(NS.reply, sanitise(quote))) : '';
  // What clients count is the text that arrives.
  if (sanitise(body) !== body) return answer;
  return answer + writeMarkup(body, markup) + writeMentions(body, mentions);
}

/** A message from somebody in a room, or from the room; `id` is its id attribute. */
export function toRoom(room: string, nick: string, id: string, children: string, at?: Date): Stanza {
  return message(nick ? `${room}/${nick}` : room, 'groupchat', id, children + delayed(room, at));
}

/** A one-to-one message. */
export function toUser(from: string, id: string, children: string, at?: Date): Stanza {
  return message(from, 'chat', id, children + delayed(from, at));
}

/** A private message through a room (XEP-0045 §7.5), to one of several clients under the nick: not for carbons. */
export function whisper(room: string, nick: string, id: string, children: string, at?: Date): Stanza {
  const marks = `<x xmlns='${NS.mucUser}'/><private xmlns='${NS.carbons}'/><no-copy xmlns='${NS.hints}'/>`;
  return message(`${room}/${nick}`, 'chat', id, children + marks + delayed(room, at));
}

/** A word of the gateway itself. */
export function chat(from: string, body: string): Stanza {
  return message(from, 'chat', randomUUID(), `<body>${escapeXml(body)}</body>`);
}

/** A room's subject; with no body, as XEP-0045 §7.2.15 asks. */
export function roomSubject(room: string, { text, by, at }: Topic): Stanza {
  const children = `<subject>${escapeXml(text)}</subject>${at ? delay(room, at) : ''}`;
  return message(by ? `${room}/${by}` : room, 'groupchat', randomUUID(), children);
}

/** The network took a one-to-one message. */
export function receipt(from: string, id: string): Stanza {
  return message(from, 'chat', randomUUID(), writeReceipt(id));
}

function message(from: string, type: string, id: string, children: string): Stanza {
  return {
    head: `<message from='${escapeXml(from)}' type='${type}' id='${escapeXml(id)}' to='`,
    tail: `'>${children}</message>`,
  };
}
