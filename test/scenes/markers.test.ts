/** Scenes of who is typing (XEP-0085) and who has read what (XEP-0333), both ways. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';
import {
  ANN,
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
  toRoom,
  WITH_ANN,
} from './talk.ts';

const state = (name: string) => `<${name} xmlns='http://jabber.org/protocol/chatstates'/>`;
const displayed = (id: string) => `<displayed xmlns='urn:xmpp:chat-markers:0' id='${id}'/>`;
const RECEIPT = `<request xmlns='urn:xmpp:receipts'/>`;

/** Romeo has said something to Ann; the network's id of it. */
async function greeted(stage: Stage): Promise<MessageId> {
  stage.sends(ROMEO, toAnn('c1', `<body>Hi</body>${RECEIPT}`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  return `net-${lastAction(stage, 'message').txn}` as MessageId;
}
const typings = (stage: Stage) =>
  stage.network.session.actions.flatMap((action) => (action.type === 'typing' ? [action.on] : []));

test('that romeo types is told once, and its end once, whether by word or by what he sends', async () => {
  await using stage = await Stage.open();
  await greeted(stage);
  for (const name of ['active', 'composing', 'composing', 'paused', 'inactive', 'composing', 'gone', 'composing']) {
    stage.sends(ROMEO, toAnn('t', state(name)));
  }
  stage.sends(ROMEO, toAnn('c2', `<body>Ho</body>${state('active')}${RECEIPT}`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c2'/></message>`);
  assert.deepEqual(typings(stage), [true, false, true, false, true, false]);
});

test('that romeo types is told neither where the network does not, nor against his wish, nor to open an account', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, toAnn('t0', state('composing')));
  await stage.settled();
  assert.equal(stage.network.sessions.length, 0);
  await greeted(stage);
  stage.network.does = stage.network.does.filter((feature) => feature !== 'typing' && feature !== 'read');
  stage.sends(ROMEO, toAnn('t1', state('composing')));
  stage.sends(ROMEO, toAnn('t2', displayed('c1')));
  await stage.settled();
  assert.deepEqual(typings(stage), []);
  await stage.receivesNoMore(ROMEO);
});

test('ann types, one-to-one and in the room; nobody keeps it', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  const noStore = `<no-store xmlns='urn:xmpp:hints'/>`;
  await session.emit(about({ type: 'typing', on: true }));
  await stage.receives(ROMEO, `<message type='groupchat' from='${ROOM}/Ann'>${state('composing')}${noStore}</message>`);
  await session.emit(about({ type: 'typing', on: false }, { in: WITH_ANN }));
  await stage.receives(BARE, `<message type='chat' from='${ANN_AT}/isthmus'>${state('active')}${noStore}</message>`);
  await session.emit(about({ type: 'typing', on: true }, { from: { self: true } }));
  await stage.receivesNoMore(ROMEO);
  for (const room of [{}, { room: '#dev' }]) {
    const { entries } = await stage.registry.archive.page({ user: BARE, host: HOST, ...room, max: 10 });
    assert.deepEqual(entries, []);
  }
});

test('what romeo has displayed is told by the ids of room and chat', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'one' }));
  const id = stanzaId(await stage.receives(ROMEO, `<message/>`));
  stage.sends(ROMEO, toRoom('d1', displayed(id)));
  await stage.asked('read');
  assert.deepEqual(lastAction(stage, 'read'), { type: 'read', to: { room: '#dev' }, id: 'n1' });
  await stage.network.session.emit(tells('n2', { text: 'two' }));
  const two = await stage.receives(BARE, `<message><markable xmlns='urn:xmpp:chat-markers:0'/></message>`);
  stage.sends(ROMEO, toAnn('d2', displayed(two.attributes['id'] ?? '')));
  await stage.asked('read', 2);
  assert.deepEqual(lastAction(stage, 'read'), { type: 'read', to: { with: ANN }, id: 'n2' });
  stage.sends(ROMEO, toAnn('d3', displayed('lost')));
  await stage.receivesNoMore(ROMEO);
});

