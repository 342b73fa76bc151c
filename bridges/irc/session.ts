/** One login of one user on one server: makes a link, brings it to what the user wishes, and sends what they do. */

import {
  type Account,
  type ContactId,
  type Host,
  type Listed,
  type Profile,
  type Question,
  Refusal,
  type RoomId,
  type RoomListing,
  type Session,
  type UserAction,
} from '#src/network.ts';
import { connect } from './connection/connect.ts';
import type { Way } from './connection/ports.ts';
import { lawful, observe } from './connection/sts.ts';
import type { Wire } from './connection/transport.ts';
import { Link, type LinkOptions, type Login } from './link.ts';
import { sendAfterConnect } from './login/after-connect.ts';
import { regain } from './login/regain.ts';
import { identify } from './login/services.ts';
import { catchUpPeople } from './messages/history.ts';
import { sendRaw } from './messages/raw.ts';
import { Reactions, react } from './messages/reactions.ts';
import { tellRead } from './messages/read-marker.ts';
import { erase, retract } from './messages/redaction.ts';
import { say } from './messages/say.ts';
import { lacksOf } from './messages/tags.ts';
import { tellTyping } from './messages/typing.ts';
import { tellAway } from './people/away.ts';
import { endWatching, unwatch, watch } from './people/contacts.ts';
import { ask } from './people/ctcp-ask.ts';
import { findPeople } from './people/find.ts';
import { enlist, listed } from './rooms/bans.ts';
import { invite } from './rooms/invite.ts';
import { join, joinAgain } from './rooms/join.ts';
import { leave } from './rooms/leave.ts';
import { listChannels } from './rooms/list.ts';
import { moderate } from './rooms/moderate.ts';
import { changeNick } from './rooms/nick.ts';
import { configure } from './rooms/settings.ts';
import { setTopic } from './rooms/topic.ts';
import { aboutLink } from './settings/about.ts';
import type { IrcSettings } from './settings/account.ts';
import { adoptSettings, needsRenewal } from './settings/adoption.ts';
import { remember, type Wishes } from './wishes.ts';

export interface SessionOptions extends Pick<LinkOptions, 'server' | 'ids' | 'ping' | 'pasteOver' | 'timing' | 'ctcp'> {
  readonly account: Account<IrcSettings>;
  readonly host: Host;
  /** How the server is reached. Throws `Refusal('invalid')` where the user's settings are not allowed. */
  readonly ways: () => readonly Way[];
  /** Who to be there. */
  readonly login: (nick: string, way: Way) => Promise<Login>;
  readonly onConnect: NonNullable<Wire['onConnect']>;
  readonly quitMessage: string;
}

export class IrcSession implements Session {
  readonly #remake: (account: Account<IrcSettings>) => SessionOptions;
  readonly #wishes: Wishes;
  readonly #reactions = new Reactions();
  #options: SessionOptions;
  #link: Link | undefined;
  /** The link that is there or being made. */
  #latest: Link | undefined;
  /** Why the link is given up for a new one. */
  #renewal: Error | undefined;
  #farewell: string | undefined;
  /** The user knows that the connection is not encrypted. */
  #exposed = false;

