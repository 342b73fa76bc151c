/** The flows of a gateway (XEP-0100) on every XMPP server, where the server must not grant it anything. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ContactId } from '#src/network.ts';
import { told } from '#test/fakes/network.ts';
import { childOf, type Element, textOf } from './element.ts';
import { HOST, startServer, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';
import type { XmppServer } from './xmpp-server.ts';
import { unlessServerAbsent, XMPP_SERVERS } from './xmpp-servers.ts';

const REGISTER = 'jabber:iq:register';
const ANN = `ann@${HOST}`;

/** Each has a user of its own, since they share a server. */
const FLOWS: Readonly<Record<string, (world: World, user: string) => Promise<void>>> = {
  'is found, and says what it is': discovered,
  'takes a registration by form, shows and changes it': registeredByForm,
  'takes a registration by the old fields, and leaves nothing behind when it is taken back': unregistered,
  'logs in with the first resource and out with the last': loggedIn,
  'puts a contact on the roster, shows it, and takes it off': contacts,
  'tells a client that comes later what it must know': probed,
  'turns what a person types into an address': prompted,
  'answers what can not be delivered with an error': refused,
  'goes and comes back, and everybody is told': restarted,
  'attaches again after the server was away, and its users find it there': reattached,
};

for (const kind of XMPP_SERVERS) {
  const options = { ...unlessServerAbsent(kind), timeout: 120_000 };
  test(`${kind}: the gateway`, options, async (t) => {
    const users = Object.keys(FLOWS).map((_, at) => `user${at}`);
    await using server = await startServer(kind, { users });
    for (const [at, [name, flow]] of Object.entries(FLOWS).entries()) {
      await t.test(name, (each) => play(each, server, flow, `user${at}`));
    }
  });
}

async function play(t: TestContext, on: XmppServer, flow: (world: World, user: string) => Promise<void>, user: string) {
  await using world = await World.open(t, { on });
  await flow(world, user);
}

async function discovered(world: World, user: string) {
  const client = await world.xmpp(user, 'orchard', { plugins: ['xep_0115'] });
  const items = await client.ask('localhost', 'get', '<query xmlns="http://jabber.org/protocol/disco#items"/>');
  const jids = childOf(items, 'query')?.children.map(({ attrs }) => attrs['jid']);
  assert.ok(jids?.includes(HOST), `The server does not list it, only ${jids?.join(', ')}`);
  const info = childOf(
    await client.ask(HOST, 'get', '<query xmlns="http://jabber.org/protocol/disco#info"/>'),
    'query',
  );
  const identities = info?.children.filter(({ name }) => name === 'identity').map(({ attrs }) => attrs);
  assert.ok(identities?.some(({ category, type }) => category === 'gateway' && type === 'irc'));
  // Clients that look for a place for rooms of their own would take it.
  assert.ok(!identities?.some(({ category, type }) => category === 'conference' && type === 'text'));
  const features = info?.children.filter(({ name }) => name === 'feature').map(({ attrs }) => attrs['var']);
  for (const feature of [REGISTER, 'jabber:iq:gateway']) assert.ok(features?.includes(feature), feature);
  await befriend(client, HOST);
  // It holds this only after it has asked for the features and found their hash right (XEP-0115 §5.4).
  let verified: unknown = null;
  for (let asked = 0; verified === null && asked < 50; asked += 1) {
    await client.settle(HOST);
    verified = await client.call('xep_0115', 'get_verstring', { jid: `${HOST}/isthmus` });
  }
  assert.equal(typeof verified, 'string');
}

async function registeredByForm(world: World, user: string) {
  const client = await world.xmpp(user);
  const blank = childOf(await client.ask(HOST, 'get', `<query xmlns="${REGISTER}"/>`), 'query', REGISTER);
  assert.equal(childOf(blank, 'registered'), undefined);
  const form = childOf(blank, 'x', 'jabber:x:data');
  assert.deepEqual(
    form?.children.filter(({ name }) => name === 'field').map(({ attrs }) => attrs['type']),
    ['hidden', 'text-single', 'text-private'],
  );
  const refused = await client.ask(HOST, 'set', filled({ nick: '' }));
  assert.equal(errorOf(refused), 'not-acceptable');
  assert.equal((await client.ask(HOST, 'set', filled({ nick: 'Ada', password: 'sesame' }))).attrs['type'], 'result');
  await acceptGateway(client);
  await world.until(() => world.network.session.running);
  const known = childOf(await client.ask(HOST, 'get', `<query xmlns="${REGISTER}"/>`), 'query', REGISTER);
  assert.ok(childOf(known, 'registered'));
  assert.equal(known && textOf(known, 'nick'), 'Ada');
  assert.ok(!JSON.stringify(known).includes('sesame'), 'A password is never shown again.');
  assert.equal((await client.ask(HOST, 'set', filled({ nick: 'Bea' }))).attrs['type'], 'result');
  await world.until(() => settingsOf(world)['nick'] === 'Bea' && world.network.session.running);
}

