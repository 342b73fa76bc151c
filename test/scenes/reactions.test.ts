/** Scenes of reactions (XEP-0444), both ways. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MessageId, Refusal } from '#src/network.ts';
import { ROMEO, Stage } from '#test/stage.ts';
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
  toRoom,
  WITH_ANN,
} from './talk.ts';

function reactions(id: string, ...each: readonly string[]): string {
  return `<reactions xmlns='urn:xmpp:reactions:0' id='${id}'>${each.map((one) => `<reaction>${one}</reaction>`).join('')}</reactions>`;
}

test('romeo reacts in the room by its id, adds and takes back, and sees each set', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'hello' }));
  const id = stanzaId(await stage.receives(ROMEO, `<message><body>hello</body></message>`));
  for (const [n, set] of [['👋'], ['👋', '🐢'], []].entries()) {
    stage.sends(ROMEO, toRoom(`r${n}`, reactions(id, ...set, ...set)));
    await stage.receives(
      ROMEO,
      `<message id='r${n}' from='${ROOM}/romeo'>${reactions(id, ...set)}<store xmlns='urn:xmpp:hints'/></message>`,
    );
    const { txn, ...action } = lastAction(stage, 'react');
    assert.deepEqual(action, { type: 'react', to: { room: '#dev' }, id: 'n1', reactions: set });
    await stage.network.session.emit(
      about({ type: 'react', id: 'n1' as MessageId, reactions: set, txn }, { from: { self: true } }),
    );
  }
  await stage.receivesNoMore(ROMEO);
});

test('one-to-one romeo reacts by the id attribute, and more than anybody needs is refused', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, toAnn('c1', `<body>hi</body><request xmlns='urn:xmpp:receipts'/>`));
  await stage.receives(ROMEO, `<message from='${ANN_AT}'/>`);
  await stage.network.session.emit(tells('n1', { text: 'hello' }));
  const hello = await stage.receives(BARE, `<message><body>hello</body></message>`);
  const id = hello.attributes['id'] ?? '';
  stage.sends(ROMEO, toAnn('c2', reactions(id, '👍')));
  await stage.asked('react');
  assert.equal(lastAction(stage, 'react').id, 'n1');
  const many = Array.from({ length: 30 }, (_, n) => String.fromCodePoint(0x1f600 + n));
  stage.sends(ROMEO, toAnn('c3', reactions(id, ...many)));
  await stage.receives(ROMEO, `<message type='error' id='c3'><error type='modify'/></message>`);
  stage.sends(ROMEO, toAnn('c4', reactions('nothing', '👍')));
  await stage.receives(ROMEO, `<message type='error' id='c4'><error type='cancel'/></message>`);
});

test('a network without reactions is told those that are new, as an action', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'react');
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'It is the east, and Juliet is the sun.' }));
  const id = stanzaId(await stage.receives(ROMEO, `<message/>`));
  stage.sends(ROMEO, toRoom('r1', reactions(id, '👍')));
  const text = 'reacted with 👍 to “It is the east, and Juliet is the sun.” by Ann';
  await stage.receives(ROMEO, `<message id='r1'>${reactions(id, '👍')}<body>/me ${text}</body></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text, style: 'action' });
  stage.sends(ROMEO, toRoom('r2', reactions(id, '👍', '🐢')));
  await stage.receives(ROMEO, `<message id='r2'/>`);
  assert.match(lastAction(stage, 'message').content.text, /^reacted with 🐢 to/);
  stage.sends(ROMEO, toRoom('r3', reactions(id)));
  await stage.receivesNoMore(ROMEO);
});

test('ann reacts: to romeo in the room, and one-to-one; reactions to what nobody saw are dropped', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  const mine = stanzaId(await romeoSays(stage, 'm1', 'hello'));
  const { txn } = lastAction(stage, 'message');
  await session.emit(about({ type: 'react', id: `net-${txn}` as MessageId, reactions: ['👍', '❤️'] }));
  await stage.receives(
    ROMEO,
    `<message type='groupchat' from='${ROOM}/Ann'>${reactions(mine, '👍', '❤️')}<occupant-id xmlns='urn:xmpp:occupant-id:0' id='*'/></message>`,
  );
  await session.emit(about({ type: 'react', id: 'lost' as MessageId, reactions: ['👍'] }));
  await stage.receivesNoMore(ROMEO);
  stage.sends(ROMEO, toAnn('c1', `<body>hi</body><request xmlns='urn:xmpp:receipts'/>`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  const told = lastAction(stage, 'message').txn;
  await session.emit(about({ type: 'react', id: `net-${told}` as MessageId, reactions: [] }, { in: WITH_ANN }));
  await stage.receives(BARE, `<message type='chat' from='${ANN_AT}'>${reactions('c1')}</message>`);
});

test('reactions that the network refused are told when they are sent again; none left is shown as well', async () => {
  await using stage = await Stage.open();
  stage.network.does = stage.network.does.filter((feature) => feature !== 'react');
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'hello' }));
  const id = stanzaId(await stage.receives(ROMEO, `<message><body>hello</body></message>`));
  stage.network.refuse = { message: new Refusal('too-fast', 'Wait a moment.') };
  stage.sends(ROMEO, toRoom('r1', reactions(id, '👍')));
  await stage.receives(ROMEO, `<message type='error' id='r1'/>`);
  stage.network.refuse = {};
  stage.sends(ROMEO, toRoom('r2', reactions(id, '👍')));
  // It is not shown before what it takes back.
  stage.sends(ROMEO, toRoom('r3', reactions(id)));
  await stage.receives(ROMEO, `<message type='groupchat' id='r2'>${reactions(id, '👍')}</message>`);
  await stage.receives(ROMEO, `<message type='groupchat' id='r3'>${reactions(id)}</message>`);
  const told = stage.network.session.actions.filter(({ type }) => type === 'message');
  assert.equal(told.length, 2);
});
