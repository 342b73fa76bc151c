/** Finds out that a connection is dead though nobody closed it: silence, then a question, then silence again. */

export interface LivenessLimits {
  /** Milliseconds of silence after which the other side is asked. */
  readonly silence: number;
  /** Milliseconds it has to give any sign of life. */
  readonly grace: number;
}

export class Liveness implements Disposable {
  readonly #silence: NodeJS.Timeout;
  #grace: NodeJS.Timeout | undefined;

  constructor(limits: LivenessLimits, ask: () => void, dead: () => void) {
    this.#silence = setTimeout(() => {
      this.#grace = setTimeout(dead, limits.grace);
      ask();
    }, limits.silence);
  }

  /** Call this for whatever arrives. */
  heard(): void {
    clearTimeout(this.#grace);
    this.#silence.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#grace);
    clearTimeout(this.#silence);
  }
}
