/** What people tell each other in tags, beside or without a text (https://ircv3.net/specs/extensions/message-tags). */

import type { Feature, MessageId } from '#src/network.ts';
import { type Line, type Tags, tagOf } from '../line.ts';
import type { Link } from '../link.ts';

/** Longer than any server makes them. */
const ID_LENGTH = 512;

/** Whether what is told by a tag reaches others (ISUPPORT CLIENTTAGDENY). */
function carries({ caps, isupport }: Link, tag: string): boolean {
  if (!caps.has('message-tags')) return false;
  const [first, ...more] = (isupport.tokens.get('CLIENTTAGDENY') ?? '').split(',');
  return first === '*' ? more.includes(`-${tag}`) : first !== tag && !more.includes(tag);
}

/** What this very server can't do of all that IRC does today. */
export function lacksOf(link: Link): Feature[] {
  const replies = carries(link, 'draft/reply') || carries(link, 'reply');
  const has: Partial<Record<Feature, boolean>> = {
    reply: replies,
    react: replies && carries(link, 'draft/react'),
    typing: carries(link, 'typing'),
    retract: link.caps.has('message-redaction'),
    erase: link.caps.has('message-redaction'),
    read: link.caps.has('read-marker'),
  };
  return Object.entries(has).flatMap(([feature, is]) => (is ? [] : [feature as Feature]));
}

/** What the server calls the message; undefined where it has no names, or one that could not be used. */
export function idOf(line: Line): MessageId | undefined {
  return usable(tagOf(line, 'msgid'));
}

/** Which message it is about (https://ircv3.net/specs/client-tags/reply). */
export function answeredBy(line: Line): MessageId | undefined {
  return usable(tagOf(line, '+reply') ?? tagOf(line, '+draft/reply'));
}

/** The tag was a draft for long: there are clients and servers that know only one of its names. */
export function replyTags(link: Link, id: MessageId): Tags {
  const names = ['draft/reply', 'reply'].filter((name) => carries(link, name));
  return Object.fromEntries(names.map((name) => [`+${name}`, id]));
}

function usable(id: string | undefined): MessageId | undefined {
  return id === undefined || id === '' || id.length > ID_LENGTH ? undefined : (id as MessageId);
}
