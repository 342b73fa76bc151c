/**
 * The contract between the gateway and a chat network. Read this first.
 *
 * Two verbs cross it: the gateway calls `session.send(action)`, a bridge calls `host.emit(event)`.
 * No XMPP stanza or JID goes down; no line of the network's own protocol comes up.
 */

declare const kind: unique symbol;
type Id<Kind extends string> = string & { readonly [kind]: Kind };

/**
 * Ids are minted by the bridge, in canonical spelling, and are unique on the network's host. The gateway stores and
 * compares them and never looks inside; escaped by XEP-0106 an id is the local part of its JID.
 */
export type ContactId = Id<'contact'>;
export type RoomId = Id<'room'>;
export type MessageId = Id<'message'>;
/** One login of a user. IRC: the server's name. */
export type AccountId = Id<'account'>;

/** A one-to-one talk or a group, as one account sees it. Order and duplicates are judged per conversation. */
export type Conversation = { readonly with: ContactId } | { readonly room: RoomId };
/** `self` is what the account's own person did, here or from another client of the network. */
export type Author = { readonly self: true } | { readonly contact: ContactId; readonly nick?: string };

export interface Content {
  /** Readable alone; may hold line breaks. */
  readonly text: string;
  /** `action` is `/me text`, without the `/me`. */
  readonly style?: 'action' | 'notice';
  readonly markup?: readonly Span[];
}
/** A formatted stretch of `text`; `from` and `to` count UTF-16 code units. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly as: 'strong' | 'emphasis' | 'code' | 'strike';
}
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
  /** A command in the network's own words, typed to the account's address (IRC: one raw line). */
  | { type: 'raw'; text: string }
  /** The whole of the user's clients, merged; sent on change only. */
  | { type: 'presence'; presence: Presence }
  | { type: 'contact'; contact: ContactId; change: 'add' | 'remove' }
  /** Resolves when the room was entered, after its `room` event was emitted. */
  | (InRoom & { type: 'join'; nick: string; password?: string })
  | (InRoom & { type: 'leave'; reason?: string })
  | (InRoom & { type: 'nick'; nick: string })
  | (InRoom & { type: 'topic'; topic: string })
  | (InRoom & { type: 'invite'; contact: ContactId })
  | (InRoom & { type: 'moderate'; nick: string; change: 'kick' | 'ban' | Rank; reason?: string });

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
  | (Said & { type: 'message'; id?: MessageId; at: Date; content: Content; txn?: string })
  | { type: 'presence'; contact: ContactId; presence: Presence }
  /** The whole truth about a room; sent on join and after a reconnect. The gateway shows only what changed. */
  | (InRoom & { type: 'room'; topic: Topic; members: readonly Member[] })
  | (InRoom & { type: 'topic'; topic: Topic })
  /** `in`: is in the room as given, whether new, renamed (from `was`) or with another rank. */
  | (InRoom & { type: 'member'; change: 'in'; member: Member; was?: string })
  /**
   * `by` is the nick of the one who removed them. When `nick` is the account's own, the room is left (`self` says so
   * where it may be another nick than the room knows); not emitted for a `leave` action, which the gateway knows of.
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
export type Feature = UserAction['type'];

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

/** One login of one user; it outlives its connection, which `run` makes again and again. */
export interface Session {
  /**
   * Lives as long as the link; call `host.online()` when ready. Throws `Refusal('sign-in')` or `Refusal('invalid')` to
   * stop until the user changes something; anything else thrown, whose message is then a plain reason, or a return
   * before `signal`, makes the gateway run it again after a back-off.
   */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Resolves when the network took the action. Never overlaps within a conversation. `presence`, `contact` and `leave`
   * are taken at any time and remembered over reconnects; the others are sent only while the session is online.
   */
  send(action: UserAction): Promise<{ readonly ids?: readonly MessageId[]; readonly at?: Date }>;
}

/** What the gateway lends to a session. */
export interface Host {
  /** Resolves when the event is taken over; await it where the source can be paused. */
  emit(event: RemoteEvent): Promise<void>;
  /** `lacks` narrows the network's features to those of this very server. */
  online(label: string, lacks?: readonly Feature[]): void;
  /** Waits for a token of `limits`; one per unit the network counts (IRC: a line). Rejects when `signal` aborts. */
  pace(signal: AbortSignal): Promise<void>;
  readonly log: Record<'debug' | 'info' | 'warn', (fields: object, message: string) => void>;
}

/** One question of a sign-in. The same generator serves in-band registration, commands, the web and the CLI. */
export interface Prompt {
  readonly title: string;
  readonly fields: readonly Field[];
}
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'secret' | 'choice' | 'flag';
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly optional?: boolean;
}
export type Answers = Readonly<Record<string, string>>;

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
  /** Messages per second an account may send after a burst; the core holds them to it. */
  readonly limits: { readonly burst: number; readonly perSecond: number };
  /** Largest text taken in one message, in bytes of UTF-8. */
  readonly textBytes: number;

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
}
