/**
 * The contract between the gateway and a chat network. Read this first.
 *
 * Two verbs cross it: the gateway calls `session.send(action)`, a bridge calls `host.emit(event)`.
 * No XMPP stanza or JID goes down; no line of the network's own protocol comes up.
 */

import type { Content, Media } from './content.ts';
import type { Answers, NetworkCommand, Prompt, SettingsForm } from './prompts.ts';

declare const kind: unique symbol;
type Id<Kind extends string> = string & { readonly [kind]: Kind };

/**
 * Ids are minted by the bridge, in canonical spelling, and are unique on the network's host. The gateway stores and
 * compares them and never looks inside; escaped by XEP-0106 an id is the local part of its JID.
 */
export type ContactId = Id<'contact'>;
export type RoomId = Id<'room'>;
export type MessageId = Id<'message'>;
/** Bytes that the network keeps: a file, an avatar; `session.media` gives them. */
export type MediaId = Id<'media'>;
/** One login of a user. IRC: the server's name. */
export type AccountId = Id<'account'>;

/** A one-to-one talk or a group, as one account sees it. Order and duplicates are judged per conversation. */
export type Conversation = { readonly with: ContactId } | { readonly room: RoomId };
/** `self` is what the account's own person did, here or from another client of the network. */
export type Author = { readonly self: true } | { readonly contact: ContactId; readonly nick?: string };

export type * from './content.ts';

export interface Presence {
  readonly show: 'online' | 'chat' | 'away' | 'xa' | 'dnd' | 'offline';
  readonly status?: string;
}
/** `member` is a speaker with a standing (IRC: voiced). */
export type Rank = 'owner' | 'admin' | 'moderator' | 'member' | 'speaker' | 'listener';
export interface Member {
  readonly nick: string;
  readonly contact: ContactId;
  readonly rank: Rank;
  readonly self?: boolean;
  /** Where the person connects from, if the network tells everyone (IRC: `user@host`). */
  readonly origin?: string;
  /** Titles of the network's own beside the rank (XEP-0317): `bot`, `Town crier`. */
  readonly hats?: readonly { readonly id: string; readonly title: string }[];
}
/** Somebody on one of a room's lists, who need not be in it. A mask names whoever fits it (IRC bans). */
export interface Listed {
  readonly rank: Rank | 'banned';
  readonly contact?: ContactId;
  readonly mask?: string;
  readonly nick?: string;
  readonly reason?: string;
}
/** What can be set on a room; what is absent is not known or there is no such thing on the network. */
export interface RoomSettings {
  readonly name?: string;
  readonly description?: string;
  /** Empty: none is needed. */
  readonly password?: string;
  readonly membersOnly?: boolean;
  /** Only those with a voice may speak. */
  readonly moderated?: boolean;
  /** In lists of rooms. */
  readonly listed?: boolean;
  /** Everyone may change the topic. */
  readonly openTopic?: boolean;
  readonly openInvites?: boolean;
  /** Most people at once; 0 is no limit. */
  readonly limit?: number;
}
/** A room in a list of those that can be joined. */
export interface RoomListing {
  readonly room: RoomId;
  readonly name?: string;
  readonly topic?: string;
  readonly members?: number;
}
/** What is known of a person beyond the nick. */
export interface Profile {
  readonly name?: string;
  readonly avatar?: MediaId;
  readonly note?: string;
  readonly url?: string;
}

