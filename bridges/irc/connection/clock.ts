/** The server's clock beside ours: the times that it tells are put right where it is wrong by more than a moment. */

import { type Line, timeOf } from '../line.ts';

/** Milliseconds by which clocks differ without harm, and by which a difference has to move before it is believed anew. */
const HARMLESS = 5_000;
const MOVED = 1_000;
/** More than ten years: such a server has no clock. */
const NONSENSE = 400_000_000_000;
const UNKNOWN = new Date(Number.NaN);

export class Clock {
  /** When the connection was begun. */
  readonly #since = Date.now();
  /** When the server was asked last for a sign of life. */
  #asked: number | undefined;
  /** Milliseconds by which the server is ahead of us; 0 while that does no harm. */
  #ahead = 0;

  /** A PING goes out. */
  asks(now = Date.now()): void {
    this.#asked = now;
  }

  /**
   * Its PONG is here, which was said in between; bouncers repeat a 001 that is days old. A line without a time tells
   * nothing, nor does one that was long under way.
   */
  answered(line: Line, now = Date.now()): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked === undefined || now - asked > HARMLESS) return;
    const ahead = Math.round(timeOf(line, UNKNOWN).getTime() - (asked + now) / 2);
    if (Number.isNaN(ahead)) return;
    if (Math.abs(ahead) <= HARMLESS || Math.abs(ahead) > NONSENSE) this.#ahead = 0;
    else if (Math.abs(ahead - this.#ahead) > MOVED) this.#ahead = ahead;
  }

  /** When the line was said: its `time` tag (https://ircv3.net/specs/extensions/server-time), else now. */
  timeOf(line: Line): Date {
    if (this.#ahead === 0) return timeOf(line);
    return this.read(timeOf(line, new Date(Date.now() + this.#ahead)));
  }

  /** A time of the server's in ours. */
  read(at: Date): Date {
    return new Date(at.getTime() - this.#ahead);
  }

  /** One of ours as the server would write it. */
  write(at: Date): string {
    return new Date(at.getTime() + this.#ahead).toISOString();
  }

  /** Said before we came: a bouncer says it again. */
  isPast(at: Date): boolean {
    return at.getTime() < this.#since - HARMLESS;
  }
}
