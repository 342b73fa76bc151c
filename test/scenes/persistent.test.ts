/** Scenes of rooms in which the account stays when the user's last client has left them. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type AccountId, Refusal, type RoomId, type UserAction } from '#src/network.ts';
import { PreferenceBook, type PreferenceName } from '#src/preferences.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import { FakeNetwork, said } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, join, occupant, ROMEO, Stage, type StageOptions } from '#test/stage.ts';

const DEV = '#dev';
const ROOM = DEV as RoomId;
const BARE = 'romeo@example.net';
const PHONE = `${BARE}/phone`;
/** With 500 rooms each; ISTHMUS_USERS=20 makes it ten thousand. */
const USERS = Number(process.env['ISTHMUS_USERS'] ?? 4);
const STAYING: StageOptions = { persistence: { byDefault: true } };

function leave(room = DEV): string {
  return `<presence type='unavailable' to='${room}@${HOST}/romeo'/>`;
}

/** Romeo has been in #dev with his one client. */
async function left(stage: Stage): Promise<void> {
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  stage.sends(ROMEO, leave());
  await stage.settled();
  await stage.skips(ROMEO);
}

function asked(stage: Stage, type: UserAction['type']): readonly UserAction[] {
  return stage.network.sessions.flatMap(({ actions }) => actions).filter((action) => action.type === type);
}

/** A registry that outlives a stage; the second stage over it is the gateway after a restart. */
async function lasting(): Promise<{ registry: Registry; lent: Registry }> {
  const registry = await openRegistry(':memory:', randomBytes(32));
  return { registry, lent: { ...registry, [Symbol.asyncDispose]: async () => undefined } };
}

async function prefers(registry: Registry, name: PreferenceName, value: string, local = ''): Promise<void> {
  await new PreferenceBook(HOST, registry).set(BARE, name, value, local);
}

async function stays(registry: Registry): Promise<readonly RoomId[]> {
  const rows = await Array.fromAsync(registry.occupants.stays(BARE, HOST, (refusal) => assert.fail(refusal)));
  return rows.map(({ room }) => room);
}

/** Writes are committed in groups, soon after. */
async function staysIn(registry: Registry, ...rooms: readonly RoomId[]): Promise<void> {
  const deadline = performance.now() + 3_000;
  while (performance.now() < deadline && !isDeepStrictEqual(await stays(registry), rooms)) await nextTurn();
  assert.deepEqual(await stays(registry), rooms);
}

test('the last client leaves a persistent room and the account stays; what is said is told on the next join', async () => {
  await using stage = await Stage.open(STAYING);
  await left(stage);
  await stage.network.session.emit(said(DEV, 'Ann', 'while you were out'));
  await stage.receivesNoMore(ROMEO);
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110, 170));
  await stage.receives(
    PHONE,
    `<message type='groupchat' from='${DEV}@${HOST}/Ann'><body>while you were out</body></message>`,
  );
  await stage.receives(PHONE, `<message type='groupchat'><subject/></message>`);
  await stage.receivesNoMore(PHONE);
  assert.equal(asked(stage, 'join').length, 1);
  assert.deepEqual(asked(stage, 'leave'), []);
});

test('two devices: each that leaves is shown the end of the room, the other goes on, and then the account stays', async () => {
  await using stage = await Stage.open(STAYING);
  for (const client of [ROMEO, PHONE]) {
    stage.sends(client, join(DEV, 'romeo'));
    await stage.receives(client, occupant(DEV, 'romeo', 110));
    await stage.skips(client);
  }
  for (const client of [ROMEO, PHONE]) {
    stage.sends(client, leave());
    await stage.receives(client, `<presence type='unavailable' from='${DEV}@${HOST}/romeo'/>`);
  }
  await stage.network.session.emit(said(DEV, 'Ann', 'all gone?'));
  await stage.receivesNoMore(ROMEO);
  await stage.receivesNoMore(PHONE);
  assert.deepEqual(asked(stage, 'leave'), []);
});

