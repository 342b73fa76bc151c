/** Messages both ways: in rooms, one-to-one, private through a room, and a network's own words. */

import { randomUUID } from 'node:crypto';
import type { LiveAccount } from '#src/account.ts';
import { answerTo, type Intent, type Origin, type Refuse } from '#src/intent.ts';
import {
  type ContactId,
  type Content,
  type Conversation,
  type Network,
  Refusal,
  type RemoteEvent,
} from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import type { Room } from '#src/rooms.ts';
import type { Showing } from '#src/showing.ts';
import { applyStyling } from '#src/text/styling.ts';
import type { Users } from '#src/users.ts';
import * as write from '#src/xmpp/write/message.ts';
import { RESOURCE } from '#src/xmpp/write/presence.ts';
import type { Send, Stanza } from '#src/xmpp/write/stanza.ts';

export interface MessagesOptions {
  readonly network: Network;
  readonly users: Users;
  readonly places: Places;
  readonly occupancy: Occupancy;
  readonly showing: Showing;
  readonly send: Send;
  readonly refuse: Refuse;
}
type Message = Intent & { type: 'message' };
type Said = RemoteEvent & { type: 'message' };

export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Takes a message of a user. The promise covers finding its account, not the delivery. */
  take(intent: Message, target: Target): void | Promise<void> {
    const { network } = this.#options;
    if (Buffer.byteLength(intent.body) > network.textBytes) {
      throw new Refusal('too-long', `No more than ${network.textBytes} bytes in one message. Send it in parts.`);
    }
    if (target.type === 'room')
      return intent.kind === 'groupchat' ? this.#say(intent, target) : this.#whisper(intent, target);
    if (intent.kind === 'groupchat') throw new Refusal('invalid', 'This address is not a room.');
    if (target.type === 'contact') return this.#tell(intent, target.account, target.contact);
    return this.#command(intent, target);
  }

  #say({ origin, body, originId }: Message, target: Target & { type: 'room' }): void {
    const { account, room } = this.#options.occupancy.seatOf(origin, target);
    if (origin.to.resource !== '') throw new Refusal('invalid', 'Messages to the room go to its bare address.');
    this.#deliver(origin, account, { room: room.id }, body, () => {
      // XEP-0045 §7.4: the reflection tells the sender that the room has it.
      const seated = room.occupants.has(origin.from.full);
      const stanza = this.#toRoom(room, room.nick, body, { id: origin.id, originId });
      // Who was thrown out since learns all the same that it was said.
      if (!seated) this.#options.send(stanza, origin.from.full);
    });
  }

  /** A subject is set by a message with no body (XEP-0045 §8.1); the room's own event shows it. */
  subject({ origin, text }: Intent & { type: 'subject' }, target: Target): void {
    const { account, room } = this.#options.occupancy.seatOf(origin, target);
    account.send({ type: 'topic', room: room.id, topic: text }).catch((error: unknown) => this.#refuse(origin, error));
  }

  /** XEP-0045 §7.5. */
  #whisper({ origin, body }: Message, target: Target & { type: 'room' }): void {
    const nick = origin.to.resource;
    const { account, room } = this.#options.occupancy.seatOf(origin, target);
    if (nick === '') throw new Refusal('invalid', 'Write to the room as a group chat, or to one person in it.');
    const member = room.members.get(nick);
    if (!member) throw new Refusal('not-found', `${nick} is not in this room.`);
    account.whispers.set(member.contact, room.id);
    this.#deliver(origin, account, { with: member.contact }, body);
  }

  async #tell(
    { origin, body, receipt }: Message,
    at: LiveAccount['id'] | undefined,
    contact: ContactId,
  ): Promise<void> {
    const account = await this.#options.users.accountOf(origin.from, at);
    account.whispers.delete(contact);
    this.#deliver(origin, account, { with: contact }, body, () => {
      const { from, to, id } = origin;
      if (receipt && id !== undefined) this.#options.send(write.receipt(to.bare, id), from.full);
    });
  }

  /** To an account's address: a command in the network's words, or, with a resource, a word to a contact there. */
  #command(intent: Message, target: Target & { type: 'host' | 'account' }): void | Promise<void> {
    const { network, places, send } = this.#options;
    const { origin, body } = intent;
    if (target.account === undefined) {
      const hint = `This is ${network.title} on ${places.host}. ${network.prompt.desc}`;
      return send(write.chat(origin.to.full, hint), origin.from.full);
    }
    const nick = origin.to.resource === RESOURCE ? '' : origin.to.resource;
    const contact = nick === '' ? undefined : network.contact(nick, target.account);
    if (contact) return this.#tell(intent, target.account, contact);
    return this.#options.users.accountOf(origin.from, target.account).then((account) => {
      account
        .send({ type: 'raw', text: body })
        .catch((error: unknown) => this.#refuse(origin, error))
        .finally(() => this.#options.users.settle(account));
    });
  }

  #deliver(origin: Origin, account: LiveAccount, to: Conversation, body: string, done?: () => void): void {
    account
      .send({ type: 'message', to, txn: randomUUID(), content: contentOf(body) })
      .then(done, (error: unknown) => this.#refuse(origin, error))
      .finally(() => this.#options.users.settle(account));
  }

  #refuse(origin: Origin, error: unknown): void {
    this.#options.refuse('message', answerTo(origin), error);
  }

  /** Shows a message of the network. */
  event(account: LiveAccount, event: Said): void {
    if ('room' in event.in) return this.#heard(account, event, event.in.room);
    if ('self' in event.from) return;
    const { places, send, showing } = this.#options;
    const body = bodyOf(event.content);
    const contact = event.in.with;
    const whispered = account.whispers.get(contact);
    const room = whispered === undefined ? undefined : account.rooms.get(whispered);
    const member = room?.state === 'in' ? room.find(contact) : undefined;
    const from = places.of(contact);
    if (room && member) {
      showing.toAll(room, write.roomWhisper(showing.jid(room), member.nick, body, event.at));
    } else if (from !== undefined) {
      send(write.chat(from, body, event.at), account.user);
    }
  }

  #heard(account: LiveAccount, { from, content, at }: Said, id: Room['id']): void {
    const room = account.rooms.get(id);
    // The leak invariant: nobody is shown a word of a room in which their own account is not.
    if (room?.state !== 'in') return;
    const nick = 'self' in from ? room.nick : (from.nick ?? room.find(from.contact)?.nick ?? '');
    this.#toRoom(room, nick, bodyOf(content), { at });
  }

  #toRoom(room: Room, nick: string, body: string, facts: write.MessageFacts): Stanza {
    const { showing } = this.#options;
    const stanza = write.roomMessage(showing.jid(room), nick, body, facts);
    showing.toAll(room, stanza);
    return stanza;
  }

  /** A word of the gateway or the network to the user, from the account's address. */
  notice(account: LiveAccount, text: string): void {
    const { places, send } = this.#options;
    send(write.chat(places.ofAccount(account.id), text), account.user);
  }

  /** XEP-0045 §7.8.2: to a contact over its network, to anybody else from the room. */
  invite({ origin, invitee, reason }: Intent & { type: 'invite' }, target: Target): void {
    const { places, send, occupancy } = this.#options;
    const { account, room } = occupancy.seatOf(origin, target);
    if (invitee.domain !== places.host) {
      return send(write.invitation(origin.to.bare, origin.from.bare, reason), invitee.full);
    }
    const whom = places.read(invitee);
    if (whom?.type !== 'contact') throw new Refusal('not-found', `${invitee.bare} is nobody who can be invited.`);
    account
      .send({ type: 'invite', room: room.id, contact: whom.contact })
      .catch((error: unknown) => this.#refuse(origin, error));
  }

  /** Somebody of the network invites the user. */
  invited(account: LiveAccount, { room, from, reason }: RemoteEvent & { type: 'invite' }): void {
    const { places, send } = this.#options;
    const jid = places.of(room);
    const by = 'self' in from ? places.ofAccount(account.id) : places.of(from.contact);
    if (jid && by) send(write.invitation(jid, by, reason), account.user);
  }
}

/** XEP-0245: `/me` at the start makes an action. */
function contentOf(body: string): Content {
  return body.startsWith('/me ') ? { text: body.slice(4), style: 'action' } : { text: body };
}

function bodyOf({ text, style, markup }: Content): string {
  const styled = markup ? applyStyling(text, markup) : text;
  return style === 'action' ? `/me ${styled}` : styled;
}
