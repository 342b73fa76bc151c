/** Messages both ways, and all that is about a message: which feature takes what. */

import type { LiveAccount } from '#src/account.ts';
import type { Files } from '#src/files.ts';
import { answerTo, type Intent, type Origin, type Refuse } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import { Delivery } from '#src/messages/delivery.ts';
import { Heard } from '#src/messages/heard.ts';
import { Invitations } from '#src/messages/invitations.ts';
import { Markers, type MarkersOptions } from '#src/messages/markers.ts';
import { Own } from '#src/messages/own.ts';
import { Reactions } from '#src/messages/reactions.ts';
import { Retractions } from '#src/messages/retractions.ts';
import { Shown } from '#src/messages/shown.ts';
import { type Talk, Talks } from '#src/messages/talk.ts';
import { Typing } from '#src/messages/typing.ts';
import { checkLength, Writing } from '#src/messages/writing.ts';
import { type Network, Refusal, type RemoteEvent } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import type { Privileges } from '#src/privileges.ts';
import type { Archive } from '#src/registry/archive.ts';
import type { Showing } from '#src/showing.ts';
import type { Users } from '#src/users.ts';
import type { OccupantId } from '#src/xmpp/occupant-id.ts';
import * as write from '#src/xmpp/write/message.ts';
import { RESOURCE } from '#src/xmpp/write/presence.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface MessagesOptions {
  readonly network: Network;
  readonly users: Users;
  readonly places: Places;
  readonly occupancy: Occupancy;
  readonly showing: Showing;
  readonly archive: Archive;
  readonly preferences: Pick<PreferenceBook, 'of'>;
  readonly privileges: Pick<Privileges, 'sent'>;
  readonly files: Pick<Files, 'share'>;
  readonly occupantId: OccupantId;
  readonly elsewhere: MarkersOptions['elsewhere'];
  readonly send: Send;
  readonly refuse: Refuse;
  readonly log: Log;
}
type Message = Intent & { type: 'message' };
/** What is about another message, or tells what its sender is doing. */
export type Remark = Intent & { type: 'retract' | 'react' | 'typing' | 'displayed' };
/** An event that belongs to a conversation. */
export type SaidEvent = Extract<RemoteEvent, { type: 'message' | 'edit' | 'retract' | 'react' | 'typing' | 'read' }>;

export class Messages {
  readonly #options: MessagesOptions;
  readonly #talks: Talks;
  readonly #writing: Writing;
  readonly #heard: Heard;
  readonly #reactions: Reactions;
  readonly #retractions: Retractions;
  readonly #typing: Typing;
  readonly #markers: Markers;
  readonly #invitations: Invitations;

  constructor(options: MessagesOptions) {
    const { places, network } = options;
    const shown = new Shown({ ...options, host: places.host });
    const delivery = new Delivery({ ...options, shown });
    const own = new Own({ ...options, shown, delivery });
    const parts = { ...options, shown, delivery, own };
    this.#options = options;
    this.#talks = new Talks({ ...options, network });
    this.#writing = new Writing(parts);
    this.#heard = new Heard(parts);
    this.#reactions = new Reactions(parts);
    this.#retractions = new Retractions(parts);
    this.#typing = new Typing(parts);
    this.#markers = new Markers(parts);
    this.#invitations = new Invitations(options);
  }

