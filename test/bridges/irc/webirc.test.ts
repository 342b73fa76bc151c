/** Who a server is told to be behind a connection. */

import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import { webircLine } from '#bridges/irc/connection/webirc.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import { Run } from './reach.ts';

const OPTIONS = { password: 'sesame', gateway: 'isthmus' };
const at = (address: string) => async () => ({ address });
const never = () => new Promise<never>(() => undefined);

test('it is the host of the XMPP address, as DNS has it', async () => {
  const line = await webircLine(OPTIONS, 'romeo@example.net', at('93.184.216.34'));
  assert.equal(line, 'WEBIRC sesame isthmus example.net 93.184.216.34');
});

test('each user is asked for anew', async () => {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return { address: host === 'a.net' ? '93.184.216.1' : '93.184.216.2' };
  };
  assert.equal(await webircLine(OPTIONS, 'romeo@a.net', resolve), 'WEBIRC sesame isthmus a.net 93.184.216.1');
  assert.equal(await webircLine(OPTIONS, 'juliet@b.net', resolve), 'WEBIRC sesame isthmus b.net 93.184.216.2');
  assert.deepEqual(asked, ['a.net', 'b.net']);
});

for (const [title, owner, resolve] of [
  ['a name that is not known', 'romeo@example.invalid', () => Promise.reject(new Error('ENOTFOUND'))],
  ['a name that is not told in time', 'romeo@example.net', never],
  ['an address of the site', 'romeo@example.net', at('127.0.0.1')],
  ['an address of a private network', 'romeo@example.net', at('10.1.2.3')],
  ['a name that is too long for IRC', `romeo@${'a'.repeat(60)}.example.net`, at('93.184.216.34')],
  ['a name that would end the line', 'romeo@a b', at('93.184.216.34')],
] as const) {
  test(`${title} is replaced by one of the user's own`, async (t) => {
    if (resolve === never) t.mock.timers.enable({ apis: ['setTimeout'] });
    const line = webircLine(OPTIONS, owner, resolve);
    if (resolve === never) t.mock.timers.tick(3_000);
    const [command, password, gateway, host, address = '', ...rest] = ((await line) ?? '').split(' ');
    assert.deepEqual([command, password, gateway, rest], ['WEBIRC', 'sesame', 'isthmus', []]);
    assert.match(host ?? '', /^[\da-f]{16}\.isthmus\.invalid$/);
    assert.ok(isIPv6(address) && address.startsWith('fd'), address);
  });
}

test('a cloak hides the XMPP server, and tells users apart', async () => {
  const options = { ...OPTIONS, cloak: 'xmpp.example.com' };
  const resolve = () => assert.fail('Nobody was to be asked.');
  const lines = await Promise.all(
    ['romeo@example.net', 'romeo@example.net', 'juliet@example.net'].map((owner) =>
      webircLine(options, owner, resolve),
    ),
  );
  assert.match(
    lines[0] ?? '',
    /^WEBIRC sesame isthmus [\da-f]{16}\.xmpp\.example\.com fd[\da-f]{2}(:[\da-f]{1,4}){7}$/,
  );
  assert.equal(lines[0], lines[1]);
  assert.notEqual(lines[0], lines[2]);
});

test('an address that begins with a colon gets a zero before it', async () => {
  const line = await webircLine(OPTIONS, 'romeo@example.net', at('2a00::1'));
  assert.equal(line, 'WEBIRC sesame isthmus example.net 2a00::1');
});

test('it is the first line, and said only where the administrator has named the port', async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  const webirc = { password: 'sesame', cloak: 'xmpp.example.com' };
  await using _ = await new Run({ server: { tls: 'off', port: ircd.port, webirc } }).online();
  const [first, second] = (await ircd.peer()).lines;
  assert.match(first ?? '', /^WEBIRC sesame isthmus /);
  assert.equal(second, 'CAP LS 302');
  const settings = { ports: [{ port: ircd.port, tls: false }] };
  await using _other = await new Run({ server: { port: ircd.port, webirc }, settings }).online();
  assert.equal((await ircd.peer()).lines[0], 'CAP LS 302');
});
