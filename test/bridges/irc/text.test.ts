/** Formatting codes, cutting of long texts, decoding of bytes, names that are equal. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldOf } from '#bridges/irc/casemapping.ts';
import { readLines } from '#bridges/irc/connection/transport.ts';
import { readFormat } from '#bridges/irc/messages/format.ts';
import { cutShort, groupsOf, splitText } from '#bridges/irc/messages/split.ts';
import { readCtcp } from '#bridges/irc/people/ctcp.ts';
import { joinGroups } from '#bridges/irc/rooms/join.ts';
import { isNetsplit } from '#bridges/irc/rooms/netsplit.ts';
import { room } from './stage.ts';

const FORMATS = [
  ['plain', { text: 'plain' }],
  ['\x02bold\x02 not', { text: 'bold not', markup: [{ from: 0, to: 4, as: 'strong' }] }],
  ['\x1dto the end', { text: 'to the end', markup: [{ from: 0, to: 10, as: 'emphasis' }] }],
  [
    'a\x02b\x1ec\x0fd',
    {
      text: 'abcd',
      markup: [
        { from: 1, to: 3, as: 'strong' },
        { from: 2, to: 3, as: 'strike' },
      ],
    },
  ],
  ['\x11code\x11', { text: 'code', markup: [{ from: 0, to: 4, as: 'code' }] }],
  ['\x0304,12red\x03 \x031,23\x03,5\x04ff0000,00ff00hex', { text: 'red ,5hex' }],
  ['\x1funder\x1f \x16reverse\x16\x00\x07\x7f\ttab', { text: 'under reverse\ttab' }],
  ['\x02\x02\x1d\x1d', { text: '' }],
] as const;
for (const [raw, content] of FORMATS) {
  test(`the codes of ${JSON.stringify(raw)} are read`, () => assert.deepEqual(readFormat(raw), content));
}

test('formatting of any text has no control characters and spans inside it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\x02', '\x1d', '\x1e', '\x11', '\x0f', '\x03', '\x034,5', '\x04'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { text, markup = [] } = readFormat(pieces.join(''));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
      assert.ok(!/[\x00-\x08\x0a-\x1f\x7f]/.test(text));
      assert.ok(markup.every(({ from, to }) => 0 <= from && from < to && to <= text.length));
    }),
  );
});

test('a text is cut at words if it can be', () => {
  assert.deepEqual(splitText('but soft what light', 9), ['but soft ', 'what ', 'light']);
  assert.deepEqual(splitText('aaaaaaaaaa', 4), ['aaaa', 'aaaa', 'aa']);
  assert.deepEqual(splitText('\n one\r\n\r\n two\rthree ', 99), [' one', ' two', 'three ']);
  // A family and a letter with its accent are each read as one sign, and stay whole as long as a line holds them.
  const [family, letter] = ['👩‍👩‍👧', 'e\u0301'];
  assert.deepEqual(splitText(family + family, 19), [family, family]);
  assert.deepEqual(splitText(letter.repeat(3), 7), [letter.repeat(2), letter]);
  assert.equal(splitText(family, 5).join(''), family);
  assert.equal(cutShort('one\ntwo three', 8), 'one two ');
});

test('the pieces of any line fit, are whole characters, and are the line again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 4, max: 60 }), (raw, bytes) => {
      const line = raw.replace(/[\r\n]/g, '');
      const pieces = splitText(line, bytes);
      assert.equal(pieces.join(''), line.trim() === '' ? '' : line);
      for (const piece of pieces) assert.ok(Buffer.byteLength(piece) <= bytes && piece.isWellFormed());
    }),
  );
});

test('bytes are lines in UTF-8 where they are that, each on its own', () => {
  const latin = Buffer.from('Gr\xfc\xdfe', 'latin1');
  assert.deepEqual(readLines(Buffer.from('Grüße\r\n\r\nhier\r')), ['Grüße', 'hier']);
  assert.deepEqual(readLines(Buffer.concat([Buffer.from('Grüße\r\n'), latin])), ['Grüße', 'Grüße']);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) =>
      assert.ok(readLines(Buffer.from(bytes)).every((line) => !line.includes('\n'))),
    ),
  );
});

test('which names are equal depends on the server', () => {
  const pairs = [
    ['#A', '#a'],
    ['n[]\\', 'N{}|'],
    ['n~', 'n^'],
    ['É', 'é'],
  ] as const;
  const equal = (casemapping: string | undefined) => {
    const fold = foldOf(casemapping);
    return pairs.map(([a, b]) => fold(a) === fold(b));
  };
  assert.deepEqual(equal(undefined), [true, true, true, false]);
  assert.deepEqual(equal('rfc1459'), [true, true, true, false]);
  assert.deepEqual(equal('strict-rfc1459'), [true, true, false, false]);
  assert.deepEqual(equal('ascii'), [true, false, false, false]);
  assert.deepEqual(equal('rfc7613'), [true, false, false, false]);
});

test('a CTCP may lack its end', () => {
  assert.deepEqual(readCtcp('\x01action waves\x01'), { command: 'ACTION', text: 'waves' });
  assert.deepEqual(readCtcp('\x01VERSION'), { command: 'VERSION', text: '' });
  assert.deepEqual(readCtcp('\x01'), { command: '', text: '' });
  assert.equal(readCtcp('plain \x01'), undefined);
});

test('a quit by a netsplit names two servers', () => {
  const quits = [
    'hub.test leaf.test',
    '*.net *.split',
    'Quit: a.b c.d',
    'a.b',
    'a.b  c.d',
    'see.you later',
    'x'.repeat(999),
  ];
  assert.deepEqual(quits.map(isNetsplit), [true, true, false, false, false, false, false]);
});

test('groups of nicks and of channels fit a line; channels with a key come first', () => {
  const itself = (text: string) => text;
  assert.deepEqual(groupsOf(['aaaa', 'bbbb', 'cccc'], itself, 12), [['aaaa', 'bbbb'], ['cccc']]);
  const wish = (name: string, key?: string) => ({ name, room: room(name), ...(key !== undefined && { key }) });
  const names = joinGroups([wish('#a'), wish('#b', 'key'), wish(`#${'c'.repeat(290)}`)]).map((group) =>
    group.map(({ name }) => name.slice(0, 2)),
  );
  assert.deepEqual(names, [['#b', '#a'], ['#c']]);
});
