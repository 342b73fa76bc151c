/** Avatars and blocking on real servers: what the gateway shows of people reaches a client whole. */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { ContactId, MediaId } from '#src/network.ts';
import { told } from '#test/fakes/network.ts';
import { childOf, type Element, textOf } from './element.ts';
import { HOST, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';
import { unlessServerAbsent, XMPP_SERVERS, type XmppServerKind } from './xmpp-servers.ts';

const NURSE = 'nurse' as ContactId;
const FACE = 'face' as MediaId;
const NURSE_JID = `nurse@${HOST}`;
/** As large as a picture may be, which is what a server's limits are about. */
const BYTES = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(320 * 1024 - 8)]);
const SHA1 = createHash('sha1').update(BYTES).digest('hex');
const PUBSUB = 'http://jabber.org/protocol/pubsub';
const BLOCKING = 'urn:xmpp:blocking';

/** Romeo has registered, and the network is there for him. */
async function meet(t: TestContext, server: XmppServerKind): Promise<{ world: World; romeo: XmppClient }> {
  const world = await World.open(t, { server });
  const romeo = await world.xmpp();
  await romeo.ask(HOST, 'set', '<query xmlns="jabber:iq:register"><nick>romeo</nick></query>');
  await world.until(() => world.network.sessions.at(-1)?.running === true);
  return { world, romeo };
}

/** The nurse is on Romeo's roster and online. */
async function befriend({ world, romeo }: { world: World; romeo: XmppClient }): Promise<void> {
  romeo.send(`<presence to="${NURSE_JID}" type="subscribe"/>`);
  await romeo.receive({ name: 'presence', type: 'subscribed', from: NURSE_JID });
  await world.asked('contact');
  await world.network.session.emit({ type: 'presence', contact: NURSE, presence: { show: 'online' } });
  await romeo.receive({ name: 'presence', type: '', from: `${NURSE_JID}/isthmus` });
}

function shownHash(presence: Element): string | undefined {
  const update = childOf(presence, 'x', 'vcard-temp:x:update');
  return update && textOf(update, 'photo');
}

function items(node: string): string {
  return `<pubsub xmlns="${PUBSUB}"><items node="${node}"/></pubsub>`;
}

/** The content of the item that answers. */
function contentOf(iq: Element): Element | undefined {
  return childOf(childOf(childOf(iq, 'pubsub', PUBSUB), 'items'), 'item')?.children[0];
}

function sha1(base64: string | undefined): string {
  return createHash('sha1')
    .update(Buffer.from(base64 ?? '', 'base64'))
    .digest('hex');
}

for (const server of XMPP_SERVERS) {
  const needs = unlessServerAbsent(server);

  test(`${server}: a contact's avatar in presence, vCard and pubsub is the same picture, whole`, needs, async (t) => {
    const parts = await meet(t, server);
    await using world = parts.world;
    const { romeo } = parts;
    await befriend(parts);
    async function* bytes() {
      yield BYTES;
    }
    world.network.files.set(FACE, { type: 'image/png', bytes: bytes() });
    await world.network.session.emit({ type: 'profile', contact: NURSE, profile: { name: 'Nurse', avatar: FACE } });
    const presence = await romeo.receive((stanza) => stanza.name === 'presence' && shownHash(stanza) === SHA1);
    assert.equal(presence.attrs['from'], `${NURSE_JID}/isthmus`);

    const card = childOf(await romeo.ask(NURSE_JID, 'get', '<vCard xmlns="vcard-temp"/>'), 'vCard', 'vcard-temp');
    const photo = card && childOf(card, 'PHOTO');
    assert.equal(card && textOf(card, 'FN'), 'Nurse');
    assert.equal(photo && textOf(photo, 'TYPE'), 'image/png');
    assert.equal(sha1(photo && textOf(photo, 'BINVAL')), SHA1);

    const metadata = contentOf(await romeo.ask(NURSE_JID, 'get', items('urn:xmpp:avatar:metadata')));
    assert.deepEqual(childOf(metadata, 'info')?.attrs, { id: SHA1, type: 'image/png', bytes: String(BYTES.length) });
    const data = contentOf(await romeo.ask(NURSE_JID, 'get', items('urn:xmpp:avatar:data')));
    assert.equal(sha1(data?.text), SHA1);
  });

  test(`${server}: slixmpp reads the vCard of the host, whose hash its presence shows`, needs, async (t) => {
    const parts = await meet(t, server);
    await using world = parts.world;
    const { romeo } = parts;
    romeo.send(`<presence to="${world.host}" type="subscribe"/>`);
    const presence = await romeo.receive(
      (stanza) => stanza.name === 'presence' && stanza.attrs['from'] === `${HOST}/isthmus` && !stanza.attrs['type'],
    );
    const iq = (await romeo.call('xep_0054', 'get_vcard', { jid: HOST })) as Element;
    const photo = childOf(childOf(iq, 'vCard', 'vcard-temp'), 'PHOTO');
    assert.equal(sha1(photo && textOf(photo, 'BINVAL')), shownHash(presence));
  });

  test(`${server}: a contact blocked at the gateway is gone and silent until it is unblocked`, needs, async (t) => {
    const parts = await meet(t, server);
    await using world = parts.world;
    const { romeo } = parts;
    await befriend(parts);
    const item = `<item jid="${NURSE_JID}"/>`;
    const list = await romeo.ask(HOST, 'get', `<blocklist xmlns="${BLOCKING}"/>`);
    assert.deepEqual(childOf(list, 'blocklist', BLOCKING)?.children, []);
    await romeo.ask(HOST, 'set', `<block xmlns="${BLOCKING}">${item}</block>`);
    await romeo.receive({ name: 'presence', type: 'unavailable', from: `${NURSE_JID}/isthmus` });
    await romeo.receive((stanza) => childOf(stanza, 'block', BLOCKING) !== undefined && stanza.attrs['from'] === HOST);
    await world.network.session.emit(told('nurse', 'unheard'));
    romeo.send(`<message to="${NURSE_JID}" type="chat" id="m1"><body>Nurse?</body></message>`);
    const error = await romeo.receive({ name: 'message', type: 'error', id: 'm1' });
    assert.ok(childOf(childOf(error, 'error'), 'blocked', 'urn:xmpp:blocking:errors'));

    await romeo.ask(HOST, 'set', `<unblock xmlns="${BLOCKING}">${item}</unblock>`);
    await romeo.receive({ name: 'presence', type: '', from: `${NURSE_JID}/isthmus` });
    await world.network.session.emit(told('nurse', 'heard'));
    await romeo.receive({ name: 'message', type: 'chat', body: 'heard' });
    assert.ok(!romeo.seen().some((stanza) => textOf(stanza, 'body') === 'unheard'));
  });
}
