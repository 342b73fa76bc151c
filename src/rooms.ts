/** What one account knows of one room, and what its user's clients have been shown of it. */

import { Crowd } from '#src/crowd.ts';
import type { HistoryWanted } from '#src/intent.ts';
import {
  type ContactId,
  type MediaId,
  type Member,
  Refusal,
  type RemoteEvent,
  type RoomId,
  type RoomSettings,
  type Topic,
} from '#src/network.ts';
import type { Stanza } from '#src/xmpp/write/stanza.ts';

/** One client of the user in the room. */
export interface Occupant {
  /** Full JID. */
  readonly jid: string;
  /** The nick it asked for, which the network may not have given. */
  readonly asked: string;
  /** Id of the presence it joined with; an error answers to it. */
  readonly id: string | undefined;
  /** How much of the past it wants to see. */
  readonly history: HistoryWanted;
  /** False until the whole room was shown to it. */
  synced: boolean;
  /** What is kept back for it while the past is read. */
  held?: Stanza[] | undefined;
}

/** What a room was entered with, or is to be. */
export interface Door {
  readonly nick: string;
  readonly password?: string | undefined;
}

/** One difference between two states of a room, in the order in which it is to be shown. */
export type Change =
  | { readonly type: 'in'; readonly member: Member }
  | { readonly type: 'renamed'; readonly was: Member; readonly member: Member }
  | {
      readonly type: 'out';
      readonly how: 'out' | 'kick' | 'ban';
      readonly member: Member;
      readonly by?: string;
      readonly reason?: string;
    }
  | { readonly type: 'topic'; readonly topic: Topic }
  /** The settings, the avatar or, where `private` is given, who can see whom. */
  | { readonly type: 'settings'; readonly private?: boolean };

type Truth = RemoteEvent & { type: 'room' };
type MemberEvent = RemoteEvent & { type: 'member' };

export class Room {
  readonly id: RoomId;
  /** Clients of the user by full JID. */
  readonly occupants = new Map<string, Occupant>();
  /** By nick. */
  readonly members = new Map<string, Member>();
  readonly crowd = new Crowd();
  topic: Topic = { text: '' };
  /** As far as they are known. */
  settings: RoomSettings | undefined;
  private = false;
  avatar: MediaId | undefined;
  /** `wanted`: asked for, not sent yet; `entering`: the join is under way; `in`: the account is in the room. */
  state: 'wanted' | 'entering' | 'in' = 'wanted';
  door: Door = { nick: '' };
  /** A join is under way. */
  asked = false;
  /** The account stays when the last client has left, which is remembered over restarts. */
  stays = false;
  /** How often the account was not let in, and how often of that in a row the room refused it; when it tries again. */
  failures = 0;
  refusals = 0;
  retry: NodeJS.Timeout | undefined;
  /** The connection was lost and the room's truth has not come again yet. */
  stale = false;
  readonly #byContact = new Map<ContactId, string>();
  #nick = '';
  #fresh = Promise.withResolvers<void>();

  constructor(id: RoomId) {
    this.id = id;
    this.freshen();
  }

  /** The account's own nick in the room. */
  get nick(): string {
    return this.#nick;
  }

  /** The member a contact is in this room. */
  find(contact: ContactId): Member | undefined {
    const nick = this.#byContact.get(contact);
    return nick === undefined ? undefined : this.members.get(nick);
  }

