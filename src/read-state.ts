/** What a user has read on another client of the network, for their XMPP clients to know. */

import { randomUUID } from 'node:crypto';
import { parseJid } from '#src/address.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Privileges } from '#src/privileges.ts';
import { displayedInRoom, displayedMarker } from '#src/xmpp/mds.ts';
import { NS } from '#src/xmpp/ns.ts';

export interface ReadStateOptions {
  readonly places: Places;
  readonly privileges: Privileges;
  readonly log: Log;
}

/** Conversations whose state is on its way, over all users. */
const PENDING = 10_000;

export class ReadState {
  readonly #options: ReadStateOptions;
  readonly #log: Log;
  /** By user and room: what to tell when the present one has been told; undefined for nothing. */
  readonly #pending = new Map<string, string | undefined>();

  constructor(options: ReadStateOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'read-state' });
  }

  /**
   * Tells the user's clients how far a conversation was read, where their server lets us. `id` is the stanza-id in a room,
   * in a talk with a contact the message's id: there the stanza-id that XEP-0490 wants is the server's own, which we don't
   * know, so clients are told by a displayed marker of the user (XEP-0333) instead.
   */
  elsewhere(user: string, conversation: string, id: string): void {
    const jid = parseJid(conversation);
    const target = jid && this.#options.places.read(jid);
    if (target?.type === 'room') return this.#inRoom(user, conversation, id);
    if (target) this.#options.privileges.sent(user, conversation, randomUUID(), displayedMarker(id));
  }

  #inRoom(user: string, room: string, id: string): void {
    const key = `${user}\n${room}`;
    // Only the newest counts (XEP-0490 §4.1), so one request at a time will do.
    if (this.#pending.has(key)) return void this.#pending.set(key, id);
    if (this.#pending.size >= PENDING || !this.#options.privileges.may(user, `iq set ${NS.pubsub}`)) return;
    this.#pending.set(key, undefined);
    void this.#publish(user, room, id).finally(() => {
      const next = this.#pending.get(key);
      this.#pending.delete(key);
      if (next !== undefined) this.#inRoom(user, room, next);
    });
  }

  /** Never rejects. */
  async #publish(user: string, room: string, id: string): Promise<void> {
    try {
      await this.#options.privileges.iq(user, 'set', displayedInRoom(room, id));
    } catch (error) {
      if (error instanceof Refusal) this.#log.debug({ user, why: error.message }, 'What was read could not be told');
      else this.#log.error({ err: error, user }, 'What was read could not be told');
    }
  }
}