test('a client that is gone by an error leaves the account in the room', async () => {
  await using stage = await Stage.open(STAYING);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  stage.sends(
    ROMEO,
    `<message type='error' to='${DEV}@${HOST}' id='x'><error type='cancel'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  await stage.settled();
  assert.deepEqual(asked(stage, 'leave'), []);
  await staysIn(stage.registry, ROOM);
});

test('after a restart the account is in its persistent rooms again, with nick and password, and nobody is shown it', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  {
    await using stage = await Stage.open({ ...STAYING, registry: lent });
    const x = `<x xmlns='http://jabber.org/protocol/muc'><password>sesame</password></x>`;
    stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/montague'>${x}</presence>`);
    await stage.receives(ROMEO, occupant(DEV, 'montague', 110));
    stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/capulet'/>`);
    await stage.asked('nick');
  }
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  await stage.asked('join');
  assert.deepEqual(asked(stage, 'join'), [{ type: 'join', room: ROOM, nick: 'capulet', password: 'sesame' }]);
  // On the network it can be seen that nobody is there.
  assert.deepEqual(asked(stage, 'presence'), [{ type: 'presence', presence: { show: 'offline' } }]);
  await stage.receivesNoMore(ROMEO);
});

test('a room that was entered with a password and made persistent later is entered with it after a restart', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  {
    await using stage = await Stage.open({ registry: lent });
    const x = `<x xmlns='http://jabber.org/protocol/muc'><password>sesame</password></x>`;
    stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/romeo'>${x}</presence>`);
    await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
    await staysIn(registry);
    stage.sends(ROMEO, `<message type='chat' to='${HOST}'><body>preferences persistent yes</body></message>`);
    await stage.receives(ROMEO, `<message><subject/></message>`);
    await stage.receives(ROMEO, `<message><body>Your preferences are stored.</body></message>`);
  }
  await using stage = await Stage.open({ registry: lent });
  await stage.asked('join');
  assert.deepEqual(asked(stage, 'join'), [{ type: 'join', room: ROOM, nick: 'romeo', password: 'sesame' }]);
});

test('persistence switched off takes the account out of a room without a client, and lets those with one be', async () => {
  await using stage = await Stage.open(STAYING);
  await left(stage);
  stage.sends(ROMEO, join('#tea', 'romeo'));
  await stage.receives(ROMEO, occupant('#tea', 'romeo', 110));
  stage.sends(ROMEO, `<message type='chat' to='${HOST}'><body>preferences persistent no</body></message>`);
  await stage.asked('leave');
  assert.deepEqual(asked(stage, 'leave'), [{ type: 'leave', room: ROOM }]);
  await staysIn(stage.registry);
  stage.sends(ROMEO, leave('#tea'));
  await stage.asked('leave', 2);
});

test('the command “leave” is for good: the room is left, and what was set for it is taken back', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await prefers(registry, 'persistent', 'true', DEV);
  {
    await using stage = await Stage.open({ registry: lent });
    await left(stage);
    stage.sends(ROMEO, `<message type='chat' to='${HOST}'><body>leave ${DEV}@${HOST}</body></message>`);
    await stage.asked('leave');
    await stage.receives(
      ROMEO,
      `<message><body>You have left #dev. Take it out of your bookmarks if your client enters it again.</body></message>`,
    );
  }
  await using stage = await Stage.open({ registry: lent });
  await stage.settled();
  assert.deepEqual(stage.network.sessions, []);
});

test('the form that destroys a room ends it for the user: all clients are out, and the account leaves for good', async () => {
  await using stage = await Stage.open(STAYING);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.skips(ROMEO);
  const query = `<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>`;
  stage.sends(ROMEO, `<iq type='set' to='${DEV}@${HOST}' id='d'>${query}</iq>`);
  await stage.receives(ROMEO, `<presence type='unavailable' from='${DEV}@${HOST}/romeo'/>`);
  await stage.receives(ROMEO, `<iq type='result' id='d'/>`);
  await stage.asked('leave');
  await staysIn(stage.registry);
});

