/** What was shown to users, kept in the archive: what clients and networks call a message, and what it said. */

import { LRUCache } from 'lru-cache';
import type { Log } from '#src/log.ts';
import { type MessageId, Refusal } from '#src/network.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import { recent } from '#src/recent.ts';
import type { Archive, Entry } from '#src/registry/archive.ts';

/** A message that was shown; `seq` only where it is in the archive. */
export interface Known extends Entry {
  readonly ids: readonly MessageId[];
  readonly seq?: number;
}
export interface ShownOptions {
  readonly host: string;
  readonly archive: Archive;
  readonly preferences: Pick<PreferenceBook, 'of'>;
  readonly log: Log;
}
/** A user's conversation. */
export interface Where {
  readonly user: string;
  readonly local: string;
}

/** Messages that are remembered for users who want no history, so that edits and replies find them. */
const PASSING = 2_000;
/** What they may take together, in characters; each is counted once per name. */
const PASSING_LENGTH = 16_000_000;
/** Messages that somebody is taking back at this moment, or has just taken back. */
const TAKEN_BACK = 2_000;
/** Stanzas of one message that are looked for. */
const PARTS = 12;
/** Between a network's id and what is added to it; no network has it in an id of its own. */
const MADE = '\u001f';
/** Edits of one message that can be found again. */
const EDITS = 50;
/** What is older than this may have been shown before the gateway was started, in ms. */
const FRESH = 30_000;

export class Shown {
  readonly #options: ShownOptions;
  readonly #log: Log;
  readonly #passing = new LRUCache<string, Known>({
    maxSize: PASSING_LENGTH,
    // A short one counts as its share, so that there are no more than so many of them.
    sizeCalculation: ({ xml, text }) => Math.max(PASSING_LENGTH / PASSING, xml.length + text.length),
  });
  readonly #takenBack = recent<string, true>(TAKEN_BACK);
  /** How many edits of a message have a name, though some may be on their way still, or come to nothing. */
  readonly #edits = recent<string, number>(PASSING);

  constructor(options: ShownOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'shown' });
  }

  /**
   * Keeps a message under the ids the network has for it; order is that of the calls. Resolves when it is on disk; never
   * rejects, for what was said was said.
   */
  async keep(entry: Omit<Entry, 'host'>, ids: readonly MessageId[]): Promise<void> {
    const { host, archive, preferences } = this.#options;
    const whole = { ...entry, host };
    if (!preferences.of(entry.user, entry.local).history) return this.#remember(whole, ids);
    try {
      await archive.add(whole, ids);
    } catch (error) {
      const level = error instanceof Refusal ? 'warn' : 'error';
      this.#log[level]({ err: error, user: entry.user }, 'A message could not be archived');
    }
  }

  #remember(entry: Entry, ids: readonly MessageId[]): void {
    const known = { ...entry, ids };
    const names = new Set([entry.id, entry.message, ...ids.map(networkName)]);
    for (const name of names) this.#passing.set(keyOf(entry, name), known);
  }

  /** The message a client means by that id: a stanza-id, or an id attribute. An edit means its original. */
  async find(where: Where, ref: string): Promise<Known | undefined> {
    const { host, archive } = this.#options;
    const found = this.#passing.get(keyOf(where, ref)) ?? (await archive.find(where.user, host, where.local, ref));
    return found && this.#original(where, found);
  }

  /** The message the network means by that id; likewise. */
  async known(where: Where, id: MessageId): Promise<Known | undefined> {
    const found = await this.#kept(where, id);
    return found && this.#original(where, found);
  }

  /** What is kept under that very name. */
  async #kept(where: Where, name: MessageId): Promise<Known | undefined> {
    const { host, archive } = this.#options;
    return this.#passing.get(keyOf(where, networkName(name))) ?? archive.known(where.user, host, where.local, name);
  }

  /** An edit and a part go by the name of the message that they belong to, which for an edit is shown as well. */
  async #original(where: Where, found: Known): Promise<Known> {
    const made = found.ids.find((id) => id.includes(MADE));
    if (made === undefined) return found;
    const id = made.slice(0, made.indexOf(MADE)) as MessageId;
    const original = made.includes(`${MADE}edit`) ? await this.#kept(where, id) : undefined;
    return original ?? { ...found, ids: [id] };
  }

  /** All stanzas that show a message, which has several where it has files. */
  async parts(where: Where, id: MessageId): Promise<readonly Known[]> {
    const last = await this.known(where, id);
    const parts = last ? [last] : [];
    while (parts.length > 0 && parts.length < PARTS) {
      const part = await this.#kept(where, partName(id, parts.length));
      if (!part) break;
      parts.push(part);
    }
    return parts;
  }

  /** The edits of a message that were kept under `editName`. */
  async edits(where: Where, original: MessageId | undefined): Promise<readonly Known[]> {
    const edits: Known[] = [];
    if (original === undefined) return edits;
    const named = this.#edits.get(keyOf(where, original)) ?? 0;
    for (let n = 1; n <= EDITS; n += 1) {
      const edit = await this.#kept(where, editName(original, n));
      if (edit) edits.push(edit);
      else if (n > named) break;
    }
    return edits;
  }

  /** The name under which the next edit of a message is kept, so that it goes with that; none where there are too many. */
  async nextEdit(where: Where, original: MessageId | undefined): Promise<readonly MessageId[]> {
    if (original === undefined) return [];
    const { length } = await this.edits(where, original);
    const key = keyOf(where, original);
    const next = Math.max(length, this.#edits.get(key) ?? 0) + 1;
    if (next > EDITS) return [];
    this.#edits.set(key, next);
    return [editName(original, next)];
  }

  /** Whether a message that the network tells of was shown in an earlier life; only what is not new is looked up. */
  isRepeated(where: Where, id: MessageId | undefined, at: Date): false | Promise<boolean> {
    if (id === undefined || Date.now() - at.getTime() < FRESH) return false;
    return this.#kept(where, id).then((known) => known !== undefined);
  }

  /** Puts a tombstone in place of what a message said. */
  async bury(known: Known, xml: string): Promise<void> {
    if (known.seq !== undefined) return this.#options.archive.bury({ seq: known.seq }, xml);
    this.#remember({ ...known, xml, text: '' }, known.ids);
  }

  /** Notes that a message is being taken back; false if it is already. */
  takeBack(known: Known): boolean {
    const key = keyOf(known, known.id);
    if (this.#takenBack.has(key) || known.text === '') return false;
    this.#takenBack.set(key, true);
    return true;
  }

  /** It was not taken back after all. */
  leave(known: Known): void {
    this.#takenBack.delete(keyOf(known, known.id));
  }
}

/** A message of a conversation, over all users. */
export function keyOf({ user, local }: Where, name: string): string {
  return `${user} ${local} ${name}`;
}

/** Names of networks and of clients don't mix. */
function networkName(id: MessageId): string {
  return `network ${id}`;
}

/** A message with files is shown as several; this is what the archive calls the further ones. */
export function partName(id: MessageId, part: number): MessageId {
  return `${id}${MADE}part ${part}` as MessageId;
}

/** Whether a name is the network's own. */
export function isOfNetwork(id: MessageId): boolean {
  return !id.includes(MADE);
}

function editName(id: MessageId, edit: number): MessageId {
  return `${id}${MADE}edit ${edit}` as MessageId;
}
