/** What an edit changed, as people write it on networks that have no edits: `s/old/new/`. */

/** A longer text is not compared. */
const LENGTH = 2_000;

/**
 * `s/old/new/` for a change of some words in a row, such that replacing the first `old` of the text by `new` gives the
 * edited one. Undefined where that would not be read so, or would say nearly all of the text again.
 */
export function changedPart(before: string, after: string): string | undefined {
  if (before === after || /[\n/]/.test(before + after) || Math.max(before.length, after.length) > LENGTH)
    return undefined;
  const [was, is] = [words(before), words(after)];
  let head = 0;
  while (head < Math.min(was.length, is.length) && was[head] === is[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(was.length, is.length) - head && was.at(-1 - tail) === is.at(-1 - tail)) tail += 1;
  // From where the change is, leftward, until the first such words are the ones that are meant.
  for (let start = head; start >= 0; start -= 1) {
    const [old, replacement] = trimmed(
      was.slice(start, was.length - tail).join(''),
      is.slice(start, is.length - tail).join(''),
    );
    // Whole words on both sides can be read; white space alone can't.
    if (replacement === '' || /^\s|^$/.test(old) || before.replace(old, () => replacement) !== after) continue;
    return old.length * 2 > before.length ? undefined : `s/${old}/${replacement}/`;
  }
  return undefined;
}

/** Without the white space that both end with. */
function trimmed(old: string, replacement: string): readonly [string, string] {
  const [space = ''] = /\s*$/.exec(old) ?? [];
  return space !== '' && replacement.endsWith(space)
    ? [old.slice(0, -space.length), replacement.slice(0, -space.length)]
    : [old, replacement];
}

/** Words and the white space between them. */
function words(text: string): string[] {
  return text.match(/\s+|\S+/g) ?? [];
}
