/** Contacts and privileges on real servers: what is set silently where a server lets us, and what happens where not. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Bookmarks } from '#src/bookmarks.ts';
import { createLog } from '#src/log.ts';
import type { ContactId } from '#src/network.ts';
import { Places } from '#src/place.ts';
import { Privileges } from '#src/privileges.ts';
import { ReadState } from '#src/read-state.ts';
import { Link } from '#src/xmpp/link.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { PRIVILEGES_TWO } from './ejabberd-install.ts';
import { childOf, type Element } from './element.ts';
import { HOST, PASSWORD, World } from './world.ts';
import { XmppClient } from './xmpp-client.ts';
import { PRIVILEGING, startXmppServer, unlessServerAbsent, type XmppServerKind } from './xmpp-servers.ts';

const ANN = `ann@${HOST}`;
const ROOM = `#dev@${HOST}`;
const ROMEO = 'romeo@localhost';
const SECRET = 'between us two';
const ROSTER = 'jabber:iq:roster';
const MAM = 'urn:xmpp:mam:2';
const BOOKMARKS = 'urn:xmpp:bookmarks:1';
const DISPLAYED = 'urn:xmpp:mds:displayed:0';
const PUBSUB = 'http://jabber.org/protocol/pubsub';

/** The roster item in a push (RFC 6121 §2.1.6). */
function pushed(stanza: Element, jid: string): Element | undefined {
  const query = stanza.name === 'iq' && stanza.attrs['type'] === 'set' ? childOf(stanza, 'query', ROSTER) : undefined;
  const item = query && childOf(query, 'item');
  return item?.attrs['jid'] === jid ? item : undefined;
}

/** Resolves with the item of the first push of it that is so. */
async function push(client: XmppClient, jid: string, subscription: string): Promise<Element | undefined> {
  const stanza = await client.receive((each) => pushed(each, jid)?.attrs['subscription'] === subscription);
  return pushed(stanza, jid);
}

function register(client: XmppClient): Promise<Element> {
  return client.ask(HOST, 'set', '<query xmlns="jabber:iq:register"><nick>romeo</nick></query>');
}

/** Romeo with a client that has registered, and a network that is there for him. */
async function registered(world: World): Promise<XmppClient> {
  const romeo = await world.xmpp();
  const answer = await register(romeo);
  assert.equal(answer.attrs['type'], 'result', JSON.stringify(answer));
  return romeo;
}

function running(world: World): Promise<void> {
  return world.until(() => world.network.sessions.length > 0 && world.network.session.running);
}

function listed(world: World, more: { name?: string; off?: true } = {}): Promise<void> {
  return world.network.session.emit({ type: 'contact', contact: 'ann' as ContactId, ...more });
}

function comes(world: World): Promise<void> {
  return world.network.session.emit({ type: 'presence', contact: 'ann' as ContactId, presence: { show: 'online' } });
}

for (const server of ['prosody', 'prosody13'] as const) {
  const needs = unlessServerAbsent(server);

  test(`${server}: gateway and contacts come onto the roster without a question, and leave it`, needs, async (t) => {
    await using world = await World.open(t, { server, privileges: true });
    const romeo = await registered(world);
    await push(romeo, HOST, 'both');
    await romeo.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
    await running(world);
    await listed(world, { name: 'Ann Other' });
    const item = await push(romeo, ANN, 'both');
    assert.equal(item?.attrs['name'], 'Ann Other');
    assert.equal(item && childOf(item, 'group')?.text, 'Fake');
    await world.asked('contact');
    await comes(world);
    await romeo.receive({ name: 'presence', type: '', from: `${ANN}/isthmus` });
    assert.deepEqual(
      romeo.seen().filter(({ name, attrs }) => name === 'presence' && attrs['type'] === 'subscribe'),
      [],
    );
    const phone = await world.xmpp('romeo', 'phone');
    await phone.receive({ name: 'presence', type: '', from: `${ANN}/isthmus` });
    await listed(world, { off: true });
    await push(romeo, ANN, 'remove');
    await romeo.ask(HOST, 'set', '<query xmlns="jabber:iq:register"><remove/></query>');
    await push(romeo, HOST, 'remove');
  });
}

