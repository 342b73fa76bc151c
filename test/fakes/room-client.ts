/** What a client believes of a room that knows nothing but what it was shown, by the rules of XEP-0045. */

import type { Tree } from '#test/xml-tree.ts';

const MUC_USER = 'http://jabber.org/protocol/muc#user';

export class RoomClient {
  readonly #room: string;
  inside = false;
  nick = '';
  /** Affiliation and role by nick. */
  readonly occupants = new Map<string, string>();
  subject: string | undefined;
  /** Stanzas it was shown while it was neither in the room nor on its way in. */
  strays = 0;
  #joining = false;

  constructor(room: string) {
    this.#room = room;
  }

  /** It is about to join, and waits to be shown all. */
  join(): void {
    this.#joining = true;
    this.#forget();
  }

  #forget(): void {
    this.occupants.clear();
    this.subject = undefined;
  }

  take(stanza: Tree): void {
    const [bare = '', nick = ''] = (stanza.attributes['from'] ?? '').split('/');
    if (bare !== this.#room) return;
    if (!this.inside && !this.#joining && stanza.attributes['type'] !== 'error') this.strays += 1;
    if (stanza.name === 'presence') this.#presence(stanza, nick);
    const subject = stanza.children.find(({ name }) => name === 'subject');
    if (stanza.name === 'message' && subject) this.subject = subject.text;
  }

  #presence(stanza: Tree, nick: string): void {
    const type = stanza.attributes['type'];
    if (type === 'error') {
      this.#joining &&= !stanza.children.some(({ name }) => name === 'x');
      return;
    }
    const x = stanza.children.find(({ name, ns }) => name === 'x' && ns === MUC_USER);
    const item = x?.children.find(({ name }) => name === 'item')?.attributes ?? {};
    const codes = new Set(x?.children.map(({ attributes }) => attributes['code']));
    const own = codes.has('110');
    if (type === undefined) {
      this.occupants.set(nick, `${item['affiliation']} ${item['role']}`);
      if (own) [this.inside, this.#joining, this.nick] = [true, false, nick];
      return;
    }
    this.occupants.delete(nick);
    if (!own) return;
    if (codes.has('303')) this.nick = item['nick'] ?? '';
    else this.#leave();
  }

  #leave(): void {
    this.inside = false;
    this.nick = '';
    this.#forget();
  }
}