interface To {
  readonly to: Conversation;
}
interface InRoom {
  readonly room: RoomId;
}
/** What an XMPP user did. `txn` is unique per action; pass it on if the network can echo it back. */
export type UserAction =
  | (To & { type: 'message'; txn: string; content: Content })
  /** The whole of the new content. */
  | (To & { type: 'edit'; id: MessageId; txn: string; content: Content })
  /** Takes back an own message. */
  | (To & { type: 'retract'; id: MessageId })
  /** All the user's reactions to that message from now on; none takes them back. */
  | (To & { type: 'react'; id: MessageId; txn: string; reactions: readonly string[] })
  | (To & { type: 'typing'; on: boolean })
  /** The user has read the conversation up to that message. */
  | (To & { type: 'read'; id: MessageId })
  /** A command in the network's own words, typed to the account's address (IRC: one raw line). */
  | { type: 'raw'; text: string }
  /** The whole of the user's clients, merged; sent on change only. */
  | { type: 'presence'; presence: Presence }
  | { type: 'contact'; contact: ContactId; change: 'add' | 'remove' }
  | { type: 'block'; contact: ContactId; on: boolean; report?: 'spam' | 'abuse'; text?: string }
  /** Resolves when the room was entered, after its `room` event was emitted. */
  | (InRoom & { type: 'join'; nick: string; password?: string })
  | (InRoom & { type: 'leave'; reason?: string })
  | (InRoom & { type: 'nick'; nick: string })
  | (InRoom & { type: 'topic'; topic: string })
  | (InRoom & { type: 'invite'; contact: ContactId })
  | (InRoom & { type: 'moderate'; nick: string; change: 'kick' | 'ban' | Rank; reason?: string })
  /** The same for somebody who may be absent; `none` takes them off all lists, bans included. */
  | (InRoom & {
      type: 'enlist';
      who: { contact: ContactId } | { mask: string };
      as: Listed['rank'] | 'none';
      reason?: string;
    })
  /** Takes somebody's message out of the room. */
  | (InRoom & { type: 'erase'; id: MessageId; reason?: string })
  /** Only what is to change. */
  | (InRoom & { type: 'configure'; settings: RoomSettings });

interface Said {
  readonly in: Conversation;
  readonly from: Author;
}
export interface Topic {
  readonly text: string;
  /** Nick of the one who set it. */
  readonly by?: string;
  readonly at?: Date;
}
/** What happened on the network. An id that is the network's own lets a second copy be dropped. */
export type RemoteEvent =
  /** `past`: said while the account was away, or before it came; nobody is called for it. */
  | (Said & { type: 'message'; id?: MessageId; at: Date; content: Content; txn?: string; past?: true })
  /** `id` is that of the message edited; `edit` the edit's own. */
  | (Said & { type: 'edit'; id: MessageId; edit?: MessageId; at: Date; content: Content; txn?: string })
  /** `from` took the message out, its author or a moderator. */
  | (Said & { type: 'retract'; id: MessageId; at: Date; reason?: string })
  /** All reactions of `from` to that message from now on. */
  | (Said & { type: 'react'; id: MessageId; at: Date; reactions: readonly string[]; txn?: string })
  | (Said & { type: 'typing'; on: boolean })
  /** `from` has read up to that message; of `self`, on another client of the network. */
  | (Said & { type: 'read'; id: MessageId })
  | { type: 'presence'; contact: ContactId; presence: Presence }
  | { type: 'profile'; contact: ContactId; profile: Profile }
  /** Somebody of the network's own list of contacts, in which they are or, `off`, are no more. */
  | { type: 'contact'; contact: ContactId; name?: string; off?: true }
  /** The whole truth about a room; sent on join and after a reconnect. The gateway shows only what changed. */
  | (InRoom & {
      type: 'room';
      topic: Topic;
      members: readonly Member[];
      settings?: RoomSettings;
      /** Known to its members alone, who see each other's addresses. */
      private?: boolean;
      avatar?: MediaId;
    })
  | (InRoom & { type: 'topic'; topic: Topic })
  /** Settings or avatar that have changed, and only those. */
  | (InRoom & { type: 'settings'; settings: RoomSettings; avatar?: MediaId })
  /** `in`: is in the room as given, whether new, renamed (from `was`) or with another rank. */
  | (InRoom & { type: 'member'; change: 'in'; member: Member; was?: string })
  /**
   * `by` is the nick of the one who removed them, or their own who left by a command of the network. When `nick` is the
   * account's own, the room is left (`self` says so where it may be another nick than the room knows); not emitted for
   * a `leave` action, which the gateway knows of.
   */
  | (InRoom & {
      type: 'member';
      change: 'out' | 'kick' | 'ban';
      nick: string;
      self?: true;
      by?: string;
      reason?: string;
    })
  | (InRoom & { type: 'invite'; from: Author; reason?: string })
  /** A word of the network itself to the user, shown as a message from the account's address. */
  | { type: 'notice'; text: string };

