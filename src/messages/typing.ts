/** Whether somebody is typing (XEP-0085), both ways; told once, and only where the network tells others. */

import type { LiveAccount } from '#src/account.ts';
import { conversationOf } from '#src/conversation.ts';
import type { Log } from '#src/log.ts';
import type { RemoteEvent } from '#src/network.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import { writeTyping } from '#src/xmpp/chat-states.ts';
import { RESOURCE } from '#src/xmpp/write/presence.ts';
import type { Delivery } from './delivery.ts';
import { nickIn, type Talk } from './talk.ts';

export interface TypingOptions {
  readonly preferences: Pick<PreferenceBook, 'of'>;
  readonly delivery: Delivery;
  readonly log: Log;
}

/** In a room with more members nobody is shown who is typing. */
const TYPISTS = 50;

export class Typing {
  readonly #options: TypingOptions;
  /** Conversations in which the network thinks that the user is typing. */
  readonly #typing = new WeakMap<LiveAccount, Set<string>>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** A client tells. It is nobody's loss where that can't be told on. */
  take(talk: Talk, on: boolean): void {
    const { account, to, user, local } = talk;
    if (!account.does('typing')) return;
    const key = conversationOf({ type: 'typing', to, on });
    const typing = this.#typing.get(account) ?? new Set();
    // With the connection the network has lost what it was told.
    if (!account.online) return void typing.delete(key);
    if (typing.has(key) === on) return;
    if (on && !this.#options.preferences.of(user, local).typing) return;
    this.#typing.set(account, typing);
    if (on) typing.add(key);
    else typing.delete(key);
    account.send({ type: 'typing', to, on }).catch((error: unknown) => {
      typing.delete(key);
      this.#options.log.debug({ err: error }, 'That somebody is typing could not be told');
    });
  }

  /** Somebody on the network; what the user types elsewhere its clients need not know. */
  heard(talk: Talk, { from, on }: RemoteEvent & { type: 'typing' }): void {
    if ('self' in from || (talk.kind === 'groupchat' && (talk.room?.members.size ?? 0) > TYPISTS)) return;
    // Clients show it of a client, not of a bare JID (Gajim); XEP-0085 has it from nothing else.
    const typist = talk.kind === 'chat' ? { ...talk, jid: `${talk.jid}/${RESOURCE}` } : talk;
    this.#options.delivery.pass(typist, nickIn(talk, from), writeTyping(on));
  }
}
