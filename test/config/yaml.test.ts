/** Files that are not the YAML that we read, some of them in bad faith. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readYaml } from '#config/yaml.ts';

const WRONG: readonly (readonly [yaml: string, where: string, text: RegExp])[] = [
  ['a:\n\tb: 1', 'line 2, column 1', /by spaces, not by tabs/],
  ['a: 1\nb: 2\na: 3', 'line 3, column 1', /there twice/],
  ['a: [1, 2', 'line 1, column 9', /bracket/],
  ['a: "b', 'line 1, column 6', /a quote/],
  ['a: "\\q"', 'line 1, column 5', /single quotes/],
  ['a: @b', 'line 1, column 4', /in quotes/],
  ['a: *b', 'line 1, column 4', /in quotes/],
  ['a: &b c', 'line 1, column 7', /in quotes/],
  ['a: !b c', 'line 1, column 4', /in quotes/],
  ['a: b: c', 'line 1, column 4', /second ": "/],
  ['? [a]\n: b', 'line 1, column 3', /plain text/],
  ['a: 1\n---\nb: 2', 'line 2, column 1', /second document/],
];

for (const [yaml, where, text] of WRONG) {
  test(`${JSON.stringify(yaml)} is refused at ${where}`, () => {
    const [problem] = readYaml(yaml).problems;
    assert.equal(problem?.where, where);
    assert.match(problem?.text ?? '', text);
  });
}

test('a few aliases that stand for gigabytes are refused', () => {
  const levels = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
  assert.equal(readYaml(['a0: &a0 lol', ...levels].join('\n')).data, undefined);
});

test('deep nesting is refused instead of overflowing the stack', () => {
  for (const deep of ['['.repeat(20_000), '- '.repeat(20_000), '{a: '.repeat(20_000)]) {
    assert.notEqual(readYaml(deep).problems.length, 0);
  }
});

test('a byte order mark and line ends of Windows are taken', () => {
  assert.deepEqual(readYaml('\uFEFFa: 1\r\nb:\r\n  c: d\r\n').data, { a: 1, b: { c: 'd' } });
});

test('lines are those of the keys, and for an absent key those of what should hold it', () => {
  const { line } = readYaml('a:\n  b: 1\n  c:\n    - x\n    - y\n');
  assert.deepEqual([['a'], ['a', 'c'], ['a', 'c', 1], ['a', 'z'], ['z']].map(line), [1, 3, 5, 1, 1]);
});

test('any text at all is either data or problems', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const { data, problems } = readYaml(text);
      assert.ok(problems.length === 0 || data === undefined);
    }),
    { numRuns: 500 },
  );
});
