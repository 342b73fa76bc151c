/** Stretches of text: cutting, inserting, and code points. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '#src/network.ts';
import { bodyOf } from '#src/text/body.ts';
import { shorten } from '#src/text/shorten.ts';
import { codePoints, cutOut, fromCodePoints, inCodePoints, insert, shift } from '#src/text/stretch.ts';
import { withoutMarks } from '#src/text/styled.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });

test('a stretch in code points and back is the same, whatever the text', () => {
  fc.assert(
    fc.property(text, fc.nat(30), fc.nat(30), (whole, a, b) => {
      const signs = [...whole];
      const [from, to] = [signs.slice(0, a).join('').length, signs.slice(0, a + b).join('').length];
      fc.pre(from < to);
      const points = inCodePoints(whole, { from, to });
      assert.equal([...whole].slice(points.from, points.to).join(''), whole.slice(from, to));
      assert.deepEqual(fromCodePoints(whole, String(points.from), String(points.to)), { from, to });
      assert.equal(codePoints(whole), signs.length);
    }),
  );
});

test('a range that is none of the text is none', () => {
  const bad = [
    ['0', '9'],
    ['2', '1'],
    ['1', '1'],
    ['-1', '2'],
    ['a', '2'],
    ['0', undefined],
    ['0', '99999999'],
    ['0.5', '2'],
    ['', '1'],
  ];
  for (const [start, end] of bad) {
    assert.equal(fromCodePoints('abc', start, end), undefined, `${start}-${end}`);
    assert.equal(fromCodePoints('a👋c', start, end), undefined, `${start}-${end}`);
  }
});

test('what is cut out is gone, and other stretches still hold what they held of the rest', () => {
  const stretch = fc.tuple(fc.nat(30), fc.nat(10)).map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(
      fc.string({ minLength: 40, maxLength: 40 }),
      fc.array(stretch, { maxLength: 4 }),
      stretch,
      (whole, cuts, one) => {
        const gone = (at: number) => cuts.some(({ from, to }) => from <= at && at < to);
        const rest = (from: number, to: number) =>
          [...whole.slice(from, to)].filter((_, n) => !gone(from + n)).join('');
        const units = Array.from({ length: whole.length }, (_, n) => n).filter((n) => !gone(n));
        const { text: kept, stretches } = cutOut(whole, cuts, [one]);
        assert.equal(kept, units.map((n) => whole[n]).join(''));
        const held = stretches[0] ? kept.slice(stretches[0].from, stretches[0].to) : '';
        assert.equal(held, rest(one.from, one.to));
      },
    ),
  );
});

test('what is put in stands outside of the stretches it touches', () => {
  const insertions = [
    { at: 0, text: '/me ' },
    { at: 3, text: '*' },
    { at: 7, text: '*' },
  ];
  assert.equal(insert('so bold', insertions), '/me so *bold*');
  const moved = shift({ from: 3, to: 7 }, insertions);
  assert.equal('/me so *bold*'.slice(moved.from, moved.to), 'bold');
});

const STYLED: readonly (readonly [string, string, readonly Span[]])[] = [
  [
    'so *bold* and _not_',
    'so bold and not',
    [
      { from: 3, to: 7, as: 'strong' },
      { from: 12, to: 15, as: 'emphasis' },
    ],
  ],
  ['> old\n> words\nnew', 'old\nwords\nnew', [{ from: 0, to: 9, as: 'quote' }]],
  ['a\n```js\n*x*\n```\nb', 'a\n*x*\nb', [{ from: 2, to: 5, as: 'pre' }]],
  ['```\nopen', 'open', [{ from: 0, to: 4, as: 'pre' }]],
  ['```\n```', '```\n```', []],
  // A fence says the language, unless it is never closed or has a sentence beside it.
  ['```a\n*', 'a\n*', [{ from: 0, to: 3, as: 'pre' }]],
  ['```look at this\nx\n```', 'look at this\nx', [{ from: 0, to: 14, as: 'pre' }]],
  ['```all of it```\nx', '```all of it```\nx', []],
  ['2 * 3 * 4', '2 * 3 * 4', []],
];
for (const [typed, plain, spans] of STYLED) {
  test(`${JSON.stringify(typed)} is ${JSON.stringify(plain)}`, () => {
    const { text: read, markup } = withoutMarks(typed, []);
    assert.equal(read, plain);
    assert.deepEqual(markup, spans);
  });
}

test('blocks are written as they are read', () => {
  for (const [typed, plain, markup] of STYLED.slice(0, 2)) assert.equal(bodyOf({ text: plain, markup }).text, typed);
  const pre = { text: 'a\nx = 1\n\ny\nb', markup: [{ from: 2, to: 10, as: 'pre' as const }] };
  const body = bodyOf(pre);
  assert.equal(body.text, 'a\n```\nx = 1\n\ny\n```\nb');
  assert.equal(body.text.slice(body.markup[0]?.from, body.markup[0]?.to), 'x = 1\n\ny');
});

test('whatever is typed, reading its marks ends, loses no word but a language and stays within the text', () => {
  const typed = fc.array(fc.constantFrom('*', '_', '~', '`', '```', '\n', '> ', ' ', 'a', 'bc', '👋'), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(typed, (parts) => {
      const { text: read, markup } = withoutMarks(parts.join(''), []);
      const words = (whole: string) => whole.replace(/[*_~`>\s]/g, '');
      const left = [...words(read)];
      for (const sign of words(parts.join('').replace(/^```(a|bc)+ *$/gm, ''))) {
        const at = left.indexOf(sign);
        assert.ok(at >= 0, sign);
        left.splice(0, at + 1);
      }
      for (const { from, to } of markup) assert.ok(from >= 0 && from < to && to <= read.length);
    }),
    { examples: [[['```', 'a', '\n', '*']]] },
  );
});

test('a text of nothing but marks is read in time that grows with its length', () => {
  const text = '*a* *b* _c_\n'.repeat(20_000);
  const begun = performance.now();
  assert.equal(withoutMarks(text, []).markup.length, 60_000);
  assert.ok(performance.now() - begun < 2_000);
});

test('a quote is one line, cut between words', () => {
  assert.equal(shorten('\n  It is the east\nand Juliet is the sun'), 'It is the east …');
  assert.equal(shorten('one two three', 9), 'one two…');
  assert.equal(shorten('👋'.repeat(50), 9), `${'👋'.repeat(4)}…`);
  assert.equal(shorten('word'), 'word');
});
