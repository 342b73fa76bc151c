/** People in our rooms by a part of their nick, account or real name. */

import type { ContactId, Session } from '#src/network.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';

/** People that one search finds. */
const FOUND = 50;

type Found = Awaited<ReturnType<NonNullable<Session['find']>>>;

export function findPeople(link: Link, text: string): Found {
  const wanted = link.isupport.fold(text.trim());
  const found = new Map<ContactId, string>();
  if (wanted === '') return [];
  for (const { occupants } of link.channels.values()) {
    for (const { nick, contact, account, realname } of occupants.values()) {
      if (found.size >= FOUND) break;
      if (link.isMe(nick) || ![nick, account, realname].some((name) => link.isupport.fold(name).includes(wanted)))
        continue;
      found.set(contact, nameOf(nick, withoutFormat(realname)));
    }
  }
  return Array.from(found, ([contact, name]) => ({ contact, name }));
}

function nameOf(nick: string, realname: string): string {
  return realname === '' || realname === nick ? nick : `${nick} (${realname})`;
}
