/** Our own iq requests that wait for an answer (RFC 6120 §8.2.3). */

import { randomUUID } from 'node:crypto';
import { parseJid } from '#src/address.ts';
import { Refusal } from '#src/network.ts';
import { refusalOf } from './errors.ts';
import { attr, type Element } from './xml.ts';

interface Waiting {
  readonly resolve: (result: Element) => void;
  readonly reject: (why: Refusal) => void;
  readonly timer: NodeJS.Timeout;
}

/** More at once than this are refused. */
const MOST = 10_000;

export class Requests {
  readonly #waiting = new Map<string, Waiting>();

  /** An id for a new request, and its result: rejects with a `Refusal` on an error, after `timeout` ms, or by `fail`. */
  open(from: string, to: string, timeout: number): { readonly id: string; readonly result: Promise<Element> } {
    if (this.#waiting.size >= MOST) {
      throw new Refusal('too-fast', 'The gateway has too many requests under way. Try again later.');
    }
    const id = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<Element>();
    const key = keyOf(id, from, to);
    const timer = setTimeout(() => {
      this.#waiting.delete(key);
      reject(new Refusal('timeout', `${to} did not answer in ${timeout / 1000} seconds. Try again later.`));
    }, timeout);
    this.#waiting.set(key, { resolve, reject, timer });
    return { id, result: promise };
  }

  /** Takes an iq result or error; what answers nothing of ours, or comes from somebody else, is forgotten. */
  settle(answer: Element): void {
    const key = keyOf(attr(answer, 'id') ?? '', attr(answer, 'to') ?? '', attr(answer, 'from') ?? '');
    const request = this.#waiting.get(key);
    if (!request) return;
    this.#waiting.delete(key);
    clearTimeout(request.timer);
    if (attr(answer, 'type') === 'result') request.resolve(answer);
    else request.reject(refusalOf(answer));
  }

  /** Rejects all, since their answers can't arrive any more. */
  fail(why: Refusal): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(why);
    }
    this.#waiting.clear();
  }
}

/** Servers answer in their own spelling of a JID. */
function keyOf(id: string, from: string, to: string): string {
  return [id, parseJid(from)?.full ?? from, parseJid(to)?.full ?? to].join('\n');
}
