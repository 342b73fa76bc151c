/** Stretches of a text: how they move when text is cut out or put in, and how XMPP counts them (XEP-0426). */

/** In UTF-16 code units; `to` is the first that is no more in it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}
/** Text to be put in at a place. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The text without `cuts`, and `stretches` where they are then; those of which nothing is left are gone. */
export function cutOut<S extends Stretch>(
  text: string,
  cuts: readonly Stretch[],
  stretches: readonly S[] = [],
): { text: string; stretches: S[] } {
  const sorted = merged(cuts);
  let kept = '';
  let from = 0;
  const gone: number[] = [];
  for (const cut of sorted) {
    kept += text.slice(from, cut.from);
    gone.push(cut.from - kept.length);
    from = cut.to;
  }
  const place = (at: number) => {
    const n = countBefore(sorted, at) - 1;
    const cut = sorted[n];
    return cut === undefined ? at : at - (gone[n] ?? 0) - (Math.min(at, cut.to) - cut.from);
  };
  const moved = stretches.map((one) => ({ ...one, from: place(one.from), to: place(one.to) }));
  return { text: kept + text.slice(from), stretches: moved.filter((one) => one.from < one.to) };
}

/** How many of `sorted` begin before a place: halved again and again, for a text may hold thousands. */
function countBefore(sorted: readonly Stretch[], at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.from ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In order, and none overlapping another. */
function merged(cuts: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const cut of cuts.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && cut.from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, cut.to) };
    else result.push(cut);
  }
  return result;
}

/** The text with `insertions`, which are in order of their places. */
export function insert(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let from = 0;
  for (const { at, text: added } of insertions) {
    result += text.slice(from, at) + added;
    from = at;
  }
  return result + text.slice(from);
}

/** Where a stretch is after `insert`: what is put in at its edges is outside. */
export function shift<S extends Stretch>(stretch: S, insertions: readonly Insertion[]): S {
  let { from, to } = stretch;
  for (const { at, text } of insertions) {
    if (at <= stretch.from) from += text.length;
    if (at < stretch.to) to += text.length;
  }
  return { ...stretch, from, to };
}

const SURROGATE = /[\ud800-\udfff]/;

/** How many code points there are. */
export function codePoints(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A stretch in code points of `text`. */
export function inCodePoints(text: string, { from, to }: Stretch): Stretch {
  const before = codePoints(text.slice(0, from));
  return { from: before, to: before + codePoints(text.slice(from, to)) };
}

/** A stretch given in code points of `text`, from outside; undefined where it is none of this text. */
export function fromCodePoints(text: string, start: string | undefined, end: string | undefined): Stretch | undefined {
  const [first, last] = [count(start), count(end)];
  if (first === undefined || last === undefined || first >= last) return undefined;
  if (!SURROGATE.test(text)) return last <= text.length ? { from: first, to: last } : undefined;
  let [point, at] = [0, 0];
  let from: number | undefined;
  for (const sign of text) {
    if (point === first) from = at;
    point += 1;
    at += sign.length;
    if (point === last) return from === undefined ? undefined : { from, to: at };
  }
  return undefined;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