test(
  'ejabberd fails to set rosters before 23.10, and later heeds no subscription: gateway and contacts ask',
  unlessServerAbsent('ejabberd'),
  async (t) => {
    await using world = await World.open(t, { server: 'ejabberd', privileges: true });
    const romeo = await registered(world);
    await romeo.receive({ name: 'presence', type: 'subscribe', from: HOST });
    romeo.send(`<presence to="${HOST}" type="subscribed"/>`);
    romeo.send(`<presence to="${HOST}" type="subscribe"/>`);
    await romeo.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
    await running(world);
    await listed(world, { name: 'Ann Other' });
    const asked = await romeo.receive({ name: 'presence', type: 'subscribe', from: ANN });
    assert.equal(childOf(asked, 'nick', 'http://jabber.org/protocol/nick')?.text, 'Ann Other');
  },
);

// Nothing is skipped where there is another ejabberd: it is about a later one (ejabberd-install.ts).
if (PRIVILEGES_TWO) {
  test(
    'ejabberd since 24.10: contacts are on the roster at once, follow when they are let, and leave it',
    unlessServerAbsent('ejabberd'),
    async (t) => {
      await using world = await World.open(t, { server: 'ejabberd', privileges: true });
      const romeo = await registered(world);
      await push(romeo, HOST, 'none');
      await romeo.receive({ name: 'presence', type: 'subscribe', from: HOST });
      await running(world);
      await listed(world, { name: 'Ann Other' });
      const item = await push(romeo, ANN, 'none');
      assert.equal(item?.attrs['name'], 'Ann Other');
      assert.equal(item && childOf(item, 'group')?.text, 'Fake');
      await romeo.receive({ name: 'presence', type: 'subscribe', from: ANN });
      romeo.send(`<presence to="${ANN}" type="subscribed"/><presence to="${ANN}" type="subscribe"/>`);
      const both = await push(romeo, ANN, 'both');
      assert.equal(both?.attrs['name'], 'Ann Other');
      await world.asked('contact');
      await comes(world);
      await romeo.receive({ name: 'presence', type: '', from: `${ANN}/isthmus` });
      await listed(world, { off: true });
      await push(romeo, ANN, 'remove');
      await romeo.ask(HOST, 'set', '<query xmlns="jabber:iq:register"><remove/></query>');
      await push(romeo, HOST, 'remove');
    },
  );
}

for (const server of ['prosody', 'prosody13', 'ejabberd'] as const) {
  test(
    `${server}: somebody who is added is shown once, and follows the network`,
    unlessServerAbsent(server),
    async (t) => {
      await using world = await World.open(t, { server });
      const romeo = await registered(world);
      await running(world);
      romeo.send(`<presence to="${ANN}" type="subscribe"/>`);
      await romeo.receive({ name: 'presence', type: 'subscribe', from: ANN });
      romeo.send(`<presence to="${ANN}" type="subscribed"/>`);
      await world.asked('contact');
      await comes(world);
      await comes(world);
      await romeo.receive({ name: 'presence', type: '', from: `${ANN}/isthmus` });
      await romeo.settle(HOST);
      const shown = romeo.seen().filter(({ name, attrs }) => name === 'presence' && attrs['from'] === `${ANN}/isthmus`);
      assert.deepEqual(
        shown.map(({ attrs }) => attrs['type'] ?? 'available'),
        ['unavailable', 'available'],
      );
    },
  );
}

/** The gateway's edge alone on a server that grants it privileges. */
async function edge(t: TestContext, server: XmppServerKind) {
  const parts = new AsyncDisposableStack();
  t.after(() => parts.disposeAsync());
  const users = [{ name: 'romeo', password: PASSWORD }];
  const xmpp = parts.use(
    await startXmppServer(server, { components: [{ host: HOST, secret: SECRET }], users, privileges: true }),
  );
  const log = createLog('silent', { write: () => undefined });
  const granted = Promise.withResolvers<void>();
  const echoes: boolean[] = [];
  const link = parts.use(
    new Link({
      domain: HOST,
      secret: SECRET,
      host: '127.0.0.1',
      port: xmpp.componentPort,
      log,
      on: {
        stanza: (element) => {
          const taken = privileges.take(element);
          if (element.name === 'message' && privileges.may(ROMEO, 'message')) granted.resolve();
          if (element.attrs['from'] === ROMEO) echoes.push(taken);
        },
        online: () => undefined,
        offline: () => undefined,
        fatal: (sentence) => granted.reject(new Error(sentence)),
      },
    }),
  );
  const send = ({ head, tail }: { head: string; tail: string }, to: string) => link.send(head + to + tail);
  const privileges = new Privileges({ host: HOST, send, request: (...asked) => link.request(...asked), log });
  const places = new Places(HOST, new FakeNetwork());
  link.start();
  await granted.promise;
  const login = { jid: ROMEO, password: PASSWORD, port: xmpp.clientPort };
  const romeo = parts.use(await XmppClient.login({ ...login, resource: 'orchard' }));
  return {
    romeo,
    privileges,
    echoes,
    bookmarks: new Bookmarks({ host: HOST, privileges, send }),
    readState: new ReadState({ places, privileges, log }),
  };
}

