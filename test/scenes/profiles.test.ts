/** Scenes of vCards and avatars: of the host, of people, of rooms and who is in them. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ContactId, MediaId } from '#src/network.ts';
import { member, truth } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';
import type { Tree } from '#test/xml-tree.ts';

const BARE = 'romeo@example.net';
const ANN = 'ann' as ContactId;
const FACE = 'face' as MediaId;
const PNG = Buffer.from('\x89PNG\r\n\x1a\n and the rest', 'latin1');
const SHA1 = createHash('sha1').update(PNG).digest('hex');

/** Puts a picture on the network; gives how often its bytes were read. */
function upload(stage: Stage, id: string, bytes: Buffer): () => number {
  let reads = 0;
  async function* read() {
    reads += 1;
    yield bytes;
  }
  stage.network.files.set(id as MediaId, { type: 'image/png', bytes: { [Symbol.asyncIterator]: read } });
  return () => reads;
}

/** Romeo has Ann on his roster and is online. */
async function meetAnn(stage: Stage): Promise<void> {
  stage.sends(BARE, `<presence type='subscribe' to='ann@${HOST}'/>`);
  stage.sends(ROMEO, `<presence to='ann@${HOST}'/>`);
  await until(() => stage.network.sessions.length === 1 && stage.network.session.running);
  await stage.skips(BARE);
  await stage.skips(ROMEO);
}

function askCard(stage: Stage, to: string): void {
  stage.sends(ROMEO, `<iq type='get' id='v' to='${to}'><vCard xmlns='vcard-temp'/></iq>`);
}

function askItems(stage: Stage, to: string, node: 'metadata' | 'data', id?: string): void {
  const item = id === undefined ? '' : `<item id='${id}'/>`;
  stage.sends(
    ROMEO,
    `<iq type='get' id='p' to='${to}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>` +
      `<items node='urn:xmpp:avatar:${node}'>${item}</items></pubsub></iq>`,
  );
}

/** The picture in a vCard. */
function photoOf(iq: Tree): Buffer {
  const photo = iq.children[0]?.children.find(({ name }) => name === 'PHOTO');
  return Buffer.from(photo?.children.find(({ name }) => name === 'BINVAL')?.text ?? '', 'base64');
}

test('the host shows its name and its picture, whose hash is in its presence', async () => {
  await using stage = await Stage.open();
  askCard(stage, HOST);
  const iq = await stage.receives(
    ROMEO,
    `<iq type='result' id='v'><vCard xmlns='vcard-temp'><FN>Fake</FN><PHOTO><TYPE>image/png</TYPE></PHOTO></vCard></iq>`,
  );
  const sha1 = createHash('sha1').update(photoOf(iq)).digest('hex');
  stage.sends(BARE, `<presence type='subscribe' to='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='subscribed' from='${HOST}'/>`);
  await stage.receives(
    BARE,
    `<presence from='${HOST}/isthmus'><x xmlns='vcard-temp:x:update'><photo>${sha1}</photo></x></presence>`,
  );
});

test('a person shows what the network tells of them', async () => {
  await using stage = await Stage.open();
  stage.network.profiles.set(ANN, { name: 'Ann <Page>', note: 'Tea & more', url: 'https://ann.example', avatar: FACE });
  upload(stage, FACE, PNG);
  await meetAnn(stage);
  askCard(stage, `ann@${HOST}`);
  const iq = await stage.receives(
    ROMEO,
    `<iq type='result' id='v' from='ann@${HOST}'><vCard xmlns='vcard-temp'><FN>Ann &lt;Page></FN>` +
      `<URL>https://ann.example</URL><DESC>Tea &amp; more</DESC><PHOTO><TYPE>image/png</TYPE></PHOTO></vCard></iq>`,
  );
  assert.deepEqual(photoOf(iq), PNG);
});

