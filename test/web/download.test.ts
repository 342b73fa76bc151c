/** What may be fetched, and how much of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Media, Refusal } from '#src/network.ts';
import { downloader } from '#src/web/download.ts';
import { openSite } from './site.ts';

const LOOPBACK = ['127.0.0.0/8', '::1'];
const signal = new AbortController().signal;

async function bytesOf({ bytes }: Media): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refusal(why: Refusal['why'], text: RegExp) {
  return (error: Refusal) => error.name === 'Refusal' && error.why === why && text.test(error.message);
}

test('the bytes come as they are, with type, size and name', async () => {
  await using site = await openSite((_, response) => {
    response.setHeader('content-type', 'Image/PNG; charset=x').setHeader('content-length', 4).end('\0\xffab', 'latin1');
  });
  const media = await downloader(LOOPBACK)(`${site.url}/a/caf%C3%A9.png?x=1`, signal);
  assert.deepEqual([media.type, media.size, media.name], ['image/png', 4, 'café.png']);
  assert.deepEqual(await bytesOf(media), Buffer.from('\0\xffab', 'latin1'));
  assert.equal(site.asked[0]?.headers['accept-encoding'], 'identity');
});

test('name and password in an address are not sent', async () => {
  await using site = await openSite((_, response) => void response.end('x'));
  await bytesOf(await downloader(LOOPBACK)(site.url.replace('//', '//romeo:secret@'), signal));
  assert.equal(site.asked[0]?.headers.authorization, undefined);
});

test('nothing inside is reached: by address, by name, by a redirect', async () => {
  await using inner = await openSite((_, response) => void response.end('secret'));
  const port = new URL(inner.url).port;
  const hosts = [
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
    '10.0.0.1',
    '[fd00::1]',
  ];
  for (const host of hosts) {
    await assert.rejects(downloader()(`http://${host}:${port}/`, signal), refusal('forbidden', /not a public address/));
  }
  await assert.rejects(downloader()(`http://localhost:${port}/`, signal), refusal('network', /can't be reached/));
  await using outer = await openSite(
    (_, response) => void response.writeHead(302, { location: `http://[::1]:${port}/` }).end(),
  );
  await assert.rejects(downloader(['127.0.0.1'])(outer.url, signal), refusal('forbidden', /not a public address/));
  assert.equal(inner.asked.length, 0);
});

test('only the web is fetched from', async () => {
  for (const url of ['file:///etc/passwd', 'ftp://example.com/', 'data:,x', 'nonsense']) {
    await assert.rejects(downloader()(url, signal), refusal('invalid', /no web address/));
  }
  await using site = await openSite(
    (_, response) => void response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
  );
  await assert.rejects(downloader(LOOPBACK)(site.url, signal), refusal('invalid', /no web address/));
});

test('redirects are followed, but not without end', async () => {
  await using site = await openSite((request, response) => {
    const hops = Number(request.url?.slice(1));
    if (hops === 0) response.end('here');
    else response.writeHead(302, { location: `/${hops - 1}` }).end();
  });
  assert.equal(String(await bytesOf(await downloader(LOOPBACK)(`${site.url}/5`, signal))), 'here');
  await assert.rejects(downloader(LOOPBACK)(`${site.url}/6`, signal), refusal('network', /without end/));
});

test('a file that is too large is refused by what it says, and by what it is', async () => {
  await using site = await openSite((request, response) => {
    if (request.url === '/honest') response.setHeader('content-length', 11);
    response.write('01234');
    response.end('567890');
  });
  const fetch = downloader(LOOPBACK, { bytes: 10 });
  await assert.rejects(fetch(`${site.url}/honest`, signal), refusal('too-long', /larger than/));
  const media = await fetch(`${site.url}/liar`, signal);
  await assert.rejects(bytesOf(media), refusal('too-long', /larger than/));
});

test('what hangs is given up: before the first byte, between bytes, and in all', async () => {
  await using site = await openSite((request, response) => {
    if (request.url === '/silent') return;
    response.write('x');
    const drip = request.url === '/drip' && setInterval(() => response.write('x'), 5);
    response.on('close', () => drip && clearInterval(drip));
  });
  const fetch = downloader(LOOPBACK, { idle: 40 });
  await assert.rejects(fetch(`${site.url}/silent`, signal), refusal('timeout', /too slow/));
  await assert.rejects(bytesOf(await fetch(`${site.url}/stuck`, signal)), refusal('timeout', /too slow/));
  const dripping = async () => bytesOf(await downloader(LOOPBACK, { total: 100 })(`${site.url}/drip`, signal));
  await assert.rejects(dripping, refusal('timeout', /in time/));
});

test('a caller can stop it, and a connection that breaks is told', async () => {
  await using site = await openSite((request, response) => {
    response.setHeader('content-length', 10).write('x');
    if (request.url === '/broken') setImmediate(() => response.destroy());
  });
  const stop = new AbortController();
  const media = await downloader(LOOPBACK)(site.url, stop.signal);
  stop.abort();
  await assert.rejects(bytesOf(media), refusal('timeout', /in time/));
  const broken = await downloader(LOOPBACK)(`${site.url}/broken`, signal);
  await assert.rejects(bytesOf(broken), refusal('network', /can't be reached/));
});

test('an answer that is no file is told as what it is', async () => {
  await using site = await openSite((request, response) => {
    response.writeHead(Number(request.url?.slice(1)), { 'content-encoding': 'gzip' }).end();
  });
  const fetch = (status: number) => downloader(LOOPBACK)(`${site.url}/${status}`, signal);
  await assert.rejects(fetch(404), refusal('not-found', /any more/));
  await assert.rejects(fetch(403), refusal('forbidden', /does not give/));
  await assert.rejects(fetch(500), refusal('network', /500/));
  await assert.rejects(fetch(200), refusal('network', /no plain file/));
});
