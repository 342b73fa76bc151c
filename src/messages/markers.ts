/** How far somebody has read (XEP-0333), both ways. */

import type { Intent } from '#src/intent.ts';
import type { Log } from '#src/log.ts';
import type { RemoteEvent } from '#src/network.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import { writeDisplayed } from '#src/xmpp/markers.ts';
import type { Delivery } from './delivery.ts';
import { refOf } from './present.ts';
import type { Shown } from './shown.ts';
import { nickIn, type Talk } from './talk.ts';

export interface MarkersOptions {
  readonly preferences: Pick<PreferenceBook, 'of'>;
  readonly shown: Shown;
  readonly delivery: Delivery;
  /** The user has read something with another client of the network (XEP-0490). */
  readonly elsewhere: (user: string, conversation: string, ref: string) => void;
  readonly log: Log;
}

/** In a room with more members nobody is shown who has read what. */
const READERS = 50;

export class Markers {
  readonly #options: MarkersOptions;

  constructor(options: MarkersOptions) {
    this.#options = options;
  }

  /** A client has displayed a message. One that the network has no name for can't be told of. */
  async take(talk: Talk, { ref }: Intent & { type: 'displayed' }): Promise<void> {
    const { preferences, shown, log } = this.#options;
    const { account, user, local, to } = talk;
    if (!account.online || !account.does('read') || !preferences.of(user, local).read) return;
    const id = (await shown.find(talk, ref))?.ids.at(-1);
    if (id === undefined) return;
    account.send({ type: 'read', to, id }).catch((error: unknown) => {
      log.debug({ err: error }, 'That something was read could not be told');
    });
  }

  /** Somebody has read up to a message. One-to-one clients know such marks of their own messages alone. */
  async heard(talk: Talk, { id, from }: RemoteEvent & { type: 'read' }): Promise<void> {
    const { shown, delivery, elsewhere } = this.#options;
    const known = await shown.known(talk, id);
    if (!known) return;
    if ('self' in from) return elsewhere(talk.user, talk.jid, refOf(known));
    if (talk.kind === 'chat' ? known.author !== '' : (talk.room?.members.size ?? 0) > READERS) return;
    delivery.pass(talk, nickIn(talk, from), writeDisplayed(refOf(known)));
  }
}
