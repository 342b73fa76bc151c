/** A text that is too long for a network, on a page of the gateway's own store. */

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { lending } from '#src/lending.ts';
import { createLog } from '#src/log.ts';
import { reachOf } from '#src/net/public-address.ts';
import type { AccountId } from '#src/network.ts';
import { openRegistry } from '#src/registry/database.ts';
import { MediaStore } from '#src/web/media.ts';
import { mediaLinks } from '#src/web/media-link.ts';
import { openSpool, scratchFolder } from './scratch.ts';

const ADDRESS = 'https://gateway.example.com/media';
const NOTHING = { query: new URLSearchParams(), body: Readable.from([]) };
const LIBERA = 'irc.libera.chat' as AccountId;

async function open(t: TestContext, hasStore: boolean) {
  const parts = new AsyncDisposableStack();
  t.after(() => parts[Symbol.asyncDispose]());
  const registry = parts.use(await openRegistry(':memory:', Buffer.alloc(32, 'key')));
  const folder = await scratchFolder(t);
  const links = mediaLinks(registry.deriveKey('media links'));
  const limits = { days: 1, user: 40, total: 1000 };
  const log = createLog('silent');
  const store = parts.use(
    await MediaStore.open({ folder, files: registry.media, links, address: ADDRESS, limits, log }),
  );
  const media = {
    spool: await openSpool(folder),
    store: hasStore ? store : undefined,
    reach: reachOf([]),
    trusted: [],
  };
  const lend = lending({ host: 'irc.example.net', registry, media });
  const get = (url: string) =>
    store.answer({ method: 'GET', path: url.slice(ADDRESS.length + 1), headers: {}, ...NOTHING });
  return { ...lend('romeo@example.net', LIBERA), get };
}

test('a shared text is given to who has its address, as a plain text', async (t) => {
  const { share, get } = await open(t, true);
  const url = (await share('Ó Romeo')) ?? '';
  assert.ok(url.startsWith(`${ADDRESS}/`), url);
  const { status, headers = {}, body } = await get(url);
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
  assert.ok(typeof body === 'function');
  assert.equal(Buffer.concat(await body().toArray()).toString(), 'Ó Romeo');
});

test('it counts among the files of the user, whose place has an end', async (t) => {
  const { share } = await open(t, true);
  await share('x'.repeat(30));
  await assert.rejects(share('x'.repeat(30)), { name: 'Refusal', why: 'full' });
});

test('where nothing is kept nothing is shared', async (t) => {
  const { share } = await open(t, false);
  assert.equal(await share('O Romeo'), undefined);
});
