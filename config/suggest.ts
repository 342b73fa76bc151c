/** "Did you mean": the known name that is nearest to a mistyped one. */

/** The nearest of `known` to `name`, or undefined when none is near. */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const near = known.flatMap((each) => {
    const limit = Math.max(1, Math.floor(Math.min(name.length, each.length) / 3));
    const cost = costOf(name, each, limit);
    return cost <= limit ? [{ each, cost }] : [];
  });
  return near.sort((a, b) => a.cost - b.cost)[0]?.each;
}

function costOf(name: string, each: string, limit: number): number {
  if (each.startsWith(name) || name.startsWith(each)) return 1;
  return Math.abs(name.length - each.length) > limit ? Number.POSITIVE_INFINITY : distance(name, each);
}

/** Characters to insert, delete, replace or swap with their neighbour to get from `a` to `b` (optimal string alignment). */
function distance(a: string, b: string): number {
  const row = (index: number) => Array.from({ length: b.length + 1 }, (_, j) => (index === 0 ? j : index));
  let [older, last] = [row(0), row(0)];
  for (let i = 1; i <= a.length; i++) {
    const next = row(i);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        (last[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [older, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
