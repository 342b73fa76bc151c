/** Which addresses a server that nobody has listed may have. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublic, publicLookup } from '#bridges/irc/lookup.ts';

const INSIDE = [
  '127.0.0.1',
  '10.1.2.3',
  '172.31.255.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fd00::1',
  'fe80::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
];
for (const address of INSIDE) test(`${address} is inside`, () => assert.equal(isPublic(address), false));
for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111']) {
  test(`${address} is public`, () => assert.equal(isPublic(address), true));
}

test('a name that leads to this machine is not looked up', async () => {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  publicLookup('localhost', {}, resolve);
  assert.match((await promise)?.message ?? '', /no public address/);
});
