/** Commands that wait for the line of the server that answers them. */

import type { Refusal } from '#src/network.ts';
import { failsFor, refusalOfFail } from './connection/standard-replies.ts';
import type { Line } from './line.ts';

/** Judges a line: `done`, a refusal, or undefined when it answers something else. */
export type Answer = (line: Line) => 'done' | Refusal | undefined;
type Judge = (line: Line) => boolean;

export class Questions {
  readonly #judges = new Set<Judge>();
  readonly #ended = Promise.withResolvers<never>();
  /** The question that was asked last, until its command is written. */
  #asked: { command: string } | undefined;

  constructor() {
    this.#ended.promise.catch(() => undefined);
  }

  /** True when the line answered a question, the oldest it fits. */
  offer(line: Line): boolean {
    for (const judge of this.#judges) if (judge(line)) return true;
    return false;
  }

  /** Lets `judge` see lines until disposed; it takes those for which it is true. */
  listen(judge: Judge): Disposable {
    this.#judges.add(judge);
    return { [Symbol.dispose]: () => this.#judges.delete(judge) };
  }

  /** Resolves at the line that `answer` calls done; rejects at one that refuses, or with `late` after `ms`. */
  async ask(answer: Answer, ms: number, late: Refusal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(reject, ms, late);
    const asked = { command: '' };
    this.#asked = asked;
    const judge: Answer = (line) => answer(line) ?? (failsFor(line, asked.command) ? refusalOfFail(line) : undefined);
    let open = true;
    using _ = this.listen((line) => {
      // The answer of the next question may be in the same piece, before this one is disposed of.
      const verdict = open ? judge(line) : undefined;
      if (verdict === undefined) return false;
      open = false;
      if (verdict === 'done') resolve();
      else reject(verdict);
      return true;
    });
    try {
      await Promise.race([promise, this.#ended.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The line that is written right after a question was asked is what it is about: a FAIL of that refuses it. */
  wrote(line: string): void {
    if (this.#asked) this.#asked.command = line;
    this.#asked = undefined;
  }

  /** Ends all questions: nobody will answer any more. */
  fail(error: Refusal): void {
    this.#ended.reject(error);
  }
}
