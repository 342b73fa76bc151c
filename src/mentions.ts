/** A word to users who are named in a room and have no client there, or are away. */

import type { LiveAccount } from '#src/account.ts';
import { localOf } from '#src/address.ts';
import type { Content, RemoteEvent } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import { recent } from '#src/recent.ts';
import type { Room } from '#src/rooms.ts';
import { shorten } from '#src/text/shorten.ts';
import type { Users } from '#src/users.ts';

export interface MentionsOptions {
  readonly users: Pick<Users, 'find' | 'merged'>;
  readonly places: Places;
  readonly preferences: Pick<PreferenceBook, 'of'>;
  /** Tells the user, from the address of the account. */
  readonly tell: (account: LiveAccount, text: string) => void;
}
type Said = RemoteEvent & { type: 'message' };

/** One word a minute for each room, in ms, and the rooms of which it is known that there was one. */
const PAUSE = 60_000;
const ROOMS = 10_000;
/** Characters of the line that is told. */
const LINE = 300;
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;
/** What nicks are made of, beside letters and digits. */
const NICK_CHARS = String.raw`\p{L}\p{N}_|^\x60-`;

export class Mentions {
  readonly #options: MentionsOptions;
  readonly #told = recent<string, true>(ROOMS, PAUSE);

  constructor(options: MentionsOptions) {
    this.#options = options;
  }

  /** Tells the user of a message that names them, if nobody else does. */
  heard(account: LiveAccount, event: Said): void {
    const { in: place, from, content } = event;
    if (!('room' in place) || 'self' in from || event.past || content.style === 'notice') return;
    const room = account.rooms.get(place.room);
    if (room?.state !== 'in' || !this.#isMissed(account, room) || !names(content, room)) return;
    const jid = this.#options.places.of(room.id);
    if (jid === undefined || !this.#options.preferences.of(account.user, localOf(jid)).mentions) return;
    const key = `${account.user}\n${room.id}`;
    if (this.#told.has(key)) return;
    this.#told.set(key, true);
    const who = from.nick ?? room.find(from.contact)?.nick ?? from.contact;
    this.#options.tell(account, `${who} mentions you in ${room.id}: “${lineOf(room, content)}” ${linkTo(jid)}`);
  }

  /** Whether none of the user's clients is there to show it, or nobody looks at them. */
  #isMissed({ user: jid }: LiveAccount, room: Room): boolean {
    if (room.occupants.size === 0) return true;
    const { users } = this.#options;
    const user = users.find(jid);
    const show = user ? users.merged(user).show : 'offline';
    return show === 'away' || show === 'xa';
  }
}

/** Whether a message names the account's own person, or everybody. */
function names({ text, mentions = [] }: Content, room: Room): boolean {
  const self = room.members.get(room.nick)?.contact;
  return mentions.some(({ of }) => of === 'everyone' || of === self) || isNamed(room.nick, text);
}

/** Whether a nick stands in the text as a word, in whatever case. */
export function isNamed(nick: string, text: string): boolean {
  if (nick === '' || !text.toLowerCase().includes(nick.toLowerCase())) return false;
  return new RegExp(`(?<![${NICK_CHARS}])${nick.replace(SYNTAX, '\\$&')}(?![${NICK_CHARS}])`, 'iu').test(text);
}

function lineOf({ nick }: Room, { text }: Content): string {
  return shorten(text.split('\n').find((line) => isNamed(nick, line)) ?? text, LINE);
}

/** RFC 5122, with the action of XEP-0045 §14.2. */
function linkTo(jid: string): string {
  const [local = '', host = ''] = jid.split('@');
  return `xmpp:${encodeURIComponent(local)}@${host}?join`;
}