  /** Takes a message of a user. The promise covers finding what it is about and its account, not the delivery. */
  take(intent: Message, target: Target): void | Promise<void> {
    checkLength(intent.body, this.#options.network.textBytes);
    const command = intent.kind === 'chat' && this.#isAddress(intent.origin, target);
    if (command) return this.#command(intent, target);
    const talk = this.#talks.of(intent.origin, intent.kind, target);
    return talk instanceof Promise ? talk.then((found) => this.#write(intent, found)) : this.#write(intent, talk);
  }

  #write(intent: Message, talk: Talk): void | Promise<void> {
    // Who has sent it types it no more.
    this.#typing.take(talk, false);
    return this.#writing.take(intent, talk);
  }

  /** Takes what is about another message, or passes. */
  remark(intent: Remark, target: Target): void | Promise<void> {
    const { origin, kind } = intent;
    if (intent.type === 'typing' || intent.type === 'displayed') {
      const talk = this.#isAddress(origin, target) ? undefined : this.#talks.live(origin, kind, target);
      if (!talk) return;
      return intent.type === 'typing' ? this.#typing.take(talk, intent.on) : this.#markers.take(talk, intent);
    }
    return this.#about(intent, target);
  }

  async #about(intent: Intent & { type: 'retract' | 'react' }, target: Target): Promise<void> {
    const talk = await this.#talks.of(intent.origin, intent.kind, target);
    return intent.type === 'react' ? this.#reactions.take(intent, talk) : this.#retractions.take(intent, talk);
  }

  /** Takes a message out of a room for a moderator (XEP-0425). Resolves when it is out. */
  async moderate(origin: Origin, target: Target, ref: string, reason: string | undefined): Promise<void> {
    const { account, room } = this.#options.occupancy.seatOf(origin, target);
    return this.#retractions.moderate(this.#talks.ofRoom(account, room), ref, reason);
  }

  /** Nothing that is encrypted for one client can be read by a network. */
  encrypted({ method }: Intent & { type: 'encrypted' }): never {
    const { title } = this.#options.network;
    throw new Refusal(
      'unsupported',
      `${title} can't read messages with ${method}, so this one was not sent. Switch ${method} off in this chat, then send it again.`,
    );
  }

  /** XEP-0045 §7.13. */
  voice(): never {
    throw new Refusal('unsupported', 'Leave to speak can not be asked for here. Write to one of the moderators.');
  }

  /** A subject is set by a message with no body (XEP-0045 §8.1); the room's own event shows it. */
  subject({ origin, text }: Intent & { type: 'subject' }, target: Target): void {
    const { occupancy, refuse } = this.#options;
    const { account, room } = occupancy.seatOf(origin, target);
    account
      .send({ type: 'topic', room: room.id, topic: text })
      .catch((error: unknown) => refuse('message', answerTo(origin), error));
  }

  invite(intent: Intent & { type: 'invite' }, target: Target): void {
    this.#invitations.take(intent, target);
  }

  /** To the host or an account itself, and not to somebody there. */
  #isAddress({ to }: Origin, target: Target): boolean {
    return (target.type === 'host' || target.type === 'account') && (to.resource === '' || to.resource === RESOURCE);
  }

  /** To an account's address: a command in the network's words. */
  async #command({ origin, body }: Message, { account: at }: Target): Promise<void> {
    const { users, refuse } = this.#options;
    const account = await users.accountOf(origin.from, at);
    account
      .send({ type: 'raw', text: body })
      .catch((error: unknown) => refuse('message', answerTo(origin), error))
      .finally(() => users.settle(account));
  }

  /** Shows what happened in a conversation; what has to be looked up first holds the rest of that conversation. */
  event(account: LiveAccount, event: SaidEvent): void | Promise<void> {
    const talk = this.#talks.heard(account, event.in);
    if (!talk) return;
    switch (event.type) {
      case 'message':
        return this.#heard.message(talk, event);
      case 'edit':
        return this.#heard.edit(talk, event);
      case 'react':
        return this.#reactions.heard(talk, event);
      case 'retract':
        return this.#retractions.heard(talk, event);
      case 'typing':
        return this.#typing.heard(talk, event);
      case 'read':
        return this.#markers.heard(talk, event);
    }
  }

  /** Somebody of the network invites the user. */
  invited(account: LiveAccount, event: RemoteEvent & { type: 'invite' }): void {
    this.#invitations.heard(account, event);
  }

  /** A word of the gateway or the network to the user, from the account's address. */
  notice(account: LiveAccount, text: string): void {
    const { places, send } = this.#options;
    send(write.chat(places.ofAccount(account.id), text), account.user);
  }
}
