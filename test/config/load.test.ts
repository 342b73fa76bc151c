/** What admins get from a right file, and what they are told about a wrong one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '#config/error.ts';
import { parseConfig } from '#config/load.ts';

const AT = { file: 'isthmus.yaml', folder: '/etc/isthmus' };
const RIGHT = 'networks:\n  - {kind: irc, host: irc.example.com, secret: s3cret}\n';

function messageOf(yaml: string, environment = {}): string {
  try {
    parseConfig(yaml, environment, AT);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  assert.fail('the file was taken');
}

test('the smallest file has every default', () => {
  assert.deepEqual(parseConfig(RIGHT, {}, AT), {
    xmpp: { host: '127.0.0.1', port: 5347 },
    data: '/etc/isthmus/data',
    key_file: '/etc/isthmus/data/isthmus.key',
    http: { listen: '127.0.0.1' },
    media: {
      max_bytes: 52_428_800,
      days: 30,
      user_bytes: 524_288_000,
      total_bytes: 10_737_418_240,
      allow_addresses: [],
      trusted_domains: [],
    },
    log: { level: 'info' },
    admins: [],
    contact: { abuse: [], admin: [], feedback: [], security: [], status: [], support: [] },
    rates: { stanzas_per_second: 50, burst: 500 },
    networks: [
      {
        kind: 'irc',
        host: 'irc.example.com',
        secret: 's3cret',
        xmpp: { host: '127.0.0.1', port: 5347 },
        access: { allow: ['*'], invites: false },
        archive: { days: 30, on_join: 20 },
        rooms: { full_up_to: 1_000, persistent_by_default: false, persistence: { allow: ['*'], deny: [] } },
        idle_days: 30,
        connects_per_second: 20,
        ctcp_version: 'client',
        quotas: { accounts: 50, rooms: 500 },
        policy: { network: {} },
        servers: {},
        allow_servers: ['*'],
        open: true,
        paste_over: 15,
        realname_from_jid: false,
        realname_customization: true,
        user_tls: 'strict',
        bind: [],
        identd: { listen: '::' },
        quit_message: 'Gateway is closing',
        throttle: { burst: 10, per_second: 1 },
      },
    ],
  });
});

test('a network takes from the common XMPP server what it does not set itself', () => {
  const config = parseConfig(
    `xmpp: {host: xmpp.example.com, port: 5275}\n${RIGHT.replace('}', ', xmpp: {port: 1}}')}`,
    {},
    AT,
  );
  assert.deepEqual(config.networks[0]?.xmpp, { host: 'xmpp.example.com', port: 1 });
});

test('the key file follows the data folder unless it is set', () => {
  assert.equal(parseConfig(`data: /var/lib/isthmus\n${RIGHT}`, {}, AT).key_file, '/var/lib/isthmus/isthmus.key');
  assert.equal(parseConfig(`key_file: a.key\n${RIGHT}`, {}, AT).key_file, '/etc/isthmus/a.key');
});

test('hosts and addresses are put in lower case', () => {
  const config = parseConfig(`admins: [Romeo@Example.com]\n${RIGHT.replace('irc.', 'IRC.')}`, {}, AT);
  assert.deepEqual([config.admins, config.networks[0]?.host], [['romeo@example.com'], 'irc.example.com']);
});

test('a key with nothing after it has its default', () => {
  const yaml = `xmpp:\nadmins:\nlog:\n  level:\n${RIGHT.replace('}', ', throttle: , servers: {irc.oftc.net: }}')}`;
  const config = parseConfig(yaml, {}, AT);
  assert.equal(config.log.level, 'info');
  assert.deepEqual(Object.keys(config.networks[0]?.servers ?? {}), ['irc.oftc.net']);
});

test('every problem of a file is told at once, in the order of its lines', () => {
  const yaml = [
    'xmp: {port: 1}',
    'xmpp: {port: 99999}',
    'admins: [x y]',
    'log: {level: inf}',
    'networks:',
    '  - kind: irc',
    '    host: irc.example.com',
    '    secret: 12345',
    '    open: yes',
    '    throttle: {burst: 0}',
    '    servers: {Libera: {}, irc.oftc.net: {prot: 3}}',
    '  - kind: irq',
    '    host: IRC.example.com',
    '  - {kind: irc}',
  ];
  assert.equal(
    messageOf(yaml.join('\n')),
    `isthmus.yaml has 13 problems:
- xmp (line 1): unknown key; did you mean xmpp?
  Example: xmpp: {host: 127.0.0.1}
- xmpp.port (line 2): expected a whole number from 1 to 65535, found 99999
  Example: port: 5347
- admins[0] (line 3): expected a bare JID such as admin@example.com, found "x y"
  Example: admins: [admin@example.com]
- log.level (line 4): expected one of "debug", "info", "warn", "error", "silent", found "inf"
  Example: level: info
- networks[0].secret (line 8): expected text (or secret_file), found a number that is not shown (put it in quotes)
  Example: secret: a long random secret
- networks[0].open (line 9): expected true or false, found "yes"
  Example: open: true
- networks[0].throttle.burst (line 10): expected a whole number from 1 to 1000, found 0
  Example: burst: 10
- networks[0].servers.Libera (line 11): expected a server's name in lower case, such as irc.libera.chat
  Example: servers: {irc.libera.chat: {}}
- networks[0].servers["irc.oftc.net"].prot (line 11): unknown key; did you mean port?
  Example: port: 6697
- networks[1].kind (line 12): expected one of "irc", found "irq"
  Example: kind: irc
- networks[1].host (line 13): expected a host of its own, found that of networks[0]
- networks[2].host (line 14): expected a host name, found nothing
  Example: host: irc.example.com
- networks[2].secret (line 14): expected text (or secret_file), found nothing
  Example: secret: a long random secret`,
  );
});

const WRONG: readonly (readonly [title: string, yaml: string, expected: RegExp])[] = [
  ['nothing', '', /networks \(line 1\): expected a list with at least one entry, found nothing/],
  ['no networks', 'networks: []', /found an empty list/],
  ['a list at the root', '- networks', /line 1: expected keys with values$/],
  ['text at the root', 'networks', /line 1: expected keys with values$/],
  ['text for keys', `xmpp: localhost\n${RIGHT}`, /xmpp \(line 1\): expected keys with values, found text that is not/],
  ['keys for text', `data: {a: b}\n${RIGHT}`, /data \(line 1\): expected a folder, found keys with values/],
  ['a list for text', `data: [a]\n${RIGHT}`, /data \(line 1\): expected a folder, found a list/],
  ['a key twice', `${RIGHT}data: a\ndata: b`, /- line 4, column 1: this key is there twice$/],
  ['a huge number', `data: 1${'0'.repeat(200)}\n${RIGHT}`, /found 1e\+200 \(put it in quotes\)/],
  ['a name that is far from all', `zzzzzz: 1\n${RIGHT}`, /zzzzzz \(line 1\): unknown key; known here are xmpp, data/],
  ['a name of JavaScript', `__proto__: {a: 1}\n${RIGHT}`, /__proto__ \(line 1\): unknown key/],
  ['another name of JavaScript', `constructor: {a: 1}\n${RIGHT}`, /constructor \(line 1\): unknown key/],
  ['a biboumi key', `hostname: irc.example.com\n${RIGHT}`, /hostname \(line 1\): unknown key/],
  ['a line end in IRC text', RIGHT.replace('}', ', realname: "a\\r\\nQUIT"}'), /realname .*expected one line of text/],
  ['a host with a port', RIGHT.replace('irc.example.com', '"irc.example.com:1"'), /host .*expected a host name/],
  ['a full JID as admin', `admins: [a@b/c]\n${RIGHT}`, /admins\[0\] .*expected a bare JID/],
];

for (const [title, yaml, expected] of WRONG) {
  test(`a file with ${title} is refused`, () => assert.match(messageOf(yaml), expected));
}

test('no message holds what may be a secret', () => {
  const places = [
    RIGHT.replace('s3cret', '[hunter2]'),
    RIGHT.replace('s3cret', '{a: hunter2}'),
    RIGHT.replace('s3cret', '*hunter2'),
    RIGHT.replace('s3cret', '!hunter2 a'),
    RIGHT.replace('s3cret', '"hunter2'),
    RIGHT.replace('s3cret', '"\\hunter2"'),
    RIGHT.replace('secret: s3cret', 'sekret: hunter2'),
    RIGHT.replace('}', ', servers: {a: {ca: hunter2, password: "hunter2\\nx"}}}'),
    'networks: hunter2',
    'networks: [hunter2]',
    'hunter: [hunter2',
  ];
  for (const yaml of places) assert.doesNotMatch(messageOf(yaml), /hunter2/);
});
