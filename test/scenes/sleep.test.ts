/** Scenes of accounts that sleep while their user is long gone, and of how many may be connected, and how fast. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AccountId, RoomId } from '#src/network.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, JULIET, join, occupant, ROMEO, Stage, type StageOptions } from '#test/stage.ts';

const DEV = '#dev';
const BARE = 'romeo@example.net';
const DAY = 86_400_000;
const HOUR = 3_600_000;
const STAY = { user: BARE, host: HOST, account: 'main' as AccountId, room: DEV as RoomId, resource: '', nick: 'romeo' };
const STAYING: StageOptions = { persistence: { byDefault: true }, idleDays: 30 };

/** Romeo stays in #dev, and was last seen so many days ago. */
async function seen(days: number): Promise<{ registry: Registry; lent: Registry }> {
  const registry = await openRegistry(':memory:', randomBytes(32));
  await registry.occupants.put(STAY);
  await registry.sightings.put({ user: BARE, host: HOST }, new Date(Date.now() - days * DAY));
  return { registry, lent: { ...registry, [Symbol.asyncDispose]: async () => undefined } };
}

test('at a start those are connected who were seen lately, and nobody else', async () => {
  for (const [days, sessions] of [
    [29, 1],
    [31, 0],
  ] as const) {
    const { registry, lent } = await seen(days);
    await using _registry = registry;
    await using stage = await Stage.open({ ...STAYING, registry: lent });
    if (sessions > 0) await stage.asked('join');
    await stage.settled();
    assert.equal(stage.network.sessions.length, sessions, `${days} days`);
  }
});

const WAKERS: Readonly<Record<string, string>> = {
  presence: `<presence to='${HOST}'/>`,
  'a message': `<message type='chat' to='ann@${HOST}' id='m'><body>hello</body></message>`,
  'a join elsewhere': join('#tea', 'romeo'),
};
for (const [what, stanza] of Object.entries(WAKERS)) {
  test(`a sleeper is woken by ${what}, and is in the room again`, async () => {
    const { registry, lent } = await seen(31);
    await using _registry = registry;
    await using stage = await Stage.open({ ...STAYING, registry: lent });
    await stage.settled();
    assert.deepEqual(stage.network.sessions, []);
    stage.sends(ROMEO, stanza);
    await until(() => joined(stage).includes(DEV));
    assert.equal(await isSeen(registry), true);
  });
}

/** Writes are committed in groups, soon after. */
async function isSeen(registry: Registry): Promise<boolean> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const at = await registry.sightings.get({ user: BARE, host: HOST });
    if (at && Date.now() - at.getTime() < DAY) return true;
    await nextTurn();
  }
  return false;
}

function joined(stage: Stage): string[] {
  const actions = stage.network.sessions.flatMap((session) => session.actions);
  return actions.flatMap((action) => (action.type === 'join' ? [action.room] : []));
}

/** An hour passes for what looks every hour. */
async function hourLater(t: TestContext, stage: Stage): Promise<void> {
  t.mock.timers.tick(HOUR);
  await stage.settled();
}

test('whoever is not seen for so long is put to sleep, unless a client of theirs is there', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { registry, lent } = await seen(29);
  await using _registry = registry;
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  await stage.asked('join');
  await hourLater(t, stage);
  assert.equal(stage.network.session.running, true);
  await registry.sightings.put({ user: BARE, host: HOST }, new Date(Date.now() - 31 * DAY));
  stage.sends(JULIET, join(DEV, 'juliet'));
  await stage.receives(JULIET, occupant(DEV, 'juliet', 110));
  await registry.sightings.put({ user: 'juliet@example.net', host: HOST }, new Date(0));
  await hourLater(t, stage);
  const [romeo, juliet] = stage.network.sessions;
  await until(() => romeo?.running === false);
  assert.equal(romeo?.farewells.at(-1), 'Away for a long time');
  assert.equal(juliet?.running, true);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
});

test('a client that a crash left in the room keeps its account awake', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { registry, lent } = await seen(31);
  await using _registry = registry;
  await registry.occupants.put({ ...STAY, resource: 'orchard' });
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await hourLater(t, stage);
  await hourLater(t, stage);
  assert.equal(stage.network.session.running, true);
  // Its days begin when it goes.
  assert.equal(await isSeen(registry), true);
});

