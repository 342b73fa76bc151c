/** Settings from the environment. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '#config/load.ts';

const AT = { file: 'isthmus.yaml', folder: '/etc/isthmus' };
const RIGHT = 'networks:\n  - {kind: irc, host: irc.example.com, secret: s3cret}\n';

test('a variable wins over the file and has the type of its key', () => {
  const config = parseConfig(
    `xmpp: {port: 1}\n${RIGHT}`,
    {
      ISTHMUS_XMPP__PORT: '5275',
      ISTHMUS_ADMINS: '[romeo@example.com, juliet@example.com]',
      ISTHMUS_NETWORKS__0__SECRET: '00123',
      ISTHMUS_NETWORKS__0__OPEN: 'false',
      'ISTHMUS_NETWORKS__0__SERVERS__irc.libera.chat__PASSWORD': '*&!',
    },
    AT,
  );
  const [network] = config.networks;
  assert.equal(config.xmpp.port, 5275);
  assert.deepEqual(config.admins, ['romeo@example.com', 'juliet@example.com']);
  assert.deepEqual([network?.secret, network?.open], ['00123', false]);
  assert.equal(network?.servers['irc.libera.chat']?.password, '*&!');
});

test('a gateway can be set by the environment alone', () => {
  const environment = {
    ISTHMUS_NETWORKS__0__ALLOW_SERVERS: '[]',
    ISTHMUS_NETWORKS__0__HOST: 'irc.example.com',
    ISTHMUS_NETWORKS__0__KIND: 'irc',
    ISTHMUS_NETWORKS__0__SECRET: 's3cret',
  };
  assert.deepEqual(parseConfig('', environment, AT).networks[0]?.allow_servers, []);
});

test('positions are taken as numbers, so that the tenth comes after the second', () => {
  const names = Array.from({ length: 12 }, (_, n) => [`ISTHMUS_ADMINS__${n}`, `user${n}@example.com`]);
  assert.equal(parseConfig(RIGHT, Object.fromEntries(names.reverse()), AT).admins[11], 'user11@example.com');
});

test('a secret from the environment takes the place of a secret file in the YAML', () => {
  const yaml = RIGHT.replace('secret: s3cret', 'secret_file: /nowhere');
  assert.equal(parseConfig(yaml, { ISTHMUS_NETWORKS__0__SECRET: 'a' }, AT).networks[0]?.secret, 'a');
});

test('variables that are not ours are left alone', () => {
  const kubernetes = {
    ISTHMUS_SERVICE_HOST: '10.0.0.1',
    ISTHMUS_SERVICE_PORT: '80',
    ISTHMUS_SERVICE_PORT_HTTP: '80',
    ISTHMUS_PORT: 'tcp://10.0.0.1:80',
    ISTHMUS_PORT_80_TCP_ADDR: '10.0.0.1',
    ISTHMUS_METRICS_SERVICE_HOST: '10.0.0.1',
    ISTHMUS: 'x',
    PATH: '/bin',
  };
  assert.ok(parseConfig(RIGHT, kubernetes, AT));
});

const WRONG: readonly (readonly [name: string, value: string, expected: RegExp])[] = [
  ['ISTHMUS_XMP__PORT', '1', /- ISTHMUS_XMP__PORT: unknown key; did you mean xmpp\?/],
  ['ISTHMUS_DATA__X', '1', /- ISTHMUS_DATA__X: unknown key/],
  ['ISTHMUS_ADMINS__X', 'a@b', /- ISTHMUS_ADMINS__X: unknown key/],
  ['ISTHMUS_', '1', /- ISTHMUS_: unknown key/],
  ['ISTHMUS_CONSTRUCTOR__NAME', '1', /- ISTHMUS_CONSTRUCTOR__NAME: unknown key/],
  ['ISTHMUS_NETWORKS__7__HOST', 'a', /- ISTHMUS_NETWORKS__7__HOST: there is no such place/],
  ['ISTHMUS_LOG', '{level: "', /- ISTHMUS_LOG: its value can't be read/],
  ['ISTHMUS_XMPP__PORT', 'x', /- xmpp\.port \(environment variable ISTHMUS_XMPP__PORT\): .* found "x"/],
];

for (const [name, value, expected] of WRONG) {
  test(`${name}=${value} is refused`, () => {
    assert.throws(() => parseConfig(RIGHT, { [name]: value }, AT), { name: 'ConfigError', message: expected });
  });
}

test('an empty variable counts as absent', () => {
  assert.equal(parseConfig(RIGHT, { ISTHMUS_XMPP__PORT: '' }, AT).xmpp.port, 5347);
});
