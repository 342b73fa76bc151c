/** A long import shows how far it is: a bar on a terminal, a line each tenth elsewhere. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progress } from '#src/import/progress.ts';

/** What is written of `counts` done of `total`. */
function written(total: number, counts: readonly number[], isTTY: boolean): string[] {
  const lines: string[] = [];
  const show = progress({ write: (text) => lines.push(text), isTTY }, total, 'messages');
  for (const count of counts) show(count);
  return lines;
}

test('elsewhere a line each tenth, however small or large the steps are', () => {
  const thousand = Array.from({ length: 1_000 }, (_, n) => n + 1);
  const lines = written(1_000, thousand, false);
  assert.deepEqual(
    [lines.length, lines[0], lines.at(-1)],
    [10, ' 10 % of 1,000 messages\n', '100 % of 1,000 messages\n'],
  );
  assert.deepEqual(written(10, [7, 10, 12], false), [' 70 % of 10 messages\n', '100 % of 10 messages\n']);
  assert.deepEqual(written(0, [], false), []);
});

test('on a terminal a bar that is drawn over itself, and ends its line', () => {
  const lines = written(4, [1, 2, 4], true);
  assert.match(lines[0] ?? '', /^\r\[#{8}\.{22}\] {2}25 % of 4 messages, 0 s left.\[K$/);
  assert.match(lines.at(-1) ?? '', /^\r\[#{30}\] 100 % of 4 messages.\[K\n$/);
});
