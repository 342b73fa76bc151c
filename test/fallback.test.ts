/** The fallback table: what each action becomes where a network can't take it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Draft, flatten, type Wanted } from '#src/fallback.ts';
import type { Author, ContactId, Content, Conversation, Feature, MessageId, RoomId } from '#src/network.ts';

const to: Conversation = { room: '#dev' as RoomId };
const ann: Author = { contact: 'ann' as ContactId, nick: 'Ann' };
const id = 'n1' as MessageId;
const base = { to, txn: 't' };

function message(content: Draft): Wanted {
  return { ...base, type: 'message', content };
}
function textOf(wanted: Wanted, ...does: readonly Feature[]): Content | undefined {
  const action = flatten(wanted, (feature) => does.includes(feature));
  return action && 'content' in action ? action.content : undefined;
}

test('plain text goes as it is', () => {
  assert.deepEqual(textOf(message({ text: 'hi', style: 'action' })), { text: 'hi', style: 'action' });
});

test('markup, mentions and threads are left out', () => {
  const content = {
    text: 'hi Ann',
    markup: [{ from: 0, to: 2, as: 'strong' as const }],
    mentions: [{ from: 3, to: 6, of: 'ann' as ContactId }],
    thread: 't',
  };
  assert.deepEqual(textOf(message(content)), { text: 'hi Ann' });
  assert.deepEqual(textOf(message(content), 'markup', 'mentions', 'thread'), content);
});

test('a reply becomes a quote; formatting moves behind it', () => {
  const reply = { to: id, author: ann, quote: 'It is the east\nand more' };
  const content = { text: 'yes', reply, markup: [{ from: 0, to: 3, as: 'strong' as const }] };
  assert.deepEqual(textOf(message(content), 'markup'), {
    text: '> Ann: It is the east …\nyes',
    markup: [{ from: 24, to: 27, as: 'strong' }],
  });
  assert.deepEqual(textOf(message({ text: 'ann, yes', reply })), { text: 'ann, yes' });
  assert.deepEqual(textOf(message({ text: '@Ann yes', reply })), { text: '@Ann yes' });
  assert.deepEqual(textOf(message({ text: 'yes', reply }), 'reply'), { text: 'yes', reply });
  // A word that only begins like the nick addresses nobody.
  assert.deepEqual(textOf(message({ text: 'annoying', reply })), { text: '> Ann: It is the east …\nannoying' });
  // The network does replies, but has no name for that message.
  assert.deepEqual(textOf(message({ text: 'yes', reply: { quote: 'east' } }), 'reply'), { text: '> east\nyes' });
});

test('where people reply by name, a reply in a room begins with the nick', () => {
  const reply = { to: id, author: ann, quote: 'It is the east' };
  const say = (content: Draft, does: readonly Feature[] = [], where: Conversation = to) => {
    const action = flatten({ ...message(content), to: where } as Wanted, (one) => does.includes(one), 'name');
    return action && 'content' in action ? action.content : undefined;
  };
  assert.deepEqual(say({ text: 'yes', reply }), { text: 'Ann: yes' });
  assert.deepEqual(say({ text: 'ann, yes', reply }), { text: 'ann, yes' });
  // Not everybody there is shown the network's own.
  assert.deepEqual(say({ text: 'yes', reply }, ['reply']), { text: 'Ann: yes', reply });
  const own = { ...reply, author: { self: true } as const };
  assert.deepEqual(say({ text: 'yes', reply: own }), { text: '> It is the east\nyes' });
  assert.deepEqual(say({ text: 'yes', reply: own }, ['reply']), { text: 'yes', reply: own });
  // Between two there is nobody else whom it could be for.
  const alone = { with: 'ann' as ContactId };
  assert.deepEqual(say({ text: 'yes', reply }, [], alone), { text: '> Ann: It is the east\nyes' });
});

test('an edit becomes a message with a star', () => {
  const edit: Wanted = { ...base, type: 'edit', id, content: { text: 'the' } };
  assert.deepEqual(
    flatten(edit, () => true),
    { ...base, type: 'edit', id, content: { text: 'the' } },
  );
  const message = { ...base, type: 'message', content: { text: '* the' } };
  assert.deepEqual(
    flatten(edit, () => false),
    message,
  );
  assert.deepEqual(
    flatten({ ...base, type: 'edit', content: { text: 'the' } }, () => true),
    message,
  );
});

test('what changed goes out alone, without what stood before it already', () => {
  const reply = { to: id, author: ann, quote: 'It is the east' };
  const edit = (was: string, text: string): Wanted => ({ ...base, type: 'edit', was, content: { text, reply } });
  const sent = flatten(edit('helo there, my dear friend', 'hello there, my dear friend'), () => false, 'name');
  assert.deepEqual(sent, { ...base, type: 'message', content: { text: 's/helo/hello/' } });
});

test('reactions become an action that tells the new ones', () => {
  const about = { to: id, author: ann, quote: 'hello' };
  const react: Wanted = { ...base, type: 'react', about, reactions: ['👍', '🐢'], added: ['🐢'] };
  assert.deepEqual(
    flatten(react, () => true),
    { ...base, type: 'react', id, reactions: ['👍', '🐢'] },
  );
  assert.deepEqual(textOf(react), { text: 'reacted with 🐢 to “hello” by Ann', style: 'action' });
  assert.equal(
    flatten({ ...react, added: [] }, () => false),
    undefined,
  );
});

test('files become their addresses, each once; a spoiler its warning', () => {
  const files = ['a', 'b'].map((name) => ({ at: { url: `https://x/${name}` } }));
  assert.deepEqual(textOf(message({ text: 'see https://x/a', files })), { text: 'see https://x/a\nhttps://x/b' });
  assert.deepEqual(textOf(message({ text: '', files })), { text: 'https://x/a\nhttps://x/b' });
  assert.deepEqual(textOf(message({ text: 'dies', spoiler: 'end' })), { text: '[end] dies' });
  assert.deepEqual(textOf(message({ text: 'dies', spoiler: '' })), { text: '[spoiler] dies' });
});

test('to take back is refused in words; what passes is dropped', () => {
  assert.throws(() => flatten({ type: 'retract', to, id }, () => false), { why: 'unsupported' });
  assert.throws(() => flatten({ type: 'erase', room: '#dev' as RoomId, id }, () => false), { why: 'unsupported' });
  assert.equal(
    flatten({ type: 'typing', to, on: true }, () => false),
    undefined,
  );
  assert.equal(
    flatten({ type: 'read', to, id }, () => false),
    undefined,
  );
});
