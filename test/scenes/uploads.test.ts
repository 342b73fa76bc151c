/** Files of the network on their way to where clients can fetch them: the user's own server, or the gateway's store. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LiveAccount, type Watcher } from '#src/account.ts';
import { Entrances } from '#src/entrance.ts';
import { Files } from '#src/files.ts';
import { lending } from '#src/lending.ts';
import { createLog } from '#src/log.ts';
import { reachOf } from '#src/net/public-address.ts';
import type { AccountId, File, MediaId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { download } from '#src/web/download.ts';
import { MediaStore } from '#src/web/media.ts';
import { mediaLinks } from '#src/web/media-link.ts';
import { Link } from '#src/xmpp/link.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { FakeXmppServer } from '#test/fakes/xmpp-server.ts';
import { HOST } from '#test/stage.ts';
import { mediaOf, openSpool, scratchFolder } from '#test/web/scratch.ts';
import { openSite } from '#test/web/site.ts';

const DOMAIN = 'example.net';
const ROMEO = `romeo@${DOMAIN}`;
const UPLOAD = 'upload.example.net';
const CAT = 'cat' as MediaId;
const WATCHER: Watcher = {
  event: () => undefined,
  online: () => undefined,
  lost: () => undefined,
  failed: () => undefined,
  stopped: () => undefined,
  refused: () => undefined,
};

/** What the XMPP server says of itself. */
const ITEMS = `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='${UPLOAD}'/></query>`;
const INFO = `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:http:upload:0'/>
  <x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value></field>
  <field var='max-file-size'><value>100</value></field></x></query>`;