test('ann has read what romeo said', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const id = await greeted(stage);
  await stage.network.session.emit(about({ type: 'read', id }, { in: WITH_ANN }));
  await stage.receives(
    BARE,
    `<message type='chat' from='${ANN_AT}'>${displayed('c1')}<store xmlns='urn:xmpp:hints'/></message>`,
  );
  const said = stanzaId(await romeoSays(stage, 'm1', 'Soft!'));
  const named = `net-${lastAction(stage, 'message').txn}` as MessageId;
  await stage.network.session.emit(about({ type: 'read', id: named }));
  await stage.receives(ROMEO, `<message type='groupchat' from='${ROOM}/Ann'>${displayed(said)}</message>`);
  await stage.network.session.emit(about({ type: 'read', id: 'lost' as MessageId }, { in: WITH_ANN }));
  await stage.receivesNoMore(BARE);
});

test('what romeo wants nobody to know is not told', async () => {
  await using stage = await Stage.open();
  const { preferences } = stage.registry;
  for (const name of ['typing', 'read'])
    await preferences.put({ user: BARE, host: HOST, local: '', name, value: 'false' });
  await greeted(stage);
  await stage.network.session.emit(tells('n1', { text: 'two' }));
  const two = await stage.receives(BARE, `<message><body>two</body></message>`);
  stage.sends(ROMEO, toAnn('t1', state('composing')));
  stage.sends(ROMEO, toAnn('d1', displayed(two.attributes['id'] ?? '')));
  stage.sends(ROMEO, toAnn('c2', `<body>Ho</body>${RECEIPT}`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c2'/></message>`);
  assert.deepEqual(typings(stage), []);
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'read'),
    false,
  );
});

test('of a room that romeo has left he is shown nothing more', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  await session.emit(says('n1', { text: 'one' }));
  await stage.receives(ROMEO, `<message><body>one</body></message>`);
  stage.sends(ROMEO, `<presence type='unavailable' to='${ROOM}/romeo'/>`);
  await stage.receives(ROMEO, `<presence type='unavailable'/>`);
  const id = 'n1' as MessageId;
  await session.emit(says('n2', { text: 'two' }));
  await session.emit(about({ type: 'edit', id, content: { text: 'more' } }));
  await session.emit(about({ type: 'react', id, reactions: ['👍'] }));
  await session.emit(about({ type: 'typing', on: true }));
  await session.emit(about({ type: 'read', id }));
  await session.emit(about({ type: 'retract', id }));
  await stage.receivesNoMore(ROMEO);
  await stage.receivesNoMore(BARE);
});

test('in private through a room all of it stays there', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  stage.sends(ROMEO, `<message type='chat' to='${ROOM}/Ann' id='p1'><body>psst</body>${RECEIPT}</message>`);
  await stage.receives(ROMEO, `<message from='${ROOM}/Ann'><received xmlns='urn:xmpp:receipts' id='p1'/></message>`);
  const named = `net-${lastAction(stage, 'message').txn}` as MessageId;
  const from = `type='chat' from='${ROOM}/Ann'`;
  await session.emit(tells('n1', { text: 'what', reply: { to: named } }));
  const what = await stage.receives(
    ROMEO,
    `<message ${from}><body>&gt; psst\nwhat</body><no-copy xmlns='urn:xmpp:hints'/></message>`,
  );
  await session.emit(about({ type: 'react', id: named, reactions: ['👍'] }, { in: WITH_ANN }));
  await stage.receives(ROMEO, `<message ${from}><reactions xmlns='urn:xmpp:reactions:0' id='p1'/></message>`);
  await session.emit(about({ type: 'edit', id: 'n1' as MessageId, content: { text: 'what?' } }, { in: WITH_ANN }));
  const replace = `<replace xmlns='urn:xmpp:message-correct:0' id='${what.attributes['id']}'/>`;
  await stage.receives(ROMEO, `<message ${from}><body>what?</body>${replace}</message>`);
  await stage.receivesNoMore(BARE);
});
