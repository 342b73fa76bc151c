/** Which IRC servers may be used, and how they are reached. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ircOptions, serverOptions } from '#bridges/irc/options.ts';

function reach(options: object, name: string) {
  return serverOptions(ircOptions.parse(options), name);
}

test('a server that is not listed is reached by TLS on ports 6697 and 6670, its certificate checked', () => {
  const server = reach({}, 'irc.libera.chat');
  assert.deepEqual(
    [server?.address, server?.ports, server?.plain_ports, server?.tls, server?.verify, server?.listed],
    ['irc.libera.chat', [6697, 6670], [], 'required', true, false],
  );
});

test('a listed server has its own settings', () => {
  const servers = { libera: { address: 'irc.eu.libera.chat', port: 7000, password: 'p', verify: false } };
  const server = reach({ servers }, 'libera');
  assert.deepEqual(
    [server?.address, server?.ports, server?.password, server?.verify],
    ['irc.eu.libera.chat', [7000], 'p', false],
  );
});

test('without TLS the port is 6667 unless it is set', () => {
  const servers = { a: { tls: 'off' }, b: { tls: 'off', port: 6697 } };
  assert.deepEqual([reach({ servers }, 'a')?.ports, reach({ servers }, 'b')?.ports], [[6667], [6697]]);
});

const ACCESS: readonly (readonly [title: string, options: object, name: string, allowed: boolean])[] = [
  ['any public name by default', {}, 'irc.oftc.net', true],
  ['no address of the site itself', {}, '127.0.0.1', false],
  ['no IPv6 address', {}, '::1', false],
  ['no single label', {}, 'localhost', false],
  ['no decimal address', {}, '2130706433', false],
  ['no hexadecimal address', {}, '0x7f.1', false],
  ['no name with a space', {}, 'irc.libera.chat x', false],
  ['no empty name', {}, '', false],
  ['no name of JavaScript', {}, '__proto__', false],
  ['no name of JavaScript that lists are asked for', { allow_servers: [] }, 'constructor', false],
  ['no endless name', {}, `${'a.'.repeat(200)}net`, false],
  ['a listed single label', { servers: { localhost: {} } }, 'localhost', true],
  ['a listed one where no other is', { servers: { libera: {} }, allow_servers: [] }, 'libera', true],
  ['no other where only listed ones are', { servers: { libera: {} }, allow_servers: [] }, 'irc.oftc.net', false],
  ['a name that is allowed', { allow_servers: ['irc.oftc.net'] }, 'irc.oftc.net', true],
  ['no name below one that is allowed', { allow_servers: ['oftc.net'] }, 'irc.oftc.net', false],
  ['a name below an allowed domain', { allow_servers: ['*.oftc.net'] }, 'irc.oftc.net', true],
  ['no name that only ends alike', { allow_servers: ['*.oftc.net'] }, 'evil-oftc.net', false],
  ['the one fixed server', { server: 'irc.oftc.net' }, 'irc.oftc.net', true],
  ['none beside the fixed server', { server: 'irc.oftc.net', servers: { libera: {} } }, 'libera', false],
];

for (const [title, options, name, allowed] of ACCESS) {
  test(`access: ${title}`, () => assert.equal(reach(options, name) !== undefined, allowed));
}

test('the fixed server takes its settings from the list', () => {
  assert.equal(reach({ server: 'local', servers: { local: { tls: 'off' } } }, 'local')?.tls, 'off');
});

test('what goes into a line of IRC may not hold a line end', () => {
  for (const text of ['a\r\nQUIT', 'a\nb', 'a\0b', '']) {
    assert.equal(ircOptions.safeParse({ realname: text }).success, false);
    assert.equal(ircOptions.safeParse({ quit_message: text }).success, false);
    assert.equal(ircOptions.safeParse({ servers: { a: { password: text } } }).success, false);
  }
});

test('a fingerprint is SHA-256, with colons or without', () => {
  const accepts = (fingerprint: string) =>
    ircOptions.safeParse({ servers: { a: { fingerprints: [fingerprint] } } }).success;
  assert.deepEqual(['ab'.repeat(32), `${'AB:'.repeat(31)}AB`, 'ab'.repeat(20), 'no'].map(accepts), [
    true,
    true,
    false,
    false,
  ]);
});
