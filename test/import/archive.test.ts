/** What was said in biboumi's time is in the archive: as it was, in its order, once, and before what came since. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Archived, Entry } from '#src/registry/archive.ts';
import type { Registry } from '#src/registry/database.ts';
import { archiveResult } from '#src/xmpp/write/archived.ts';
import { parseTree } from '#test/xml-tree.ts';
import { HOST, JULIET, Old, ROMEO, SERVER, THEN } from './old.ts';

const ROOM = `#balcony%${SERVER}`;
const everything = { user: ROMEO, host: HOST, room: ROOM, max: 2_000 };

function texts(entries: readonly Archived[]): string[] {
  return entries.map(({ text }) => text);
}
/** What the gateway itself has heard. */
function heard(id: string, change: Partial<Entry> = {}): Entry {
  const sender = `${ROOM}@${HOST}/Juliet`;
  const said = { id, message: id, text: id, xml: `<body>${id}</body>` };
  return {
    user: ROMEO,
    host: HOST,
    local: ROOM,
    at: new Date(),
    kind: 'groupchat',
    sender,
    author: '',
    ...said,
    ...change,
  };
}
async function readAll(registry: Registry, max: number, fromEnd = false): Promise<string[]> {
  const all: string[] = [];
  let edge: string | undefined;
  for (;;) {
    const from = edge === undefined ? {} : { [fromEnd ? 'before' : 'after']: edge };
    const page = await registry.archive.page({ ...everything, max, fromEnd, ...from }, true);
    if (fromEnd) all.unshift(...texts(page.entries));
    else all.push(...texts(page.entries));
    edge = page.entries.at(fromEnd ? 0 : -1)?.id;
    if (page.complete || edge === undefined) return all;
  }
}

test('a message keeps its id, its time, its author and its words, and reads as ours do', async (t) => {
  const old = new Old(t);
  old.say('Ay me! <3', { uuid_: 'e3e70682-c209-4cac-a29f-6fbed82c07cd' });
  old.say('/me sighs', { date_: THEN + 1 });
  old.say('Mode #balcony [+o Juliet] by nurse', { date_: THEN + 2, nick_: '' });
  await old.import();
  await using registry = await old.registry();
  const { entries } = await registry.archive.page(everything);
  const [first, action, mode] = entries;
  assert.ok(first && action && mode);
  const id = 'e3e70682-c209-4cac-a29f-6fbed82c07cd';
  const room = `${ROOM}@${HOST}`;
  assert.deepEqual(
    [first.id, first.message, first.at.getTime(), first.received.getTime(), first.sender, first.author, first.text],
    [id, id, THEN * 1000, THEN * 1000, `${room}/Juliet`, `juliet%${SERVER}`, 'Ay me! <3'],
  );
  const stanza = parseTree(archiveResult(room, 'q', first).head + ROMEO + archiveResult(room, 'q', first).tail);
  const [forwarded] = stanza.children[0]?.children ?? [];
  const [delay, message] = forwarded?.children ?? [];
  assert.equal(delay?.attributes['stamp'], '2020-09-13T12:26:40.000Z');
  const [body, stanzaId, occupant] = message?.children ?? [];
  assert.equal(body?.text, 'Ay me! <3');
  assert.deepEqual([stanzaId?.name, stanzaId?.attributes], ['stanza-id', { id, by: room }]);
  assert.deepEqual([occupant?.name, occupant?.attributes['id']?.length], ['occupant-id', 22]);
  assert.deepEqual([action.text, action.xml.startsWith('<body>/me sighs</body>')], ['sighs', true]);
  assert.deepEqual([mode.sender, mode.author, mode.xml.includes('occupant-id')], [room, '', false]);
});

test('3,000 messages of one second are paged in the order of biboumi, forwards and backwards', async (t) => {
  const old = new Old(t);
  const lines = Array.from({ length: 3_000 }, (_, n) => `line ${n}`);
  old.database.exec('begin');
  for (const line of lines) old.say(line);
  old.database.exec('commit');
  await old.import();
  await using registry = await old.registry();
  assert.deepEqual(await readAll(registry, 70), lines);
  assert.deepEqual(await readAll(registry, 70, true), lines);
  assert.equal(
    (await registry.archive.page({ ...everything, max: 1, start: new Date(THEN * 1000) })).entries[0]?.text,
    lines[0],
  );
  const { entries } = await registry.archive.page({ ...everything, max: 1, end: new Date(THEN * 1000), fromEnd: true });
  assert.equal(entries[0]?.text, lines.at(-1));
});

test('the past stands before what the gateway has heard meanwhile, and what it hears then comes last', async (t) => {
  const old = new Old(t);
  old.say('first');
  old.say('second', { date_: THEN + 60 });
  {
    await using registry = await old.registry();
    await registry.archive.add(heard('third'));
    await registry.archive.add(heard('fourth'));
  }
  await old.import();
  await using registry = await old.registry();
  const { archive } = registry;
  // History on joining asks for what was there up to a moment.
  const upTo = archive.last;
  assert.equal(upTo, 2);
  await archive.add(heard('fifth'));
  assert.deepEqual(await readAll(registry, 2), ['first', 'second', 'third', 'fourth', 'fifth']);
  assert.deepEqual(await readAll(registry, 2, true), ['first', 'second', 'third', 'fourth', 'fifth']);
  const page = await archive.page({ ...everything, max: 3, fromEnd: true, upTo });
  assert.deepEqual(texts(page.entries), ['second', 'third', 'fourth']);
  assert.equal((await archive.newest(ROMEO, HOST, ROOM))?.text, 'fifth');
});

