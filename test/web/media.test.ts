/** The own media store, asked over the web server. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '#src/log.ts';
import { openRegistry } from '#src/registry/database.ts';
import { MediaStore } from '#src/web/media.ts';
import { mediaLinks } from '#src/web/media-link.ts';
import { WebServer } from '#src/web/server.ts';
import { mediaOf, openSpool, scratchFolder } from './scratch.ts';

const KEY = Buffer.alloc(32, 'key');
const ROMEO = 'romeo@example.net';
const HOST = 'irc.example.com';
const DAY = 86_400_000;
const signal = new AbortController().signal;

async function openStore(t: TestContext, limits = { days: 30, user: 1000, total: 2000 }) {
  const folder = await scratchFolder(t);
  const log = createLog('error');
  const registry = await openRegistry(':memory:', KEY);
  const spool = await openSpool(folder);
  const links = mediaLinks(registry.deriveKey('media links'));
  const store = await MediaStore.open({
    folder,
    files: registry.media,
    links,
    address: 'https://x/media',
    limits,
    log,
  });
  const web = await WebServer.open({ listen: '127.0.0.1', port: 0, parts: new Map([['media', store.answer]]), log });
  t.after(async () => {
    await web[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });
  const keep = async (text: string, name = 'cat.png', type = 'image/png', user = ROMEO) => {
    await using file = await spool.take(mediaOf([text], { type }), name, signal);
    return await store.keep(user, HOST, file);
  };
  const ask = (url: string, headers = {}, method = 'GET') => {
    return fetch(url.replace('https://x', `http://127.0.0.1:${web.port}`), { method, headers });
  };
  return { folder, registry, store, links, keep, ask, web };
}

test('a file that is kept is given away by its link, which is alive at once', async (t) => {
  const { keep, ask } = await openStore(t);
  const url = await keep('O Romeo', 'très cool.png');
  assert.match(url, /^https:\/\/x\/media\/[\w-]{22}\/[\w-]{43}\/[0-9a-z]+\/tr%C3%A8s%20cool\.png$/);
  const answer = await ask(url);
  assert.equal(await answer.text(), 'O Romeo');
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.equal(answer.headers.get('content-disposition'), "inline; filename*=UTF-8''tr%C3%A8s%20cool.png");
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'; media-src 'self';.*sandbox/);
});

test('HEAD tells the same, without the bytes', async (t) => {
  const { keep, ask } = await openStore(t);
  const answer = await ask(await keep('O Romeo'), {}, 'HEAD');
  assert.deepEqual([answer.status, answer.headers.get('content-length'), await answer.text()], [200, '7', '']);
});

test('what could run in a browser is only offered to be saved', async (t) => {
  const { keep, ask } = await openStore(t);
  for (const type of ['text/html', 'image/svg+xml', 'application/pdf', 'nonsense']) {
    const { headers } = await ask(await keep('<script>', 'x', type));
    assert.equal(headers.get('content-type'), 'application/octet-stream');
    assert.match(headers.get('content-disposition') ?? '', /^attachment;/);
  }
});

test('a part of a file is given, and what is known is not sent again', async (t) => {
  const { keep, ask } = await openStore(t);
  const url = await keep('0123456789');
  const part = async (range: string, headers = {}) => {
    const answer = await ask(url, { range, ...headers });
    return [answer.status, answer.headers.get('content-range'), await answer.text()];
  };
  assert.deepEqual(await part('bytes=2-4'), [206, 'bytes 2-4/10', '234']);
  assert.deepEqual(await part('bytes=7-'), [206, 'bytes 7-9/10', '789']);
  assert.deepEqual(await part('bytes=-3'), [206, 'bytes 7-9/10', '789']);
  assert.deepEqual(await part('bytes=5-99'), [206, 'bytes 5-9/10', '56789']);
  assert.deepEqual(await part('bytes=10-'), [416, 'bytes */10', '']);
  for (const odd of ['bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-']) {
    assert.deepEqual(await part(odd), [200, null, '0123456789']);
  }
  const etag = (await ask(url)).headers.get('etag') ?? '';
  assert.deepEqual(await part('bytes=0-0', { 'if-range': etag }), [206, 'bytes 0-0/10', '0']);
  assert.deepEqual(await part('bytes=0-0', { 'if-range': '"other"' }), [200, null, '0123456789']);
  assert.equal((await ask(url, { 'if-none-match': `"other", ${etag}` })).status, 304);
  const empty = await ask(await keep(''));
  assert.deepEqual([empty.status, await empty.text()], [200, '']);
});