async function unregistered(world: World, user: string) {
  const client = await world.xmpp(user);
  await client.call('xep_0077', 'get_registration', { jid: HOST });
  await register(world, client);
  await befriend(client, ANN);
  client.clear();
  const session = world.network.session;
  await client.call('xep_0077', 'cancel_registration', { jid: HOST });
  await world.until(() => !session.running);
  for (const jid of [HOST, ANN]) {
    await client.receive({ name: 'presence', type: 'unsubscribed', from: jid });
    await client.receive({ name: 'presence', type: 'unavailable', from: `${jid}/isthmus` });
    await rosterShows(client, jid, (subscription) => subscription === undefined || subscription === 'none');
  }
  const blank = childOf(await client.ask(HOST, 'get', `<query xmlns="${REGISTER}"/>`), 'query', REGISTER);
  assert.equal(childOf(blank, 'registered'), undefined);
  const again = await client.ask(HOST, 'set', `<query xmlns="${REGISTER}"><remove/></query>`);
  assert.equal(errorOf(again), 'registration-required');
}

async function loggedIn(world: World, user: string) {
  const orchard = await world.xmpp(user, 'orchard');
  await register(world, orchard);
  const balcony = await world.xmpp(user, 'balcony');
  await balcony.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
  const before = shows(world).length;
  orchard.send('<presence type="unavailable"/>');
  // What the server passes on after that has come after that.
  balcony.send('<presence><show>away</show></presence>');
  await world.until(() => shows(world).at(-1) === 'away');
  assert.ok(!shows(world).includes('offline', before), shows(world).join(', '));
  // The network is told at once; the connection is kept a while for a client that comes right back.
  balcony.send('<presence type="unavailable"/>');
  await world.until(() => shows(world).at(-1) === 'offline');
  orchard.send('<presence/>');
  await world.until(() => shows(world).at(-1) === 'online');
}

async function contacts(world: World, user: string) {
  const client = await world.xmpp(user);
  await register(world, client);
  await befriend(client, ANN);
  await rosterShows(client, ANN, (subscription) => subscription === 'both');
  assert.deepEqual(await world.asked('contact'), { type: 'contact', contact: 'ann', change: 'add' });
  const contact = 'ann' as ContactId;
  await world.network.session.emit({ type: 'presence', contact, presence: { show: 'dnd', status: 'asleep' } });
  const shown = await client.receive(
    (el) => el.attrs['from'] === `${ANN}/isthmus` && childOf(el, 'show') !== undefined,
  );
  assert.deepEqual([textOf(shown, 'show'), textOf(shown, 'status')], ['dnd', 'asleep']);
  await world.network.session.emit(told('ann', 'good night'));
  await client.receive({ name: 'message', type: 'chat', body: 'good night' });
  const removal = `<query xmlns="jabber:iq:roster"><item jid="${ANN}" subscription="remove"/></query>`;
  await client.ask(client.jid.split('/')[0] ?? '', 'set', removal);
  assert.deepEqual(await world.asked('contact', 2), { type: 'contact', contact: 'ann', change: 'remove' });
}

async function probed(world: World, user: string) {
  const client = await world.xmpp(user);
  await register(world, client);
  await befriend(client, ANN);
  const contact = 'ann' as ContactId;
  await world.network.session.emit({ type: 'presence', contact, presence: { show: 'away' } });
  const away = (el: Element) => el.attrs['from'] === `${ANN}/isthmus` && textOf(el, 'show') === 'away';
  await client.receive(away);
  const later = await world.xmpp(user, 'balcony');
  await later.receive(away);
  await later.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
}

async function prompted(world: World, user: string) {
  const client = await world.xmpp(user);
  const asked = childOf(await client.ask(HOST, 'get', '<query xmlns="jabber:iq:gateway"/>'), 'query');
  assert.ok(asked && textOf(asked, 'desc') && textOf(asked, 'prompt'));
  const type = (text: string) => `<query xmlns="jabber:iq:gateway"><prompt>${text}</prompt></query>`;
  const answer = childOf(await client.ask(HOST, 'set', type('ann')), 'query');
  assert.equal(answer && textOf(answer, 'jid'), ANN);
  assert.equal((await client.ask(HOST, 'set', type('!'))).attrs['type'], 'error');
}

