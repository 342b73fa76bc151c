/** Scenes of accounts that are alone in rooms: what is said to them, and who of many comes back. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Account, AccountId, Host, RoomId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { FakeNetwork, type FakeSession, member, told } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, join, occupant, ROMEO, Stage, type StageOptions } from '#test/stage.ts';

const DEV = '#dev';
const BARE = 'romeo@example.net';
const STAY = { host: HOST, account: 'main' as AccountId, room: DEV as RoomId, resource: '', nick: 'romeo' };
const STAYING: StageOptions = { persistence: { byDefault: true } };

test('an answer to what was whispered through the room comes from the contact when no client is in the room', async () => {
  const network = new FakeNetwork();
  network.members = [member('Ann')];
  await using stage = await Stage.open({ ...STAYING, network });
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'Ann'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  stage.sends(ROMEO, `<message type='chat' to='${DEV}@${HOST}/Ann' id='w'><body>psst</body></message>`);
  await stage.asked('message');
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.settled();
  await stage.network.session.emit(told('Ann', 'what is it?'));
  await stage.receives(BARE, `<message type='chat' from='ann@${HOST}'><body>what is it?</body></message>`);
});

test('a user who is not there is not told of each connection that is lost and made again', async () => {
  await using stage = await Stage.open(STAYING);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.settled();
  const { session } = stage.network;
  session.cut(new Error('the server is gone'));
  await until(() => session.runs === 2);
  await stage.receivesNoMore(BARE);
});

test('an account that can not be opened keeps nobody else out', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const lent = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  for (const user of ['juliet@example.net', BARE]) {
    await registry.occupants.put({ ...STAY, user });
  }
  class Strange extends FakeNetwork {
    override open(account: Account, host: Host): FakeSession {
      if (host.owner !== BARE) throw new Error('No such settings.');
      return super.open(account, host);
    }
  }
  await using stage = await Stage.open({ ...STAYING, registry: lent, network: new Strange() });
  await stage.asked('join');
  assert.equal(stage.bugs.splice(0).length, 1);
});
