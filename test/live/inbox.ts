/** What came in and has not been read: a test takes out what it waits for, in whatever order it came. */

interface Wait<T> {
  readonly what: string;
  readonly wants: (item: T) => boolean;
  readonly resolve: (item: T) => void;
  readonly reject: (why: Error) => void;
}

/** Keeps everything for `all`; `take` gives each item once. `show` writes an item for a person, when a wait fails. */
export class Inbox<T> {
  readonly #name: string;
  readonly #show: (item: T) => string;
  readonly #all: T[] = [];
  #unread: T[] = [];
  readonly #waits = new Set<Wait<T>>();
  #ended: string | undefined;

  constructor(name: string, show: (item: T) => string) {
    this.#name = name;
    this.#show = show;
  }

  get all(): readonly T[] {
    return this.#all;
  }

  put(item: T): void {
    this.#all.push(item);
    for (const wait of this.#waits) {
      if (!wait.wants(item)) continue;
      this.#waits.delete(wait);
      wait.resolve(item);
      return;
    }
    this.#unread.push(item);
  }

  /** The first unread item that `wants` says yes to, now or within `ms`; `what` names it in the error. */
  async take(wants: (item: T) => boolean, ms: number, what: string): Promise<T> {
    const at = this.#unread.findIndex(wants);
    const found = this.#unread[at];
    if (found !== undefined) {
      this.#unread.splice(at, 1);
      return found;
    }
    if (this.#ended !== undefined) throw this.#error(`ended (${this.#ended})`, what);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wait = { what, wants, resolve, reject };
    this.#waits.add(wait);
    const timer = setTimeout(() => reject(this.#error(`got nothing within ${ms} ms`, what)), ms);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waits.delete(wait);
    }
  }

  /** Forgets what is unread, so that a later `take` sees only what comes from now on. */
  clear(): void {
    this.#unread = [];
  }

  /** Fails every wait, now and later. */
  end(why: string): void {
    this.#ended ??= why;
    for (const wait of this.#waits) wait.reject(this.#error(`ended (${why})`, wait.what));
    this.#waits.clear();
  }

  #error(state: string, what: string): Error {
    const unread = this.#unread.slice(-12).map((item) => `\n  ${this.#show(item).slice(0, 600)}`);
    return new Error(`${this.#name} ${state} while waiting for ${what}; unread:${unread.join('') || ' nothing'}`);
  }
}