test('what was brought over from elsewhere as persistent is entered at the start by the nick of its account', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await prefers(registry, 'persistent', 'true', DEV);
  await prefers(registry, 'persistent', 'false', '#other');
  await prefers(registry, 'crowd', 'none', '#third');
  const account = { user: BARE, host: HOST, id: 'main' as AccountId, label: 'Fake', settings: { nick: 'montague' } };
  await registry.accounts.put({ ...account, guest: true, created: 0 });
  await using stage = await Stage.open({ registry: lent });
  await stage.asked('join');
  assert.deepEqual(asked(stage, 'join'), [{ type: 'join', room: ROOM, nick: 'romeo' }]);
  assert.deepEqual(stage.network.session.account.settings, { nick: 'montague' });
});

test('who was kicked is out for good, and stays out over a restart', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  {
    await using stage = await Stage.open({ ...STAYING, registry: lent });
    await left(stage);
    const kick = { by: 'Ann', reason: 'Enough' };
    await stage.network.session.emit({ type: 'member', room: ROOM, change: 'kick', nick: 'romeo', ...kick });
    const body = 'You were taken out of #dev (Ann: Enough), and do not stay there any more. Join it again to be back.';
    await stage.receives(BARE, `<message type='chat' from='${HOST}'><body>${body}</body></message>`);
  }
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  await stage.settled();
  assert.deepEqual(stage.network.sessions, []);
});

const STORED = { user: BARE, host: HOST, account: 'main' as AccountId, room: ROOM, resource: '', nick: 'romeo' };

test('a room that can not be entered now is tried again when the network is back', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await registry.occupants.put(STORED);
  const network = new FakeNetwork();
  network.refuse = { join: new Refusal('timeout', 'No answer.') };
  await using stage = await Stage.open({ ...STAYING, registry: lent, network });
  await stage.asked('join');
  network.refuse = {};
  network.session.cut(new Error('connection reset'));
  await stage.asked('join', 2);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  assert.equal(asked(stage, 'join').length, 2);
});

test('a room that refuses five times is given up, and the user is told why', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await registry.occupants.put(STORED);
  const network = new FakeNetwork();
  network.refuse = { join: new Refusal('banned', 'You are banned.') };
  await using stage = await Stage.open({ ...STAYING, registry: lent, network });
  for (let tries = 1; tries < 5; tries += 1) {
    await stage.asked('join', tries);
    await stage.settled();
    await staysIn(registry, ROOM);
    stage.sends(ROMEO, join(DEV, 'romeo'));
    await stage.receives(ROMEO, `<presence type='error' id='join'><error type='auth'/></presence>`);
  }
  const body = 'You do not stay in #dev any more, because it can not be entered: You are banned.';
  await stage.receives(BARE, `<message type='chat' from='${HOST}'><body>${body}</body></message>`);
  await staysIn(registry);
});

test('a room is given up for refusals alone, however often the network was not able to answer', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await registry.occupants.put(STORED);
  const network = new FakeNetwork();
  const [busy, banned] = [new Refusal('timeout', 'No answer.'), new Refusal('banned', 'You are banned.')];
  network.refuse = { join: busy };
  await using stage = await Stage.open({ ...STAYING, registry: lent, network });
  for (const [tries, refusal] of [busy, busy, busy, busy, banned].entries()) {
    network.refuse = { join: refusal };
    await stage.asked('join', tries + 1);
    await stage.settled();
    stage.sends(ROMEO, join(DEV, 'romeo'));
    await stage.receives(ROMEO, `<presence type='error' id='join'/>`);
  }
  await staysIn(registry, ROOM);
});

