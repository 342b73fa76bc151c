/** Files both ways on real servers: with their own upload service, and without one. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '#src/log.ts';
import type { ContactId, File, Media, MediaId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { downloader } from '#src/web/download.ts';
import { mediaLinks } from '#src/web/media-link.ts';
import { openMedia } from '#src/web/open-media.ts';
import { PRIVILEGED_IQ, PRIVILEGES_TWO } from './ejabberd-install.ts';
import { childOf, type Element, textOf } from './element.ts';
import { freePorts } from './ports.ts';
import { HOST, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';
import { unlessServerAbsent, XMPP_SERVERS, type XmppServerKind } from './xmpp-servers.ts';

const UPLOAD = 'upload.localhost';
const SLOT = 'urn:xmpp:http:upload:0';
const NURSE = 'nurse' as ContactId;
const CAT = 'cat' as MediaId;
const BYTES = randomBytes(200_000);
/** More than an XMPP server is given to answer. */
const PATIENCE = 20_000;

interface Wishes {
  readonly server: XmppServerKind;
  readonly upload: boolean;
  readonly privileges?: boolean;
}

async function openWorld(t: TestContext, { server, upload, privileges = false }: Wishes) {
  const parts = new AsyncDisposableStack();
  t.after(() => parts[Symbol.asyncDispose]());
  const data = await mkdtemp(join(tmpdir(), 'files-'));
  parts.defer(() => rm(data, { recursive: true }));
  const registry = parts.use(await openRegistry(':memory:', randomBytes(32)));
  const [port = 0] = await freePorts(1);
  const http = { listen: '127.0.0.1', port, public_url: `http://127.0.0.1:${port}` };
  const media = {
    max_bytes: 1_000_000,
    days: 1,
    user_bytes: 1_000_000,
    total_bytes: 1_000_000,
    allow_addresses: [],
    trusted_domains: ['localhost'],
  };
  const places = parts.use(await openMedia({ data, http, media }, registry, createLog('silent')));
  const component = { media: places, download: downloader(['127.0.0.1']) };
  const world = parts.use(await World.open(t, { server, upload, privileges, registry, component }));
  const romeo = await world.xmpp('romeo', 'orchard');
  await romeo.ask(HOST, 'set', '<query xmlns="jabber:iq:register"><nick>romeo</nick><password>x</password></query>');
  await world.until(() => world.network.sessions.at(-1)?.running === true);
  return { world, romeo, registry, own: http.public_url };
}

async function bytesOf({ bytes }: Media): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bytes));
}

/** The nurse sends a picture; resolves with what romeo's client received. */
function sent({ world, romeo }: { world: World; romeo: XmppClient }, id = CAT): Promise<Element> {
  async function* bytes() {
    for (let at = 0; at < BYTES.length; at += 65_536) yield BYTES.subarray(at, at + 65_536);
  }
  world.network.files.set(id, { type: 'image/png', bytes: bytes() });
  const file: File = { at: { media: id }, name: 'très cool.png', size: BYTES.length, width: 20, height: 10 };
  const content = { text: '', files: [file] };
  const said = { in: { with: NURSE }, from: { contact: NURSE }, at: new Date(), content };
  void world.network.session.emit({ type: 'message', ...said });
  return romeo.receive((stanza) => stanza.name === 'message' && textOf(stanza, 'body') !== undefined, PATIENCE);
}

/** The address by which clients show the file. */
function addressOf(message: Element): string {
  const url = textOf(message, 'body') ?? '';
  const oob = childOf(message, 'x', 'jabber:x:oob');
  assert.equal(oob && textOf(oob, 'url'), url, JSON.stringify(message));
  const sharing = childOf(message, 'file-sharing', 'urn:xmpp:sfs:0');
  const file = sharing && childOf(sharing, 'file');
  assert.ok(file, JSON.stringify(message));
  const about = ['name', 'media-type', 'size', 'width', 'height'].map((key) => textOf(file, key));
  assert.deepEqual(about, ['très cool.png', 'image/png', String(BYTES.length), '20', '10']);
  return url;
}

for (const server of XMPP_SERVERS) {
  const needs = unlessServerAbsent(server);

  test(`${server}: a picture of the network is on the user's own server, byte for byte`, needs, async (t) => {
    const { world, romeo, own } = await openWorld(t, { server, upload: true });
    const url = addressOf(await sent({ world, romeo }));
    assert.ok(!url.startsWith(own), url);
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), BYTES);
  });

  test(`${server}: a picture that romeo uploads can be fetched by the network`, needs, async (t) => {
    const { world, romeo } = await openWorld(t, { server, upload: true });
    const request = `<request xmlns="${SLOT}" filename="cat.png" size="${BYTES.length}" content-type="image/png"/>`;
    const slot = childOf(await romeo.ask(UPLOAD, 'get', request), 'slot');
    const [put, get] = ['put', 'get'].map((name) => slot && childOf(slot, name));
    const headers = Object.fromEntries((put?.children ?? []).map(({ attrs, text }) => [attrs['name'] ?? '', text]));
    const type = { 'content-type': 'image/png' };
    const stored = await fetch(put?.attrs['url'] ?? '', {
      method: 'PUT',
      headers: { ...headers, ...type },
      body: BYTES,
    });
    assert.equal(stored.status, 201);
    const url = get?.attrs['url'] ?? '';
    const oob = `<x xmlns="jabber:x:oob"><url>${url}</url></x>`;
    romeo.send(`<message to="nurse@${HOST}" type="chat" id="m1"><body>${url}</body>${oob}</message>`);
    const { content } = await world.asked('message');
    assert.deepEqual(content.files, [{ at: { url } }]);
    const media = await world.network.session.download(url);
    assert.deepEqual([media.type, media.size], ['image/png', BYTES.length]);
    assert.deepEqual(await bytesOf(media), BYTES);
  });
}

// Nothing is skipped where there is another ejabberd: it is about a later one (ejabberd-install.ts).
if (PRIVILEGES_TWO) {
  test(
    'where ejabberd drops what is asked of its upload service, it is named once, and a way round is found',
    unlessServerAbsent('ejabberd'),
    async (t) => {
      const scene = await openWorld(t, { server: 'ejabberd', upload: true, privileges: true });
      for (const id of [CAT, 'dog' as MediaId]) {
        const url = addressOf(await sent(scene, id));
        // 24.12 can not be asked for its services either, so that the gateway keeps the pictures.
        assert.equal(url.startsWith(`${scene.own}/media/`), !PRIVILEGED_IQ, url);
        assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), BYTES);
      }
      assert.equal(scene.world.log.split('ejabberd since 24.10 does this').length, 2);
    },
  );
}

test(
  'where the server has no upload service, the gateway keeps the picture itself',
  unlessServerAbsent('prosody'),
  async (t) => {
    const { world, romeo, registry, own } = await openWorld(t, { server: 'prosody', upload: false });
    const url = addressOf(await sent({ world, romeo }));
    assert.ok(url.startsWith(`${own}/media/`), url);
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), BYTES);
    const id = url.split('/')[4] ?? '';
    const expired = mediaLinks(registry.deriveKey('media links')).write(id, new Date(Date.now() - 1000), 'x');
    assert.equal((await fetch(`${own}/media/${expired}`)).status, 410);
  },
);
