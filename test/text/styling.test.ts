/** XEP-0393: marks are put where they are read back as meant, and nowhere else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '#src/network.ts';
import { applyStyling, readStyling } from '#src/text/styling.ts';

const STYLES = ['strong', 'emphasis', 'strike', 'code'] as const;
const span = (from: number, to: number, as: Span['as'] = 'strong'): Span => ({ from, to, as });

const TABLE: readonly (readonly [string, readonly Span[], string])[] = [
  ['plain', [], 'plain'],
  ['O Romeo', [span(2, 7)], 'O *Romeo*'],
  ['a b', [span(0, 1, 'emphasis'), span(2, 3, 'code')], '_a_ `b`'],
  ['both', [span(0, 4), span(0, 4, 'strike')], '*~both~*'],
  ['a bc d', [span(0, 6), span(2, 4, 'emphasis')], '*a _bc_ d*'],
  // Not after white space, so that no client would see it.
  ['Romeo', [span(2, 5)], 'Romeo'],
  // White space inside moves out.
  [' a ', [span(0, 3)], ' *a* '],
  // Spans of two lines are spans of each.
  ['one\ntwo', [span(0, 7)], '*one*\n*two*'],
  // The text's own sign would end it too soon.
  ['2 * 3* 4', [span(2, 8)], '2 * 3* 4'],
  ['``` x', [span(4, 5)], '``` x'],
  // Spans that cross can't both be.
  ['ab cd ef', [span(0, 5), span(3, 8, 'emphasis')], '*ab cd* ef'],
];
for (const [text, spans, styled] of TABLE) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(styled)}`, () =>
    assert.equal(applyStyling(text, spans), styled));
}

test('styling is read as XEP-0393 says', () => {
  assert.deepEqual(readStyling('*a* b _c_'), [span(1, 2), span(7, 8, 'emphasis')]);
  assert.deepEqual(readStyling('*_a_*'), [span(1, 4), span(2, 3, 'emphasis')]);
  assert.deepEqual(readStyling('`*a*`'), [span(1, 4, 'code')]);
  for (const plain of ['* a*', '*a *', '**', '****', 'a*b*', '*a', '_*']) assert.deepEqual(readStyling(plain), []);
});

test('marks change nothing but add themselves, and what they add is read back as asked for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '*', '_', '~', '`', '\n', 'é', '💚'), maxLength: 30 });
  const spans = fc.array(fc.record({ from: fc.nat(30), to: fc.nat(30), as: fc.constantFrom(...STYLES) }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(text, spans, (plain, wanted) => {
      const styled = applyStyling(plain, wanted);
      let at = 0;
      for (const sign of styled) if (plain.startsWith(sign, at)) at += sign.length;
      assert.equal(at, plain.length);
      const before = plain.split('\n').map((line) => readStyling(line).length);
      const after = styled.split('\n').map((line) => readStyling(line).length);
      const added = after.reduce((sum, count, line) => sum + count - (before[line] ?? 0), 0);
      assert.equal(styled.length, plain.length + 2 * added);
    }),
    { numRuns: 500 },
  );
});

test('a line too long to be read for each of its spans stays plain', () => {
  const line = 'so bold '.repeat(200);
  assert.equal(applyStyling(line, [{ from: 3, to: 7, as: 'strong' }]), line);
});