/** The payload of one item that romeo has in his account. */
async function item(romeo: XmppClient, node: string): Promise<Element | undefined> {
  const answer = await romeo.ask(ROMEO, 'get', `<pubsub xmlns="${PUBSUB}"><items node="${node}"/></pubsub>`);
  const pubsub = childOf(answer, 'pubsub', PUBSUB);
  const items = pubsub && childOf(pubsub, 'items');
  const first = items && childOf(items, 'item');
  return first?.attrs['id'] === ROOM ? first.children[0] : undefined;
}

for (const server of PRIVILEGING) {
  const needs = unlessServerAbsent(server);

  test(`${server}: what romeo says elsewhere is his clients' and his archive's`, needs, async (t) => {
    const { romeo, privileges, echoes } = await edge(t, server);
    await romeo.ask(ROMEO, 'set', '<enable xmlns="urn:xmpp:carbons:2"/>');
    assert.equal(privileges.sent(ROMEO, ANN, 'm1', '<body>From my phone</body>'), true);
    const carbon = await romeo.receive((each) => childOf(each, 'sent', 'urn:xmpp:carbons:2') !== undefined);
    assert.match(JSON.stringify(carbon), /From my phone/);
    await romeo.ask(ROMEO, 'set', `<query xmlns="${MAM}"/>`);
    const found = await romeo.receive((each) => childOf(each, 'result', MAM) !== undefined);
    assert.match(JSON.stringify(found), /From my phone/);
    assert.deepEqual(echoes, [true]);
  });

  test(`${server}: a room is bookmarked in romeo's account, and what he has read of it is there`, needs, async (t) => {
    const { romeo, bookmarks, readState } = await edge(t, server);
    assert.equal(await bookmarks.bring(ROMEO, ROOM, 'Dev', 'Romeo'), 'bookmarked');
    assert.equal((await item(romeo, BOOKMARKS))?.attrs['autojoin'], 'true');
    const form = 'http://jabber.org/protocol/pubsub#owner';
    const config = await romeo.ask(ROMEO, 'get', `<pubsub xmlns="${form}"><configure node="${BOOKMARKS}"/></pubsub>`);
    assert.match(JSON.stringify(config), /whitelist/);
    readState.elsewhere(ROMEO, ROOM, 'read-so-far');
    const told = async (): Promise<Element | undefined> => (await item(romeo, DISPLAYED)) ?? told();
    assert.match(JSON.stringify(await told()), /read-so-far/);
    await romeo.ask(
      ROMEO,
      'set',
      `<pubsub xmlns="${PUBSUB}"><publish node="${BOOKMARKS}"><item id="${ROOM}"><conference xmlns="${BOOKMARKS}" name="Mine"/></item></publish></pubsub>`,
    );
    assert.equal(await bookmarks.bring(ROMEO, ROOM, 'Dev', 'Romeo'), 'bookmarked');
    const mine = await item(romeo, BOOKMARKS);
    assert.equal(mine?.attrs['name'], 'Mine');
    assert.equal(mine?.attrs['autojoin'], 'true');
  });
}

for (const server of PRIVILEGING) {
  test(
    `${server}: what romeo says and hears on the network's own client is in his clients`,
    unlessServerAbsent(server),
    async (t) => {
      await using world = await World.open(t, { server, privileges: true });
      const romeo = await registered(world);
      await romeo.ask(ROMEO, 'set', '<enable xmlns="urn:xmpp:carbons:2"/>');
      await running(world);
      const said = { in: { with: 'ann' as ContactId }, at: new Date(), content: { text: 'Well met' } };
      await world.network.session.emit({ type: 'message', from: { self: true }, ...said });
      const carbon = await romeo.receive((each) => childOf(each, 'sent', 'urn:xmpp:carbons:2') !== undefined);
      assert.match(JSON.stringify(carbon), /Well met/);
      await romeo.settle(HOST);
      assert.deepEqual(
        world.network.session.actions.filter(({ type }) => type === 'message'),
        [],
      );
    },
  );
}
