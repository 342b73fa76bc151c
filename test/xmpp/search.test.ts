/** Searching several servers: one that refuses hides nothing of the others. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#src/network.ts';
import { fromEach } from '#src/xmpp/search.ts';

const refusing = new Refusal('too-fast', 'Try again in a minute.');
async function ask(server: string): Promise<string> {
  if (server === 'busy') throw refusing;
  if (server === 'broken') throw new TypeError('a bug');
  return `#tea on ${server}`;
}

test('what the servers that answer have is found, whichever of them refuses', async () => {
  assert.deepEqual(await fromEach(['libera', 'busy', 'oftc'], ask), ['#tea on libera', '#tea on oftc']);
  assert.deepEqual(await fromEach([], ask), []);
});

test('where all refuse the first says why, and a bug is none of a server', async () => {
  await assert.rejects(fromEach(['busy'], ask), refusing);
  await assert.rejects(fromEach(['libera', 'broken'], ask), TypeError);
});
