/** Scenes of messages: in rooms, one-to-one, private through a room, and what happens when they can't be sent. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContactId, Refusal, type RoomId } from '#src/network.ts';
import { said, told } from '#test/fakes/network.ts';
import { groupchat, HOST, ROMEO, Stage } from '#test/stage.ts';
import { BARE, DEV, inRoom } from './talk.ts';

const PHONE = 'romeo@example.net/phone';

test('what romeo says is reflected to each of his clients with its id, once the network took it', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO, PHONE);
  const gate = Promise.withResolvers<void>();
  stage.network.session.gate = gate.promise;
  const originId = `<origin-id xmlns='urn:xmpp:sid:0' id='o1'/>`;
  stage.sends(ROMEO, groupchat(DEV, 'grüße &amp; küsse 👋').replace('</message>', `${originId}</message>`));
  await stage.asked('message');
  await stage.receivesNoMore(ROMEO);
  gate.resolve();
  for (const client of [ROMEO, PHONE]) {
    await stage.receives(
      client,
      `<message type='groupchat' id='m1' from='${DEV}@${HOST}/romeo'><body>grüße &amp; küsse 👋</body>
        <stanza-id xmlns='urn:xmpp:sid:0' by='${DEV}@${HOST}' id='*'/>${originId}</message>`,
    );
  }
});

test('what ann says reaches each client, an action as /me and formatting as styling', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO, PHONE);
  const { session } = stage.network;
  await session.emit(said(DEV, 'Ann', 'hello'));
  await session.emit({
    ...said(DEV, 'Ann', 'waves'),
    content: { text: 'waves', style: 'action' },
  } as ReturnType<typeof said>);
  await session.emit({
    ...said(DEV, 'Ann', ''),
    content: { text: 'so bold', markup: [{ from: 3, to: 7, as: 'strong' }] },
  } as ReturnType<typeof said>);
  for (const client of [ROMEO, PHONE]) {
    await stage.receives(client, `<message type='groupchat' from='${DEV}@${HOST}/Ann'><body>hello</body></message>`);
    await stage.receives(client, `<message type='groupchat'><body>/me waves</body></message>`);
    await stage.receives(client, `<message type='groupchat'><body>so *bold*</body></message>`);
  }
});

test('messages of one room keep their order though the network is slow', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const gate = Promise.withResolvers<void>();
  stage.network.session.gate = gate.promise;
  for (const n of [1, 2, 3]) stage.sends(ROMEO, groupchat(DEV, `line ${n}`, `m${n}`));
  await stage.settled();
  gate.resolve();
  for (const n of [1, 2, 3]) await stage.receives(ROMEO, `<message id='m${n}'><body>line ${n}</body></message>`);
});

test('a message the network refuses comes back as an error with its id and the reason', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  stage.network.refuse = { message: new Refusal('forbidden', 'The room is moderated.') };
  stage.sends(ROMEO, groupchat(DEV, 'hello'));
  await stage.receives(
    ROMEO,
    `<message type='error' id='m1' from='${DEV}@${HOST}'><error type='auth'>
      <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>The room is moderated.</text></error></message>`,
  );
});

test('too long a message is refused before it is sent anywhere', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  stage.sends(ROMEO, groupchat(DEV, 'x'.repeat(20_001)));
  await stage.receives(ROMEO, `<message type='error' id='m1'><error type='modify'/></message>`);
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'message'),
    false,
  );
});

test('one-to-one: romeo writes to ann, of type chat or of none, and her answer comes from her own address', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<message type='chat' to='ann@${HOST}' id='c1'><body>/me bows</body></message>`);
  stage.sends(ROMEO, `<message to='ann@${HOST}' id='c2'><body>hello</body></message>`);
  await stage.asked('message', 2);
  const [first, second] = stage.network.session.actions.filter((action) => action.type === 'message');
  assert.deepEqual(first?.content, { text: 'bows', style: 'action' });
  assert.deepEqual(second?.to, { with: 'ann' as ContactId });
  await stage.network.session.emit(told('Ann', 'hi'));
  await stage.receives(BARE, `<message type='chat' from='ann@${HOST}' id='*'><body>hi</body></message>`);
});

test('a receipt that was asked for comes once the network took the message', async () => {
  await using stage = await Stage.open();
  stage.sends(
    ROMEO,
    `<message type='chat' to='ann@${HOST}' id='c1'><body>hello</body><request xmlns='urn:xmpp:receipts'/></message>`,
  );
  await stage.receives(
    ROMEO,
    `<message type='chat' from='ann@${HOST}'><received xmlns='urn:xmpp:receipts' id='c1'/></message>`,
  );
});

test('what was said long ago tells when', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const at = new Date('2026-02-03T04:05:06Z');
  await stage.network.session.emit({ ...said(DEV, 'Ann', 'early'), at } as ReturnType<typeof said>);
  await stage.receives(
    ROMEO,
    `<message type='groupchat'><body>early</body><delay xmlns='urn:xmpp:delay' stamp='2026-02-03T04:05:06.000Z'/></message>`,
  );
});

test('an echo of an own message by its transaction is not shown again', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  stage.sends(ROMEO, groupchat(DEV, 'once'));
  await stage.receives(ROMEO, `<message type='groupchat' id='m1'><body>once</body></message>`);
  const action = stage.network.session.actions.findLast(({ type }) => type === 'message');
  const txn = action?.type === 'message' ? action.txn : '';
  await stage.network.session.emit({ ...said(DEV, 'romeo', 'once'), from: { self: true }, txn } as ReturnType<
    typeof said
  >);
  await stage.receivesNoMore(ROMEO);
});

test('a message that was taken is told of though its sender was thrown out meanwhile', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const gate = Promise.withResolvers<void>();
  stage.network.session.gate = gate.promise;
  stage.sends(ROMEO, groupchat(DEV, 'last words'));
  await stage.asked('message');
  await stage.network.session.emit({ type: 'member', room: DEV as RoomId, change: 'kick', nick: 'romeo' });
  await stage.receives(ROMEO, `<presence type='unavailable' from='${DEV}@${HOST}/romeo'/>`);
  gate.resolve();
  await stage.receives(ROMEO, `<message type='groupchat' id='m1'><body>last words</body></message>`);
});

test('a private message through the room is answered there, in all clients under the nick', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO, PHONE);
  stage.sends(ROMEO, `<message type='chat' to='${DEV}@${HOST}/Ann' id='p1'><body>psst</body></message>`);
  await stage.asked('message');
  await stage.network.session.emit(told('Ann', 'yes?'));
  for (const client of [ROMEO, PHONE]) {
    await stage.receives(
      client,
      `<message type='chat' from='${DEV}@${HOST}/Ann'><body>yes?</body>
        <x xmlns='http://jabber.org/protocol/muc#user'/><no-copy xmlns='urn:xmpp:hints'/></message>`,
    );
  }
  stage.sends(ROMEO, `<message type='chat' to='ann@${HOST}' id='c1'><body>here now</body></message>`);
  await stage.asked('message', 2);
  await stage.network.session.emit(told('Ann', 'fine'));
  await stage.receives(BARE, `<message type='chat' from='ann@${HOST}'><body>fine</body></message>`);
  stage.sends(ROMEO, `<message type='chat' to='${DEV}@${HOST}/Nobody' id='p2'><body>psst</body></message>`);
  await stage.receives(
    ROMEO,
    `<message type='error' id='p2'><error><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
});

test('the subject is set by romeo and shown when the network says so', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  stage.sends(ROMEO, `<message type='groupchat' to='${DEV}@${HOST}' id='s1'><subject>Tea</subject></message>`);
  await stage.asked('topic');
  const at = new Date('2026-02-03T04:05:06Z');
  await stage.network.session.emit({ type: 'topic', room: DEV as RoomId, topic: { text: 'Tea', by: 'romeo', at } });
  await stage.receives(
    ROMEO,
    `<message type='groupchat' from='${DEV}@${HOST}/romeo'><subject>Tea</subject><delay xmlns='urn:xmpp:delay' stamp='2026-02-03T04:05:06.000Z'/></message>`,
  );
});

test('a word to the host is answered with what can be done there', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<message type='chat' to='${HOST}' id='h1'><body>hello?</body></message>`);
  await stage.receives(ROMEO, `<message type='chat' from='${HOST}'/>`);
});

test('a copy of a message that the network sends twice is shown once', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const message = { ...said(DEV, 'Ann', 'once'), id: 'net-1' } as ReturnType<typeof said>;
  await stage.network.session.emit(message);
  await stage.network.session.emit(message);
  await stage.receives(ROMEO, `<message><body>once</body></message>`);
  await stage.receivesNoMore(ROMEO);
});

test('an invitation comes from the room in the name of who invites', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit({ type: 'invite', room: '#new' as RoomId, from: { contact: 'ann' as ContactId } });
  await stage.receives(
    BARE,
    `<message from='#new@${HOST}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='ann@${HOST}'/></x></message>`,
  );
});

test('a text longer than any stanza is cut, which it says, and the stream stays up', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(said(DEV, 'Ann', "'".repeat(300_000)));
  const heard = await stage.receives(ROMEO, `<message type='groupchat' from='${DEV}@${HOST}/Ann'/>`);
  const body = heard.children.find(({ name }) => name === 'body')?.text ?? '';
  assert.match(body, /^'{50000}\n\[… 250000 more characters are not shown here\.\]$/);
});
