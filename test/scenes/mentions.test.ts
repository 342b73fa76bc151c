/** Scenes of being named in a room by people who can't see that nobody looks. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNamed } from '#src/mentions.ts';
import type { ContactId, RemoteEvent } from '#src/network.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { said } from '#test/fakes/network.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const DEV = '#dev';
const BARE = 'romeo@example.net';

const TEXTS: readonly (readonly [text: string, named: boolean])[] = [
  ['romeo: look', true],
  ['look, Romeo!', true],
  ['@ROMEO', true],
  ['(romeo)', true],
  ["romeo's dagger", true],
  ['romeo', true],
  ['romeo_ is away', false],
  ['romeo-bot says', false],
  ['romeos', false],
  ['aromeo', false],
  ['мromeo', false],
  ['romeo|away', false],
  ['nobody', false],
  ['romeos romeo', true],
];
test('a nick is named as a word, in whatever case', () => {
  for (const [text, named] of TEXTS) assert.equal(isNamed('romeo', text), named, text);
  assert.equal(isNamed('[x]', 'hey [X]: there'), true);
  assert.equal(isNamed('a.b', 'axb'), false);
  assert.equal(isNamed('', 'anything'), false);
  const startedAt = performance.now();
  isNamed('romeo', 'romeo_'.repeat(100_000));
  assert.ok(performance.now() - startedAt < 500);
});

/** Romeo is in #dev without a client. */
async function absent(stay = true): Promise<Stage> {
  const stage = await Stage.open({ persistence: { byDefault: true } });
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  if (stay) stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.settled();
  await stage.skips(ROMEO);
  return stage;
}

test('a user without a client in the room is told who names them there, what was said, and where', async () => {
  await using stage = await absent();
  await stage.network.session.emit(said(DEV, 'Ann', 'who is here?'));
  await stage.network.session.emit(said(DEV, 'Ann', 'first\nROMEO, wherefore <art> thou'));
  const body = 'Ann mentions you in #dev: “ROMEO, wherefore &lt;art&gt; thou” xmpp:%23dev@irc.example.com?join';
  await stage.receives(BARE, `<message type='chat' from='${HOST}'><body>${body}</body></message>`);
  await stage.receivesNoMore(BARE);
  await stage.receivesNoMore(ROMEO);
});

test('one word a minute for each room, and no more', async () => {
  await using stage = await absent();
  for (const text of ['romeo', 'romeo?', 'romeo!']) await stage.network.session.emit(said(DEV, 'Ann', text));
  await stage.receives(BARE, `<message type='chat' from='${HOST}'/>`);
  await stage.receivesNoMore(BARE);
});

const place = said(DEV, 'Ann', 'romeo') as RemoteEvent & { type: 'message' };
const SILENT: Readonly<Record<string, RemoteEvent>> = {
  'what was said before': { ...place, past: true },
  'a notice': { ...place, content: { text: 'romeo', style: 'notice' } },
  'an own message': { ...place, from: { self: true } },
  'another name': { ...place, content: { text: 'romeo_' } },
};
test('nobody is called by the past, a notice, themselves or another name', async () => {
  for (const [what, event] of Object.entries(SILENT)) {
    await using stage = await absent();
    await stage.network.session.emit(event);
    await stage.settled();
    const told = stage.server.stanzas.filter((stanza) => stanza.includes('mentions you'));
    assert.deepEqual(told, [], what);
  }
});

test('a mention that the network marks needs no nick', async () => {
  const marks = [{ from: 0, to: 3, of: 'romeo' as ContactId }] as const;
  for (const mentions of [marks, [{ from: 0, to: 3, of: 'everyone' }] as const]) {
    await using stage = await absent();
    await stage.network.session.emit({ ...place, content: { text: 'all of you', mentions } });
    await stage.receives(BARE, `<message type='chat' from='${HOST}'/>`);
  }
});

test('a client in the room tells of it itself, unless it is away', async () => {
  await using stage = await absent(false);
  await stage.network.session.emit(place);
  await stage.receivesNoMore(BARE);
  stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/romeo'><show>away</show></presence>`);
  await stage.settled();
  await stage.network.session.emit(place);
  await stage.receives(BARE, `<message type='chat' from='${HOST}'/>`);
});

test('who does not want to be told is not, in one room or anywhere', async () => {
  for (const local of ['', DEV]) {
    await using stage = await Stage.open({ persistence: { byDefault: true } });
    await new PreferenceBook(HOST, stage.registry).set(BARE, 'mentions', 'false', local);
    stage.sends(ROMEO, join(DEV, 'romeo'));
    await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
    stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
    await stage.settled();
    await stage.network.session.emit(place);
    await stage.receivesNoMore(BARE);
  }
});
