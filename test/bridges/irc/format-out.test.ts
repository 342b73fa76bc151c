/** Markup to formatting codes, and back by what reads them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFormat } from '#bridges/irc/messages/format.ts';
import { formattedPieces, writeFormat } from '#bridges/irc/messages/format-out.ts';
import type { Span } from '#src/network.ts';

for (const [what, content, written] of [
  ['bold', { text: 'so bold', markup: [{ from: 3, to: 7, as: 'strong' }] }, 'so \x02bold\x02'],
  [
    'styles in one another',
    {
      text: 'abcd',
      markup: [
        { from: 0, to: 4, as: 'strong' },
        { from: 1, to: 3, as: 'strike' },
      ],
    },
    '\x02a\x1ebc\x1ed\x02',
  ],
  [
    'what touches is one',
    {
      text: 'abcd',
      markup: [
        { from: 0, to: 2, as: 'emphasis' },
        { from: 2, to: 4, as: 'emphasis' },
      ],
    },
    '\x1dabcd\x1d',
  ],
  ['a style over two lines', { text: 'ab\ncd', markup: [{ from: 1, to: 4, as: 'code' }] }, 'a`b`\n`c`d'],
  ['a quote', { text: 'said\nmine', markup: [{ from: 0, to: 4, as: 'quote' }] }, '> said\nmine'],
  ['preformatted lines', { text: '*a*\nb', markup: [{ from: 0, to: 5, as: 'pre' }] }, '*a*\nb'],
] as const) {
  test(`${what} in codes`, () => assert.equal(writeFormat(content), written));
}

test('a cut line goes on in the style it was cut in', () => {
  const content = { text: 'all of it is bold here', markup: [{ from: 0, to: 17, as: 'strong' }] } as const;
  const pieces = formattedPieces(content, 14);
  assert.deepEqual(pieces, ['\x02all of it ', '\x02is bold\x02 ', 'here']);
});

const LETTERS = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '😀'), minLength: 1, maxLength: 40 });
const STYLE = fc.constantFrom<Span['as']>('strong', 'emphasis', 'strike');

/** Which characters have a style. */
function styled(spans: readonly Span[], as: Span['as'], length: number): boolean[] {
  return Array.from({ length }, (_, at) => spans.some((span) => span.as === as && span.from <= at && at < span.to));
}

test('what is written is read as it was meant', () => {
  const spans = fc.array(fc.record({ from: fc.nat(40), to: fc.nat(40), as: STYLE }), { maxLength: 6 });
  fc.assert(
    fc.property(LETTERS, spans, (text, wild) => {
      const markup = wild.filter(({ from, to }) => from < to && to <= text.length);
      const read = readFormat(writeFormat({ text, markup }));
      assert.equal(read.text, text);
      for (const as of ['strong', 'emphasis', 'strike'] as const) {
        assert.deepEqual(styled(read.markup ?? [], as, text.length), styled(markup, as, text.length));
      }
    }),
  );
});

test('no piece is too long, and none loses a word or a style', () => {
  fc.assert(
    fc.property(LETTERS, fc.nat(20), fc.nat(40), fc.integer({ min: 10, max: 30 }), (text, from, length, bytes) => {
      const markup = [{ from, to: Math.min(from + length, text.length), as: 'strong' as const }];
      fc.pre(from < text.length && length > 0 && text.trim() !== '');
      const pieces = formattedPieces({ text, markup }, bytes);
      for (const piece of pieces) assert.ok(Buffer.byteLength(piece) <= bytes, piece);
      const read = pieces.map((piece) => readFormat(piece));
      assert.equal(read.map((one) => one.text).join(''), text);
      const bold = read.flatMap(({ text: part, markup: spans = [] }) => styled(spans, 'strong', part.length));
      assert.deepEqual(bold, styled(markup, 'strong', text.length));
    }),
  );
});