test('a client that comes while the account waits to enter tries at once, and is answered', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await registry.occupants.put(STORED);
  const network = new FakeNetwork();
  network.refuse = { join: new Refusal('full', 'The room is full. Try again later.') };
  await using stage = await Stage.open({ ...STAYING, registry: lent, network });
  await stage.asked('join');
  await stage.settled();
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, `<presence type='error' id='join'><error type='wait'/></presence>`);
  network.refuse = {};
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110));
  await stage.receivesNoMore(ROMEO);
  await staysIn(registry, ROOM);
});

test('whom the administrator does not let stay leaves with the last client, and is told when asking for more', async () => {
  await using stage = await Stage.open({ persistence: { byDefault: true, deny: ['example.net'] } });
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.skips(ROMEO);
  stage.sends(ROMEO, `<message type='chat' to='${HOST}'><body>preferences persistent no</body></message>`);
  await stage.receives(ROMEO, `<message><body>Your preferences are stored.</body></message>`);
  stage.sends(ROMEO, `<message type='chat' to='${HOST}'><body>preferences persistent yes</body></message>`);
  const told = await stage.receives(ROMEO, `<message type='chat'/>`);
  assert.match(JSON.stringify(told), /You may not stay in rooms without a client here/);
  stage.sends(ROMEO, leave());
  await stage.asked('leave');
});

test('after a crash the clients are shown the room, which is entered once, and the account stays when they leave', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  for (const resource of ['', 'orchard', 'phone']) await registry.occupants.put({ ...STORED, resource });
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  for (const client of [ROMEO, PHONE]) {
    await stage.receives(client, occupant(DEV, 'romeo', 110));
    stage.sends(client, leave());
  }
  await stage.settled();
  assert.equal(asked(stage, 'join').length, 1);
  assert.deepEqual(asked(stage, 'leave'), []);
  await staysIn(registry, ROOM);
});

test('who does not want to stay any more is not brought back after a restart', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  await registry.occupants.put(STORED);
  await using stage = await Stage.open({ registry: lent });
  await staysIn(registry);
  await stage.settled();
  assert.deepEqual(asked(stage, 'join'), []);
});

test('signing out ends all stays', async () => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  const account = { user: BARE, host: HOST, id: 'main' as AccountId, label: 'Fake', settings: { nick: 'romeo' } };
  await registry.accounts.put({ ...account, guest: false, created: 0 });
  {
    await using stage = await Stage.open({ ...STAYING, registry: lent });
    await left(stage);
    await staysIn(registry, ROOM);
    stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='r'><query xmlns='jabber:iq:register'><remove/></query></iq>`);
    await until(() => !stage.network.session.running);
    await stage.settled();
  }
  await staysIn(registry);
});

test('“onJoin” of the user is how much a client is told that does not say how much it wants', async () => {
  await using stage = await Stage.open(STAYING);
  await prefers(stage.registry, 'onJoin', '1', DEV);
  await left(stage);
  for (const text of ['one', 'two']) await stage.network.session.emit(said(DEV, 'Ann', text));
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110));
  await stage.receives(PHONE, `<message type='groupchat'><body>two</body></message>`);
});

test('a start with thousands of persistent rooms reads them page by page and enters each once', async (t) => {
  const { registry, lent } = await lasting();
  await using _registry = registry;
  const users = Array.from({ length: USERS }, (_, n) => `user${n}@example.net`);
  const rooms = Array.from({ length: 500 }, (_, n) => `#room${n}` as RoomId);
  await Promise.all(users.flatMap((user) => rooms.map((room) => registry.occupants.put({ ...STORED, user, room }))));
  const startedAt = performance.now();
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  const joins = () =>
    stage.network.sessions.reduce((sum, { actions }) => sum + actions.filter(({ type }) => type === 'join').length, 0);
  await until(
    () => joins() === USERS * 500,
    () => `${joins()} joins`,
  );
  assert.equal(stage.network.sessions.length, USERS);
  t.diagnostic(`${USERS * 500} rooms in ${Math.round(performance.now() - startedAt)} ms`);
});
