/** Scenes of blocking: who is blocked is neither heard nor written to, and reports reach somebody. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type ContactId, Refusal, type RoomId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { FakeNetwork, member, said, told, truth } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { groupchat, HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const PHONE = `${BARE}/phone`;
const EVE = 'eve' as ContactId;
const BLOCKING = 'urn:xmpp:blocking';

function change(verb: 'block' | 'unblock', items: string, id = 'b'): string {
  return `<iq type='set' id='${id}' to='${HOST}'><${verb} xmlns='${BLOCKING}'>${items}</${verb}></iq>`;
}
function item(name: string, content = ''): string {
  return `<item jid='${name}@${HOST}'>${content}</item>`;
}
async function block(stage: Stage, items: string): Promise<void> {
  stage.sends(ROMEO, change('block', items));
  await stage.receives(ROMEO, `<iq type='result' id='b' from='${HOST}'/>`);
}
/** Romeo follows Eve and is connected. */
async function meetEve(stage: Stage): Promise<void> {
  stage.sends(BARE, `<presence type='subscribe' to='eve@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='eve@${HOST}'/>`);
  await until(() => stage.network.sessions.length === 1 && stage.network.session.running);
  await stage.network.session.emit({ type: 'presence', contact: EVE, presence: { show: 'online' } });
  await stage.skips(BARE);
}
function listed(...names: readonly string[]): string {
  return `<iq type='result' id='l'><blocklist xmlns='${BLOCKING}'>${names.map((name) => item(name)).join('')}</blocklist></iq>`;
}
async function list(stage: Stage, client: string, ...names: readonly string[]): Promise<void> {
  stage.sends(client, `<iq type='get' id='l' to='${HOST}'><blocklist xmlns='${BLOCKING}'/></iq>`);
  const iq = await stage.receives(client, listed(...names));
  assert.equal(iq.children[0]?.children.length, names.length);
}

test('a blocked contact is gone, is not heard, and is heard again when unblocked', async () => {
  await using stage = await Stage.open();
  await meetEve(stage);
  const { session } = stage.network;
  await block(stage, item('eve'));
  await stage.receives(BARE, `<presence type='unavailable' from='eve@${HOST}/isthmus'/>`);
  await session.emit(told('Eve', 'listen'));
  await session.emit({ type: 'presence', contact: EVE, presence: { show: 'away' } });
  await stage.receivesNoMore(BARE);
  stage.sends(ROMEO, change('unblock', item('eve'), 'u'));
  await stage.receives(ROMEO, `<iq type='result' id='u'/>`);
  await stage.receives(BARE, `<presence from='eve@${HOST}/isthmus'><show>away</show></presence>`);
  await session.emit(told('Eve', 'listen'));
  await stage.receives(BARE, `<message from='eve@${HOST}'><body>listen</body></message>`);
  const blocks = session.actions.flatMap((action) => (action.type === 'block' ? [action.on] : []));
  assert.deepEqual(blocks, [true, false]);
});

