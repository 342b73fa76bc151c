/** Which addresses may be connected to for what somebody else has named. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublic, publicLookup, reachOf } from '#src/net/public-address.ts';

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
  '::7f00:1',
  '2002:7f00:1::1',
  'fe80::1%lo',
  'localhost',
  '',
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

test('an administrator can allow networks of the site', () => {
  const reach = reachOf(['10.1.0.0/16', 'fd00:1::/32', '127.0.0.1']);
  for (const address of ['10.1.255.1', 'fd00:1::5', '127.0.0.1', '1.1.1.1']) assert.equal(reach.allows(address), true);
  for (const address of ['10.2.0.1', 'fd00:2::5', '127.0.0.2', 'localhost']) assert.equal(reach.allows(address), false);
});

test('a name is looked up where its address is allowed', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  reachOf(['127.0.0.0/8', '::1']).lookup('localhost', { all: true }, (...answer) => resolve(answer));
  const [error, found] = await promise;
  assert.equal(error, null);
  assert.ok(Array.isArray(found) && found.length > 0);
});
