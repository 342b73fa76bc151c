/** Scenes of the roster: adding and removing contacts, presence both ways, probes, and being there again. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { ContactId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const CAPS = `<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='*' ver='*'/>`;

async function addAnn(stage: Stage): Promise<void> {
  stage.sends(BARE, `<presence type='subscribe' to='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='subscribed' from='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unavailable' from='ann@${HOST}/isthmus'/>`);
  await stage.receives(BARE, `<presence type='subscribe' from='ann@${HOST}'/>`);
  stage.sends(BARE, `<presence type='subscribed' to='ann@${HOST}'/>`);
}

test('the host accepts a subscription, shows itself with caps, and asks back once', async () => {
  await using stage = await Stage.open();
  stage.sends(BARE, `<presence type='subscribe' to='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='subscribed' from='${HOST}'/>`);
  await stage.receives(BARE, `<presence from='${HOST}/isthmus'>${CAPS}</presence>`);
  await stage.receives(BARE, `<presence type='subscribe' from='${HOST}'/>`);
  stage.sends(BARE, `<presence type='subscribe' to='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='subscribed' from='${HOST}'/>`);
  await stage.receives(BARE, `<presence from='${HOST}/isthmus'/>`);
  await stage.receivesNoMore(BARE);
});

test('ann on the roster: her presence follows the network, and is told to probes', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.session.runs === 1);
  const contact = 'ann' as ContactId;
  await stage.network.session.emit({ type: 'presence', contact, presence: { show: 'online' } });
  await stage.receives(BARE, `<presence from='ann@${HOST}/isthmus'>${CAPS}</presence>`);
  await stage.network.session.emit({ type: 'presence', contact, presence: { show: 'away', status: 'tea' } });
  await stage.receives(BARE, `<presence from='ann@${HOST}/isthmus'><show>away</show><status>tea</status></presence>`);
  stage.sends(ROMEO, `<presence type='probe' to='ann@${HOST}'/>`);
  await stage.receives(ROMEO, `<presence from='ann@${HOST}/isthmus'><show>away</show></presence>`);
  await stage.network.session.emit({ type: 'presence', contact, presence: { show: 'offline' } });
  await stage.receives(BARE, `<presence type='unavailable' from='ann@${HOST}/isthmus'/>`);
});

test('someone who is not on the roster is not told of', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<presence type='probe' to='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unsubscribed' from='ann@${HOST}'/>`);
});

test('removing ann ends both subscriptions and the network stops telling of her', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  stage.sends(BARE, `<presence type='unsubscribe' to='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unsubscribed' from='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unsubscribe' from='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unavailable' from='ann@${HOST}/isthmus'/>`);
  await stage.asked('contact', 2);
  await stage.network.session.emit({ type: 'presence', contact: 'ann' as ContactId, presence: { show: 'online' } });
  await stage.receivesNoMore(BARE);
});

test('of several clients the most available counts, and a change is told once', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'><show>away</show></presence>`);
  stage.sends('romeo@example.net/phone', `<presence to='ann@${HOST}'><show>xa</show></presence>`);
  stage.sends('romeo@example.net/phone', `<presence to='ann@${HOST}'/>`);
  stage.sends('romeo@example.net/phone', `<presence to='ann@${HOST}'/>`);
  stage.sends('romeo@example.net/phone', `<presence type='unavailable' to='ann@${HOST}'/>`);
  await stage.settled();
  const shows = stage.network.session.actions.flatMap((action) =>
    action.type === 'presence' ? [action.presence.show] : [],
  );
  assert.deepEqual(shows, ['away', 'online', 'away']);
});

test('two hundred contacts are all followed', async () => {
  const network = new FakeNetwork();
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const names = Array.from({ length: 200 }, (_, n) => `friend${n}`);
  for (const local of names) {
    await registry.contacts.put({ user: BARE, host: HOST, local, sees: true, seen: true, asked: false });
  }
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  await using stage = await Stage.open({ registry: kept, network });
  stage.sends(ROMEO, `<presence to='friend7@${HOST}'/>`);
  await stage.asked('contact', 200);
});

test('whoever was not asked has nothing to grant', async () => {
  await using stage = await Stage.open();
  stage.sends(BARE, `<presence type='subscribed' to='ann@${HOST}'/>`);
  await stage.settled();
  assert.deepEqual(await stage.registry.contacts.list(BARE, HOST), []);
});

test('a server that knows of no client of romeo ends his presence', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.session.runs === 1);
  stage.sends(BARE, `<presence type='unavailable' to='ann@${HOST}'/>`);
  await stage.asked('presence');
  assert.deepEqual(stage.network.session.actions.at(-1), { type: 'presence', presence: { show: 'offline' } });
});

test('a room can not be subscribed to', async () => {
  await using stage = await Stage.open();
  stage.sends(BARE, `<presence type='subscribe' to='#dev@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unsubscribed' from='#dev@${HOST}'/>`);
});

test('whoever may not use the network is told so, and nothing is connected', async () => {
  await using stage = await Stage.open({ allow: ['example.org', 'juliet@example.net'] });
  stage.sends(BARE, `<presence type='subscribe' to='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='error' from='ann@${HOST}'><error type='auth'/></presence>`);
  assert.equal(stage.network.sessions.length, 0);
});

test('a gateway that starts again shows itself and asks who is there', async () => {
  const network = new FakeNetwork();
  await using registry = await openRegistry(':memory:', randomBytes(32));
  await registry.contacts.put({ user: BARE, host: HOST, local: '', sees: true, seen: true, asked: false });
  await registry.contacts.put({ user: BARE, host: HOST, local: 'ann', sees: true, seen: true, asked: false });
  // One of an account is enough: romeo is there for all of them, or for none.
  await registry.contacts.put({ user: BARE, host: HOST, local: 'bea', sees: false, seen: true, asked: false });
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  await using stage = await Stage.open({ registry: kept, network });
  await stage.receives(BARE, `<presence from='${HOST}/isthmus'>${CAPS}</presence>`);
  await stage.receives(BARE, `<presence type='unavailable' from='ann@${HOST}/isthmus'/>`);
  await stage.receives(BARE, `<presence type='probe' from='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='probe' from='ann@${HOST}'/>`);
  await stage.receivesNoMore(BARE);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await stage.asked('contact');
  assert.deepEqual(network.session.actions[0], { type: 'contact', contact: 'ann' as ContactId, change: 'add' });
});

test('removing one contact leaves romeo where he is', async () => {
  await using stage = await Stage.open();
  stage.sends(BARE, `<presence type='subscribe' to='${HOST}'/>`);
  await stage.skips(BARE);
  stage.sends(BARE, `<presence type='subscribed' to='${HOST}'/>`);
  stage.sends(BARE, `<presence type='subscribe' to='ann@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.sessions.length === 1 && stage.network.session.runs === 1);
  stage.sends(ROMEO, `<presence type='unavailable' to='ann@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'><show>dnd</show></presence>`);
  await stage.asked('presence');
  const told = stage.network.session.actions.flatMap((action) =>
    action.type === 'presence' ? [action.presence.show] : [],
  );
  assert.deepEqual(told, ['dnd']);
});

test('a server that has taken a request to subscribe does not say that romeo is gone', async () => {
  await using stage = await Stage.open();
  stage.sends(BARE, `<presence type='subscribe' to='ann@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.sessions.length === 1 && stage.network.session.runs === 1);
  stage.sends(BARE, `<presence type='unavailable' to='ann@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'><show>dnd</show></presence>`);
  await stage.asked('presence');
  const [told] = stage.network.session.actions.filter(({ type }) => type === 'presence');
  assert.deepEqual(told, { type: 'presence', presence: { show: 'dnd' } });
});

test('ann is shown once where a server asks for what it was told already, and again to a client that comes', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  stage.sends(BARE, `<presence type='probe' to='ann@${HOST}'/>`);
  await stage.receivesNoMore(BARE);
  stage.sends(BARE, `<presence type='probe' to='ann@${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unavailable' from='ann@${HOST}/isthmus'/>`);
});

test('a presence that is no news is not shown again', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.session.runs === 1);
  const tells = (show: 'online' | 'away') =>
    stage.network.session.emit({ type: 'presence', contact: 'ann' as ContactId, presence: { show } });
  for (const show of ['online', 'online', 'away', 'away', 'online'] as const) await tells(show);
  await stage.receives(BARE, `<presence from='ann@${HOST}/isthmus'>${CAPS}</presence>`);
  await stage.receives(BARE, `<presence from='ann@${HOST}/isthmus'><show>away</show></presence>`);
  await stage.receives(BARE, `<presence from='ann@${HOST}/isthmus'>${CAPS}</presence>`);
  await stage.receivesNoMore(BARE);
});

test('with many contacts the server announces romeo to each and asks for each, and every one is answered', async () => {
  const network = new FakeNetwork();
  await using registry = await openRegistry(':memory:', randomBytes(32));
  const names = Array.from({ length: 700 }, (_, n) => `friend${n}`);
  const flags = { sees: true, seen: true, asked: false };
  await Promise.all(names.map((local) => registry.contacts.put({ user: BARE, host: HOST, local, ...flags })));
  const kept = { ...registry, [Symbol.asyncDispose]: async () => undefined };
  await using stage = await Stage.open({ registry: kept, network });
  await stage.skips(ROMEO);
  for (const name of names) stage.sends(ROMEO, `<presence to='${name}@${HOST}'/>`);
  for (const name of names) stage.sends(ROMEO, `<presence type='probe' to='${name}@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='${HOST}'><show>dnd</show></presence>`);
  await stage.asked('presence');
  await stage.settled();
  const answers = stage.server.stanzas.filter((stanza) => stanza.includes(` to='${ROMEO}'`));
  assert.equal(answers.length, names.length);
});

test('only the last client that leaves logs romeo out', async () => {
  await using stage = await Stage.open();
  await addAnn(stage);
  const phone = 'romeo@example.net/phone';
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  stage.sends(phone, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.sessions.length === 1 && stage.network.session.running);
  stage.sends(ROMEO, `<presence type='unavailable' to='ann@${HOST}'/>`);
  await stage.settled();
  const told = () => stage.network.session.actions.filter(({ type }) => type === 'presence');
  assert.deepEqual(told(), []);
  stage.sends(phone, `<presence type='unavailable' to='ann@${HOST}'/>`);
  await stage.asked('presence');
  assert.deepEqual(told(), [{ type: 'presence', presence: { show: 'offline' } }]);
});