/** What a network does itself. For the rest the gateway has one table (fallback.ts): flatten, drop or refuse. */
export type Feature = UserAction['type'] | 'reply' | 'thread' | 'spoiler' | 'files' | 'markup' | 'mentions';

/** Why an expected failure happened; src/xmpp/errors.ts turns each into a stanza error. */
export type Why =
  | 'offline'
  | 'sign-in'
  | 'forbidden'
  | 'not-allowed'
  | 'not-found'
  | 'not-joined'
  | 'members-only'
  | 'banned'
  | 'blocked'
  | 'password'
  | 'full'
  | 'nick-taken'
  | 'too-long'
  | 'too-fast'
  | 'unsupported'
  | 'invalid'
  | 'timeout'
  | 'network';

/**
 * Throw this for an expected failure. `message` is a sentence for the user that says what to do next.
 * Anything else thrown is a bug: logged with its stack, counted, survived.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly why: Why;
  /** The network may have taken the action after all, so it is not tried again. */
  readonly uncertain: boolean;

  constructor(why: Why, text: string, options: { uncertain?: boolean; cause?: unknown } = {}) {
    super(text, options.cause === undefined ? {} : { cause: options.cause });
    this.why = why;
    this.uncertain = options.uncertain ?? false;
  }
}

/** One login of one user; it outlives its connection, which `run` makes again and again. A look-up that is there works. */
export interface Session {
  /**
   * Lives as long as the link; call `host.online()` when ready. Throws `Refusal('sign-in')` or `Refusal('invalid')` to
   * stop until the user changes something, `Refusal('offline')` when the user has ended it; anything else thrown, whose
   * message is then a plain reason, or a return before `signal`, makes the gateway run it again after a back-off.
   */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Resolves when the network took the action; `ids` are what it calls the message, in the order of its parts. An edit, a
   * reaction or a reply names the first, a retraction each. Never overlaps within a conversation. `presence`, `contact` and `leave`
   * are taken at any time and remembered over reconnects; the others are sent only while the session is online.
   */
  send(action: UserAction): Promise<{ readonly ids?: readonly MessageId[]; readonly at?: Date }>;
  /** All rooms that can be joined; the gateway keeps the answer for a while, searches and pages it. */
  rooms?(): Promise<readonly RoomListing[]>;
  /** Those on a room's lists beyond the members present. */
  listed?(room: RoomId, rank: Listed['rank']): Promise<readonly Listed[]>;
  profile?(contact: ContactId): Promise<Profile>;
  /** People whom that text may mean. */
  find?(text: string): Promise<readonly { readonly contact: ContactId; readonly name?: string }[]>;
  media?(id: MediaId): Promise<Media>;
  /** Asks the program that the contact uses; the answer to a ping is empty, a time is ISO 8601 with its offset. */
  ask?(contact: ContactId, what: Question): Promise<string>;
  /** How the connection is, as sentences for its user. */
  about?(): readonly string[];
  /** Takes over other settings of its account, at once or with a new connection, which it then makes itself. */
  adopt?(account: Account): void;
  /** What the network is told as the reason when the connection is ended next. */
  farewell?(text: string): void;
}
/** What programs ask each other (XEP-0199, XEP-0092, XEP-0202). */
export type Question = 'ping' | 'version' | 'time';

/** What the gateway lends to a session. */
export interface Host {
  /** Resolves when the event is taken over; await it where the source can be paused. */
  emit(event: RemoteEvent): Promise<void>;
  /** `lacks` narrows the network's features to those of this very server. */
  online(label: string, lacks?: readonly Feature[]): void;
  /** Waits for a token of `limits`; one per unit the network counts (IRC: a line). Rejects when `signal` aborts. */
  pace(signal: AbortSignal): Promise<void>;
  /** The bytes at a public address: never from the site's own network, bounded in size and time. Throws `Refusal`. */
  download(url: string, signal: AbortSignal): Promise<Media>;
  /** Bare JID of the user, to tell users apart where a network wants that (IRC: identd); never shown. */
  readonly owner: string;
  /** A small value kept for the account over restarts: at most 100 of 4 KiB; `keep` without one forgets it. */
  recall(key: string): Promise<string | undefined>;
  keep(key: string, value?: string): Promise<void>;
  /** The newest message of a conversation that is kept, so that the network can be asked for what came after. */
  latest(of: Conversation): Promise<{ readonly id?: MessageId; readonly at: Date } | undefined>;
  /** Asks a client of the user, answered as by `Session.ask`. Throws `Refusal` when there is none, or it does not answer. */
  ask(what: Question): Promise<string>;
  /** Whether the user wants to hear nothing of that contact; for what a bridge answers by itself. */
  ignores(contact: ContactId): boolean;
  /** The address of a page that shows the text; undefined where the gateway has no such place. */
  share(text: string): Promise<string | undefined>;
  readonly log: Record<'debug' | 'info' | 'warn', (fields: object, message: string) => void>;
}

