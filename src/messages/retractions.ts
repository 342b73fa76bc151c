/** Messages taken back by their author (XEP-0424), or taken out of a room by a moderator (XEP-0425), both ways. */

import { flatten } from '#src/fallback.ts';
import type { Intent } from '#src/intent.ts';
import {
  type ContactId,
  type Feature,
  type MessageId,
  Refusal,
  type RemoteEvent,
  type UserAction,
} from '#src/network.ts';
import { type OccupantId, occupantIdElement } from '#src/xmpp/occupant-id.ts';
import { type Moderator, writeRetraction, writeTombstone } from '#src/xmpp/retraction.ts';
import type { Xml } from '#src/xmpp/xml.ts';
import type { Delivery } from './delivery.ts';
import type { Own } from './own.ts';
import { nickOf, refOf } from './present.ts';
import { isOfNetwork, type Known, type Shown } from './shown.ts';
import { nickIn, type Talk } from './talk.ts';

export interface RetractionsOptions {
  readonly own: Own;
  readonly shown: Shown;
  readonly delivery: Delivery;
  readonly occupantId: OccupantId;
}
type Retracted = RemoteEvent & { type: 'retract' };

export class Retractions {
  readonly #options: RetractionsOptions;

  constructor(options: RetractionsOptions) {
    this.#options = options;
  }

  /** A client takes a message of its user back. */
  take(intent: Intent & { type: 'retract' }, talk: Talk): void | Promise<void> {
    const { origin, ref } = intent;
    return this.#options.own.after(talk, origin, ref, () => this.#take(intent, talk));
  }

  async #take({ origin, ref }: Intent & { type: 'retract' }, talk: Talk): Promise<void> {
    const { own } = this.#options;
    const known = await own.findOwn(talk, ref);
    const names = await this.#namesOf(talk, known);
    const actions = names.map((id) => flatten({ type: 'retract', to: talk.to, id }, does(talk)));
    const said = { children: writeRetraction(refOf(known)), text: '' };
    void own.attempt(talk, origin, async () => {
      const sent = await this.#takeBack(talk, known, actions);
      if (!sent) return;
      await own.reflect(talk, origin, said, sent);
      await this.#bury(talk, known, writeTombstone(origin.id ?? known.id, new Date()));
    });
  }

  /** A moderator of ours takes somebody's message out of the room. Resolves when it is out. */
  async moderate(talk: Talk, ref: string, reason: string | undefined): Promise<void> {
    const { to } = talk;
    if (!('room' in to)) throw new Refusal('invalid', 'Only from a room messages can be taken out.');
    const known = await this.#options.own.find(talk, ref);
    const why = reason === undefined ? {} : { reason };
    const names = await this.#namesOf(talk, known);
    const actions = names.map((id) => flatten({ type: 'erase', room: to.room, id, ...why }, does(talk)));
    const sent = await this.#takeBack(talk, known, actions);
    if (sent) await this.#moderated(talk, known, { author: '', nick: talk.room?.nick ?? '', at: new Date(), reason });
  }

  /** What the network calls each part of a message, of which an edit has left the first; one unknown name for none. */
  async #namesOf(talk: Talk, { ids }: Known): Promise<readonly (MessageId | undefined)[]> {
    const [first] = ids;
    const edits = await this.#options.shown.edits(talk, first);
    if (first === undefined || (edits.length > 0 && talk.account.does('edit'))) return [first];
    // Where there are no edits they went out as messages of their own.
    return [...ids, ...edits.flatMap((edit) => edit.ids.filter(isOfNetwork))];
  }

  async #isEdited(talk: Talk, id: MessageId | undefined): Promise<boolean> {
    return (await this.#options.shown.edits(talk, id)).length > 0;
  }

  /** Asks the network for each part of the message; undefined where it is out already. */
  async #takeBack({ account }: Talk, known: Known, actions: readonly (UserAction | undefined)[]) {
    const { shown } = this.#options;
    if (!shown.takeBack(known)) return undefined;
    try {
      for (const action of actions) if (action) await account.send(action);
      return {};
    } catch (error) {
      shown.leave(known);
      throw error;
    }
  }

  /** The network says that a message is gone. One nobody was shown is none. */
  async heard(talk: Talk, { id, from, at, reason }: Retracted): Promise<void> {
    const { shown } = this.#options;
    const author = 'self' in from ? '' : from.contact;
    const nick = nickIn(talk, from);
    for (const known of await shown.parts(talk, id)) {
      // The rest of what the network had cut in several: since the edit that took it back it is no part of this.
      const isRest = known.ids.indexOf(id) > 0 && (await this.#isEdited(talk, known.ids[0]));
      if (isRest || !shown.takeBack(known)) continue;
      if (author !== known.author && talk.kind === 'groupchat') {
        await this.#moderated(talk, known, { author, nick, at, reason });
        continue;
      }
      // One-to-one a client believes the author alone. Who has left the room has the nick they had.
      const by = { author: known.author, nick: nick || nickOf(known, talk) };
      const children = writeRetraction(refOf(known));
      const message = this.#options.delivery.show(talk, { ...by, children, text: '', at });
      await this.#bury(talk, known, writeTombstone(message, at));
    }
  }

  /** XEP-0425 §4.1: the room tells of it, and who did it. */
  async #moderated(talk: Talk, known: Known, by: ModeratedBy): Promise<void> {
    const { delivery, occupantId } = this.#options;
    const { author, nick, at, reason } = by;
    const contact = author === '' ? talk.room?.members.get(nick)?.contact : author;
    const id = talk.room && contact !== undefined ? occupantIdElement(occupantId(talk.room.id, contact)) : '';
    const moderator: Moderator = { jid: nick === '' ? talk.jid : `${talk.jid}/${nick}`, occupantId: id, reason };
    const children = writeRetraction(refOf(known), moderator);
    const message = delivery.show(talk, { author, children, text: '', at });
    await this.#bury(talk, known, writeTombstone(message, at, moderator));
  }

  /** Who wrote a message and which it was stays known; what it said, before and after edits, does not. */
  async #bury(talk: Talk, known: Known, tombstone: Xml): Promise<void> {
    const { shown, delivery } = this.#options;
    for (const version of [known, ...(await shown.edits(talk, known.ids[0]))]) {
      await shown.bury(version, tombstone + delivery.signature(talk, version.author, version.id));
    }
  }
}

/** Who took a message out. */
interface ModeratedBy {
  readonly author: ContactId | '';
  readonly nick: string;
  readonly at: Date;
  readonly reason: string | undefined;
}

function does({ account }: Talk): (feature: Feature) => boolean {
  return (feature) => account.does(feature);
}