test('an avatar is fetched once, for a vCard, the metadata and the data', async () => {
  await using stage = await Stage.open();
  stage.network.profiles.set(ANN, { avatar: FACE });
  const reads = upload(stage, FACE, PNG);
  await meetAnn(stage);
  for (let times = 0; times < 3; times += 1) askCard(stage, `ann@${HOST}`);
  for (let times = 0; times < 3; times += 1) await stage.receives(ROMEO, `<iq type='result' id='v'/>`);
  askItems(stage, `ann@${HOST}`, 'metadata');
  const info = `<info id='${SHA1}' type='image/png' bytes='${PNG.length}'/>`;
  await stage.receives(
    ROMEO,
    `<iq type='result' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:metadata'>` +
      `<item id='${SHA1}'><metadata xmlns='urn:xmpp:avatar:metadata'>${info}</metadata></item></items></pubsub></iq>`,
  );
  askItems(stage, `ann@${HOST}`, 'data', SHA1);
  await stage.receives(
    ROMEO,
    `<iq type='result' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:data'>` +
      `<item id='${SHA1}'><data xmlns='urn:xmpp:avatar:data'>${PNG.toString('base64')}</data></item></items></pubsub></iq>`,
  );
  assert.equal(reads(), 1);
});

test('clients that know the newer vCard are told the same by it', async () => {
  await using stage = await Stage.open();
  stage.network.profiles.set(ANN, { name: 'Ann <Page>', url: 'https://ann.example' });
  await meetAnn(stage);
  const items = `<items node='urn:xmpp:vcard4'/>`;
  stage.sends(
    ROMEO,
    `<iq type='get' id='4' to='ann@${HOST}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>${items}</pubsub></iq>`,
  );
  const card = `<fn><text>Ann &lt;Page></text></fn><url><uri>https://ann.example</uri></url>`;
  await stage.receives(
    ROMEO,
    `<iq type='result' id='4'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:vcard4'>` +
      `<item id='current'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>${card}</vcard></item></items></pubsub></iq>`,
  );
});