test('into an empty archive: what the gateway hears then comes after the past', async (t) => {
  const old = new Old(t);
  for (const line of ['first', 'second', 'third']) old.say(line);
  await old.import();
  await using registry = await old.registry();
  const { archive } = registry;
  assert.equal(archive.last, 0);
  assert.deepEqual(texts((await archive.page({ ...everything, upTo: archive.last })).entries), [
    'first',
    'second',
    'third',
  ]);
  await archive.add(heard('fourth'));
  assert.equal(archive.last, 1);
  assert.deepEqual(await readAll(registry, 2), ['first', 'second', 'third', 'fourth']);
});

test('a second run adds nothing; what biboumi has heard meanwhile is added alone', async (t) => {
  const old = new Old(t);
  for (const line of ['first', 'second']) old.say(line);
  old.say('without an id', { uuid_: null });
  assert.match((await old.import()).stderr, /- 3 messages were brought over\n/);
  assert.match((await old.import()).stderr, /- 0 messages were brought over; 3 were there already\n/);
  old.say('third', { date_: THEN + 1 });
  assert.match((await old.import()).stderr, /- 1 messages were brought over; 3 were there already\n/);
  await using registry = await old.registry();
  assert.deepEqual(await readAll(registry, 10), ['first', 'second', 'without an id', 'third']);
});

test('an import that was cut short goes on where it ended, in the right order', async (t) => {
  const old = new Old(t);
  const lines = Array.from({ length: 120 }, (_, n) => `line ${n}`);
  for (const line of lines.slice(0, 70)) old.say(line);
  await old.import();
  for (const line of lines.slice(70)) old.say(line);
  await old.import();
  await using registry = await old.registry();
  assert.deepEqual(await readAll(registry, 50), lines);
});

test('everybody has an own archive, and each channel its own', async (t) => {
  const old = new Old(t);
  old.say('to romeo');
  old.say('to juliet', { owner_: JULIET });
  old.say('elsewhere', { ircchanname_: '#orchard' });
  await old.import();
  await using registry = await old.registry();
  const { archive } = registry;
  assert.deepEqual(texts((await archive.page(everything)).entries), ['to romeo']);
  assert.deepEqual(texts((await archive.page({ ...everything, user: JULIET })).entries), ['to juliet']);
  const orchard = await archive.page({ ...everything, room: `#orchard%${SERVER}` });
  assert.deepEqual(texts(orchard.entries), ['elsewhere']);
});

test('what the gateway would remove at once is not brought over, and that is told', async (t) => {
  const old = new Old(t, { network: { archive: { days: 10 } } });
  old.say('long ago');
  old.say('just now', { date_: Math.floor(Date.now() / 1000) - 60 });
  const { stderr } = await old.import();
  assert.match(stderr, /1 × A message older than 10 days is left out, .*archive\.days/);
  await using registry = await old.registry();
  assert.deepEqual(await readAll(registry, 10), ['just now']);
});

test('hostile rows: none ends the import, none breaks a stanza, and each is told', async (t) => {
  const old = new Old(t);
  const empty = {
    uuid_: null,
    owner_: null,
    ircchanname_: null,
    ircservername_: null,
    date_: null,
    body_: null,
    nick_: null,
  };
  old.insert('muclogline_', empty, { ...empty, owner_: ROMEO });
  for (const owner of [
    '',
    'example.org',
    'a b@c',
    'romeo@example.org/x',
    `${'x'.repeat(2_000)}@example.org`,
    '\u0000@x',
  ]) {
    old.say('whose?', { owner_: owner });
  }
  for (const date of [-1, 0, 2n ** 62n, 'yesterday', 1e300, 9_999_999_999]) old.say('when?', { date_: date });
  for (const channel of ['', 'balcony', '#a\u0000b', '#a,b', `#${'x'.repeat(3_000)}`]) {
    old.say('where?', { ircchanname_: channel });
  }
  for (const server of ['', 'localhost', '127.0.0.1', 'irc.example.com/x', '%'])
    old.say('where?', { ircservername_: server });
  for (const body of ['', ' ', '\u0001\u0002', new Uint8Array([255, 254])]) {
    old.insert('muclogline_', {
      owner_: ROMEO,
      ircchanname_: '#balcony',
      ircservername_: SERVER,
      date_: THEN,
      body_: body,
    });
  }
  old.say('ab\u0008c\ufffed', { nick_: 'Ju\u0000liet' });
  old.say(']]>&<body/>', { nick_: `<x attr='"'>`, uuid_: `'/><evil xmlns='x` });
  old.say('x'.repeat(1_000_000), { nick_: 'y'.repeat(5_000), uuid_: 'z'.repeat(5_000) });
  old.say('same id', { uuid_: 'same' });
  old.say('same id again', { uuid_: 'same' });
  const { stderr } = await old.import();
  assert.doesNotMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u);
  for (const told of [
    /7 × What belongs to no JID/,
    /6 × A message with a date that can’t be true/,
    /4 × A message without text/,
  ]) {
    assert.match(stderr, told);
  }
  assert.match(stderr, /What belongs to localhost is left out/);
  await using registry = await old.registry();
  const { entries } = await registry.archive.page(everything);
  const bodies = entries.map((entry) => {
    const { head, tail } = archiveResult(`${ROOM}@${HOST}`, 'q', entry);
    return parseTree(head + ROMEO + tail).children[0]?.children[0]?.children[1]?.children[0]?.text ?? '';
  });
  assert.deepEqual(bodies.slice(0, 2), ['abcd', ']]>&<body/>']);
  assert.equal(bodies[2]?.length, 50_000 + '\n[… 1000 more characters are not shown here.]'.length);
  assert.deepEqual(bodies.slice(3), ['same id']);
});