  /** Takes a whole new truth and tells the differences: who is gone, then who is new or changed, then the rest. */
  replace(truth: Truth): readonly Change[] {
    const changes = [...this.#replaceMembers(truth), ...this.#replaceSettings(truth)];
    if (truth.topic.text !== this.topic.text) changes.push({ type: 'topic', topic: truth.topic });
    this.topic = truth.topic;
    this.state = 'in';
    this.freshen();
    return changes;
  }

  #replaceMembers(truth: Truth): Change[] {
    const next = new Map(truth.members.map((member) => [member.nick, member]));
    const changes: Change[] = [];
    const self = truth.members.find((member) => member.self);
    const was = this.members.get(this.#nick);
    const renamed = was && self && was.nick !== self.nick;
    if (renamed) changes.push({ type: 'renamed', was, member: self });
    for (const member of this.members.values()) {
      if (!next.has(member.nick) && !(renamed && member === was)) changes.push({ type: 'out', how: 'out', member });
    }
    for (const member of next.values()) {
      if (!same(this.members.get(member.nick), member) && !(renamed && member === self)) {
        changes.push({ type: 'in', member });
      }
    }
    this.members.clear();
    this.#byContact.clear();
    for (const member of next.values()) this.#set(member);
    this.#nick = self?.nick ?? '';
    return changes;
  }

  #replaceSettings({ settings, private: secret = false, avatar }: Truth): readonly Change[] {
    const first = this.state !== 'in';
    const changes = this.configure({ settings: settings ?? {}, ...(avatar !== undefined && { avatar }) });
    const moved = secret !== this.private;
    this.private = secret;
    if (first || (changes.length === 0 && !moved)) return [];
    return [{ type: 'settings', ...(moved && { private: secret }) }];
  }

  /** Takes settings that have changed; what is learned of them for the first time is no change to show. */
  configure({ settings, avatar }: Pick<RemoteEvent & { type: 'settings' }, 'settings' | 'avatar'>): readonly Change[] {
    const known = this.settings;
    const entries = Object.entries(settings) as [keyof RoomSettings, unknown][];
    const changed = known !== undefined && entries.some(([name, value]) => known[name] !== value);
    const pictured = avatar !== undefined && avatar !== this.avatar;
    if (entries.length > 0) this.settings = { ...known, ...settings };
    if (pictured) this.avatar = avatar;
    return changed || pictured ? [{ type: 'settings' }] : [];
  }

  /** Takes one change of a member; nothing where it changes nothing. */
  apply(event: MemberEvent): readonly Change[] {
    return event.change === 'in' ? this.#enter(event) : this.#remove(event);
  }

  #enter({ member, was: renamed }: MemberEvent & { change: 'in' }): readonly Change[] {
    const was = renamed ?? (member.self && this.members.has(this.#nick) ? this.#nick : undefined);
    const old = this.members.get(was ?? member.nick);
    if (old && was !== undefined) this.#delete(old);
    this.#set(member);
    if (member.self) this.#nick = member.nick;
    if (old && was !== undefined && was !== member.nick) return [{ type: 'renamed', was: old, member }];
    return same(old, member) ? [] : [{ type: 'in', member }];
  }

  #remove(event: Exclude<MemberEvent, { change: 'in' }>): readonly Change[] {
    const member = this.members.get(event.self ? this.#nick : event.nick);
    if (!member) return [];
    this.#delete(member);
    const { change: how, by, reason } = event;
    return [{ type: 'out', how, member, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) }];
  }

  #set(member: Member): void {
    const before = this.members.get(member.nick);
    if (before) this.#delete(before);
    this.members.set(member.nick, member);
    this.#byContact.set(member.contact, member.nick);
  }

  #delete(member: Member): void {
    this.members.delete(member.nick);
    if (this.#byContact.get(member.contact) === member.nick) this.#byContact.delete(member.contact);
  }

  /** From here to `freshen` the room may differ from what is known. */
  spoil(): void {
    if (this.stale) return;
    this.stale = true;
    this.#fresh = Promise.withResolvers<void>();
    this.#fresh.promise.catch(() => undefined);
  }

  freshen(): void {
    this.stale = false;
    this.#fresh.resolve();
  }

  /** The account is in the room no more; who waits for its truth waits in vain. */
  close(): void {
    clearTimeout(this.retry);
    this.#fresh.reject(new Refusal('not-joined', 'You are no longer in this room. Join it again.'));
  }

  /** Resolves when the room's truth is known again; rejects when it will not be. */
  get fresh(): Promise<void> {
    return this.#fresh.promise;
  }
}

/** Whether there is nothing new to show; an origin that became known later is not worth a presence for everybody. */
function same(a: Member | undefined, b: Member): boolean {
  return a !== undefined && a.rank === b.rank && a.contact === b.contact && a.self === b.self && sameHats(a, b);
}

function sameHats({ hats: a = [] }: Member, { hats: b = [] }: Member): boolean {
  return a.length === b.length && a.every((hat, n) => hat.id === b[n]?.id && hat.title === b[n]?.title);
}
