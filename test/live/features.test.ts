/** Features of messages that IRC lacks, on a real server: what slixmpp's own plugins send, and what its parser receives. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContactId, Content, Conversation, MessageId, RemoteEvent, RoomId } from '#src/network.ts';
import { member, truth } from '#test/fakes/network.ts';
import { childOf, type Element, textOf } from './element.ts';
import { unlessAbsent } from './installed.ts';
import { HOST, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';

const needs = unlessAbsent('prosody', 'slixmpp');
const ROOM = `#dev@${HOST}`;
const ANN = `ann@${HOST}`;
const ann = { contact: 'ann' as ContactId, nick: 'Ann' };
const inDev: Conversation = { room: '#dev' as RoomId };
const withAnn: Conversation = { with: ann.contact };

function says(place: Conversation, id: string, content: Content): RemoteEvent {
  return { type: 'message', in: place, from: ann, id: id as MessageId, at: new Date(), content };
}
async function joined(world: World): Promise<XmppClient> {
  const romeo = await world.xmpp();
  await romeo.joinRoom(ROOM, 'romeo');
  await world.network.session.emit(truth('#dev', [member('romeo', { self: true }), member('Ann')]));
  return romeo;
}
function hears(romeo: XmppClient, name: string, from: string): Promise<Element> {
  return romeo.receive((el) => el.name === 'message' && childOf(el, name) !== undefined && el.attrs['from'] === from);
}
const stanzaId = (message: Element) => childOf(message, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id'] ?? '';
const idOf = (message: Element) => message.attrs['id'] ?? '';

test('in a room: reply, reaction, edit and retraction of romeo reach the network by its own ids', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await joined(world);
  await world.network.session.emit(says(inDev, 'n1', { text: 'Ay me' }));
  const heard = await romeo.receive({ name: 'message', from: `${ROOM}/Ann`, body: 'Ay me' });
  const id = stanzaId(heard);

  romeo.send(
    `<message to="${ROOM}" type="groupchat" id="m1"><body>&gt; Ay me\nShe speaks</body>
     <reply xmlns="urn:xmpp:reply:0" id="${id}" to="${ROOM}/Ann"/>
     <fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0"><body start="0" end="8"/></fallback></message>`,
  );
  const said = await world.asked('message');
  assert.equal(said.content.text, 'She speaks');
  assert.equal(said.content.reply?.to, 'n1');
  const mine = await romeo.receive({ name: 'message', id: 'm1', from: `${ROOM}/romeo` });
  assert.equal(childOf(mine, 'reply')?.attrs['id'], id);

  romeo.send(
    `<message to="${ROOM}" type="groupchat" id="r1"><reactions xmlns="urn:xmpp:reactions:0" id="${id}"><reaction>👋</reaction></reactions></message>`,
  );
  assert.deepEqual((await world.asked('react')).reactions, ['👋']);
  await romeo.receive({ name: 'message', id: 'r1', from: `${ROOM}/romeo` });

  romeo.send(
    `<message to="${ROOM}" type="groupchat" id="m2"><body>O speak again</body><replace xmlns="urn:xmpp:message-correct:0" id="m1"/></message>`,
  );
  assert.equal((await world.asked('edit')).id, `net-${said.txn}`);
  await romeo.receive({ name: 'message', id: 'm2', body: 'O speak again' });

  romeo.send(
    `<message to="${ROOM}" type="groupchat" id="x1"><retract xmlns="urn:xmpp:message-retract:1" id="${stanzaId(mine)}"/></message>`,
  );
  assert.equal((await world.asked('retract')).id, `net-${said.txn}`);
  assert.equal(childOf(await romeo.receive({ name: 'message', id: 'x1' }), 'retract')?.attrs['id'], stanzaId(mine));
});

test('in a room: what ann answers, edits, feels and takes back is shown with stable ids', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await joined(world);
  const { session } = world.network;
  const at = new Date();
  await session.emit(says(inDev, 'n1', { text: 'teh' }));
  const first = await romeo.receive({ name: 'message', body: 'teh' });
  const reply = { to: 'n1' as MessageId };
  await session.emit(says(inDev, 'n2', { text: 'I meant the', reply }));
  const answer = await romeo.receive({ name: 'message', body: '> Ann: teh\nI meant the' });
  assert.equal(childOf(answer, 'reply')?.attrs['id'], stanzaId(first));
  await session.emit({ type: 'edit', in: inDev, from: ann, at, id: 'n1' as MessageId, content: { text: 'the' } });
  const edit = await romeo.receive({ name: 'message', body: 'the' });
  assert.equal(childOf(edit, 'replace')?.attrs['id'], idOf(first));
  await session.emit({ type: 'react', in: inDev, from: ann, at, id: 'n2' as MessageId, reactions: ['🐢'] });
  const reactions = childOf(await hears(romeo, 'reactions', `${ROOM}/Ann`), 'reactions');
  assert.equal(reactions?.attrs['id'], stanzaId(answer));
  assert.equal(reactions && textOf(reactions, 'reaction'), '🐢');
  await session.emit({ type: 'retract', in: inDev, from: ann, at, id: 'n1' as MessageId });
  assert.equal(childOf(await hears(romeo, 'retract', `${ROOM}/Ann`), 'retract')?.attrs['id'], stanzaId(first));
  const people = [first, answer, edit].map((message) => childOf(message, 'occupant-id')?.attrs['id']);
  assert.equal(new Set(people).size, 1);
  assert.ok(people[0]);
});

test('one-to-one: slixmpp reacts, takes back and marks as displayed; typing goes both ways', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await world.xmpp();
  romeo.send(`<message to="${ANN}" type="chat" id="c1"><body>Hi</body><request xmlns="urn:xmpp:receipts"/></message>`);
  const said = await world.asked('message');
  assert.equal(childOf(await hears(romeo, 'received', ANN), 'received')?.attrs['id'], 'c1');
  const { session } = world.network;
  await session.emit(says(withAnn, 'n1', { text: 'Ho' }));
  const ho = await romeo.receive({ name: 'message', from: ANN, body: 'Ho' });
  assert.ok(childOf(ho, 'markable', 'urn:xmpp:chat-markers:0'));

  await romeo.call('xep_0333', 'send_marker', { mto: ANN, id: idOf(ho), marker: 'displayed' });
  assert.equal((await world.asked('read')).id, 'n1');
  await romeo.call('xep_0444', 'send_reactions', { to: ANN, to_id: idOf(ho), reactions: ['👍'] });
  assert.deepEqual((await world.asked('react')).reactions, ['👍']);
  romeo.send(`<message to="${ANN}" type="chat"><composing xmlns="http://jabber.org/protocol/chatstates"/></message>`);
  assert.equal((await world.asked('typing')).on, true);
  await romeo.call('xep_0424', 'send_retraction', { mto: ANN, id: 'c1' });
  assert.equal((await world.asked('retract')).id, `net-${said.txn}`);

  romeo.send(`<message to="${ANN}" type="chat" id="c2"><body>Again</body></message>`);
  const again = await world.asked('message', 2);
  await session.emit({ type: 'typing', in: withAnn, from: ann, on: true });
  await hears(romeo, 'composing', `${ANN}/isthmus`);
  await romeo.settle(HOST);
  await session.emit({ type: 'read', in: withAnn, from: ann, id: `net-${again.txn}` as MessageId });
  assert.equal(childOf(await hears(romeo, 'displayed', ANN), 'displayed')?.attrs['id'], 'c2');
});

test('an encrypted message is refused in words', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await world.xmpp();
  romeo.send(
    `<message to="${ANN}" type="chat" id="e1"><body>I sent you an OMEMO message</body>
     <encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/><payload>abcd</payload></encrypted></message>`,
  );
  const error = await romeo.receive({ name: 'message', type: 'error', id: 'e1' });
  assert.match(textOf(childOf(error, 'error') as Element, 'text') ?? '', /Switch OMEMO off in this chat/);
});
