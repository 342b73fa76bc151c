/** Brings messages to the user's clients and into the archive: what others say at once, what the user says when it is safe. */

import { randomUUID } from 'node:crypto';
import type { ContactId, MessageId } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Privileges } from '#src/privileges.ts';
import type { Occupant } from '#src/rooms.ts';
import type { Showing } from '#src/showing.ts';
import { type OccupantId, occupantIdElement } from '#src/xmpp/occupant-id.ts';
import { writeStanzaId } from '#src/xmpp/stable-ids.ts';
import * as write from '#src/xmpp/write/message.ts';
import type { Send, Stanza } from '#src/xmpp/write/stanza.ts';
import type { Shown } from './shown.ts';
import type { Talk } from './talk.ts';

/** Something that is to be shown in a conversation, and kept. */
export interface Utterance {
  /** Who it is from; empty for the user. */
  readonly author: ContactId | '';
  /** The author's nick in the room. */
  readonly nick?: string;
  /** The children of its stanza but for those every message has. */
  readonly children: string;
  /** Its text alone; empty where it is about another message. */
  readonly text: string;
  readonly at: Date;
  /** What the network calls it. */
  readonly ids?: readonly MessageId[];
  /** The id attribute a client of the user gave it. */
  readonly message?: string | undefined;
}
export interface DeliveryOptions {
  readonly places: Places;
  readonly showing: Showing;
  readonly shown: Shown;
  readonly occupantId: OccupantId;
  readonly privileges: Pick<Privileges, 'sent'>;
  readonly send: Send;
}

export class Delivery {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Shows what happened on the network and archives it meanwhile. Gives the id attribute it has. */
  show(talk: Talk, said: Utterance): string {
    const { id, children } = this.#prepare(talk, said);
    if (talk.kind === 'chat' && said.author === '') this.#elsewhere(talk, id, children);
    else this.#send(talk, said, id, children);
    return id;
  }

  /**
   * Shows what a client of the user said to all of the user's clients in the room, once it is archived; one-to-one they
   * know it from their own server. Resolves then.
   */
  async reflect(talk: Talk, said: Utterance, sender: string): Promise<void> {
    // Whoever comes while it is archived is told of it with the past.
    const here = new Set(talk.room?.occupants.values());
    const { id, children, kept } = this.#prepare(talk, said);
    await kept;
    if (talk.kind === 'chat') return;
    const stanza = this.#send(talk, said, id, children, here);
    const seat = talk.room?.occupants.get(sender);
    // Who was thrown out, or came again, since learns all the same that it was said.
    if (!seat || !here.has(seat)) this.#options.send(stanza, sender);
  }

  /** Gives it its ids, and begins to archive it: `kept` never rejects. */
  #prepare(talk: Talk, said: Utterance): { id: string; children: string; kept: Promise<void> } {
    const { shown } = this.#options;
    const { user, local, kind } = talk;
    const { author, text, at } = said;
    const id = randomUUID();
    const message = said.message ?? id;
    const children = said.children + this.signature(talk, author, id, kind === 'groupchat' && !said.nick);
    const sender = this.#sender(talk, said);
    const entry = { user, local, id, message, at, kind, sender, author, text, xml: children };
    return { id: message, children, kept: shown.keep(entry, said.ids ?? []) };
  }

  /** The ids that the room, or one-to-one the host, vouches for; what the room itself says is by no occupant. */
  signature({ kind, jid, room }: Talk, author: Utterance['author'], id: string, byRoom = false): string {
    const { places, occupantId } = this.#options;
    if (kind === 'chat') return writeStanzaId(id, places.host);
    const contact = author === '' ? room?.members.get(room.nick)?.contact : author;
    const occupant = room && contact !== undefined && !byRoom;
    return writeStanzaId(id, jid) + (occupant ? occupantIdElement(occupantId(room.id, contact)) : '');
  }

  #sender({ kind, jid, user }: Talk, { author, nick = '' }: Utterance): string {
    if (kind === 'groupchat') return nick === '' ? jid : `${jid}/${nick}`;
    return author === '' ? user : jid;
  }

  #send(talk: Talk, said: Utterance, id: string, children: string, among?: ReadonlySet<Occupant>): Stanza {
    const { nick = '', at } = said;
    const { showing, send } = this.#options;
    if (talk.room && talk.kind === 'groupchat') {
      const stanza = write.toRoom(talk.jid, nick, id, children, at);
      showing.toAll(talk.room, stanza, among);
      return stanza;
    }
    if (talk.room && talk.nick !== undefined) {
      const stanza = write.whisper(showing.jid(talk.room), talk.nick, id, children, at);
      showing.toAll(talk.room, stanza);
      return stanza;
    }
    const stanza = write.toUser(talk.jid, id, children, at);
    send(stanza, talk.user);
    return stanza;
  }

  /** What the user said with another client of the network: only a server that trusts us shows it as their own. */
  #elsewhere({ user, jid }: Talk, id: string, children: string): void {
    this.#options.privileges.sent(user, jid, id, children);
  }

  /** Shows something that passes, and is not kept. */
  pass(talk: Talk, nick: string, children: string): void {
    this.#send(talk, { author: '', nick, children, text: '', at: new Date() }, randomUUID(), children);
  }
}
