/** One login of one user on one server: makes a link, brings it to what the user wishes, and sends what they do. */

import {
  type Account,
  type Host,
  type Listed,
  Refusal,
  type RoomId,
  type RoomListing,
  type Session,
  type UserAction,
} from '#src/network.ts';
import type { IrcSettings } from './account.ts';
import { tellAway } from './away.ts';
import { enlist, listed } from './bans.ts';
import { endWatching, unwatch, watch } from './contacts.ts';
import { invite } from './invite.ts';
import { join, joinAgain } from './join.ts';
import { leave } from './leave.ts';
import { Link, type LinkOptions, type Login } from './link.ts';
import { listChannels } from './list.ts';
import { moderate } from './moderate.ts';
import { changeNick } from './nick.ts';
import { sendRaw } from './raw.ts';
import { register } from './registration.ts';
import { say } from './say.ts';
import { configure } from './settings.ts';
import { setTopic } from './topic.ts';
import { remember, type Wishes } from './wishes.ts';

export interface SessionOptions extends Omit<LinkOptions, 'wishes' | 'login' | 'host'> {
  readonly account: Account<IrcSettings>;
  readonly host: Host;
  readonly realname: string | undefined;
  readonly password: string | undefined;
  readonly quitMessage: string;
}

export class IrcSession implements Session {
  readonly #options: SessionOptions;
  readonly #wishes: Wishes;
  #link: Link | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { nick, guest = false } = options.account.settings;
    this.#wishes = { nick, guest, away: '', rooms: new Map(), contacts: new Set() };
  }

  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const link = new Link({ ...this.#options, login: this.#login(), wishes: this.#wishes });
    const stop = () => void link.quit(this.#options.quitMessage);
    signal.addEventListener('abort', stop);
    try {
      await register(link);
      this.#link = link;
      this.#options.host.online(link.server);
      this.#restore(link);
      await link.closed;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#link = undefined;
      endWatching(link);
    }
  }

  async send(action: UserAction): Promise<object> {
    const remembered = remember(this.#wishes, action);
    if (!this.#link && remembered) return {};
    const link = this.#connected();
    try {
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

  #connected(): Link {
    if (this.#link) return this.#link;
    throw new Refusal('offline', `You are not connected to ${this.#options.server} now. Try again later.`);
  }

  #restore(link: Link): void {
    const { sasl } = this.#options.account.settings;
    if (sasl && link.account === '') {
      link.notice(
        `${link.server} offers no login by SASL now: you are connected, but not logged in as ${sasl.account}.`,
      );
    }
    tellAway(link);
    joinAgain(link);
    watch(link, this.#wishes.contacts);
  }

  #login(): Login {
    const { account, realname, password } = this.#options;
    const { settings } = account;
    const { nick } = this.#wishes;
    const pass = settings.password ?? password;
    return {
      nick,
      // Servers of hybrid's family want a letter or digit first.
      username: settings.username ?? (nick.replace(/[^\w-]|^[_-]+/g, '').slice(0, 10) || 'user'),
      realname: settings.realname ?? realname ?? nick,
      ...(settings.sasl && { sasl: settings.sasl }),
      ...(pass !== undefined && { password: pass }),
    };
  }
}

/** Each action is a function of the feature it belongs to. */
async function perform(link: Link, action: UserAction): Promise<void> {
  switch (action.type) {
    case 'message':
      return say(link, action);
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
