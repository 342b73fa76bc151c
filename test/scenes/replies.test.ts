/** Scenes of replies (XEP-0461, XEP-0428), threads (XEP-0201), spoilers (XEP-0382), formatting and mentions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import { ROMEO, Stage } from '#test/stage.ts';
import {
  ANN,
  ANN_AT,
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
} from './talk.ts';

function reply(id: string, to: string, quote?: number): string {
  const fallback = `<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='${quote}'/></fallback>`;
  return `<reply xmlns='urn:xmpp:reply:0' id='${id}' to='${to}'/>${quote === undefined ? '' : fallback}`;
}
function without(stage: Stage, ...features: readonly string[]): void {
  stage.network.does = stage.network.does.filter((feature) => !features.includes(feature));
}

test('romeo answers ann: the network gets the reply without what his client quoted, his clients with a quote', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'Shall we 🍰?\nToday?' }));
  const id = stanzaId(await stage.receives(ROMEO, `<message/>`));
  const quote = '> Ann wrote:\n> Shall we 🍰?\n';
  stage.sends(
    ROMEO,
    toRoom('m1', `<body>${quote.replaceAll('>', '&gt;')}Yes!</body>${reply(id, `${ROOM}/Ann`, [...quote].length)}`),
  );
  const shown = '> Ann: Shall we 🍰? …\n';
  await stage.receives(
    ROMEO,
    `<message id='m1'><body>${shown.replace('>', '&gt;')}Yes!</body>${reply(id, `${ROOM}/Ann`, [...shown].length)}</message>`,
  );
  assert.deepEqual(lastAction(stage, 'message').content, {
    text: 'Yes!',
    reply: { to: 'n1', author: { contact: ANN, nick: 'Ann' }, quote: 'Shall we 🍰?\nToday?' },
  });
});

test('a network without replies gets a short quote, unless the text says whom it is for', async () => {
  await using stage = await Stage.open();
  without(stage, 'reply', 'mentions');
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'It is the east' }));
  const id = stanzaId(await stage.receives(ROMEO, `<message/>`));
  stage.sends(ROMEO, toRoom('m1', `<body>and Juliet is the sun</body>${reply(id, `${ROOM}/Ann`)}`));
  const flat = '> Ann: It is the east\nand Juliet is the sun';
  await stage.receives(
    ROMEO,
    `<message id='m1'><body>${flat.replace('>', '&gt;')}</body>${reply(id, `${ROOM}/Ann`, 22)}</message>`,
  );
  assert.deepEqual(lastAction(stage, 'message').content, { text: flat });
  stage.sends(ROMEO, toRoom('m2', `<body>Ann: yes</body>${reply(id, `${ROOM}/Ann`)}`));
  await stage.receives(ROMEO, `<message id='m2'><body>Ann: yes</body>${reply(id, `${ROOM}/Ann`)}</message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: 'Ann: yes' });
});

test('an answer to what the gateway never saw keeps what the client quoted', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const quote = '> Ann wrote:\n> cake\n';
  stage.sends(
    ROMEO,
    toRoom('m1', `<body>${quote.replaceAll('>', '&gt;')}Yes!</body>${reply('lost', `${ROOM}/Ann`, quote.length)}`),
  );
  await stage.receives(ROMEO, `<message id='m1'><body>&gt; cake\nYes!</body></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: '> cake\nYes!' });
});

test('ann answers romeo, in the room by its id, one-to-one by his', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const mine = stanzaId(await romeoSays(stage, 'm1', 'Soft!'));
  const to = `net-${lastAction(stage, 'message').txn}` as MessageId;
  await stage.network.session.emit(says('n1', { text: 'Ay me', reply: { to } }));
  await stage.receives(
    ROMEO,
    `<message from='${ROOM}/Ann'><body>&gt; romeo: Soft!\nAy me</body>${reply(mine, `${ROOM}/romeo`, 15)}</message>`,
  );
  stage.sends(ROMEO, toAnn('c1', `<body>Hi</body><request xmlns='urn:xmpp:receipts'/>`));
  await stage.receives(ROMEO, `<message><received xmlns='urn:xmpp:receipts' id='c1'/></message>`);
  const told = `net-${lastAction(stage, 'message').txn}` as MessageId;
  await stage.network.session.emit(tells('n2', { text: 'Ho', reply: { to: told } }));
  await stage.receives(BARE, `<message from='${ANN_AT}'><body>&gt; Hi\nHo</body>${reply('c1', BARE, 5)}</message>`);
});

test('what is looked up holds back what ann says after it, and nothing else', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const { session } = stage.network;
  const first = session.emit(says('n1', { text: 'one', reply: { to: 'lost' as MessageId, quote: 'zero' } }));
  const second = session.emit(says('n2', { text: 'two' }));
  await session.emit(tells('n3', { text: 'three' }));
  await Promise.all([first, second]);
  await stage.receives(ROMEO, `<message><body>&gt; zero\none</body></message>`);
  await stage.receives(ROMEO, `<message><body>two</body></message>`);
  await stage.receives(BARE, `<message><body>three</body></message>`);
});

function warning(start: number, end: number): string {
  return `<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:spoiler:0'><body start='${start}' end='${end}'/></fallback>`;
}

test('threads and spoilers go both ways; in words where the network has none', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const marks = `<thread>t1</thread><spoiler xmlns='urn:xmpp:spoiler:0'>the end</spoiler>`;
  stage.sends(ROMEO, toRoom('m1', `<body>he dies</body>${marks}`));
  await stage.receives(ROMEO, `<message id='m1'><body>[the end]\nhe dies</body>${marks}${warning(0, 10)}</message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: 'he dies', thread: 't1', spoiler: 'the end' });
  await stage.network.session.emit(says('n1', { text: 'she too', thread: 't2', spoiler: '' }));
  await stage.receives(
    ROMEO,
    `<message><body>[spoiler]\nshe too</body><thread>t2</thread><spoiler xmlns='urn:xmpp:spoiler:0'/>${warning(0, 10)}</message>`,
  );
  const bold = { from: 0, to: 4, as: 'strong' } as const;
  const reply = { to: 'n1' as MessageId };
  await stage.network.session.emit(says('n2', { text: 'both', spoiler: '🍰', markup: [bold], reply }));
  await stage.receives(
    ROMEO,
    `<message><body>&gt; Ann: she too\n[🍰]\n*both*</body>${warning(15, 19)}
     <markup xmlns='urn:xmpp:markup:0'><span start='20' end='24'><strong/></span></markup></message>`,
  );
  await stage.network.session.emit(says('n3', { text: 'dies', spoiler: 'x', style: 'action' }));
  await stage.receives(ROMEO, `<message><body>/me dies</body></message>`);
  without(stage, 'thread', 'spoiler');
  stage.sends(ROMEO, toRoom('m2', `<body>he dies</body>${marks}`));
  await stage.receives(ROMEO, `<message id='m2'><body>[the end] he dies</body><thread>t1</thread></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: '[the end] he dies' });
});

test('formatting: styling, markup and XHTML reach the network as spans; elsewhere the text stays as it was typed', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const strong = [{ from: 3, to: 7, as: 'strong' }];
  const span = `<markup xmlns='urn:xmpp:markup:0'><span start='3' end='7'><strong/></span></markup>`;
  const xhtml = `<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>so <b>bold</b></body></html>`;
  const typed = [`<body>so *bold*</body>`, `<body>so bold</body>${span}`, `<body>so bold</body>${xhtml}`];
  for (const [n, children] of typed.entries()) {
    stage.sends(ROMEO, toRoom(`m${n}`, children));
    await stage.receives(
      ROMEO,
      `<message id='m${n}'><body>so *bold*</body><markup xmlns='urn:xmpp:markup:0'><span start='4' end='8'><strong/></span></markup></message>`,
    );
    assert.deepEqual(lastAction(stage, 'message').content, { text: 'so bold', markup: strong });
  }
  stage.sends(ROMEO, toRoom('m3', `<body>2 *3* 4</body><unstyled xmlns='urn:xmpp:styling:0'/>`));
  await stage.receives(ROMEO, `<message id='m3'><body>2 *3* 4</body></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: '2 *3* 4' });
  without(stage, 'markup');
  stage.sends(ROMEO, toRoom('m4', `<body>so *bold*</body>`));
  await stage.receives(ROMEO, `<message id='m4'><body>so *bold*</body></message>`);
  assert.deepEqual(lastAction(stage, 'message').content, { text: 'so *bold*' });
});

test('mentions: by occupant-id or by nick at the start of a line, and back by occupant-id', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit(says('n1', { text: 'hi romeo', mentions: [{ from: 3, to: 8, of: ANN }] }));
  const shown = await stage.receives(
    ROMEO,
    `<message><mention xmlns='urn:xmpp:mentions:0' begin='3' end='8' occupantid='*'/></message>`,
  );
  const id = shown.children.find(({ name }) => name === 'mention')?.attributes['occupantid'] ?? '';
  stage.sends(
    ROMEO,
    toRoom('m1', `<body>👋 Ann</body><mention xmlns='urn:xmpp:mentions:0' begin='2' end='5' occupantid='${id}'/>`),
  );
  await stage.receives(
    ROMEO,
    `<message id='m1'><mention xmlns='urn:xmpp:mentions:0' begin='2' end='5' occupantid='${id}'/></message>`,
  );
  assert.deepEqual(lastAction(stage, 'message').content.mentions, [{ from: 3, to: 6, of: ANN }]);
  stage.sends(ROMEO, toRoom('m2', `<body>Ann: hello</body>`));
  await stage.receives(ROMEO, `<message id='m2'/>`);
  assert.deepEqual(lastAction(stage, 'message').content.mentions, [{ from: 0, to: 3, of: ANN }]);
  stage.sends(
    ROMEO,
    toRoom(
      'm3',
      `<body>all</body><mention xmlns='urn:xmpp:mentions:0' begin='0' end='3' mentions='urn:xmpp:mentions:0#channel'/>`,
    ),
  );
  await stage.receives(ROMEO, `<message id='m3'/>`);
  assert.deepEqual(lastAction(stage, 'message').content.mentions, [{ from: 0, to: 3, of: 'everyone' }]);
});
