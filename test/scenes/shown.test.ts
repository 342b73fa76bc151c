/** Scenes of what is kept: in the archive before it is acknowledged, found again after a restart, or only in passing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';
import {
  ANN_AT,
  about,
  BARE,
  inRoom,
  lastAction,
  ROOM,
  romeoSays,
  says,
  stanzaId,
  tells,
  toAnn,
  WITH_ANN,
} from './talk.ts';

const RECEIPT = `<request xmlns='urn:xmpp:receipts'/>`;
const everything = async (stage: Stage) =>
  (await stage.registry.archive.page({ user: BARE, host: HOST, room: '#dev', max: 50 })).entries;
const idsOf = async (stage: Stage, id: string) => (await stage.registry.archive.find(BARE, HOST, '#dev', id))?.ids;

test('what is said in a room is archived as it is shown, whoever said it', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'hello <you>' }));
  const hello = await stage.receives(ROMEO, `<message><body>hello &lt;you&gt;</body></message>`);
  const mine = await romeoSays(stage, 'm1', 'Soft!');
  const [first, second] = await everything(stage);
  assert.equal(first?.id, stanzaId(hello));
  assert.equal(first?.message, hello.attributes['id']);
  assert.equal(first?.sender, `${ROOM}/Ann`);
  assert.equal(first?.author, 'ann');
  assert.deepEqual(await idsOf(stage, stanzaId(hello)), ['n1']);
  assert.match(first?.xml ?? '', /^<body>hello &lt;you&gt;<\/body>/);
  assert.equal(second?.id, stanzaId(mine));
  assert.equal(second?.message, 'm1');
  assert.equal(second?.sender, `${ROOM}/romeo`);
  assert.equal(second?.author, '');
  assert.deepEqual(await idsOf(stage, stanzaId(mine)), [`net-${lastAction(stage, 'message').txn}`]);
});

test('one-to-one both sides are archived, with the addresses they have', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, toAnn('c1', `<body>Hi</body>${RECEIPT}`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  await stage.network.session.emit(tells('n1', { text: 'Ho' }));
  await stage.receives(BARE, `<message><body>Ho</body></message>`);
  const { entries } = await stage.registry.archive.page({ user: BARE, host: HOST, contact: 'ann', max: 10 });
  assert.deepEqual(
    entries.map(({ kind, sender, author, text }) => ({ kind, sender, author, text })),
    [
      { kind: 'chat', sender: BARE, author: '', text: 'Hi' },
      { kind: 'chat', sender: ANN_AT, author: 'ann', text: 'Ho' },
    ],
  );
});

test('old messages that the network tells again after a restart are shown once', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const at = new Date(Date.now() - 3_600_000);
  const old = { user: BARE, host: HOST, local: '#dev', id: 's1', message: 's1', at, kind: 'groupchat' } as const;
  const entry = { ...old, sender: `${ROOM}/Ann`, author: 'ann' as never, text: 'old', xml: '<body>old</body>' };
  await stage.registry.archive.add(entry, ['n1' as MessageId]);
  await stage.network.session.emit(says('n1', { text: 'old' }, { at }));
  await stage.network.session.emit(says('n2', { text: 'older' }, { at }));
  await stage.receives(
    ROMEO,
    `<message><body>older</body><delay xmlns='urn:xmpp:delay' stamp='${at.toISOString()}'/></message>`,
  );
  await stage.receivesNoMore(ROMEO);
});

test('who wants no history has none, and edits and reactions work all the same', async () => {
  await using stage = await Stage.open();
  await stage.registry.preferences.put({ user: BARE, host: HOST, local: '#dev', name: 'history', value: 'false' });
  await inRoom(stage, ROMEO);
  const mine = await romeoSays(stage, 'm1', 'teh');
  await stage.network.session.emit(says('n1', { text: 'hello' }));
  await stage.receives(ROMEO, `<message><body>hello</body></message>`);
  await stage.network.session.emit(about({ type: 'retract', id: 'n1' as MessageId }));
  await stage.receives(ROMEO, `<message><retract xmlns='urn:xmpp:message-retract:1' id='*'/></message>`);
  const named = `net-${lastAction(stage, 'message').txn}` as MessageId;
  await stage.network.session.emit(about({ type: 'react', id: named, reactions: ['👍'] }));
  await stage.receives(ROMEO, `<message><reactions xmlns='urn:xmpp:reactions:0' id='${stanzaId(mine)}'/></message>`);
  assert.deepEqual(await everything(stage), []);
});

test('what romeo says to ann from elsewhere is archived, though only a server that trusts us could show it', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, toAnn('c1', `<body>Hi</body>${RECEIPT}`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  await stage.network.session.emit(tells('n1', { text: 'from my phone' }, { from: { self: true } }));
  await stage.receivesNoMore(BARE);
  const found = await stage.registry.archive.known(BARE, HOST, 'ann', 'n1' as MessageId);
  assert.equal(found?.sender, BARE);
  assert.equal(found?.text, 'from my phone');
});

test('files of ann are messages of their own before the text, kept in order and taken back together', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  const files = ['a', 'b'].map((name) => ({ at: { url: `https://example.net/${name}.png` }, name: `${name}.png` }));
  const first = session.emit(says('n1', { text: 'look', files }));
  const second = session.emit(says('n2', { text: 'after' }));
  await Promise.all([first, second]);
  const shown = [];
  for (const body of ['https://example.net/a.png', 'https://example.net/b.png', 'look', 'after']) {
    shown.push(stanzaId(await stage.receives(ROMEO, `<message from='${ROOM}/Ann'><body>${body}</body></message>`)));
  }
  const reaction = `<reactions xmlns='urn:xmpp:reactions:0' id='${shown[0]}'><reaction>👍</reaction></reactions>`;
  stage.sends(ROMEO, `<message type='groupchat' to='${ROOM}' id='r1'>${reaction}</message>`);
  await stage.receives(ROMEO, `<message id='r1'>${reaction}</message>`);
  assert.equal(lastAction(stage, 'react').id, 'n1');
  await session.emit(about({ type: 'retract', id: 'n1' as MessageId }));
  for (const id of [shown[2], shown[1], shown[0]]) {
    await stage.receives(ROMEO, `<message><retract xmlns='urn:xmpp:message-retract:1' id='${id}'/></message>`);
  }
  await session.emit(tells('n3', { text: '', files: files.slice(0, 1) }, { in: WITH_ANN }));
  await stage.receives(
    BARE,
    `<message><body>https://example.net/a.png</body><x xmlns='jabber:x:oob'><url>https://example.net/a.png</url></x></message>`,
  );
});

test('a file of romeo goes as one where the network takes files, else by its address, which is not said twice', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const url = 'https://upload.example.net/cat.png';
  const oob = `<body>${url}</body><x xmlns='jabber:x:oob'><url>${url}</url></x>`;
  stage.sends(ROMEO, `<message type='groupchat' to='${ROOM}' id='m1'>${oob}</message>`);
  await stage.receives(ROMEO, `<message id='m1'>${oob}</message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: '', files: [{ at: { url } }] });
  stage.network.does = stage.network.does.filter((feature) => feature !== 'files');
  stage.sends(ROMEO, `<message type='groupchat' to='${ROOM}' id='m2'>${oob}</message>`);
  await stage.receives(ROMEO, `<message id='m2'>${oob}</message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: url });
});

test('where the server lets us, what romeo says and reads elsewhere is shown as his own', async () => {
  await using stage = await Stage.open();
  const grant = `<privilege xmlns='urn:xmpp:privilege:2'><perm access='message' type='outgoing'/></privilege>`;
  stage.server.inject(`<message from='example.net' to='${HOST}'>${grant}</message>`);
  stage.sends(ROMEO, toAnn('c1', `<body>Hi</body>${RECEIPT}`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  await stage.skips('example.net');
  const { session } = stage.network;
  await session.emit(tells('n1', { text: 'from my phone' }, { from: { self: true } }));
  const forwarded = (inside: string) =>
    `<message><privilege xmlns='urn:xmpp:privilege:2'><forwarded xmlns='urn:xmpp:forward:0'>
      <message xmlns='jabber:client' from='${BARE}' to='${ANN_AT}'>${inside}</message></forwarded></privilege></message>`;
  await stage.receives('example.net', forwarded(`<body>from my phone</body>`));
  await session.emit(tells('n2', { text: 'Ho' }));
  const ho = await stage.receives(BARE, `<message><body>Ho</body></message>`);
  const from = { self: true } as const;
  await session.emit(about({ type: 'read', id: 'n2' as MessageId }, { in: WITH_ANN, from }));
  await stage.receives(
    'example.net',
    forwarded(`<displayed xmlns='urn:xmpp:chat-markers:0' id='${ho.attributes['id']}'/>`),
  );
});
