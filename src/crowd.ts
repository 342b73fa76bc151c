/** Who of a room's members the user's clients are shown: everybody, or in a large room those who matter to a reader. */

import type { Member, Rank } from '#src/network.ts';

/** `active`: who leads the room, and who has spoken or was spoken to since we came. `none`: but oneself. */
export type CrowdPolicy = 'auto' | 'full' | 'active' | 'none';

const LEADERS: ReadonlySet<Rank> = new Set(['owner', 'admin', 'moderator']);

/** Whoever was shown stays shown until they leave, so that nobody seems to come and go. */
export class Crowd {
  /** Nicks; undefined while everybody is shown. */
  #shown: Set<string> | undefined;
  #silent = false;

  /** Chooses anew, for a room that nobody has been shown yet; `auto` is full up to `fullUpTo` members. */
  begin(policy: CrowdPolicy, members: ReadonlyMap<string, Member>, fullUpTo: number): void {
    this.#silent = policy === 'none';
    this.#shown = undefined;
    if (policy === 'full' || (policy === 'auto' && members.size <= fullUpTo)) return;
    this.#shown = new Set();
    for (const member of members.values()) this.admit(member);
  }

  /** Whether everybody is shown. */
  get whole(): boolean {
    return this.#shown === undefined;
  }

  shows(nick: string): boolean {
    return this.#shown === undefined || this.#shown.has(nick);
  }

  /** Whether that member, as they are now, is shown from here on. */
  admit({ nick, rank, self }: Member): boolean {
    if (this.#shown === undefined) return true;
    if (self || (!this.#silent && LEADERS.has(rank))) this.#shown.add(nick);
    return this.#shown.has(nick);
  }

  /** Somebody speaks or is spoken to; true when they are to be shown now, and were not before. */
  notice(nick: string): boolean {
    if (this.#shown === undefined || this.#silent || this.#shown.has(nick)) return false;
    this.#shown.add(nick);
    return true;
  }

  /** Whether they were shown under the old nick, and so are under the new one. */
  rename(was: string, nick: string): boolean {
    if (this.#shown?.delete(was) === false) return false;
    this.#shown?.add(nick);
    return true;
  }

  /** Whether they were shown, who are gone now. */
  leave(nick: string): boolean {
    return this.#shown === undefined || this.#shown.delete(nick);
  }
}

/** Whom a text begins by naming, as people do in rooms: `juliet: look`, `@juliet look`. */
export function addressee(text: string): string | undefined {
  const [, nick] = /^@?([^\s:,]{1,200})(?:[:,]\s|\s|[:,]?$)/u.exec(text) ?? [];
  return nick;
}