test('a link that was changed names nothing', async (t) => {
  const { keep, ask } = await openStore(t);
  const [before, signed = ''] = (await keep('x')).split(/(?<=media)\//);
  const [id, signature, expiry] = signed.split('/');
  const later = (Number.parseInt(expiry ?? '', 36) + 1000).toString(36);
  for (const path of [
    `${id}/${signature}/${later}`,
    `${'A'.repeat(22)}/${signature}/${expiry}`,
    `${id}`,
    '',
    '../tmp',
  ]) {
    assert.equal((await ask(`${before}/${path}`)).status, 404, path);
  }
  assert.equal((await ask(`${before}/${id}/${signature}/${expiry}/another.name`)).status, 200);
});

test('a link that has expired is gone, and so are its bytes once they are swept', async (t) => {
  const { folder, keep, ask, links, store, registry } = await openStore(t);
  const url = await keep('x');
  const [id = ''] = new URL(url).pathname.split('/').slice(2);
  const expired = links.write(id, new Date(Date.now() - 1000), 'x');
  assert.equal((await ask(`https://x/media/${expired}`)).status, 410);
  await store.sweep(new Date(Date.now() + 29 * DAY));
  assert.equal((await ask(url)).status, 200);
  await store.sweep(new Date(Date.now() + 31 * DAY));
  assert.equal((await ask(url)).status, 410);
  assert.equal(await registry.media.bytes(), 0);
  assert.deepEqual(await readdir(join(folder, id.slice(0, 2))), []);
});

test('nobody takes more than their place, though they ask all at once', async (t) => {
  const { keep } = await openStore(t, { days: 1, user: 10, total: 14 });
  const kept = await Promise.allSettled([keep('123456'), keep('123456'), keep('1234')]);
  // Which of the two large ones comes first is chance.
  assert.deepEqual(kept.map(({ status }) => status).sort(), ['fulfilled', 'fulfilled', 'rejected']);
  assert.equal(kept[2]?.status, 'fulfilled');
  await assert.rejects(keep('12345', 'x', 'image/png', 'juliet@example.net'), /gateway's place/);
  await keep('1234', 'x', 'image/png', 'juliet@example.net');
});

test('the listener knows its parts and its methods', async (t) => {
  const { ask } = await openStore(t);
  assert.equal((await ask('https://x/')).status, 404);
  assert.equal((await ask('https://x/other')).status, 404);
  assert.equal((await ask('https://x/media/x', {}, 'POST')).status, 405);
  assert.equal((await ask('https://x/media/x', {}, 'PATCH')).status, 405);
  assert.equal((await ask(`https://x/media/${'a'.repeat(3000)}`)).status, 414);
});

test('a client that goes away in the middle of a file harms nothing', async (t) => {
  const { keep, ask, web } = await openStore(t);
  const url = await keep('O Romeo');
  const address = url.replace('https://x', `http://127.0.0.1:${web.port}`);
  await new Promise((resolve) => get(address, (answer) => resolve(answer.destroy())));
  assert.equal((await ask(url)).status, 200);
});

test('a store that closes does not wait until all that is overdue is removed', async (t) => {
  const { registry, store } = await openStore(t);
  const row = { user: ROMEO, host: HOST, name: 'x', type: 'image/png', size: 1, expires: new Date(0) };
  await Promise.all(Array.from({ length: 600 }, (_, at) => registry.media.add({ ...row, id: `file-${at}` })));
  const sweeping = store.sweep();
  await store[Symbol.asyncDispose]();
  await sweeping;
  assert.ok((await registry.media.bytes()) > 0);
});
