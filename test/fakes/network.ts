/** A small chat network in memory, spoken to over the contract like any other: the other side of the scenes. */

import {
  type Account,
  type AccountId,
  type Answers,
  type ContactId,
  type Feature,
  type Host,
  type Listed,
  type Media,
  type MediaId,
  type Member,
  type MessageId,
  type Network,
  type Place,
  type Profile,
  type Prompt,
  type Question,
  Refusal,
  type RemoteEvent,
  type RoomId,
  type RoomListing,
  type Session,
  type UserAction,
} from '#src/network.ts';

const EVERYTHING: readonly Feature[] = [
  'message',
  'edit',
  'retract',
  'react',
  'typing',
  'read',
  'raw',
  'presence',
  'contact',
  'block',
  'join',
  'leave',
  'nick',
  'topic',
  'invite',
  'moderate',
  'enlist',
  'erase',
  'configure',
  'reply',
  'thread',
  'spoiler',
  'files',
  'markup',
  'mentions',
];

/** Ids are `name`, rooms begin with `#`; one login serves the host. */
export class FakeNetwork implements Network {
  readonly id = 'fake';
  readonly title = 'Fake';
  readonly gateway = 'irc';
  readonly prompt = { desc: 'Type a name.', label: 'Name' };
  /** What it does itself; a scene of fallbacks takes some out. */
  does: readonly Feature[] = EVERYTHING;
  readonly settings = ['name', 'description', 'password', 'membersOnly', 'moderated', 'openTopic', 'limit'] as const;
  /** Who is in a room beside the one who joins. */
  members: readonly Member[] = [];
  /** What its look-ups find. */
  readonly listings: RoomListing[] = [];
  readonly lists: Listed[] = [];
  readonly profiles = new Map<ContactId, Profile>();
  readonly files = new Map<MediaId, Media>();
  readonly people: { contact: ContactId; name?: string }[] = [];
  /** What people's programs answer; without it they can't be asked. */
  answer: ((contact: ContactId, what: Question) => Promise<string>) | undefined;
  readonly limits = { burst: 100, perSecond: 1000 };
  readonly textBytes = 20_000;
  /** Sessions that are or were open, the newest last. */
  readonly sessions: FakeSession[] = [];
  /** Whether one may come without signing in. */
  open_ = true;
  /** Whether signing in has a second question. */
  asksCode = false;
  /** Why the next connections fail. */
  unreachable: Error | undefined;
  /** Into how many messages it cuts each. */
  cuts = 1;
  /** What the network answers to an action, in place of taking it. */
  refuse: Partial<Record<UserAction['type'], Refusal>> = {};
  /** What accounts share where they connect. */
  entrance?: NonNullable<Network['entrance']>;

  /** The session that was opened last. */
  get session(): FakeSession {
    const session = this.sessions.at(-1);
    if (!session) throw new Error('No session was opened.');
    return session;
  }

  place(local: string): Place | undefined {
    if (local === '') return {};
    if (/[ !]/.test(local)) return undefined;
    return local.startsWith('#') ? { room: local as RoomId } : { contact: local as ContactId };
  }

  contact(typed: string): ContactId | undefined {
    return /^[a-z]+$/.test(typed) ? (typed as ContactId) : undefined;
  }

  address(): string {
    return '';
  }

  guest(_account: AccountId | undefined, nick: string): Account | undefined {
    return this.open_ ? { id: 'main' as AccountId, label: 'Fake', settings: { nick } } : undefined;
  }

  async *signIn(_at: AccountId | undefined, known: Account | undefined): AsyncGenerator<Prompt, Account, Answers> {
    const nick = (known?.settings as { nick?: string } | undefined)?.nick;
    const answers = yield {
      title: 'Sign in to Fake',
      fields: [
        { name: 'nick', label: 'Nick', type: 'text', ...(nick !== undefined && { value: nick }) },
        { name: 'password', label: 'Password', type: 'secret', optional: true },
      ],
    };
    if (!answers['nick']) throw new Refusal('invalid', 'Give a nick.');
    if (this.asksCode) yield { title: 'Prove it', fields: [{ name: 'code', label: 'Code', type: 'text' }] };
    return {
      id: 'main' as AccountId,
      label: 'Fake',
      settings: { nick: answers['nick'], password: answers['password'] },
    };
  }

  open(account: Account, host: Host): FakeSession {
    const session = new FakeSession(this, account, host);
    this.sessions.push(session);
    return session;
  }
}

