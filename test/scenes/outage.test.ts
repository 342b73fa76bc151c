/** Scenes of faults: the network goes away and comes back, the XMPP server does, a sign-in is refused, bad input. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type AccountId, type MessageId, Refusal, type RoomId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { member, said, truth } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { groupchat, HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const DEV = '#dev';
const BARE = 'romeo@example.net';

async function inRoom(stage: Stage): Promise<void> {
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.network.session.emit(truth(DEV, [member('romeo', { self: true }), member('Ann'), member('Bob')]));
  await stage.skips(ROMEO);
}

test('after an outage romeo is told once, sees only what changed, and a message waits for the room', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const { session } = stage.network;
  session.cut(new Error('connection reset'));
  const lost = await stage.receives(BARE, `<message type='chat' from='${HOST}'/>`);
  assert.match(JSON.stringify(lost), /connection reset/);
  stage.sends(ROMEO, groupchat(DEV, 'still there?'));
  await until(() => session.runs === 2);
  await stage.receives(BARE, `<message type='chat' from='${HOST}'><body>Connected to Fake again.</body></message>`);
  assert.equal(
    session.actions.some(({ type }) => type === 'message'),
    false,
  );
  await session.emit(truth(DEV, [member('romeo', { self: true }), member('Ann'), member('Cyd')]));
  await stage.receives(ROMEO, `<presence type='unavailable' from='${DEV}@${HOST}/Bob'/>`);
  await stage.receives(ROMEO, occupant(DEV, 'Cyd'));
  await stage.receives(ROMEO, `<message type='groupchat' id='m1'><body>still there?</body></message>`);
  await stage.receivesNoMore(ROMEO);
  await stage.receivesNoMore(BARE);
});

test('a refused sign-in takes romeo out of his rooms with the reason, and is not tried again', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const { session } = stage.network;
  session.cut(new Refusal('sign-in', 'The password is wrong. Register again.'));
  const told = await stage.receives(BARE, `<message type='chat' from='${HOST}'/>`);
  assert.match(JSON.stringify(told), /password is wrong/);
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/romeo'>
      <x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/><status code='333'/></x></presence>`,
  );
  assert.equal(session.runs, 1);
});

test('a message that waits for a room which is lost for good is answered then, and a stop answers too', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const { session } = stage.network;
  session.cut(new Error('connection reset'));
  await stage.receives(BARE, `<message from='${HOST}'/>`);
  stage.sends(ROMEO, groupchat(DEV, 'still there?'));
  await until(() => session.runs === 2);
  await session.emit({
    type: 'member',
    room: DEV as RoomId,
    change: 'out',
    nick: 'romeo_',
    self: true,
    reason: 'banned',
  });
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/romeo'><status>banned</status></presence>`,
  );
  await stage.receives(
    ROMEO,
    `<message type='error' id='m1'><error><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
});

test('a refused sign-in answers the join that waits for it', async () => {
  await using stage = await Stage.open();
  stage.network.unreachable = new Refusal('sign-in', 'The password is wrong. Register again.');
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(
    ROMEO,
    `<presence type='error' id='join' from='${DEV}@${HOST}/romeo'><error type='auth'/></presence>`,
  );
  await stage.receivesNoMore(ROMEO);
});

test('a burst greater than the server takes at once is kept while it is there', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const before = stage.server.stanzas.length;
  // More stanzas, and more bytes, than are kept in an outage.
  const texts = [...Array(10_500).fill('short'), ...Array(150).fill('x'.repeat(60_000))];
  for (const text of texts) void stage.network.session.emit(said(DEV, 'Ann', text));
  const arrived = () => stage.server.stanzas.length - before;
  await until(
    () => arrived() >= texts.length,
    () => `${arrived()} of ${texts.length} arrived`,
  );
});

test('while the XMPP server is away the network side goes on, and what was said is delivered after', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.server.drop();
  await until(() => !stage.server.online);
  await stage.network.session.emit(said(DEV, 'Ann', 'during the outage'));
  await until(() => stage.server.online);
  await stage.receives(ROMEO, `<message type='groupchat'><body>during the outage</body></message>`);
  assert.equal(stage.network.session.runs, 1);
});

test('after a crash of the gateway romeo is brought back into his rooms with their passwords', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const row = { user: BARE, host: HOST, account: 'main' as AccountId, nick: 'romeo' };
  await registry.occupants.put({ ...row, room: DEV as RoomId, resource: 'orchard', password: 'sesame' });
  await registry.occupants.put({ ...row, room: DEV as RoomId, resource: 'phone' });
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  await using stage = await Stage.open({ registry: kept });
  await stage.asked('join');
  for (const client of [ROMEO, `${BARE}/phone`]) await stage.receives(client, occupant(DEV, 'romeo', 110));
  assert.deepEqual(
    stage.network.session.actions.filter(({ type }) => type === 'join'),
    [{ type: 'join', room: DEV as RoomId, nick: 'romeo', password: 'sesame' }],
  );
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.settled();
  const left = await Array.fromAsync(registry.occupants.list(HOST, () => undefined));
  assert.deepEqual(
    left.map(({ resource }) => resource),
    ['phone'],
  );
});

test('a thousand mutated stanzas leave the gateway up and its stream well-formed', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const seeds = [
    `<message type='groupchat' to='${DEV}@${HOST}' id='x'><body>hello</body><subject>s</subject></message>`,
    `<presence to='${DEV}@${HOST}/romeo'><x xmlns='http://jabber.org/protocol/muc'><password>p</password></x></presence>`,
    `<presence type='subscribe' to='ann@${HOST}'/>`,
    `<presence type='probe' to='${HOST}'/>`,
    `<iq type='set' to='${DEV}@${HOST}' id='k'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='Ann' role='none'/></query></iq>`,
    `<iq type='set' to='${HOST}' id='r'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data'><field var='nick'><value>n</value></field></x></query></iq>`,
  ];
  const words = [
    '',
    'error',
    'result',
    '@',
    '/',
    ' ',
    `${DEV}@${HOST}`,
    HOST,
    'é😀',
    '&#x202e;',
    'x'.repeat(2000),
    'set',
  ];
  let state = 20261121;
  const random = (bound: number) => {
    // The minimal standard generator (Park and Miller), so that a failure can be repeated.
    state = (state * 48271) % 2147483647;
    return state % bound;
  };
  for (let n = 0; n < 1000; n += 1) {
    const values = (seeds[random(seeds.length)] ?? '').split("'");
    for (let changes = random(3); changes >= 0; changes -= 1) {
      const at = 2 * random(Math.floor(values.length / 2)) + 1;
      values[at] = words[random(words.length)] ?? '';
    }
    stage.sends(ROMEO, values.join("'"));
  }
  await stage.settled();
  assert.equal(stage.server.connections, 1);
});

test('what was not answered for but was said after all is seen when the network tells of it, once', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const { session } = stage.network;
  stage.network.refuse = { message: new Refusal('timeout', 'No answer.', { uncertain: true }) };
  stage.sends(ROMEO, groupchat(DEV, 'heard?'));
  await stage.receives(ROMEO, `<message type='error' id='m1'/>`);
  const sent = session.actions.findLast((action) => action.type === 'message');
  assert.ok(sent);
  const place = { room: DEV as RoomId };
  const echo = {
    type: 'message' as const,
    in: place,
    from: { self: true as const },
    at: new Date(),
    content: sent.content,
  };
  for (let n = 0; n < 2; n += 1) await session.emit({ ...echo, txn: sent.txn, id: 'n1' as MessageId });
  await stage.receives(ROMEO, `<message type='groupchat' from='${DEV}@${HOST}/romeo'><body>heard?</body></message>`);
  await stage.receivesNoMore(ROMEO);
});