const NONE = `<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;

interface Scene {
  readonly trusted?: readonly string[];
  readonly store?: boolean;
  /** Who never answers, which is waited for a little and not ten seconds. */
  readonly silent?: string;
  /** How long one file may take, in ms. */
  readonly within?: number;
}

async function openScene(
  t: TestContext,
  { trusted = [DOMAIN], store: hasStore = false, silent, within = 60_000 }: Scene = {},
) {
  const parts = new AsyncDisposableStack();
  t.after(() => parts[Symbol.asyncDispose]());
  const folder = await scratchFolder(t);
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  const server = parts.use(await FakeXmppServer.start({ domain: HOST }));
  const online = Promise.withResolvers<void>();
  const on = { stanza: () => undefined, online: online.resolve, offline: () => undefined, fatal: () => undefined };
  const link = parts.use(
    new Link({ domain: HOST, secret: server.secret, host: '127.0.0.1', port: server.port, log, on }),
  );
  link.start();
  await online.promise;
  const registry = parts.use(await openRegistry(':memory:', Buffer.alloc(32, 'key')));
  const links = mediaLinks(registry.deriveKey('media links'));
  const limits = { days: 30, user: 1000, total: 1000 };
  const store = hasStore
    ? parts.use(
        await MediaStore.open({ folder, files: registry.media, links, address: 'https://own/media', limits, log }),
      )
    : undefined;
  const places = { spool: await openSpool(folder), store, reach: reachOf([]), trusted };
  const request: Link['request'] = (to, type, payload) =>
    link.request(to, type, payload, { timeout: to === silent ? 30 : 5_000 });
  const files = new Files({ host: HOST, places, request, log, within });
  const network = new FakeNetwork();
  const account = new LiveAccount({
    user: ROMEO,
    account: { id: 'main' as AccountId, label: 'Fake', settings: {} },
    registered: true,
    entrance: new Entrances(network, undefined).of({ id: 'main' as AccountId, label: 'Fake', settings: {} }),
    network,
    watcher: WATCHER,
    drained: () => Promise.resolve(),
    download,
    lend: lending({ host: HOST, registry }),
    log,
  });
  parts.defer(() => account.stop());
  account.start();
  await account.outcome;
  network.files.set(CAT, mediaOf(['O ', 'Romeo'], { name: 'cat.png' }));

  /** The XMPP server answers the next request of that kind. */
  const answers = async (to: string, marked: string, reply: string) => {
    const stanza = await server.received((xml) => xml.includes(`to='${to}'`) && xml.includes(marked));
    const id = /id='([^']*)'/.exec(stanza)?.[1];
    const type = reply.startsWith('<error') ? 'error' : 'result';
    server.inject(`<iq type='${type}' from='${to}' to='${HOST}' id='${id}'>${reply}</iq>`);
    return stanza;
  };
  const hasService = () =>
    Promise.all([
      answers(DOMAIN, 'disco#items', ITEMS),
      answers(UPLOAD, 'disco#info', INFO),
      answers(DOMAIN, 'disco#info', NONE),
    ]);
  const file: File = { at: { media: CAT }, name: 'cat.png', size: 7 };
  return { folder, server, network, account, files, file, lines, answers, hasService };
}

/** A place for files, which keeps what it is given. */
async function openPlace(t: TestContext, status = 201) {
  const taken: { request: IncomingMessage; body: string }[] = [];
  const site = await openSite(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    taken.push({ request, body });
    response.writeHead(status).end();
  });
  t.after(() => site[Symbol.asyncDispose]());
  const slot = `<slot xmlns='urn:xmpp:http:upload:0'><put url='${site.url}/put/cat.png'>
    <header name='Authorization'>Bearer\n x</header><header name='Host'>evil</header><header name='cookie'>a=1</header></put>
    <get url='${site.url}/get/cat.png'/></slot>`;
  return { taken, slot, get: `${site.url}/get/cat.png` };
}

test("a file goes to the service of the user's server, once for all who are shown it", async (t) => {
  const { files, account, file, hasService, answers, folder } = await openScene(t);
  const { taken, slot, get } = await openPlace(t);
  const shared = Promise.all([files.share(account, file), files.share(account, { ...file, width: 2 })]);
  await hasService();
  const asked = await answers(UPLOAD, 'urn:xmpp:http:upload:0', slot);
  assert.match(
    asked,
    /<request xmlns='urn:xmpp:http:upload:0' filename='cat.png' size='7' content-type='image\/png'\/>/,
  );
  const sha256 = createHash('sha256').update('O Romeo').digest('base64');
  const [one, two] = await shared;
  assert.deepEqual(one, { url: get, name: 'cat.png', type: 'image/png', size: 7, sha256 });
  assert.deepEqual([two.url, two.width], [get, 2]);
  assert.deepEqual(
    taken.map(({ body }) => body),
    ['O Romeo'],
  );
  const { method, headers } = taken[0]!.request;
  assert.deepEqual([method, headers.authorization, headers.cookie], ['PUT', 'Bearer x', 'a=1']);
  assert.deepEqual([headers['content-length'], headers['content-type']], ['7', 'image/png']);
  assert.match(headers.host ?? '', /^127/);
  assert.deepEqual(await readdir(join(folder, 'tmp')), []);
});

test('what is public already stays where it is, with all that is known of it', async (t) => {
  const { files, account, server } = await openScene(t);
  const url = 'https://example.com/cat.jpg';
  const about = { name: 'cat.jpg', type: 'image/jpeg', size: 5, width: 4, height: 3 };
  assert.deepEqual(await files.share(account, { at: { url }, ...about }), { url, ...about });
  assert.equal(server.stanzas.length, 0);
});

test('a server without a service: the file is in the own store; without one, a sentence tells of it', async (t) => {
  for (const store of [true, false]) {
    const { files, account, file, answers } = await openScene(t, { store });
    const shared = files.share(account, file).then(
      ({ url }) => url,
      (error: Error) => error.message,
    );
    await Promise.all([answers(DOMAIN, 'disco#items', NONE)]);
    const wanted = store
      ? /^https:\/\/own\/media\/.*\/cat\.png$/
      : /^The file cat\.png \(7 bytes\) can't be shown here\. Ask the gateway's administrator to set up file upload for example\.net\.$/;
    assert.match(await shared, wanted);
  }
});

test('a slot that is refused, a place that fails, a file that is too large: the own store has it', async (t) => {
  const failing = await openPlace(t, 507);
  for (const reply of [NONE, failing.slot, 'too large']) {
    const { files, account, file, network, hasService, answers } = await openScene(t, { store: true });
    if (reply === 'too large') network.files.set(CAT, mediaOf(['x'.repeat(101)]));
    const shared = files.share(account, file);
    await hasService();
    if (reply !== 'too large') await answers(UPLOAD, 'urn:xmpp:http:upload:0', reply);
    assert.match((await shared).url, /^https:\/\/own\/media\//);
  }
});

test("somebody else's server can't send us to the site's own network, nor to plain http", async (t) => {
  const { taken, slot } = await openPlace(t);
  for (const url of [slot, slot.replaceAll('http://', 'https://')]) {
    const { files, account, file, hasService, answers } = await openScene(t, { store: true, trusted: [] });
    const shared = files.share(account, file);
    await hasService();
    await answers(UPLOAD, 'urn:xmpp:http:upload:0', url);
    assert.match((await shared).url, /^https:\/\/own\/media\//);
  }
  assert.equal(taken.length, 0);
});

test('a server that answers and passes nothing on is named once, and is not asked again', async (t) => {
  const { files, account, file, network, answers, lines, server } = await openScene(t, { store: true, silent: UPLOAD });
  const shared = files.share(account, file);
  await Promise.all([answers(DOMAIN, 'disco#items', ITEMS), answers(DOMAIN, 'disco#info', NONE)]);
  await answers(`${UPLOAD}/isthmus`, 'disco#info', NONE);
  assert.match((await shared).url, /^https:\/\/own\/media\//);
  const asked = server.stanzas.length;
  network.files.set('dog' as MediaId, mediaOf(['x']));
  assert.match((await files.share(account, { at: { media: 'dog' as MediaId } })).url, /^https:\/\/own\/media\//);
  assert.equal(server.stanzas.length, asked);
  assert.equal(lines.filter((line) => /mod_privilege/.test(line) && line.includes(UPLOAD)).length, 1);
});

test('where what goes to a resource is passed on, the file goes to the service that way', async (t) => {
  const { files, account, file, answers, lines } = await openScene(t, { silent: UPLOAD });
  const { slot, get } = await openPlace(t);
  const shared = files.share(account, file);
  await Promise.all([answers(DOMAIN, 'disco#items', ITEMS), answers(DOMAIN, 'disco#info', NONE)]);
  await answers(`${UPLOAD}/isthmus`, 'disco#info', INFO);
  await answers(`${UPLOAD}/isthmus`, 'urn:xmpp:http:upload:0', slot);
  assert.equal((await shared).url, get);
  assert.equal(lines.filter((line) => /mod_privilege/.test(line) && line.includes(UPLOAD)).length, 1);
});

test('a server that swallows what is asked of itself, though not of a resource, is named as well', async (t) => {
  const { files, account, file, answers, lines } = await openScene(t, { store: true, silent: DOMAIN });
  const shared = files.share(account, file);
  await answers(`${DOMAIN}/isthmus`, 'disco#info', NONE);
  assert.match((await shared).url, /^https:\/\/own\/media\//);
  assert.equal(lines.filter((line) => /mod_privilege/.test(line) && line.includes(DOMAIN)).length, 1);
});

test('what the network does not have, or is too large, is told by name', async (t) => {
  const { files, account, network } = await openScene(t);
  const gone: File = { at: { media: 'gone' as MediaId }, name: '../gone.png', size: 1_200_000 };
  await assert.rejects(files.share(account, gone), {
    message: /^The file gone\.png \(1\.2 MB\) can't be shown here\. There is no/,
  });
  network.files.set(CAT, mediaOf(['x'.repeat(1001)]));
  await assert.rejects(files.share(account, { at: { media: CAT } }), { why: 'too-long', message: /^A file can't be/ });
});

test('a picture brings its thumbnail, and goes without where there is none', async (t) => {
  const { files, account, network, answers } = await openScene(t, { store: true });
  network.files.set('small' as MediaId, mediaOf(['s']));
  const shared = files.share(account, { at: { media: CAT }, thumbnail: 'small' as MediaId });
  await answers(DOMAIN, 'disco#items', NONE);
  const { thumbnail } = await shared;
  assert.match(thumbnail?.url ?? '', /^https:\/\/own\/media\//);
  assert.equal(thumbnail?.type, 'image/png');
  network.files.set(CAT, mediaOf(['O Romeo']));
  const bare = await files.share(account, { at: { media: CAT }, thumbnail: 'gone' as MediaId });
  assert.equal(bare.thumbnail, undefined);
});

test('a network that breaks off, or a disk that fails, costs the file and not the text that came with it', async (t) => {
  const { files, account, network, lines, folder } = await openScene(t, { store: true });
  async function* broken() {
    yield Buffer.from('O ');
    throw new Error('socket hang up');
  }
  network.files.set(CAT, { type: 'image/png', bytes: broken() });
  const file: File = { at: { media: CAT }, name: 'cat.png' };
  const told = { name: 'Refusal', message: /^The file cat\.png can't be shown here\. Something went wrong/ };
  await assert.rejects(files.share(account, file), told);
  assert.ok(lines.some((line) => line.includes('socket hang up')));
  await rm(join(folder, 'tmp'), { recursive: true });
  network.files.set(CAT, mediaOf(['O Romeo']));
  await assert.rejects(files.share(account, file), told);
});

test('a file that never comes is given up, and those behind it go on', async (t) => {
  const { files, account, network, answers } = await openScene(t, { store: true, within: 200 });
  const never = new Promise<never>(() => undefined);
  async function* hanging() {
    yield await never;
  }
  network.files.set('stuck' as MediaId, { type: 'image/png', bytes: hanging() });
  const stuck = files.share(account, { at: { media: 'stuck' as MediaId } });
  const next = files.share(account, { at: { media: CAT } });
  await assert.rejects(stuck, {
    why: 'timeout',
    message: /^A file can't be shown here\. The file did not come in time/,
  });
  await answers(DOMAIN, 'disco#items', NONE);
  assert.match((await next).url, /^https:\/\/own\/media\//);
});