test('an avatar that was replaced is not found by its old hash', async () => {
  await using stage = await Stage.open();
  stage.network.profiles.set(ANN, { avatar: FACE });
  upload(stage, FACE, PNG);
  await meetAnn(stage);
  askItems(stage, `ann@${HOST}`, 'data', 'a'.repeat(40));
  await stage.receives(
    ROMEO,
    `<iq type='error' id='p'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );
});

test('a new avatar of a contact shows in presence, and so does its end', async () => {
  await using stage = await Stage.open();
  upload(stage, FACE, PNG);
  await meetAnn(stage);
  const { session } = stage.network;
  await session.emit({ type: 'presence', contact: ANN, presence: { show: 'online' } });
  const plain = await stage.receives(BARE, `<presence from='ann@${HOST}/isthmus'/>`);
  assert.ok(!plain.children.some(({ ns }) => ns === 'vcard-temp:x:update'), 'nothing is known yet');
  const shown = (photo: string) =>
    `<presence from='ann@${HOST}/isthmus'><x xmlns='vcard-temp:x:update'>${photo}</x></presence>`;
  await session.emit({ type: 'profile', contact: ANN, profile: { avatar: FACE } });
  await stage.receives(BARE, shown(`<photo>${SHA1}</photo>`));
  await session.emit({ type: 'profile', contact: ANN, profile: { name: 'Ann', avatar: FACE } });
  await stage.receivesNoMore(BARE);
  await session.emit({ type: 'profile', contact: ANN, profile: {} });
  const none = await stage.receives(BARE, shown('<photo/>'));
  assert.equal(none.children.find(({ ns }) => ns === 'vcard-temp:x:update')?.children[0]?.text, '');
});

test('an avatar that was told of before the contact was on the roster shows with its presence there', async () => {
  await using stage = await Stage.open();
  upload(stage, FACE, PNG);
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.network.session.emit({ type: 'profile', contact: ANN, profile: { avatar: FACE } });
  stage.sends(BARE, `<presence type='subscribe' to='ann@${HOST}'/>`);
  for (const type of ['subscribed', 'unavailable', 'subscribe'])
    await stage.receives(BARE, `<presence type='${type}'/>`);
  await stage.network.session.emit({ type: 'presence', contact: ANN, presence: { show: 'online' } });
  await stage.receives(
    BARE,
    `<presence from='ann@${HOST}/isthmus'><x xmlns='vcard-temp:x:update'><photo>${SHA1}</photo></x></presence>`,
  );
  await stage.receivesNoMore(BARE);
});

test('in a room an avatar shows with the occupant, whose vCard is that of the person', async () => {
  await using stage = await Stage.open();
  upload(stage, FACE, PNG);
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  const { session } = stage.network;
  await session.emit(truth('#dev', [member('romeo', { self: true }), member('Ann')]));
  await stage.skips(ROMEO);
  await session.emit({ type: 'profile', contact: ANN, profile: { name: 'Ann Page', avatar: FACE } });
  await stage.receives(
    ROMEO,
    `<presence from='#dev@${HOST}/Ann'><x xmlns='vcard-temp:x:update'><photo>${SHA1}</photo></x></presence>`,
  );
  await session.emit({ type: 'profile', contact: ANN, profile: { name: 'Ann Page', note: 'New', avatar: FACE } });
  await stage.receivesNoMore(ROMEO);
  askCard(stage, `#dev@${HOST}/Ann`);
  const iq = await stage.receives(
    ROMEO,
    `<iq type='result' from='#dev@${HOST}/Ann'><vCard xmlns='vcard-temp'><FN>Ann Page</FN><NICKNAME>Ann</NICKNAME></vCard></iq>`,
  );
  assert.deepEqual(photoOf(iq), PNG);
  askCard(stage, `#dev@${HOST}/Bob`);
  await stage.receives(ROMEO, `<iq type='error' from='#dev@${HOST}/Bob'><error type='cancel' code='404'/></iq>`);
});

test('a room shows its name, its topic and its avatar to those in it', async () => {
  await using stage = await Stage.open();
  upload(stage, FACE, PNG);
  askCard(stage, `#dev@${HOST}`);
  const outside = await stage.receives(ROMEO, `<iq type='result'><vCard xmlns='vcard-temp'><FN>#dev</FN></vCard></iq>`);
  assert.equal(photoOf(outside).length, 0);
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  const room = truth('#dev', [member('romeo', { self: true })], 'Work') as ReturnType<typeof truth> & { type: 'room' };
  await stage.network.session.emit({ ...room, settings: { name: 'Developers' }, avatar: FACE });
  await stage.skips(ROMEO);
  askCard(stage, `#dev@${HOST}`);
  const iq = await stage.receives(
    ROMEO,
    `<iq type='result'><vCard xmlns='vcard-temp'><FN>Developers</FN><DESC>Work</DESC></vCard></iq>`,
  );
  assert.deepEqual(photoOf(iq), PNG);
});

test('what is too large or no image is no avatar, and is not fetched again at once', async () => {
  await using stage = await Stage.open();
  const large = upload(stage, 'large', Buffer.concat([PNG, Buffer.alloc(320 * 1024)]));
  const script = upload(stage, 'script', Buffer.from('<svg onload="alert(1)"/>'));
  for (const id of ['large', 'script']) stage.network.profiles.set(id as ContactId, { avatar: id as MediaId });
  await meetAnn(stage);
  for (const name of ['large', 'script', 'large', 'script']) {
    askCard(stage, `${name}@${HOST}`);
    const iq = await stage.receives(ROMEO, `<iq type='result'><vCard xmlns='vcard-temp'><FN>${name}</FN></vCard></iq>`);
    assert.equal(photoOf(iq).length, 0);
  }
  assert.deepEqual([large(), script()], [1, 1]);
});

test('whatever somebody writes about themselves fits into a stanza', async () => {
  await using stage = await Stage.open();
  const text = `\u05d0'`.repeat(300_000);
  stage.network.profiles.set(ANN, { name: text, note: text, url: `https://example.org/${text}` });
  await meetAnn(stage);
  askCard(stage, `ann@${HOST}`);
  const iq = await stage.receives(ROMEO, `<iq type='result'><vCard xmlns='vcard-temp'><FN/><DESC/></vCard></iq>`);
  assert.deepEqual(
    iq.children[0]?.children.map(({ name, text: kept }) => [name, kept.length]),
    [
      ['FN', 4_001],
      ['DESC', 4_001],
    ],
  );
});

test('of a person nothing is told to whoever is not connected, nor to whoever may not come', async () => {
  await using stage = await Stage.open({ allow: ['example.net'] });
  askCard(stage, `ann@${HOST}`);
  await stage.receives(ROMEO, `<iq type='error'><error type='wait'/></iq>`);
  stage.sends('eve@example.org/x', `<iq type='get' id='v' to='ann@${HOST}'><vCard xmlns='vcard-temp'/></iq>`);
  await stage.receives('eve@example.org/x', `<iq type='error'><error type='auth' code='403'/></iq>`);
  assert.equal(stage.network.sessions.length, 0);
});

test('a vCard can not be set, and the sentence says where it can', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<iq type='set' id='s' to='#dev@${HOST}'><vCard xmlns='vcard-temp'/></iq>`);
  await stage.receives(
    ROMEO,
    `<iq type='error' id='s'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );
});
