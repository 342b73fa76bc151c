/** Scenes of leaving the gateway for good: nothing of the user is left, and it can be wished again where it was cut short. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { AccountId, RoomId } from '#src/network.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import { FakeNetwork, LingeringNetwork, said } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { entryOf, scratchFile } from '#test/registry/scratch.ts';
import { BARE, completed, executing, give } from '#test/scenes/commands.ts';
import { HOST, join, occupant, ROMEO, Stage, type StageOptions } from '#test/stage.ts';

const STAYING: StageOptions = { persistence: { byDefault: true }, idleDays: 30 };
const REMOVE = `<iq type='set' to='${HOST}' id='out'><query xmlns='jabber:iq:register'><remove/></query></iq>`;
const MAIN = { user: BARE, host: HOST, id: 'main' as AccountId, label: 'Fake', settings: { nick: 'romeo' } };
const TWO = { user: BARE, host: HOST, account: 'two' as AccountId };

/** A network with many servers. */
function wide(): FakeNetwork {
  const network = new FakeNetwork();
  const of = (local: string) => local.split('%')[1] as AccountId;
  network.place = (local) => (local === '' ? {} : { room: local as RoomId, account: of(local) });
  network.guest = (id, nick) => ({ id: id ?? ('main' as AccountId), label: 'Fake', settings: { nick } });
  return network;
}

/** A registry that outlives the stage. */
function lent(registry: Registry): Registry {
  return { ...registry, [Symbol.asyncDispose]: async () => undefined };
}

/** What there is of romeo, by table. */
async function leftOf({ accounts, archive, contacts, kept, occupants, preferences, sightings }: Registry) {
  const owned = { user: BARE, host: HOST };
  const left = {
    accounts: await accounts.list(BARE, HOST),
    archive: await Array.fromAsync(archive.conversations(HOST)),
    contacts: await contacts.list(BARE, HOST),
    kept: [await kept.get(TWO, 'sts')].filter((value) => value !== undefined),
    occupants: await Array.fromAsync(occupants.list(HOST, (refusal) => assert.fail(refusal))),
    preferences: await preferences.list(BARE, HOST),
    sightings: [await sightings.get(owned)].filter((at) => at !== undefined),
  };
  return Object.entries(left).flatMap(([table, rows]) => (rows.length > 0 ? [table] : []));
}

test('after the last sign-out nothing is left, of guests of other servers neither, nor is anything added later', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  await registry.accounts.put({ ...MAIN, guest: false, created: 0 });
  await registry.kept.put(TWO, 'sts', 'secure');
  await registry.preferences.put({ user: BARE, host: HOST, local: '', name: 'typing', value: 'false' });
  {
    await using stage = await Stage.open({ ...STAYING, network: wide(), registry: lent(registry) });
    stage.sends(BARE, `<presence type='subscribe' to='${HOST}'/>`);
    stage.sends(ROMEO, `<presence to='${HOST}'/>`);
    stage.sends(ROMEO, join('#dev%two', 'romeo'));
    await stage.receives(ROMEO, occupant('#dev%two', 'romeo', 110));
    const guest = stage.network.session;
    await guest.emit(said('#dev%two', 'Ann', 'hello'));
    await stage.server.received(/hello/);
    assert.deepEqual(await leftOf(registry), [
      ...['accounts', 'archive', 'contacts', 'kept', 'occupants', 'preferences', 'sightings'],
    ]);
    stage.sends(ROMEO, REMOVE);
    await stage.server.received(/type='result' id='out'/);
    assert.equal(guest.running, false);
    assert.deepEqual(await leftOf(registry), []);
    stage.sends(ROMEO, `<presence type='unavailable' to='${HOST}'/>`);
    stage.sends(ROMEO, `<presence to='${HOST}'/>`);
    await stage.settled();
  }
  assert.deepEqual(await leftOf(registry), []);
});