test('where nobody is to sleep, nobody does, and no sightings are kept', async () => {
  const { registry, lent } = await seen(10_000);
  await using _registry = registry;
  await using stage = await Stage.open({ ...STAYING, idleDays: 0, registry: lent });
  await stage.asked('join');
  stage.sends(JULIET, join(DEV, 'juliet'));
  await stage.receives(JULIET, occupant(DEV, 'juliet', 110));
  assert.equal(await registry.sightings.get({ user: 'juliet@example.net', host: HOST }), undefined);
});

test('who was never seen, as after an import, is connected and has their days from then on', async () => {
  const { registry, lent } = await seen(0);
  await using _registry = registry;
  await registry.sightings.remove({ user: BARE, host: HOST });
  await using stage = await Stage.open({ ...STAYING, registry: lent });
  await stage.asked('join');
  assert.equal(await isSeen(registry), true);
});

test('after a start a few accounts are connected at once, and the others one by one', async () => {
  const registry = await openRegistry(':memory:', randomBytes(32));
  const network = new FakeNetwork();
  network.entrance = () => ({ name: 'Fake', connections: 0, perSecond: 0.01 });
  for (let n = 0; n < 14; n += 1) await registry.occupants.put({ ...STAY, user: `user${n}@example.net` });
  await using stage = await Stage.open({ ...STAYING, registry, network });
  await until(() => network.sessions.length === 14);
  await stage.settled();
  assert.equal(network.sessions.filter((session) => session.running).length, 10);
});

/** A network that takes one connection. */
function narrow(): FakeNetwork {
  const network = new FakeNetwork();
  network.entrance = () => ({ name: 'Fake', connections: 1, perSecond: 1_000 });
  return network;
}

test('when all connections are in use one more is refused with a sentence, and made when one is free', async () => {
  await using stage = await Stage.open({ network: narrow() });
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.registry.accounts.put({
    ...{ user: 'juliet@example.net', host: HOST, id: 'main' as AccountId, label: 'Fake', settings: {} },
    ...{ guest: false, created: 0 },
  });
  stage.sends(JULIET, `<presence to='${HOST}'/>`);
  stage.sends(JULIET, join(DEV, 'juliet'));
  const answer = await stage.receives(JULIET, `<presence type='error' id='join'><error type='wait'/></presence>`);
  assert.match(
    JSON.stringify(answer),
    /Not connected to Fake \(the limit of 1 connections there is reached; it waits for one\)/,
  );
  stage.sends(JULIET, `<message type='chat' to='${HOST}'><body>status</body></message>`);
  const status = await stage.receives(JULIET, `<message type='chat'/>`);
  assert.match(JSON.stringify(status), /1 of 1 connections to Fake are in use/);
  const [romeo, juliet] = stage.network.sessions;
  assert.equal(juliet?.runs, 0);
  romeo?.cut(new Error('connection reset'));
  await until(() => juliet?.running === true);
  stage.sends(JULIET, join(DEV, 'juliet'));
  await stage.receives(JULIET, occupant(DEV, 'juliet', 110));
});

test('a user has no more accounts than the administrator lets everybody have, and is told what to do', async () => {
  const network = new FakeNetwork();
  const of = (local: string) => local.split('%')[1] as AccountId;
  network.place = (local) => (local === '' ? {} : { room: local as RoomId, account: of(local) });
  network.guest = (id, nick) => ({ id: id ?? ('main' as AccountId), label: 'Fake', settings: { nick } });
  await using stage = await Stage.open({ network, quotas: { accounts: 1 } });
  stage.sends(ROMEO, join('#dev%one', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev%one', 'romeo', 110));
  await stage.skips(ROMEO);
  stage.sends(ROMEO, join('#dev%two', 'romeo'));
  const answer = await stage.receives(ROMEO, `<presence type='error'><error type='wait'/></presence>`);
  assert.match(JSON.stringify(answer), /No more than 1 servers at once. Leave the rooms of another one first./);
});

test('a user has no more rooms than the administrator lets everybody have, and is told what to do', async () => {
  await using stage = await Stage.open({ quotas: { rooms: 1 } });
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.skips(ROMEO);
  stage.sends(ROMEO, join('#tea', 'romeo'));
  const answer = await stage.receives(ROMEO, `<presence type='error'><error type='wait'/></presence>`);
  assert.match(JSON.stringify(answer), /No more than 1 rooms at once. Leave another one first./);
});
