import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, fillInOrder, readAnswer, wordsOf } from '#src/commands/chat-words.ts';
import type { QuestionField } from '#src/commands/command.ts';

test('quotes of any language hold words together', () => {
  assert.deepEqual(wordsOf('join  #dev'), ['join', '#dev']);
  assert.deepEqual(wordsOf('find "two words" „noch zwei“ “and two”'), ['find', 'two words', 'noch zwei', 'and two']);
  assert.deepEqual(wordsOf("it's “open"), ["it's", '“open']);
  assert.deepEqual(wordsOf(''), []);
});

const field = (name: string, change: Partial<QuestionField> = {}): QuestionField => ({
  name,
  label: name,
  type: 'text',
  ...change,
});

test('words fill the fields in order, secrets aside', () => {
  const question = { title: '', fields: [field('server'), field('nick'), field('password', { type: 'secret' })] };
  assert.deepEqual(fillInOrder([], question), {});
  assert.deepEqual(fillInOrder(['libera', 'romeo'], question), { server: 'libera', nick: 'romeo' });
  assert.throws(() => fillInOrder(['libera', 'romeo', 'swordfish'], question), { why: 'invalid' });
  assert.deepEqual(fillInOrder(['two', 'words'], { title: '', fields: [field('text')] }), { text: 'two words' });
});

test('an answer is read as its field wants it', () => {
  const choice = field('c', { type: 'choice', choices: ['auto', 'full'], labels: ['As fits the size', 'Everyone'] });
  assert.equal(readAnswer(choice, 'FULL'), 'full');
  assert.equal(readAnswer(choice, '1'), 'auto');
  assert.equal(readAnswer(choice, 'alle', 'de'), 'full');
  assert.throws(() => readAnswer(choice, '3'), { why: 'invalid' });
  for (const yes of ['yes', 'Ja', 'ano', '1']) assert.equal(readAnswer(field('f', { type: 'flag' }), yes), 'true');
  for (const no of ['no', 'Nein', 'ne', '0']) assert.equal(readAnswer(field('f', { type: 'flag' }), no), 'false');
  assert.equal(readAnswer(field('t'), ' "cancel" '), 'cancel');
  assert.equal(readAnswer(field('s', { type: 'secret' }), ' "a b" '), ' "a b" ');
  assert.equal(readAnswer(field('t', { value: 'kept' }), '-'), 'kept');
  assert.equal(readAnswer(field('t', { optional: true }), '-'), '');
  assert.throws(() => readAnswer(field('t'), '-'), { why: 'invalid' });
});

test('a question never shows a secret', () => {
  const asked = ask(field('Password', { type: 'secret', value: 'swordfish', optional: true }), 'en');
  assert.ok(!asked.includes('swordfish'));
});

test('an address is named by how it begins, where that is one of them', () => {
  const choices = ['#dev%libera', '#dev%oftc', '#Ops%oftc', 'bob@irc.example'];
  const field = { name: 'room', label: 'Room', type: 'choice', choices } as const;
  assert.equal(readAnswer(field, '#ops'), '#Ops%oftc');
  assert.equal(readAnswer(field, 'bob'), 'bob@irc.example');
  for (const text of ['#dev', 'bo', '', '#dev%']) assert.throws(() => readAnswer(field, text), { why: 'invalid' });
});
