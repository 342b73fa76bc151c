/** Whether the server is still there: after a silence it is asked (RFC 1459 §4.6.2), after another it is given up. */

export interface LivenessOptions {
  /** Of silence before the server is asked. */
  readonly seconds: number;
  readonly ask: () => void;
  readonly dead: () => void;
  readonly signal: AbortSignal;
}

export class Liveness {
  readonly #options: LivenessOptions;
  #heardAt = performance.now();
  #asked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => clearTimeout(this.#timer));
    this.#wait(options.seconds * 1000);
  }

  /** Milliseconds since the server was heard last. */
  get silence(): number {
    return performance.now() - this.#heardAt;
  }

  /** A line came; the timer finds out when it is due, so that a busy line costs nothing. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#asked = false;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    const { seconds, ask, dead } = this.#options;
    const left = this.#heardAt + seconds * 1000 - performance.now();
    if (left > 0) return this.#wait(left);
    if (this.#asked) return dead();
    this.#asked = true;
    ask();
    this.#wait(seconds * 1000);
  }
}
