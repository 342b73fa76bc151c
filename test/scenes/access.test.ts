/** Scenes of who may come, and of how fast. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Access } from '#src/access.ts';
import { parseJid } from '#src/address.ts';
import { Invites } from '#src/invites.ts';
import { Refusal } from '#src/network.ts';
import { Rates } from '#src/rates.ts';
import { openRegistry } from '#src/registry/database.ts';
import { LingeringNetwork } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { error, executing, give, list, NS, nodes, submit } from '#test/scenes/commands.ts';
import { HOST, JULIET, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const ADMIN = 'admin@example.com';

function jid(text: string) {
  const read = parseJid(text);
  assert.ok(read);
  return read;
}

test('an invitation lets one user in, once, and over a restart', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const invites = new Invites(HOST, registry);
  const access = new Access({ allow: ['example.com'], invites });
  const romeo = jid(ROMEO);
  assert.throws(() => access.check(romeo), /needs an invitation/);
  assert.ok(access.needsToken(romeo));
  assert.ok(!access.needsToken(jid(ADMIN)));
  const { token, expires } = await invites.create(ADMIN, 2);
  assert.ok(Math.abs(expires.getTime() - Date.now() - 2 * 86_400_000) < 60_000);
  await assert.rejects(access.redeem(romeo, 'made-up'), Refusal);
  await access.redeem(romeo, ` ${token} `);
  access.check(romeo);
  await assert.rejects(access.redeem(jid(JULIET), token), /not good/);
  const later = new Invites(HOST, registry);
  await later.load();
  assert.ok(later.has(BARE));
  assert.equal(later.has('juliet@example.net'), false);
  assert.equal(await later.revoke(token), BARE);
  assert.equal(later.has(BARE), false);
});

test('of two who take an invitation at once one gets it', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const invites = new Invites(HOST, registry);
  const { token } = await invites.create(ADMIN, 1);
  const users = ['romeo@example.net', 'juliet@example.net', 'nurse@example.net'];
  const results = await Promise.allSettled(users.map((user) => invites.redeem(user, token)));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.deepEqual(
    users.map((user) => invites.has(user)),
    results.map(({ status }) => status === 'fulfilled'),
  );
});

test('an invitation that is revoked in the moment it is taken lets nobody in', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const invites = new Invites(HOST, registry);
  for (const before of [0, 199]) {
    const { token } = await invites.create(ADMIN, 1);
    // Two hundred writes make a transaction, so that what comes next is in the same one or in another.
    const writes = Array.from({ length: before }, (_, n) =>
      registry.blocks.put({ user: BARE, host: HOST, local: `${n}` }),
    );
    const taken = invites.redeem(BARE, token).catch((error: unknown) => assert.ok(error instanceof Refusal));
    await Promise.all([...writes, taken, invites.revoke(token)]);
    assert.equal(invites.has(BARE), false, `after ${before} writes`);
  }
});

test('an invitation that is too old is not taken, not listed, and goes with the next', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  await registry.invites.add({ host: HOST, token: 'old', creator: ADMIN, expires: new Date(Date.now() - 1) });
  const invites = new Invites(HOST, registry);
  await invites.load();
  await assert.rejects(invites.redeem(BARE, 'old'), Refusal);
  assert.deepEqual(invites.list(), []);
  const fresh = await invites.create(ADMIN, 1);
  assert.deepEqual(invites.list(), [fresh]);
  await assert.rejects(invites.revoke('old'), Refusal);
  for (const days of [0, 1.5, 366, Number.NaN]) await assert.rejects(invites.create(ADMIN, days), Refusal);
});

test('whoever was invited comes in, others are told what they need', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const expires = new Date(Date.now() + 1_000_000);
  await registry.invites.add({ host: HOST, token: 't', creator: ADMIN, expires, user: BARE });
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  await using stage = await Stage.open({ registry: kept, allow: [], invites: true });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  stage.sends(JULIET, join('#dev', 'juliet'));
  const text =
    'juliet@example.net needs an invitation to use this gateway. Ask its administrator for one, then register with it.';
  await stage.receives(
    JULIET,
    `<presence type='error'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
      `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${text}</text></error></presence>`,
  );
});

test('whoever needs an invitation can register with it and have things forgotten, and leaves nothing behind before', async () => {
  await using stage = await Stage.open({ allow: [], invites: true });
  assert.deepEqual(nodes(await list(stage)), ['help', 'jabber:iq:register', 'status', 'erase', 'ping']);
  for (const node of ['preferences', 'configure']) await give(stage, node, {}, error('auth', 'forbidden'));
});

test('who loses the invitation is disconnected and does not come again', async () => {
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const expires = new Date(Date.now() + 1_000_000);
  await registry.invites.add({ host: HOST, token: 't', creator: ADMIN, expires, user: BARE });
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  await using stage = await Stage.open({ registry: kept, allow: ['example.com'], admins: [ADMIN], invites: true });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.skips(ROMEO);
  const revoke = (attributes: string, content: string) =>
    stage.sends(
      `${ADMIN}/desk`,
      `<iq type='set' id='c' to='${HOST}'><command xmlns='http://jabber.org/protocol/commands' node='revoke'${attributes}>${content}</command></iq>`,
    );
  revoke('', '');
  const form = await stage.receives(`${ADMIN}/desk`, `<iq type='result' id='c'/>`);
  const session = form.children[0]?.attributes['sessionid'];
  const token = `<field var='token'><value>t</value></field>`;
  revoke(` sessionid='${session}'`, `<x xmlns='jabber:x:data' type='submit'>${token}</x>`);
  await stage.receives(`${ADMIN}/desk`, `<iq type='result' id='c'/>`);
  await stage.receives(ROMEO, `<presence type='unavailable' from='#dev@${HOST}/romeo'/>`);
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, `<presence type='error' from='#dev@${HOST}/romeo'><error type='auth'/></presence>`);
});

test('who loses the invitation while an account is opened is not let in', async () => {
  const gate = Promise.withResolvers<void>();
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const expires = new Date(Date.now() + 1_000_000);
  await registry.invites.add({ host: HOST, token: 't', creator: ADMIN, expires, user: BARE });
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  const network = new LingeringNetwork(gate.promise);
  await using stage = await Stage.open({
    registry: kept,
    network,
    allow: ['example.com'],
    admins: [ADMIN],
    invites: true,
  });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  // The new account waits for the end of the old one.
  const form = `<query xmlns='jabber:iq:register'><nick>montague</nick></query>`;
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='r'>${form}</iq>`);
  await until(() => !stage.network.session.running);
  const from = `${ADMIN}/desk`;
  const { session } = await give(stage, 'revoke', { from }, executing());
  const revoke = `<command xmlns='${NS}' node='revoke' sessionid='${session}'>${submit({ token: 't' })}</command>`;
  stage.sends(from, `<iq type='set' to='${HOST}' id='c'>${revoke}</iq>`);
  while ((await Array.fromAsync(registry.invites.list(HOST))).length > 0) await stage.settled();
  await stage.settled();
  gate.resolve();
  await stage.server.received(/type='error' id='r'/);
  assert.equal(stage.network.sessions.length, 1);
});

test('whoever sends too fast is told for each message, and the others are not slowed down', async () => {
  await using stage = await Stage.open({ rates: { perSecond: 0.001, burst: 3 } });
  const message = (id: number) => `<message type='chat' id='${id}' to='ann@${HOST}'><body>hi</body></message>`;
  for (const id of [1, 2, 3, 4, 5]) stage.sends(ROMEO, message(id));
  for (const id of [4, 5]) {
    await stage.receives(
      ROMEO,
      `<message type='error' id='${id}'><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
  }
  stage.sends(ROMEO, `<iq type='get' id='6' to='${HOST}'><ping xmlns='urn:xmpp:ping'/></iq>`);
  await stage.receives(ROMEO, `<iq type='error' id='6'><error type='wait'/></iq>`);
  stage.sends(ROMEO, `<presence to='#dev@${HOST}/romeo'><show>away</show></presence>`);
  stage.sends(JULIET, `<iq type='get' id='7' to='${HOST}'><ping xmlns='urn:xmpp:ping'/></iq>`);
  await stage.receives(JULIET, `<iq type='result' id='7'/>`);
  await stage.receivesNoMore(ROMEO);
});

test('leaving is never too fast', async () => {
  await using stage = await Stage.open({ rates: { perSecond: 0.001, burst: 1 } });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.skips(ROMEO);
  stage.sends(ROMEO, `<presence type='unavailable' to='#dev@${HOST}/romeo'/>`);
  await stage.receives(ROMEO, `<presence type='unavailable' from='#dev@${HOST}/romeo'/>`);
});

test('a bucket fills up again, to its burst and no further', () => {
  let now = 0;
  const rates = new Rates({ perSecond: 2, burst: 3 }, () => now);
  const taken = () => Array.from({ length: 5 }, () => rates.take(BARE)).filter(Boolean).length;
  assert.equal(taken(), 3);
  now += 1_000;
  assert.equal(taken(), 2);
  now += 1_000_000;
  assert.equal(taken(), 3);
});
