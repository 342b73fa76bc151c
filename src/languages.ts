/** Which language each user reads: the one they chose, else the one their client last named. */

import type { PreferenceBook } from '#src/preferences.ts';
import { recent } from '#src/recent.ts';

/** Users whose client's language is remembered. */
const USERS = 10_000;
/** RFC 5646 §4.4.1 asks for no more room than this. */
const LONGEST = 35;

export class Languages {
  readonly #preferences: Pick<PreferenceBook, 'of' | 'load'>;
  readonly #heard = recent<string, string>(USERS);

  constructor(preferences: Pick<PreferenceBook, 'of' | 'load'>) {
    this.#preferences = preferences;
  }

  /** The same, of a user who may not be here: what they chose is read first. */
  async ask(user: string, lang?: string): Promise<string | undefined> {
    await this.#preferences.load(user);
    return this.of(user, lang);
  }

  /** What the gateway says to the user is in this language; `lang` is that of the stanza it answers (RFC 6120 §8.1.5). */
  of(user: string, lang?: string): string | undefined {
    if (lang !== undefined && lang.length <= LONGEST) this.#heard.set(user, lang);
    return this.#preferences.of(user).language || this.#heard.get(user);
  }
}
