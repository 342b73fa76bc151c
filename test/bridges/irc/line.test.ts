/** Lines of IRC: reading them, whatever they hold, and writing them so that they stay one line. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatLine, parseLine, tagOf, timeOf } from '#bridges/irc/line.ts';

const empty = { tags: '', source: '', origin: '', params: [] };
const TABLE = [
  ['PING', { ...empty, command: 'PING' }],
  [
    ':juliet!j@balcony PRIVMSG #verona :O Romeo',
    { source: 'juliet', origin: 'j@balcony', command: 'PRIVMSG', params: ['#verona', 'O Romeo'] },
  ],
  ['@a=b;c :fake.test 001 romeo :Hi', { tags: 'a=b;c', source: 'fake.test', command: '001', params: ['romeo', 'Hi'] }],
  ['  join   #a  #b  ', { command: 'JOIN', params: ['#a', '#b'] }],
  ['TOPIC #a :', { command: 'TOPIC', params: ['#a', ''] }],
  ['MODE #a ::) :(', { command: 'MODE', params: ['#a', ':) :('] }],
  [':a@b NICK c', { source: 'a@b', command: 'NICK', params: ['c'] }],
] as const;
for (const [text, line] of TABLE) {
  test(`${JSON.stringify(text)} is read`, () => assert.deepEqual(parseLine(text), { ...empty, ...line }));
}

for (const text of ['', '   ', ':only-a-source', '@only=tags', '@a :b']) {
  test(`${JSON.stringify(text)} is no line`, () => assert.equal(parseLine(text), undefined));
}

test('tags are found whole and unescaped', () => {
  const line = parseLine(String.raw`@xtime=no;time=2026-01-02T03:04:05Z;note=a\:b\sc\\d\e\;flag PING`);
  assert.ok(line);
  assert.equal(tagOf(line, 'note'), 'a;b c\\de');
  assert.equal(tagOf(line, 'flag'), '');
  assert.equal(tagOf(line, 'tim'), undefined);
  assert.deepEqual(timeOf(line), new Date('2026-01-02T03:04:05Z'));
});

test('a time that is none is now', () => {
  const now = new Date(0);
  assert.equal(timeOf({ ...empty, command: 'PING', tags: 'time=soon' }, now), now);
});

test('no text ends a line or starts another, and it is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = formatLine('PRIVMSG', ['#verona'], text);
      assert.ok(!/[\r\n\0]/.test(line));
      assert.deepEqual(parseLine(line)?.params, ['#verona', text.replace(/[\r\n\0]+/g, ' ')]);
    }),
  );
});

for (const word of ['', 'two words', ':colon', 'a\r\nQUIT', 'a\0', 'a\tb']) {
  test(`${JSON.stringify(word)} can't be a word of a line`, () => {
    assert.throws(() => formatLine('JOIN', [word]), { name: 'Refusal', why: 'invalid' });
  });
}

test('reading never throws, and keeps words apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const line = parseLine(text);
      assert.ok(line === undefined || line.params.slice(0, -1).every((param) => param !== '' && !param.includes(' ')));
    }),
  );
});
