/** Lines of the server that belong together (https://ircv3.net/specs/extensions/batch). */

import { type Line, tagOf } from '../line.ts';
import type { Link } from '../link.ts';

export interface Batch {
  /** In lower case, without `draft/`. */
  readonly type: string;
  /** What follows the type. */
  readonly params: readonly string[];
  /** Its tags are those of the whole. */
  readonly opening: Line;
  /** In their order; a batch within stands where it ended. */
  readonly items: readonly (Line | Batch)[];
}
/**
 * By type: who takes a batch as a whole, when it has ended. Of other types the lines are taken one by one, as they come, and
 * then the end: `BATCH -reference type`.
 */
export type BatchTypes = Readonly<Record<string, (link: Link, batch: Batch) => void>>;

interface Open {
  readonly batch: Batch & { readonly items: (Line | Batch)[] };
  readonly within: Open | undefined;
  /** Its lines are kept until it ends. */
  collects: boolean;
}

/** Batches that are open at once, and what they keep together, in characters. */
const OPEN = 64;
const KEPT = 4_000_000;

export class Batches {
  readonly #open = new Map<string, Open>();
  #kept = 0;

  /**
   * What is to be taken now that this line has come: the line itself, a batch that has ended, or nothing yet. Batches of
   * the types in `whole` are given when they have ended.
   */
  take(line: Line, whole: ReadonlyMap<string, unknown>): readonly (Line | Batch)[] {
    if (line.command !== 'BATCH') return this.#put(line, this.#openOf(line));
    const [reference = ''] = line.params;
    if (reference.startsWith('+')) return this.#begin(reference.slice(1), line, whole);
    const open = this.#open.get(reference.slice(1));
    return open && reference.startsWith('-') ? this.#end(reference.slice(1), open, line) : [];
  }

  /** The batches that a line is in, the innermost first, as long as they are open. */
  *around(line: Line): Generator<Batch> {
    for (let open = this.#openOf(line); open; open = open.within) yield open.batch;
  }

  #openOf(line: Line): Open | undefined {
    const reference = tagOf(line, 'batch');
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  #begin(reference: string, line: Line, whole: ReadonlyMap<string, unknown>): readonly (Line | Batch)[] {
    const [, type = '', ...params] = line.params;
    const batch = { type: type.toLowerCase().replace(/^draft\//, ''), params, opening: line, items: [] };
    // Who begins a batch again has ended it, and who never ends any loses the place of the oldest.
    const [oldest] = this.#open.size < OPEN ? [] : this.#open.keys();
    const ended = this.#open.has(reference) ? reference : oldest;
    const open = ended === undefined ? undefined : this.#open.get(ended);
    const given = open && ended !== undefined ? this.#end(ended, open, line) : [];
    const within = this.#openOf(line);
    this.#open.set(reference, { batch, within, collects: whole.has(batch.type) });
    return given;
  }

  #end(reference: string, open: Open, line: Line): readonly (Line | Batch)[] {
    this.#open.delete(reference);
    if (open.collects) {
      // A batch within it that ends later stands alone.
      open.collects = false;
      this.#kept -= sizeOf(open.batch);
      return this.#put(open.batch, open.within);
    }
    // The end of a labelled answer says as much as an ACK.
    const { opening } = open.batch;
    const labelled = tagOf(opening, 'label') !== undefined;
    if (labelled) return this.#put({ ...line, tags: opening.tags, command: 'ACK', params: [] }, open.within);
    return [{ ...line, command: 'BATCH', params: [`-${reference}`, open.batch.type] }];
  }

  #put(item: Line | Batch, into: Open | undefined): readonly (Line | Batch)[] {
    let open = into;
    while (open && !open.collects) open = open.within;
    if (!open) return [item];
    open.batch.items.push(item);
    this.#kept += sizeOf(item);
    return this.#kept > KEPT ? this.#release(open) : [];
  }

  /** Too much is kept: what there is of it is taken now, and the rest as it comes. */
  #release(inner: Open): readonly (Line | Batch)[] {
    let outer = inner;
    for (let open = inner.within; open; open = open.within) if (open.collects) outer = open;
    const { batch } = outer;
    this.#kept -= sizeOf(batch);
    outer.collects = false;
    return [{ ...batch, items: batch.items.splice(0) }];
  }
}

function sizeOf(item: Line | Batch): number {
  if ('items' in item) return item.items.reduce((size, one) => size + sizeOf(one), 0);
  return item.params.reduce((size, { length }) => size + length, item.tags.length + item.origin.length + 64);
}