test('signing out of one server forgets what is of that one, and the others go on', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  for (const id of ['main', 'two'] as AccountId[]) {
    await registry.accounts.put({ ...MAIN, id, guest: false, created: 0 });
    await registry.kept.put({ ...TWO, account: id }, 'sts', 'secure');
    for (const room of ['#dev', '#tea']) {
      const preference = { user: BARE, host: HOST, local: `${room}%${id}`, name: 'persistent', value: 'true' };
      await registry.preferences.put(preference);
    }
    const stay = { ...TWO, account: id, room: `#dev%${id}` as RoomId, resource: '', nick: 'romeo' };
    await registry.occupants.put(stay);
  }
  await using stage = await Stage.open({ network: wide(), registry: lent(registry) });
  await stage.asked('join', 4);
  // Of a room in which nobody has been yet.
  await registry.preferences.put({ user: BARE, host: HOST, local: '#late%two', name: 'persistent', value: 'true' });
  const { session } = await give(stage, 'unregister', {}, executing());
  await give(stage, 'unregister', { session, form: { account: 'two', sure: '1' } }, completed());
  const of = <Row>(rows: readonly Row[], name: (row: Row) => string) => rows.map(name).sort();
  const { accounts, kept, occupants, preferences } = registry;
  assert.deepEqual(
    of(await accounts.list(BARE, HOST), ({ id }) => id),
    ['main'],
  );
  assert.deepEqual(
    of(await preferences.list(BARE, HOST), ({ local }) => local),
    ['#dev%main', '#tea%main'],
  );
  const stays = await Array.fromAsync(occupants.list(HOST, (refusal) => assert.fail(refusal)));
  assert.deepEqual(
    of(stays, ({ room }) => room),
    ['#dev%main', '#tea%main'],
  );
  assert.equal(await kept.get(TWO, 'sts'), undefined);
  assert.equal(await kept.get({ ...TWO, account: MAIN.id }, 'sts'), 'secure');
});

test('a sign-out that was cut short is not over: it can be wished again', async (t) => {
  const path = scratchFile(t);
  const other = new DatabaseSync(path);
  t.after(() => other.close());
  await using registry = await openRegistry(path, randomBytes(32));
  await registry.accounts.put({ ...MAIN, guest: false, created: 0 });
  await using stage = await Stage.open({ ...STAYING, registry: lent(registry) });
  stage.sends(ROMEO, `<presence to='${HOST}'/>`);
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.network.session.emit(said('#dev', 'Ann', 'hello'));
  await stage.server.received(/hello/);
  other.exec(`create trigger broken before delete on archive begin select raise(abort, 'The disk is broken'); end`);
  stage.sends(ROMEO, REMOVE);
  await stage.server.received(/type='error' id='out'/);
  assert.equal(stage.bugs.splice(0).length, 1);
  other.exec('drop trigger broken');
  stage.sends(ROMEO, REMOVE);
  await stage.server.received(/type='result' id='out'/);
  assert.deepEqual(await leftOf(registry), []);
});

test('a client that comes while its user signs out does not bring the account back', async () => {
  const gate = Promise.withResolvers<void>();
  await using registry = await openRegistry(':memory:', randomBytes(32));
  await registry.accounts.put({ ...MAIN, guest: false, created: 0 });
  await using stage = await Stage.open({ network: new LingeringNetwork(gate.promise), registry: lent(registry) });
  stage.sends(ROMEO, `<presence to='${HOST}'/>`);
  await until(() => stage.network.sessions[0]?.running === true);
  stage.sends(ROMEO, REMOVE);
  await until(() => stage.network.sessions[0]?.running === false);
  stage.sends(`${BARE}/phone`, `<presence to='${HOST}'/>`);
  await stage.settled();
  gate.resolve();
  await stage.server.received(/type='result' id='out'/);
  assert.equal(stage.network.sessions.length, 2);
  assert.equal(stage.network.session.running, false);
  assert.deepEqual(await leftOf(registry), []);
});

test('who has no account can erase what was said all the same', async () => {
  await using stage = await Stage.open();
  await stage.registry.archive.add(entryOf({ user: BARE }));
  assert.deepEqual(await leftOf(stage.registry), ['archive']);
  const { session } = await give(stage, 'erase', {}, executing());
  await give(stage, 'erase', { session, form: { sure: '1' } }, completed());
  assert.deepEqual(await leftOf(stage.registry), []);
});
