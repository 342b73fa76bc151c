/** From what a client wrote to what a network is told, as far as that network does it. */

import { type Jid, parseJid } from '#src/address.ts';
import type { About, Draft } from '#src/fallback.ts';
import type { Words } from '#src/intent.ts';
import type { ContactId, Member, Mention } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import { withoutMarks } from '#src/text/styled.ts';
import type { Named } from '#src/xmpp/mentions.ts';
import type { OccupantId } from '#src/xmpp/occupant-id.ts';
import type { Talk } from './talk.ts';

export interface ComposeOptions {
  readonly places: Places;
  readonly occupantId: OccupantId;
}
type Written = Pick<Draft, 'text' | 'markup'> & { readonly named: readonly Named[] };

/** `about` is the message that is answered. */
export function compose(words: Words, talk: Talk, about: About | undefined, options: ComposeOptions): Draft {
  const { account } = talk;
  const { text, markup, named } = formatted(words, account.does('markup'));
  const mentions = account.does('mentions') ? mentionsIn(text, named, talk.room, options) : [];
  const { style, thread, spoiler, files } = words;
  // The address of a file that goes by itself is not said as well.
  const only = files?.length === 1 && files[0] && 'url' in files[0].at ? files[0].at.url : undefined;
  const link = account.does('files') && only !== undefined && text.trim() === only;
  return {
    text: link ? '' : text,
    ...(style && { style }),
    ...(markup && markup.length > 0 && { markup }),
    ...(mentions.length > 0 && { mentions }),
    ...(about && { reply: about }),
    ...(thread !== undefined && { thread }),
    ...(spoiler !== undefined && { spoiler }),
    ...(files && { files }),
  };
}

/** For a network without formatting the text stays as it was typed, marks and all. */
function formatted({ text, formatted, unstyled, mentions = [] }: Words, native: boolean): Written {
  if (!native) return { text, named: mentions };
  if (formatted) return { ...formatted, named: formatted.text === text ? mentions : [] };
  if (unstyled) return { text, named: mentions };
  const styled = withoutMarks(text, mentions);
  return { text: styled.text, markup: styled.markup, named: styled.stretches };
}

function mentionsIn(text: string, named: readonly Named[], room: Room | undefined, options: ComposeOptions): Mention[] {
  const found = named.flatMap(({ from, to, who }) => {
    const of = who === 'everyone' ? who : contactOf(who, room, options);
    return of === undefined ? [] : [{ from, to, of }];
  });
  const addressed = addressedIn(text, room);
  return addressed && !found.some(({ from }) => from < addressed.to) ? [addressed, ...found] : found;
}

function contactOf(
  who: Exclude<Named['who'], 'everyone'>,
  room: Room | undefined,
  options: ComposeOptions,
): ContactId | undefined {
  if ('jid' in who) return contactAt(parseJid(who.jid), room, options.places);
  if (!room) return undefined;
  const isIt = ({ contact }: Member) => options.occupantId(room.id, contact) === who.occupantId;
  return room.members.values().find(isIt)?.contact;
}

/** An occupant of this room, or a contact. */
function contactAt(jid: Jid | undefined, room: Room | undefined, places: Places): ContactId | undefined {
  const target = places.find(jid);
  if (target?.type === 'contact') return target.contact;
  const here = target?.type === 'room' && target.room === room?.id;
  return here ? room.members.get(jid?.resource ?? '')?.contact : undefined;
}

/** `juliet: hello`, as people have always done it. */
function addressedIn(text: string, room: Room | undefined): Mention | undefined {
  const [, at = '', nick = ''] = /^(@?)([^\s:,]{1,200})[:,](?:\s|$)/u.exec(text) ?? [];
  const member = room?.members.get(nick);
  return member && { from: 0, to: at.length + nick.length, of: member.contact };
}
