/** Reactions (XEP-0444), both ways: each time the whole set of one person on one message. */

import { randomUUID } from 'node:crypto';
import { flatten } from '#src/fallback.ts';
import type { Intent } from '#src/intent.ts';
import { Refusal, type RemoteEvent, type UserAction } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import { bodyOf } from '#src/text/body.ts';
import { writeFallback } from '#src/xmpp/fallback-ranges.ts';
import { writeHint } from '#src/xmpp/hints.ts';
import { NS } from '#src/xmpp/ns.ts';
import { LENGTH, writeReactions } from '#src/xmpp/reactions.ts';
import { writeParts } from '#src/xmpp/write/message.ts';
import type { Delivery } from './delivery.ts';
import type { Own } from './own.ts';
import { aboutKnown, refOf } from './present.ts';
import type { Known, Shown } from './shown.ts';
import { nickIn, type Talk } from './talk.ts';

export interface ReactionsOptions {
  readonly own: Own;
  readonly shown: Shown;
  readonly delivery: Delivery;
}

/** Of one person on one message. */
const MOST = 20;
/** Messages of which it is remembered what the user's reactions were. */
const REMEMBERED = 5_000;

/** What the user's reactions to a message were last. */
interface Reacted {
  readonly reactions: readonly string[];
  /** Resolves when they were shown, or refused. */
  readonly done: Promise<void>;
}

export class Reactions {
  readonly #options: ReactionsOptions;
  readonly #before = recent<string, Reacted>(REMEMBERED);

  constructor(options: ReactionsOptions) {
    this.#options = options;
  }

  async take({ origin, ref, reactions }: Intent & { type: 'react' }, talk: Talk): Promise<void> {
    if (reactions.length > MOST) throw new Refusal('invalid', `No more than ${MOST} reactions to one message.`);
    const { own } = this.#options;
    const known = await own.find(talk, ref);
    const key = keyOf(talk, known);
    const before = this.#before.get(key);
    const added = reactions.filter((one) => before?.reactions.includes(one) !== true);
    const about = aboutKnown(known, talk);
    const wanted = { type: 'react', to: talk.to, txn: randomUUID(), about, reactions, added } as const;
    const action = flatten(wanted, (feature) => talk.account.does(feature));
    // What others were told in words is there for clients that know no reactions.
    const words =
      action && 'content' in action
        ? writeFallback(NS.reactions) + writeParts({ body: bodyOf(action.content).text })
        : '';
    const children = childrenOf(known, reactions) + words;
    const done = own.attempt(talk, origin, async () => {
      // Where the network has nothing to be told the user's clients have all the same, in order.
      const sent = action ? await this.#send(talk, action, () => this.#restore(key, reactions, before)) : {};
      if (!action) await before?.done;
      await own.reflect(talk, origin, { children, text: '' }, sent);
    });
    this.#before.set(key, { reactions, done });
  }

  async #send({ account }: Talk, action: UserAction, refused: () => void) {
    try {
      return await account.send(action);
    } catch (error) {
      refused();
      throw error;
    }
  }

  /** What was refused was not told. */
  #restore(key: string, reactions: readonly string[], before: Reacted | undefined): void {
    if (this.#before.get(key)?.reactions !== reactions) return;
    if (before) this.#before.set(key, before);
    else this.#before.delete(key);
  }

  /** Somebody's reactions on the network; those to a message nobody was shown are dropped. */
  async heard(talk: Talk, { id, from, at, reactions }: RemoteEvent & { type: 'react' }): Promise<void> {
    const { shown, delivery } = this.#options;
    const known = await shown.known(talk, id);
    if (!known) return;
    const own = 'self' in from;
    if (own) this.#before.set(keyOf(talk, known), { reactions, done: Promise.resolve() });
    const fit = new Set(reactions.filter(({ length }) => length <= LENGTH));
    const children = childrenOf(known, [...fit].slice(0, MOST));
    const author = own ? '' : from.contact;
    delivery.show(talk, { author, nick: nickIn(talk, from) || author, children, text: '', at });
  }
}

function keyOf({ user }: Talk, { id }: Known): string {
  return `${user} ${id}`;
}

/** XEP-0444 §4: to be kept as what it is about is. */
function childrenOf(known: Known, reactions: readonly string[]): string {
  return writeReactions({ ref: refOf(known), reactions }) + writeHint('store');
}
