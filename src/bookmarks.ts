/** Rooms brought to all of a user's clients: as a bookmark that they join by themselves, or by an invitation. */

import { Refusal } from '#src/network.ts';
import type { Privileges } from '#src/privileges.ts';
import {
  autojoins,
  bookmarkQuery,
  directInvitation,
  newBookmark,
  readBookmark,
  withAutojoin,
} from '#src/xmpp/bookmarks.ts';
import { NS } from '#src/xmpp/ns.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';
import { type Element, escapeXml } from '#src/xmpp/xml.ts';

export interface BookmarksOptions {
  /** Component host. */
  readonly host: string;
  readonly privileges: Privileges;
  readonly send: Send;
}

export class Bookmarks {
  readonly #options: BookmarksOptions;

  constructor(options: BookmarksOptions) {
    this.#options = options;
  }

  /**
   * Brings a room, by its bare JID, to the user: as a bookmark (XEP-0402) where the server lets us, else by a direct
   * invitation (XEP-0249). Of a bookmark the user has, nothing is changed but that the room is joined.
   */
  async bring(user: string, room: string, name: string, nick?: string): Promise<'bookmarked' | 'invited'> {
    try {
      if (await this.#bookmark(user, room, name, nick)) return 'bookmarked';
    } catch (error) {
      // The server may fail in any way; the user gets to the room all the same.
      if (!(error instanceof Refusal)) throw error;
    }
    this.#invite(user, room, name);
    return 'invited';
  }

  async #bookmark(user: string, room: string, name: string, nick: string | undefined): Promise<boolean> {
    const { privileges } = this.#options;
    if (!privileges.may(user, `iq get ${NS.pubsub}`) || !privileges.may(user, `iq set ${NS.pubsub}`)) return false;
    const known = await this.#known(user, room);
    if (known && autojoins(known)) return true;
    const payload = known ? withAutojoin(room, known) : newBookmark(room, name, nick);
    if (payload === undefined) return false;
    await privileges.iq(user, 'set', payload);
    return true;
  }

  async #known(user: string, room: string): Promise<Element | undefined> {
    try {
      return readBookmark(await this.#options.privileges.iq(user, 'get', bookmarkQuery(room)), room);
    } catch (error) {
      // XEP-0060 §6.5.9.11: there is no such node, or no such item.
      if (error instanceof Refusal && error.why === 'not-found') return undefined;
      throw error;
    }
  }

  #invite(user: string, room: string, name: string): void {
    const head = `<message from='${escapeXml(this.#options.host)}' to='`;
    this.#options.send({ head, tail: `'>${directInvitation(room, name)}</message>` }, user);
  }
}
