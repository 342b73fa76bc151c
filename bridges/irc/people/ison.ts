/** Who of some people is here, by ISON (RFC 1459 §5.8); its answer names only those who are, and not who was asked about. */

import type { Fold } from '../casemapping.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { groupsOf } from '../messages/split.ts';

/** Nicks of one line; commands have a little over 500 bytes. */
const NICKS_BYTES = 400;

type Tell = (nick: string, here: boolean) => void;
interface Question {
  readonly nicks: readonly string[];
  readonly tell: Tell;
  /** Milliseconds of `Date.now()` until which an answer may be to it. */
  until: number;
}

/** The questions on one link; only one at a time waits for its turn, so that a thousand contacts hold nothing else up. */
export class Isons {
  readonly #waiting: Question[] = [];
  /** Written and not answered, in order. */
  readonly #asked: Question[] = [];
  #queued = false;

  ask(link: Link, nicks: readonly string[], tell: Tell): void {
    for (const group of groupsOf(nicks, (nick) => nick, NICKS_BYTES)) {
      this.#waiting.push({ nicks: group, tell, until: 0 });
    }
    this.#next(link);
  }

  /** Goes on with what was not asked yet; false where there is nothing. */
  goOn(link: Link): boolean {
    this.#next(link);
    return this.#waiting.length > 0;
  }

  #next(link: Link): void {
    if (this.#queued || this.#waiting.length === 0) return;
    this.#queued = link.later(() => {
      this.#queued = false;
      const question = this.#waiting.shift();
      this.#next(link);
      if (!question) return undefined;
      question.until = Date.now() + link.timing.answer;
      this.#asked.push(question);
      return formatLine('ISON', question.nicks);
    });
  }

  /** RPL_ISON: `me :nick nick …`. Of somebody we did not ask about it is the answer to the user, who may ask as well. */
  answered(fold: Fold, { params }: Line): void {
    const here = new Set(params[1]?.split(' ').filter(Boolean).map(fold));
    const now = Date.now();
    const fits = ({ nicks, until }: Question) => {
      const asked = new Set(nicks.map(fold));
      return now < until && here.values().every((nick) => asked.has(nick));
    };
    const at = this.#asked.findIndex(fits);
    if (at < 0) return;
    const question = this.#asked.splice(0, at + 1).at(-1);
    for (const nick of question?.nicks ?? []) question?.tell(nick, here.has(fold(nick)));
  }
}