export class FakeSession implements Session {
  readonly account: Account;
  /** What the gateway asked for, in order. */
  readonly actions: UserAction[] = [];
  /** Bare JID of the user. */
  get owner(): string {
    return this.#host.owner;
  }

  /** What it was to tell the network on ending. */
  readonly farewells: string[] = [];
  runs = 0;
  running = false;
  readonly #network: FakeNetwork;
  readonly #host: Host;
  #cut: (reason: Error) => void = () => undefined;
  /** While it is set, actions wait for it. */
  gate: Promise<void> | undefined;

  constructor(network: FakeNetwork, account: Account, host: Host) {
    this.#network = network;
    this.account = account;
    this.#host = host;
    if (network.answer) this.ask = network.answer;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.runs += 1;
    if (this.#network.unreachable) throw this.#network.unreachable;
    const ended = Promise.withResolvers<void>();
    this.#cut = ended.reject;
    signal.addEventListener('abort', () => ended.resolve(), { once: true });
    this.#host.online('Fake');
    this.running = true;
    await ended.promise.finally(() => {
      this.running = false;
    });
  }

  ask?: NonNullable<Session['ask']>;

  /** What the network is told when it asks a client of the user. */
  asksClient(what: Question): Promise<string> {
    return this.#host.ask(what);
  }

  ignores(contact: ContactId): boolean {
    return this.#host.ignores(contact);
  }

  /** Breaks the connection. */
  cut(reason: Error): void {
    this.#cut(reason);
  }

  async send(action: UserAction) {
    this.actions.push(action);
    await this.gate;
    const refusal = this.#network.refuse[action.type];
    if (refusal) throw refusal;
    if (action.type === 'message') {
      const parts = Array.from({ length: this.#network.cuts }, (_, n) => (n === 0 ? '' : `-${n}`));
      return { ids: parts.map((part) => `net-${action.txn}${part}` as MessageId) };
    }
    if (action.type === 'join')
      await this.emit(truth(action.room, [member(action.nick, { self: true }), ...this.#network.members]));
    return {};
  }

  emit(event: RemoteEvent): Promise<void> {
    return this.#host.emit(event);
  }

  /** Fetches what a user has sent, as a network does that keeps files itself. */
  download(url: string): Promise<Media> {
    return this.#host.download(url, new AbortController().signal);
  }

  farewell(text: string): void {
    this.farewells.push(text);
  }

  async rooms(): Promise<readonly RoomListing[]> {
    return this.#network.listings;
  }

  async listed(_room: RoomId, rank: Listed['rank']): Promise<readonly Listed[]> {
    return this.#network.lists.filter((one) => one.rank === rank);
  }

  async profile(contact: ContactId): Promise<Profile> {
    return this.#network.profiles.get(contact) ?? {};
  }

  async find(text: string): Promise<readonly { contact: ContactId; name?: string }[]> {
    return this.#network.people.filter(({ contact, name = '' }) => contact.includes(text) || name.includes(text));
  }

  async media(id: MediaId): Promise<Media> {
    const file = this.#network.files.get(id);
    if (!file) throw new Refusal('not-found', 'There is no such file any more.');
    return file;
  }
}

export function member(nick: string, facts: Partial<Member> = {}): Member {
  return { nick, contact: nick.toLowerCase() as ContactId, rank: 'speaker', ...facts };
}

export function truth(room: string, members: readonly Member[], topic = ''): RemoteEvent {
  return { type: 'room', room: room as RoomId, topic: { text: topic }, members };
}

export function said(room: string, nick: string, text: string): RemoteEvent {
  const from = { contact: nick.toLowerCase() as ContactId, nick };
  return { type: 'message', in: { room: room as RoomId }, from, at: new Date(), content: { text } };
}

export function told(nick: string, text: string): RemoteEvent {
  const contact = nick.toLowerCase() as ContactId;
  return { type: 'message', in: { with: contact }, from: { contact }, at: new Date(), content: { text } };
}

/** Its sessions end only when that resolves, however early they are stopped. */
export class LingeringNetwork extends FakeNetwork {
  readonly #end: Promise<void>;

  constructor(end: Promise<void>) {
    super();
    this.#end = end;
  }

  override open(account: Account, host: Host): FakeSession {
    const session = super.open(account, host);
    const run = session.run.bind(session);
    session.run = (signal) => run(signal).then(() => this.#end);
    return session;
  }
}
