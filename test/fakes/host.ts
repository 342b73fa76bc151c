/** What the gateway lends to a session, for tests of bridges: keeps what it is told and lets it be waited for. */

import { type Host, type Media, type Question, Refusal, type RemoteEvent } from '#src/network.ts';

const WAIT_MS = 2000;
type Kind = RemoteEvent['type'];
type Of<K extends Kind> = Extract<RemoteEvent, { type: K }>;

/** Keeps events; `next` gives those of a kind one after the other. */
export class FakeHost implements Host {
  readonly events: RemoteEvent[] = [];
  readonly warnings: object[] = [];
  labels: string[] = [];
  readonly #waiting: { kind: Kind; resolve: (event: RemoteEvent) => void }[] = [];
  readonly #taken = new Set<RemoteEvent>();
  readonly log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields: object) => void this.warnings.push(fields),
  };
  #online = Promise.withResolvers<void>();

  async emit(event: RemoteEvent): Promise<void> {
    this.events.push(event);
    const at = this.#waiting.findIndex(({ kind }) => kind === event.type);
    if (at < 0) return;
    this.#taken.add(event);
    this.#waiting.splice(at, 1)[0]?.resolve(event);
  }

  online(label: string): void {
    this.labels.push(label);
    this.#online.resolve();
  }

  async pace(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
  }

  readonly owner = 'romeo@example.net';
  readonly kept = new Map<string, string>();
  /** What `latest` says of any conversation. */
  newest: Awaited<ReturnType<Host['latest']>>;
  /** What the user's client answers; without it there is none. */
  readonly answers: Partial<Record<Question, string>> = {};

  async recall(key: string): Promise<string | undefined> {
    return this.kept.get(key);
  }

  async keep(key: string, value?: string): Promise<void> {
    if (value === undefined) this.kept.delete(key);
    else this.kept.set(key, value);
  }

  async latest(): ReturnType<Host['latest']> {
    return this.newest;
  }

  async ask(what: Question): Promise<string> {
    const answer = this.answers[what];
    if (answer === undefined) throw new Refusal('not-found', 'No client is here.');
    return answer;
  }

  /** Whom the user has blocked. */
  readonly ignored = new Set<string>();

  ignores(contact: string): boolean {
    return this.ignored.has(contact);
  }

  /** Whether there is a place for long texts. */
  pages = true;

  async share(text: string): Promise<string | undefined> {
    return this.pages ? `https://paste.example/${text.length}` : undefined;
  }

  async download(url: string): Promise<Media> {
    throw new Refusal('not-found', `There is nothing at ${url}.`);
  }

  /** Resolves when the session is online for the next time. */
  async ready(): Promise<void> {
    await this.#online.promise;
    this.#online = Promise.withResolvers<void>();
  }

  async next<K extends Kind>(kind: K): Promise<Of<K>> {
    const known = this.events.find((event) => event.type === kind && !this.#taken.has(event));
    if (known) {
      this.#taken.add(known);
      return known as Of<K>;
    }
    const { promise, resolve, reject } = Promise.withResolvers<RemoteEvent>();
    this.#waiting.push({ kind, resolve });
    const seen = this.events.map(({ type }) => type).join(' ');
    const timer = setTimeout(() => reject(new Error(`No ${kind} came, only: ${seen}`)), WAIT_MS);
    return (await promise.finally(() => clearTimeout(timer))) as Of<K>;
  }
}