async function refused(world: World, user: string) {
  const client = await world.xmpp(user);
  world.network.open_ = false;
  const error = async (to: string) => {
    const id = client.say(to, 'anyone?');
    return errorOf(await client.receive({ name: 'message', type: 'error', id }));
  };
  assert.equal(await error(ANN), 'registration-required');
  await register(world, client);
  assert.equal(await error(`no\\20body@${HOST}`), 'item-not-found');
  await assert.rejects(client.joinRoom(`no\\20body@${HOST}`, 'Ada'), /item-not-found/);
  client.send(`<message to="#verona@${HOST}" type="groupchat" id="out"><body>hello</body></message>`);
  assert.equal(errorOf(await client.receive({ name: 'message', type: 'error', id: 'out' })), 'not-acceptable');
  const unknown = await client.ask(HOST, 'get', '<query xmlns="urn:example:nothing"/>');
  assert.equal(errorOf(unknown), 'service-unavailable');
}

async function restarted(world: World, user: string) {
  const client = await world.xmpp(user);
  await register(world, client);
  client.clear();
  await world.restart();
  await client.receive({ name: 'presence', type: 'unavailable', from: `${HOST}/isthmus` });
  await client.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
  // Some servers tell it who is there; others must be asked.
  await world.until(() => world.network.sessions.length === 2 && world.network.session.running);
}

async function reattached(world: World, user: string) {
  const before = await world.xmpp(user);
  await register(world, before);
  const session = world.network.session;
  await world.server.restart();
  const after = await world.xmpp(user);
  await after.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` }, 20_000);
  await after.settle(HOST);
  assert.equal(world.network.session, session);
  assert.equal(session.running, true);
}

/** By the old fields, and with all that a client does then. */
async function register(world: World, client: XmppClient) {
  const done = await client.ask(HOST, 'set', `<query xmlns="${REGISTER}"><nick>Ada</nick></query>`);
  assert.equal(done.attrs['type'], 'result', JSON.stringify(done));
  await acceptGateway(client);
  await world.until(() => world.network.session.running);
}

/** The gateway asks, the client accepts and asks back (XEP-0100 §4.1.1). */
async function acceptGateway(client: XmppClient) {
  await client.receive({ name: 'presence', type: 'subscribe', from: HOST });
  client.send(`<presence to="${HOST}" type="subscribed"/>`);
  client.send(`<presence to="${HOST}" type="subscribe"/>`);
  await client.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
  await rosterShows(client, HOST, (subscription) => subscription === 'both');
}

/** The client asks, and accepts what is asked back (XEP-0100 §4.5). */
async function befriend(client: XmppClient, jid: string) {
  client.send(`<presence to="${jid}" type="subscribe"/>`);
  await client.receive({ name: 'presence', type: 'subscribed', from: jid });
  await client.receive({ name: 'presence', type: 'subscribe', from: jid });
  client.send(`<presence to="${jid}" type="subscribed"/>`);
}

/** Resolves when the server's roster holds that of `jid`; it pushes each change after it was made. */
async function rosterShows(client: XmppClient, jid: string, wanted: (subscription: string | undefined) => boolean) {
  for (;;) {
    const roster = await client.ask(client.jid.split('/')[0] ?? '', 'get', '<query xmlns="jabber:iq:roster"/>');
    const item = childOf(roster, 'query')?.children.find(({ attrs }) => attrs['jid'] === jid);
    if (wanted(item?.attrs['subscription'])) return;
    await client.receive(({ name, attrs, children: [query] }) => {
      return name === 'iq' && attrs['type'] === 'set' && query?.children[0]?.attrs['jid'] === jid;
    });
  }
}

function filled(answers: Readonly<Record<string, string>>): string {
  const fields = Object.entries(answers).map(([key, value]) => `<field var="${key}"><value>${value}</value></field>`);
  return `<query xmlns="${REGISTER}"><x xmlns="jabber:x:data" type="submit">${fields.join('')}</x></query>`;
}

function settingsOf(world: World): { readonly nick?: string } {
  return world.network.session.account.settings as { nick?: string };
}

function shows(world: World): string[] {
  return world.network.session.actions.flatMap((action) => (action.type === 'presence' ? [action.presence.show] : []));
}

/** The condition of a stanza error (RFC 6120 §8.3.3). */
function errorOf(stanza: Element): string | undefined {
  return childOf(stanza, 'error')?.children[0]?.name;
}