export type * from './prompts.ts';

/** `settings` is plain JSON of the bridge's own making; it is sealed at rest as a whole, passwords included. */
export interface Account<Settings = unknown> {
  readonly id: AccountId;
  readonly label: string;
  readonly settings: Settings;
}

/** What the local part of a JID on the network's host names. `account` is absent where one login serves the whole host. */
export interface Place {
  readonly account?: AccountId;
  readonly room?: RoomId;
  readonly contact?: ContactId;
}

/** What accounts share that connect to the same place. */
interface Entrance {
  readonly name: string;
  /** Most accounts connected at once; 0: no limit. */
  readonly connections: number;
  /** How many may connect in a second, after the first few. */
  readonly perSecond: number;
}

/** A chat network as configured for one component host; `bridges/<id>/index.ts` makes it. */
export interface Network {
  /** `irc`, `matrix`, `email`. */
  readonly id: string;
  readonly title: string;
  /** Type of the `gateway` identity in disco (XEP-0030 registrar). */
  readonly gateway: string;
  /** What a person is asked to type for `jabber:iq:gateway` (XEP-0100 §6.3). */
  readonly prompt: { readonly desc: string; readonly label: string };
  readonly does: readonly Feature[];
  /** What of a room's settings can be changed. */
  readonly settings?: readonly (keyof RoomSettings)[];
  /** Messages per second an account may send after a burst; the core holds them to it. */
  readonly limits: { readonly burst: number; readonly perSecond: number };
  /** Largest text taken in one message, in bytes of UTF-8. */
  readonly textBytes: number;
  /**
   * How a reply is said where there are none: a quoted line before the text (the default), or the nick, which in rooms is
   * said beside the network's own replies as well.
   */
  readonly replies?: 'quote' | 'name';

  /**
   * From an unescaped local part to what it names, in canonical spelling; undefined if it can't name anything here. The
   * empty one is the host: an account where there is only one server (IRC's fixed server), else nothing.
   */
  place(local: string): Place | undefined;
  /** From what a person types (`nick on libera`) to a contact; with `at`, a name on that account's server (`nick`). */
  contact(typed: string, at?: AccountId): ContactId | undefined;
  /** Local part of an account's own address (IRC: `irc.libera.chat`); empty when it is the bare host. */
  address(account: AccountId): string;
  /** An account for someone who has not signed in, where that is allowed; `nick` may be taken as a mere hint. */
  guest(account: AccountId | undefined, nick: string): Account | undefined;
  /**
   * Asks what is needed to sign in and returns the account. `at` narrows it to one account's address, `known` are the
   * present settings. Throws `Refusal('invalid')` with the sentence for a wrong answer.
   */
  signIn(at: AccountId | undefined, known: Account | undefined): AsyncGenerator<Prompt, Account, Answers>;
  open(account: Account, host: Host): Session;
  /** Where the account connects to; those with an entrance of one name share it. Absent: each has its own. */
  entrance?(account: Account): Entrance;
  readonly form?: SettingsForm;
  readonly commands?: readonly NetworkCommand[];
  /** Names of its options that are read anew whenever they are needed: a reload of the configuration changes them. */
  readonly reloads?: readonly string[];
  /** Lives as long as the network is served, for listeners of its own; what it throws the administrator is told. */
  serve?(signal: AbortSignal): Promise<void>;
}