  /** `remake` gives the options for other settings of the account. */
  constructor(options: SessionOptions, remake: (account: Account<IrcSettings>) => SessionOptions) {
    this.#remake = remake;
    this.#options = options;
    const { nick, guest = false } = options.account.settings;
    this.#wishes = { nick, guest, away: '', rooms: new Map(), contacts: new Set() };
  }

  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      const options = this.#options;
      const { host } = options;
      const ways = await lawful(options.ways(), host);
      const { link, way } = await connect(ways, (each) => this.#open(options, each, signal));
      await observe(link, way, host);
      await identify(link);
      await sendAfterConnect(link, this.#options.account.settings.afterConnect ?? []);
      // Lost, or not wanted any more, while it was made ready.
      if (signal.aborted || link.signal.aborted) await link.closed;
      this.#link = link;
      host.online(link.server, lacksOf(link));
      this.#tellExposed(link, way);
      // What was changed meanwhile and needs no new connection.
      if (options !== this.#options) adoptSettings(link, this.#options.account.settings);
      this.#restore(link);
      await link.closed;
    } catch (error) {
      if (!signal.aborted) throw this.#renewal ?? error;
    } finally {
      const link = this.#latest;
      this.#renewal = undefined;
      this.#latest = undefined;
      this.#link = undefined;
      if (link) endWatching(link);
      // Whatever went wrong, no connection is left behind.
      link?.fail(new Error('nobody needs it any more'));
    }
  }

  async #open(made: SessionOptions, way: Way, signal: AbortSignal): Promise<Link> {
    const { account, login, onConnect, quitMessage } = made;
    const { settings } = account;
    const introduction = await login(this.#wishes.nick, way);
    signal.throwIfAborted();
    // Before there was a link to be given up for it.
    if (made !== this.#options) this.#renewal ??= renewal();
    if (this.#renewal) throw this.#renewal;
    const wire = { ...way, onConnect, ...(settings.certificate && { certificate: settings.certificate }) };
    const { throttle } = settings;
    const options = { ...made, wire, login: introduction, wishes: this.#wishes, reactions: this.#reactions };
    const link = new Link({ ...options, encodings: settings, throttle });
    this.#latest = link;
    const stop = () => void link.quit(this.#farewell ?? quitMessage);
    signal.addEventListener('abort', stop, { signal: link.signal });
    return link;
  }

  /** Once, and again when it was encrypted in between. */
  #tellExposed(link: Link, { exposed, port }: Way): void {
    if (exposed && !this.#exposed) {
      link.notice(
        `You are connected to ${link.server} on port ${port} without encryption: others can read along, passwords too.`,
      );
    }
    this.#exposed = exposed;
  }

  async send(action: UserAction): ReturnType<Session['send']> {
    const remembered = remember(this.#wishes, action);
    if (!this.#link && remembered) return {};
    const link = this.#connected();
    try {
      if (action.type === 'message') return await say(link, action);
      if (action.type === 'react') return await react(link, action);
      await perform(link, action);
    } catch (error) {
      // What is remembered is brought to the next link.
      if (!remembered || !link.signal.aborted) throw error;
    }
    return {};
  }

  async rooms(): Promise<readonly RoomListing[]> {
    return listChannels(this.#connected());
  }

  async listed(room: RoomId, rank: Listed['rank']): Promise<readonly Listed[]> {
    return listed(this.#connected(), room, rank);
  }

  async profile(contact: ContactId): Promise<Profile> {
    const link = this.#connected();
    return link.whois.look(link, contact);
  }

  async find(text: string): ReturnType<NonNullable<Session['find']>> {
    return findPeople(this.#connected(), text);
  }

  async ask(contact: ContactId, what: Question): Promise<string> {
    return ask(this.#connected(), contact, what);
  }

  about(): readonly string[] {
    return this.#link ? aboutLink(this.#link) : [];
  }

  farewell(text: string): void {
    this.#farewell = text;
  }

  /** What does not touch the connection holds at once; the rest with a new one. */
  adopt(account: Account): void {
    const changed = account as Account<IrcSettings>;
    const before = this.#options.account.settings;
    this.#options = this.#remake(changed);
    // A guest has the nick of the room that was entered first.
    if (!changed.settings.guest) this.#wishes.nick = changed.settings.nick;
    this.#wishes.guest = changed.settings.guest ?? false;
    delete this.#wishes.refusedLogins;
    if (this.#latest && needsRenewal(before, changed.settings, this.#latest)) {
      this.#renewal = renewal();
      void this.#latest.quit('Reconnecting');
    } else if (this.#link) {
      adoptSettings(this.#link, changed.settings);
    }
  }

  /** The link while there is one, for commands of IRC's own. */
  get link(): Link {
    return this.#connected();
  }

  #connected(): Link {
    if (this.#link) return this.#link;
    throw new Refusal('offline', `You are not connected to ${this.#options.server} now. Try again later.`);
  }

  #restore(link: Link): void {
    tellAway(link);
    regain(link);
    void catchUpPeople(link);
    joinAgain(link);
    watch(link, this.#wishes.contacts);
  }
}

function renewal(): Error {
  return new Error('it is made anew with your new settings');
}

/** Each other action is a function of the feature it belongs to. */
async function perform(link: Link, action: Exclude<UserAction, { type: 'message' | 'react' }>): Promise<void> {
  switch (action.type) {
    case 'typing':
      return tellTyping(link, action);
    case 'retract':
      return retract(link, action);
    case 'erase':
      return erase(link, action);
    case 'read':
      return tellRead(link, action);
    case 'raw':
      return sendRaw(link, action);
    case 'presence':
      return tellAway(link);
    case 'contact':
      return action.change === 'add' ? watch(link, [action.contact]) : unwatch(link, action.contact);
    case 'join':
      return join(link, action);
    case 'leave':
      return leave(link, action);
    case 'nick':
      return changeNick(link, action.nick);
    case 'topic':
      return setTopic(link, action);
    case 'invite':
      return invite(link, action);
    case 'moderate':
      return moderate(link, action);
    case 'enlist':
      return enlist(link, action);
    case 'configure':
      return configure(link, action);
    default:
      throw new Refusal('unsupported', 'IRC has nothing like that.');
  }
}