test('who is blocked is not seen typing, and invites to nothing', async () => {
  await using stage = await Stage.open();
  await meetEve(stage);
  const { session } = stage.network;
  const from = { contact: EVE };
  const bother = async () => {
    await session.emit({ type: 'typing', in: { with: EVE }, from, on: true });
    await session.emit({ type: 'invite', room: '#lair' as RoomId, from });
  };
  await block(stage, item('eve'));
  await stage.skips(BARE);
  await bother();
  await stage.receivesNoMore(BARE);
  stage.sends(ROMEO, change('unblock', item('eve'), 'u'));
  await stage.receives(ROMEO, `<iq type='result' id='u'/>`);
  await stage.skips(BARE);
  await bother();
  await stage.receives(
    BARE,
    `<message from='eve@${HOST}/isthmus'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  );
  await stage.receives(BARE, `<message from='#lair@${HOST}'/>`);
});

test('writing to a blocked contact is refused as XEP-0191 says, and nothing is sent', async () => {
  await using stage = await Stage.open();
  await meetEve(stage);
  await block(stage, item('eve'));
  stage.sends(ROMEO, `<message type='chat' id='m' to='eve@${HOST}'><body>Eve?</body></message>`);
  await stage.receives(
    ROMEO,
    `<message type='error' id='m' from='eve@${HOST}'><error type='cancel'>` +
      `<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><blocked xmlns='urn:xmpp:blocking:errors'/></error></message>`,
  );
  assert.ok(!stage.network.session.actions.some(({ type }) => type === 'message'));
});

test('in a room a blocked occupant is heard, but not in private', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  const { session } = stage.network;
  await session.emit(truth('#dev', [member('romeo', { self: true }), member('Eve')]));
  await stage.skips(ROMEO);
  stage.sends(ROMEO, change('block', `<item jid='#dev@${HOST}/Eve'/>`));
  await stage.receives(ROMEO, `<iq type='result' id='b'/>`);
  await session.emit(said('#dev', 'Eve', 'hello all'));
  await stage.receives(ROMEO, `<message type='groupchat' from='#dev@${HOST}/Eve'><body>hello all</body></message>`);
  stage.sends(ROMEO, `<message type='chat' id='w' to='#dev@${HOST}/Eve'><body>psst</body></message>`);
  await stage.receives(
    ROMEO,
    `<message type='error' id='w'><error><blocked xmlns='urn:xmpp:blocking:errors'/></error></message>`,
  );
  stage.sends(ROMEO, groupchat('#dev', 'hello Eve'));
  await stage.receives(ROMEO, `<message type='groupchat' from='#dev@${HOST}/romeo'><body>hello Eve</body></message>`);
});

test('other clients that have asked for the list are told of changes', async () => {
  await using stage = await Stage.open();
  await list(stage, PHONE);
  await block(stage, item('eve') + item('mallory'));
  await stage.receives(
    PHONE,
    `<iq type='set' id='*' from='${HOST}'><block xmlns='${BLOCKING}'>${item('eve')}${item('mallory')}</block></iq>`,
  );
  await list(stage, PHONE, 'eve', 'mallory');
  stage.sends(ROMEO, change('unblock', '', 'u'));
  await stage.receives(ROMEO, `<iq type='result' id='u'/>`);
  const push = await stage.receives(PHONE, `<iq type='set' from='${HOST}'><unblock xmlns='${BLOCKING}'/></iq>`);
  assert.deepEqual(push.children[0]?.children, []);
  await list(stage, PHONE);
  await stage.receivesNoMore(ROMEO);
});

test('a client that comes after many that have gone is told of changes', async () => {
  await using stage = await Stage.open();
  for (let n = 0; n < 25; n += 1) await list(stage, `${BARE}/gone${n}`);
  await list(stage, PHONE);
  stage.sends(ROMEO, change('block', item('mallory')));
  await stage.receives(
    PHONE,
    `<iq type='set' from='${HOST}'><block xmlns='${BLOCKING}'>${item('mallory')}</block></iq>`,
  );
});

test('blocks outlive a restart', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  {
    await using stage = await Stage.open({ registry: kept });
    await block(stage, item('eve'));
  }
  await using stage = await Stage.open({ registry: kept });
  await list(stage, ROMEO, 'eve');
  stage.sends(ROMEO, `<message type='chat' id='m' to='eve@${HOST}'><body>Eve?</body></message>`);
  await stage.receives(ROMEO, `<message type='error' id='m'/>`);
});

test('who signs out leaves no list behind', async () => {
  await using stage = await Stage.open();
  const register = (content: string) =>
    stage.sends(ROMEO, `<iq type='set' id='r' to='${HOST}'><query xmlns='jabber:iq:register'>${content}</query></iq>`);
  register('<nick>romeo</nick>');
  await stage.receives(ROMEO, `<iq type='result' id='r'/>`);
  await block(stage, item('eve'));
  register('<remove/>');
  await stage.receives(ROMEO, `<iq type='result' id='r'/>`);
  await list(stage, ROMEO);
});

test('a report goes to the network with the block where it has an ear for it', async () => {
  await using stage = await Stage.open({ admins: ['admin@example.com'] });
  await meetEve(stage);
  const text = '<text>Buy  now</text>';
  await block(
    stage,
    item('eve', `<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>${text}</report>`),
  );
  await stage.asked('block');
  assert.deepEqual(stage.network.session.actions.at(-1), {
    type: 'block',
    contact: EVE,
    on: true,
    report: 'spam',
    text: 'Buy  now',
  });
  await stage.receivesNoMore('admin@example.com');
});

test('where the network has none the administrators are told, but not without end', async () => {
  const network = new FakeNetwork();
  network.does = network.does.filter((feature) => feature !== 'block');
  await using stage = await Stage.open({ network, admins: ['admin@example.com'] });
  const report = `<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:abuse'><text>Rude</text></report>`;
  for (let times = 0; times < 12; times += 1) await block(stage, item('eve', report));
  for (let times = 0; times < 10; times += 1) {
    await stage.receives(
      'admin@example.com',
      `<message from='${HOST}'><body>${BARE} has blocked eve@${HOST} and reports it for abuse. It says: “Rude”</body></message>`,
    );
  }
  await stage.receivesNoMore('admin@example.com');
});

test('a report that the network does not take goes to the administrators', async () => {
  await using stage = await Stage.open({ admins: ['admin@example.com'] });
  await meetEve(stage);
  stage.network.refuse.block = new Refusal('offline', 'Not connected.');
  await block(stage, item('eve', `<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/>`));
  await stage.receives(
    'admin@example.com',
    `<message from='${HOST}'><body>${BARE} has blocked eve@${HOST} and reports it for spam.</body></message>`,
  );
});

test('what is no contact can not be blocked, and nobody a thousand times over', async () => {
  await using stage = await Stage.open();
  for (const jid of [`#dev@${HOST}`, HOST, 'eve@example.org', '@']) {
    stage.sends(ROMEO, change('block', `${item('eve')}<item jid='${jid}'/>`));
    await stage.receives(ROMEO, `<iq type='error' id='b'><error type='cancel' code='404'/></iq>`);
  }
  stage.sends(ROMEO, change('block', ''));
  await stage.receives(ROMEO, `<iq type='error' id='b'><error type='modify' code='400'/></iq>`);
  stage.sends(ROMEO, change('block', Array.from({ length: 1_001 }, (_, n) => item(`e${n}`)).join('')));
  await stage.receives(ROMEO, `<iq type='error' id='b'><error type='wait'/></iq>`);
  await list(stage, ROMEO);
});
