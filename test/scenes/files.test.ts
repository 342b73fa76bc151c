/** Files in messages: as clients send them, and as clients are shown them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContactId, File, MediaId, RemoteEvent, RoomId } from '#src/network.ts';
import { isEncryptedFile, readFiles, writeFiles } from '#src/xmpp/files.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';
import { matches, parseTree } from '#test/xml-tree.ts';
import { assertWellFormed, element } from '#test/xmpp/elements.ts';

const URL = 'https://upload.example.net/x/cat.jpg?sig=a%2Fb';

test('a file of XEP-0066 is its address', () => {
  const message = element(`<message><body>${URL}</body><x xmlns='jabber:x:oob'><url>${URL}</url></x></message>`);
  assert.deepEqual(readFiles(message), [{ at: { url: URL } }]);
});

test('XEP-0447 tells more of the same file, and counts once', () => {
  const message = element(
    `<message><body>${URL}</body><x xmlns='jabber:x:oob'><url>${URL}</url></x>
      <file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'><file xmlns='urn:xmpp:file:metadata:0'>
        <media-type>image/jpeg</media-type><name>cat.jpg</name><size>3032449</size><width>4096</width><height>2160</height>
      </file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='${URL}'/></sources></file-sharing></message>`,
  );
  const about = { name: 'cat.jpg', type: 'image/jpeg', size: 3032449, width: 4096, height: 2160 };
  assert.deepEqual(readFiles(message), [{ at: { url: URL }, ...about }]);
});

test('XEP-0385 names its file in a reference, of which only the web address counts', () => {
  const message = element(
    `<message><body>look</body><reference xmlns='urn:xmpp:reference:0' type='data'><media-sharing xmlns='urn:xmpp:sims:1'>
      <file xmlns='urn:xmpp:jingle:apps:file-transfer:5'><media-type>image/png</media-type><name>a.png</name></file>
      <sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='xmpp:romeo@example.net?jingle-ft'/>
      <reference xmlns='urn:xmpp:reference:0' type='data' uri='${URL}'/></sources></media-sharing></reference></message>`,
  );
  assert.deepEqual(readFiles(message), [{ at: { url: URL }, name: 'a.png', type: 'image/png' }]);
});

test('what is no web address, or lies about itself, is left out', () => {
  const oob = (url: string) => `<x xmlns='jabber:x:oob'><url>${url}</url></x>`;
  const bad = [
    'file:///etc/passwd',
    'ftp://example.net/a',
    'javascript:alert(1)',
    '/a',
    `https://a/${'a'.repeat(5000)}`,
  ];
  assert.deepEqual(readFiles(element(`<message>${bad.map(oob).join('')}</message>`)), []);
  const sharing = `<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><media-type>image/&#10;x</media-type>
    <size>-1</size><width>1e9</width></file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='${URL}'/></sources></file-sharing>`;
  assert.deepEqual(readFiles(element(`<message>${sharing}</message>`)), [{ at: { url: URL } }]);
  const many = Array.from({ length: 50 }, (_, n) => oob(`https://example.net/${n}`));
  assert.equal(readFiles(element(`<message>${many.join('')}</message>`)).length, 10);
});

test('an encrypted file is known as one', () => {
  const aesgcm = 'aesgcm://upload.example.net/x/cat.jpg#8c3d';
  assert.equal(isEncryptedFile(element(`<message><body>${aesgcm}</body></message>`)), true);
  const oob = `<message><body>x</body><x xmlns='jabber:x:oob'><url>${aesgcm}</url></x></message>`;
  assert.equal(isEncryptedFile(element(oob)), true);
  const encrypted = `<message><file-sharing xmlns='urn:xmpp:sfs:0'><sources><encrypted xmlns='urn:xmpp:esfs:0'/></sources></file-sharing></message>`;
  assert.equal(isEncryptedFile(element(encrypted)), true);
  assert.equal(isEncryptedFile(element(`<message><body>${URL}</body></message>`)), false);
});

test('one file is shown by XEP-0066 and XEP-0447; what is written is read again', () => {
  const file = { name: 'a<b>.png', type: 'image/png', size: 5, width: 2, height: 1 };
  const thumbnail = { url: 'https://example.net/t', type: 'image/png' };
  const xml = writeFiles([{ url: URL, ...file, thumbnail, sha256: 'AAAA' }]);
  assertWellFormed(xml);
  const wanted = `<message><x xmlns='jabber:x:oob'><url>${URL}</url></x><file-sharing xmlns='urn:xmpp:sfs:0'>
    <file xmlns='urn:xmpp:file:metadata:0'><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>AAAA</hash>
    <thumbnail xmlns='urn:xmpp:thumbs:1' uri='https://example.net/t' media-type='image/png'/></file></file-sharing>
    <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback></message>`;
  const message = `<message>${xml}</message>`;
  assert.ok(matches(parseTree(message), parseTree(wanted)), message);
  assert.deepEqual(readFiles(element(message)), [{ at: { url: URL }, ...file }]);
});

test('several files at once are no single address', () => {
  const xml = writeFiles([{ url: 'https://example.net/1' }, { url: 'https://example.net/2' }]);
  assert.equal(xml.includes('jabber:x:oob'), false);
  assert.equal(readFiles(element(`<message>${xml}</message>`)).length, 2);
});

/** Juliet says something in the room, with a file. */
function shown(file: File, text = ''): RemoteEvent {
  const from = { contact: 'juliet' as ContactId, nick: 'Juliet' };
  const content = { text, files: [file] };
  return { type: 'message', in: { room: '#verona' as RoomId }, from, at: new Date(), content };
}

