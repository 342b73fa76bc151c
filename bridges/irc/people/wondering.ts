/** Whether contacts who are here are away, where the server says only that they are here: USERHOST (RFC 1459 §5.7). */

import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';

/** Nicks that one USERHOST takes. */
const NICKS = 5;
/** Nicks that wait for their turn; of those beyond it is told when they change. */
const WAITING = 200;
/** `nick*=-~user@host`: the asterisk marks operators, the minus those away. */
const ANSWER = /^([^\s=*]+)\*?=([+-])/;

export class Wondering {
  readonly #tell: (link: Link, nick: string, away: boolean) => void;
  readonly #nicks = new Set<string>();
  #unanswered = 0;
  #ear: Disposable | undefined;
  /** Who is asked about next of those who are asked about again and again. */
  #turn = 0;

  constructor(tell: (link: Link, nick: string, away: boolean) => void) {
    this.#tell = tell;
  }

  about(link: Link, nicks: readonly string[]): void {
    const idle = this.#nicks.size === 0;
    for (const nick of nicks) if (this.#nicks.size < WAITING) this.#nicks.add(nick);
    if (idle && this.#nicks.size > 0) this.#next(link);
  }

  /** Of whom nobody tells when they go away or come back; a few at a time, for that is all a poll may cost. */
  again(link: Link, nicks: readonly string[]): void {
    const from = nicks.length > 0 ? this.#turn % nicks.length : 0;
    const next = [...nicks.slice(from), ...nicks.slice(0, from)].slice(0, NICKS);
    this.#turn = from + next.length;
    // Whoever still waits is among them, or was dropped with a line for which there was no room.
    this.#nicks.clear();
    this.about(link, next);
  }

  #next(link: Link): void {
    link.later(() => {
      const nicks = [...this.#nicks].slice(0, NICKS);
      for (const nick of nicks) this.#nicks.delete(nick);
      if (this.#nicks.size > 0) this.#next(link);
      if (nicks.length === 0) return undefined;
      this.#unanswered += 1;
      this.#ear ??= link.listen((line) => this.#answered(link, line));
      return formatLine('USERHOST', nicks);
    });
  }

  /** RPL_USERHOST: `me :word word …`. The user may ask as well, and is shown the answer. */
  #answered(link: Link, { command, params }: Line): boolean {
    if (command !== '302' || this.#unanswered === 0) return false;
    this.#unanswered -= 1;
    for (const word of params.at(-1)?.split(' ') ?? []) {
      const [, nick, sign] = ANSWER.exec(word) ?? [];
      if (nick !== undefined) this.#tell(link, nick, sign === '-');
    }
    return true;
  }
}
