/** Scenes of edits (XEP-0308) and retractions (XEP-0424, XEP-0425), both ways. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lending } from '#src/lending.ts';
import { type MessageId, Refusal, type RoomId } from '#src/network.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';
import {
  type ANN,
  ANN_AT,
  about,
  BARE,
  IN_DEV,
  inRoom,
  lastAction,
  ROOM,
  romeoSays,
  says,
  stanzaId,
  tells,
  toAnn,
  toRoom,
  WITH_ANN,
} from './talk.ts';

const PHONE = 'romeo@example.net/phone';
const REPLACE = (id: string) => `<replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`;
const RETRACT = (id: string) => `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/>`;

test('romeo corrects what he said: the network edits it, and his clients see the correction', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO, PHONE);
  await romeoSays(stage, 'm1', 'teh');
  const { txn } = lastAction(stage, 'message');
  stage.sends(ROMEO, toRoom('m2', `<body>the</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m2' from='${ROOM}/romeo'><body>the</body>${REPLACE('m1')}</message>`);
  const edit = lastAction(stage, 'edit');
  assert.equal(edit.id, `net-${txn}`);
  assert.deepEqual(edit.content, { text: 'the' });
  // XEP-0308 §5: a further edit names the original.
  stage.sends(ROMEO, toRoom('m3', `<body>then</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m3'><body>then</body>${REPLACE('m1')}</message>`);
  assert.equal(lastAction(stage, 'edit').id, `net-${txn}`);
  // A client that names the last one means the original all the same.
  stage.sends(ROMEO, toRoom('m4', `<body>them</body>${REPLACE('m3')}`));
  await stage.receives(ROMEO, `<message id='m4'><body>them</body>${REPLACE('m1')}</message>`);
  assert.equal(lastAction(stage, 'edit').id, `net-${txn}`);
  await stage.receives(PHONE, `<message id='m1'/>`);
  await stage.receives(PHONE, `<message id='m2'/>`);
});

test('an edit of what others said, or of what nobody said, is refused', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'hello' }));
  const hello = await stage.receives(ROMEO, `<message><body>hello</body></message>`);
  stage.sends(ROMEO, toRoom('m2', `<body>mine</body>${REPLACE(hello.attributes['id'] ?? '')}`));
  await stage.receives(ROMEO, `<message type='error' id='m2'><error type='auth'/></message>`);
  stage.sends(ROMEO, toRoom('m3', `<body>mine</body>${REPLACE('nothing')}`));
  await stage.receives(ROMEO, `<message type='error' id='m3'><error type='cancel'/></message>`);
});

test('a network without edits gets a new message, and romeo sees what it got', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'edit');
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', 'teh');
  stage.sends(ROMEO, toRoom('m2', `<body>the</body>${REPLACE('m1')}`));
  const shown = await stage.receives(ROMEO, `<message id='m2'><body>* the</body></message>`);
  assert.equal(
    shown.children.some(({ name }) => name === 'replace'),
    false,
  );
  assert.equal(lastAction(stage, 'message').content.text, '* the');
});

test('romeo may have only what he changed go out; the next edit is told by what the last one said', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'edit');
  await stage.registry.preferences.put({ user: BARE, host: HOST, local: '', name: 'edits', value: 'changed' });
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', 'wherefore art you Romeo');
  stage.sends(ROMEO, toRoom('m2', `<body>wherefore art thou Romeo</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m2'><body>s/you/thou/</body></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: 's/you/thou/' });
  stage.sends(ROMEO, toRoom('m3', `<body>wherefore art thou, Romeo</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m3'><body>s/thou/thou,/</body></message>`);
  stage.sends(ROMEO, toRoom('m4', `<body>never mind</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m4'><body>* never mind</body></message>`);
});

test('what romeo changed is told of the text as the network has it, without the marks that formatted it', async () => {
  await using stage = await Stage.open();
  stage.network.does = [...stage.network.does.filter((feature) => feature !== 'edit'), 'markup'];
  await stage.registry.preferences.put({ user: BARE, host: HOST, local: '', name: 'edits', value: 'changed' });
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', '*wherefor* art thou Romeo');
  stage.sends(ROMEO, toRoom('m2', `<body>*wherefore* art thou Romeo</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m2'></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: 's/wherefor/wherefore/' });
});

test('the network is asked for what came after an edit by a name of its own', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'edit');
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', 'teh');
  stage.sends(ROMEO, toRoom('m2', `<body>the</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m2'/>`);
  const { latest } = lending({ host: HOST, registry: stage.registry })(BARE, stage.network.session.account.id);
  const newest = await latest(IN_DEV);
  assert.equal(newest?.id, `net-${lastAction(stage, 'message').txn}`);
});

test('ann edits: in the room and one-to-one; what is not known is a message of its own', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  await session.emit(says('n1', { text: 'teh' }));
  const first = await stage.receives(ROMEO, `<message><body>teh</body></message>`);
  await session.emit(about({ type: 'edit', id: 'n1' as MessageId, edit: 'n2' as MessageId, content: { text: 'the' } }));
  const replaced = REPLACE(first.attributes['id'] ?? '');
  await stage.receives(ROMEO, `<message from='${ROOM}/Ann'><body>the</body>${replaced}</message>`);
  await session.emit(about({ type: 'edit', id: 'n1' as MessageId, edit: 'n2' as MessageId, content: { text: 'the' } }));
  await session.emit(about({ type: 'edit', id: 'lost' as MessageId, content: { text: 'late' } }));
  await stage.receives(ROMEO, `<message from='${ROOM}/Ann'><body>* late</body></message>`);
  await session.emit(tells('n5', { text: 'teh' }));
  const told = await stage.receives(BARE, `<message from='${ANN_AT}'><body>teh</body></message>`);
  await session.emit(about({ type: 'edit', id: 'n5' as MessageId, content: { text: 'the' } }, { in: WITH_ANN }));
  await stage.receives(
    BARE,
    `<message from='${ANN_AT}'><body>the</body>${REPLACE(told.attributes['id'] ?? '')}</message>`,
  );
});

test('romeo takes back a message by the id of the room; the archive keeps a tombstone', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const said = await romeoSays(stage, 'm1', 'secret');
  const { txn } = lastAction(stage, 'message');
  const id = stanzaId(said);
  stage.sends(ROMEO, toRoom('m2', `${RETRACT(id)}<body>/me retracted a message</body>`));
  await stage.receives(ROMEO, `<message id='m2' from='${ROOM}/romeo'>${RETRACT(id)}</message>`);
  assert.equal(lastAction(stage, 'retract').id, `net-${txn}`);
  await stage.settled();
  const stored = await stage.registry.archive.find(BARE, HOST, '#dev', id);
  assert.match(stored?.xml ?? '', /^<retracted xmlns='urn:xmpp:message-retract:1' id='m2' stamp='[^']+'\/>/);
  assert.doesNotMatch(stored?.xml ?? '', /secret/);
  assert.equal(stored?.text, '');
  // The network's own word for it is no news.
  await stage.network.session.emit(about({ type: 'retract', id: `net-${txn}` as MessageId }, { from: { self: true } }));
  await stage.receivesNoMore(ROMEO);
});

test('what the network will not take back stays, and may be tried again', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const id = stanzaId(await romeoSays(stage, 'm1', 'secret'));
  stage.network.refuse = { retract: new Refusal('forbidden', 'Too late.') };
  stage.sends(ROMEO, toRoom('m2', RETRACT(id)));
  await stage.receives(ROMEO, `<message type='error' id='m2'><error type='auth'/></message>`);
  stage.network.refuse = {};
  stage.sends(ROMEO, toRoom('m3', RETRACT(id)));
  await stage.receives(ROMEO, `<message id='m3'>${RETRACT(id)}</message>`);
});

test('where nothing can be taken back romeo is told so', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'retract');
  stage.sends(ROMEO, toAnn('c1', `<body>oops</body><request xmlns='urn:xmpp:receipts'/>`));
  await stage.receives(ROMEO, `<message from='${ANN_AT}'><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  stage.sends(ROMEO, toAnn('c2', RETRACT('c1')));
  await stage.receives(
    ROMEO,
    `<message type='error' id='c2' from='${ANN_AT}'><error type='cancel'>
      <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Messages can not be taken back on this network: what was sent stays.</text>
     </error></message>`,
  );
});

test('ann takes back a message, and a moderator takes out another', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  await session.emit(says('n1', { text: 'one' }));
  await session.emit(says('n2', { text: 'two' }));
  const one = stanzaId(await stage.receives(ROMEO, `<message><body>one</body></message>`));
  const two = stanzaId(await stage.receives(ROMEO, `<message><body>two</body></message>`));
  await session.emit(about({ type: 'retract', id: 'n1' as MessageId }));
  const occupant = `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='*'/>`;
  await stage.receives(ROMEO, `<message type='groupchat' from='${ROOM}/Ann'>${RETRACT(one)}${occupant}</message>`);
  const bob = { contact: 'bob' as typeof ANN, nick: 'Bob' };
  await session.emit(about({ type: 'retract', id: 'n2' as MessageId, reason: 'spam' }, { from: bob }));
  await stage.receives(
    ROMEO,
    `<message type='groupchat' from='${ROOM}'><retract xmlns='urn:xmpp:message-retract:1' id='${two}'>
      <moderated xmlns='urn:xmpp:message-moderate:1' by='${ROOM}/Bob'>${occupant}</moderated><reason>spam</reason></retract></message>`,
  );
  await session.emit(about({ type: 'retract', id: 'unknown' as MessageId }));
  await stage.receivesNoMore(ROMEO);
});

test('romeo moderates: a message of ann is taken out of the room, in both forms of the request', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  for (const [n, form] of [
    [
      'n1',
      (id: string) =>
        `<moderate xmlns='urn:xmpp:message-moderate:1' id='${id}'><retract xmlns='urn:xmpp:message-retract:1'/><reason>spam</reason></moderate>`,
    ],
    [
      'n2',
      (id: string) =>
        `<apply-to xmlns='urn:xmpp:fasten:0' id='${id}'><moderate xmlns='urn:xmpp:message-moderate:0'><retract xmlns='urn:xmpp:message-retract:0'/><reason>spam</reason></moderate></apply-to>`,
    ],
  ] as const) {
    await session.emit(says(n, { text: 'buy' }));
    const id = stanzaId(await stage.receives(ROMEO, `<message><body>buy</body></message>`));
    stage.sends(ROMEO, `<iq type='set' to='${ROOM}' id='i-${n}'>${form(id)}</iq>`);
    await stage.receives(
      ROMEO,
      `<message from='${ROOM}'><retract xmlns='urn:xmpp:message-retract:1' id='${id}'>
        <moderated xmlns='urn:xmpp:message-moderate:1' by='${ROOM}/romeo'/><reason>spam</reason></retract></message>`,
    );
    await stage.receives(ROMEO, `<iq type='result' id='i-${n}'/>`);
    assert.deepEqual(lastAction(stage, 'erase'), { type: 'erase', room: '#dev', id: n, reason: 'spam' });
  }
  stage.sends(
    ROMEO,
    `<iq type='set' to='${ROOM}' id='i3'><moderate xmlns='urn:xmpp:message-moderate:1' id='none'><retract xmlns='urn:xmpp:message-retract:1'/></moderate></iq>`,
  );
  await stage.receives(ROMEO, `<iq type='error' id='i3'/>`);
});

test('with a message its edits go from the archive', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  const id = 'n1' as MessageId;
  await session.emit(says('n1', { text: 'secret one' }));
  await session.emit(about({ type: 'edit', id, edit: 'e1' as MessageId, content: { text: 'secret two' } }));
  await session.emit(about({ type: 'edit', id, content: { text: 'secret three' } }));
  await session.emit(about({ type: 'retract', id }));
  await stage.skips(ROMEO);
  const mine = stanzaId(await romeoSays(stage, 'm1', 'secret four'));
  stage.sends(ROMEO, toRoom('m2', `<body>secret five</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m2'/>`);
  stage.sends(ROMEO, toRoom('m3', RETRACT(mine)));
  await stage.receives(ROMEO, `<message id='m3'/>`);
  await stage.settled();
  const { entries } = await stage.registry.archive.page({ user: BARE, host: HOST, room: '#dev', max: 50 });
  assert.equal(entries.length, 7);
  assert.doesNotMatch(entries.map(({ xml, text }) => xml + text).join(), /secret/);
});

test('an edit of what the network had cut takes the rest back: once, and only when it was taken', async () => {
  await using stage = await Stage.open();
  stage.network.cuts = 3;
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', 'a long speech');
  const name = `net-${lastAction(stage, 'message').txn}`;
  const takenBack = () => stage.network.session.actions.flatMap((one) => (one.type === 'retract' ? [one.id] : []));
  const edit = (id: string) => stage.sends(ROMEO, toRoom(id, `<body>short</body>${REPLACE('m1')}`));
  stage.network.refuse = { edit: new Refusal('forbidden', 'Too late.') };
  edit('m2');
  await stage.receives(ROMEO, `<message type='error' id='m2'/>`);
  assert.deepEqual(takenBack(), []);
  stage.network.refuse = {};
  // Two at once, and one later.
  for (const id of ['m3', 'm4']) edit(id);
  for (const id of ['m3', 'm4']) await stage.receives(ROMEO, `<message type='groupchat' id='${id}'/>`);
  edit('m5');
  await stage.receives(ROMEO, `<message type='groupchat' id='m5'/>`);
  await stage.settled();
  assert.equal(lastAction(stage, 'edit').id, name);
  assert.deepEqual(takenBack(), [`${name}-1`, `${name}-2`]);
  // What the network tells of that is no news, and nothing of the message as it is now.
  const self = { from: { self: true as const } };
  await stage.network.session.emit(about({ type: 'retract', id: `${name}-1` as MessageId }, self));
  await stage.receivesNoMore(ROMEO);
  stage.sends(ROMEO, toRoom('m6', RETRACT('m1')));
  await stage.receives(ROMEO, `<message type='groupchat' id='m6'/>`);
  assert.deepEqual(takenBack().slice(2), [name]);
  // They are buried one after the other; it ends, or the test does not.
  const inArchive = () => stage.registry.archive.page({ user: BARE, host: HOST, room: '#dev', max: 50 });
  let left: string;
  do left = JSON.stringify(await inArchive());
  while (/short|speech/.test(left));
});

test('what the network had cut in several goes as a whole', async () => {
  await using stage = await Stage.open();
  stage.network.cuts = 3;
  stage.network.does = stage.network.does.filter((feature) => feature !== 'edit');
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', 'a long speech');
  stage.sends(ROMEO, toRoom('m2', RETRACT('m1')));
  await stage.receives(ROMEO, `<message type='groupchat' id='m2'/>`);
  assert.equal(stage.network.session.actions.filter(({ type }) => type === 'retract').length, 3);
});

test('where the network has no edits what went out for them is taken back as well', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'edit');
  await inRoom(stage, ROMEO);
  await romeoSays(stage, 'm1', 'sercet');
  stage.sends(ROMEO, toRoom('m2', `<body>secret</body>${REPLACE('m1')}`));
  await stage.receives(ROMEO, `<message id='m2'/>`);
  stage.sends(ROMEO, toRoom('m3', RETRACT('m1')));
  await stage.receives(ROMEO, `<message id='m3'/>`);
  const { actions } = stage.network.session;
  assert.deepEqual(
    actions.flatMap((one) => (one.type === 'retract' ? [one.id] : [])),
    actions.flatMap((one) => (one.type === 'message' ? [`net-${one.txn}`] : [])),
  );
});

test('who has left the room still takes back what they said, under the nick they had', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  await session.emit(says('n1', { text: 'one' }));
  const one = await stage.receives(ROMEO, `<message><body>one</body></message>`);
  await session.emit({ type: 'member', room: '#dev' as RoomId, change: 'out', nick: 'Ann' });
  await stage.skips(ROMEO);
  const gone = { from: { contact: 'ann' as typeof ANN } };
  const occupant = `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='*'/>`;
  await session.emit(about({ type: 'edit', id: 'n1' as MessageId, content: { text: 'two' } }, gone));
  const replaced = REPLACE(one.attributes['id'] ?? '');
  await stage.receives(ROMEO, `<message from='${ROOM}/Ann'><body>two</body>${replaced}${occupant}</message>`);
  await session.emit(about({ type: 'retract', id: 'n1' as MessageId }, gone));
  await stage.receives(ROMEO, `<message from='${ROOM}/Ann'>${RETRACT(stanzaId(one))}${occupant}</message>`);
  // Nor is it the room that says what nobody's nick is known for.
  await session.emit(says('n2', { text: 'late' }, gone));
  await stage.receives(ROMEO, `<message from='${ROOM}/ann'><body>late</body>${occupant}</message>`);
});

test('what is on its way can be corrected and taken back, and holds up nothing else', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const gate = Promise.withResolvers<void>();
  stage.network.session.gate = gate.promise;
  stage.sends(ROMEO, toRoom('m1', `<body>teh</body>`));
  stage.sends(ROMEO, toRoom('m2', `<body>the</body>${REPLACE('m1')}`));
  stage.sends(ROMEO, toAnn('c1', `<body>oops</body>`));
  stage.sends(ROMEO, toAnn('c2', RETRACT('c1')));
  await stage.asked('message', 2);
  assert.deepEqual(
    stage.network.session.actions.filter(({ type }) => type === 'edit' || type === 'retract'),
    [],
  );
  gate.resolve();
  await stage.receives(ROMEO, `<message type='groupchat' id='m1'/>`);
  await stage.receives(ROMEO, `<message type='groupchat' id='m2'>${REPLACE('m1')}</message>`);
  await stage.asked('retract');
  await stage.receivesNoMore(ROMEO);
});