async function inVerona(): Promise<Stage> {
  const stage = await Stage.open();
  stage.sends(ROMEO, join('#verona', 'Romeo'));
  await stage.receives(ROMEO, occupant('#verona', 'Romeo', 110));
  await stage.skips(ROMEO);
  return stage;
}

test('a file at a public address is shown in the room, and its text after it', async () => {
  await using stage = await inVerona();
  await stage.network.session.emit(shown({ at: { url: URL }, name: 'cat.jpg' }, 'look'));
  const from = `from='#verona@${HOST}/Juliet' type='groupchat'`;
  const oob = `<x xmlns='jabber:x:oob'><url>${URL}</url></x><file-sharing xmlns='urn:xmpp:sfs:0'/>`;
  await stage.receives(ROMEO, `<message ${from}><body>${URL}</body>${oob}</message>`);
  await stage.receives(ROMEO, `<message ${from}><body>look</body></message>`);
});

test('a file that can be put nowhere is told of, not lost', async () => {
  await using stage = await inVerona();
  await stage.network.session.emit(shown({ at: { media: 'cat' as MediaId }, name: 'cat.jpg', size: 1_200_000 }));
  const { children } = await stage.receives(ROMEO, `<message type='groupchat'><body/></message>`);
  const body = children.find(({ name }) => name === 'body')?.text ?? '';
  assert.match(body, /The file cat\.jpg \(1\.2 MB\) can't be shown here\. Ask the gateway's administrator/);
});

test('what romeo uploads reaches the network as a file, and his words beside it', async () => {
  await using stage = await inVerona();
  const oob = `<x xmlns='jabber:x:oob'><url>${URL}</url></x>`;
  stage.sends(ROMEO, `<message type='groupchat' to='#verona@${HOST}' id='m1'><body>${URL}</body>${oob}</message>`);
  await stage.asked('message');
  const action = stage.network.session.actions.find(({ type }) => type === 'message');
  assert.ok(action?.type === 'message');
  assert.deepEqual([action.content.text, action.content.files], ['', [{ at: { url: URL } }]]);
});

test('an encrypted file is refused with the reason', async () => {
  await using stage = await inVerona();
  const url = 'aesgcm://upload.example.net/x/cat.jpg#8c3d';
  stage.sends(ROMEO, `<message type='groupchat' to='#verona@${HOST}' id='m1'><body>${url}</body></message>`);
  await stage.receives(ROMEO, `<message type='error' id='m1'><error/></message>`);
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'message'),
    false,
  );
});
