/** By which ways a server is tried, and what a user is told of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Wanted, waysTo } from '#bridges/irc/connection/ports.ts';
import { ircOptions, serverOptions } from '#bridges/irc/options.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import { CLOSED, Run } from './reach.ts';

const LISTED = { servers: { libera: { address: 'irc.libera.chat' }, inside: { address: '10.0.0.7' } } };

function ways(options: object, wanted: Wanted = {}, name = 'libera', owner = 'romeo@example.net') {
  const parsed = ircOptions.parse({ ...LISTED, ...options });
  const server = serverOptions(parsed, name);
  assert.ok(server);
  return waysTo(parsed, server, wanted, owner);
}

const short = (...given: Parameters<typeof ways>) =>
  ways(...given).map(({ address, port, secure, exposed, known }) =>
    [address, port, secure ? 'tls' : 'plain', ...(exposed ? ['exposed'] : []), ...(known ? ['known'] : [])].join(' '),
  );

test('without settings TLS is tried on 6697 and 6670, and nothing else', () => {
  assert.deepEqual(short({}), ['irc.libera.chat 6697 tls known', 'irc.libera.chat 6670 tls known']);
});

test('plain ports of the administrator come last and are told of', () => {
  const servers = { libera: { ports: [6697], plain_ports: [6667] } };
  assert.deepEqual(short({ servers }), ['libera 6697 tls known', 'libera 6667 plain exposed known']);
});

test('a server that has no TLS by the word of the administrator is not told of', () => {
  assert.deepEqual(short({ servers: { libera: { tls: 'off' } } }), ['libera 6667 plain known']);
});

test("the ports of the user come in place of the administrator's, who is asked for no secret on them", () => {
  const ports = [
    { port: 7000, tls: true },
    { port: 6697, tls: true },
    { port: 6697, tls: false },
  ];
  assert.deepEqual(short({}, { ports }), [
    'irc.libera.chat 7000 tls',
    'irc.libera.chat 6697 tls known',
    'irc.libera.chat 6697 plain exposed',
  ]);
});

test('an address of the user has to be public, and is nobody the administrator knows', () => {
  assert.deepEqual(short({}, { address: 'irc.eu.libera.chat' })[0], 'irc.eu.libera.chat 6697 tls');
  const [own] = ways(
    { servers: { libera: { verify: false, ca: '-----BEGIN CERTIFICATE-----' } } },
    { address: 'a.net' },
  );
  assert.deepEqual([own?.listed, own?.trust], [false, { verify: true, fingerprints: [] }]);
  for (const address of ['127.0.0.1', '::1', '192.168.1.1', 'localhost', '2130706433', '[::1]', '']) {
    assert.throws(() => ways({}, { address }), { why: 'invalid' }, address);
  }
});

test('an address of the user is bound to what the administrator allows', () => {
  for (const options of [{ allow_servers: [] }, { allow_servers: ['*.oftc.net'] }, { server: 'libera' }]) {
    assert.throws(() => ways(options, { address: 'irc.eu.libera.chat' }), { why: 'invalid' });
    assert.throws(() => ways(options, { address: '93.184.216.34' }), { why: 'invalid' });
  }
  assert.equal(ways({ allow_servers: ['*.oftc.net'] }, { address: 'irc.oftc.net' }).length, 2);
  assert.equal(ways({}, { address: '93.184.216.34' })[0]?.listed, false);
  assert.equal(ways({ allow_servers: [] }, { address: '10.0.0.7' })[0]?.listed, true);
});

test("at an address of the site's own a user gets to no port but those of the servers there", () => {
  const servers = { inside: { address: '10.0.0.7', plain_ports: [6667] }, other: { address: '10.0.0.7', port: 7000 } };
  const listed = (port: number, address = '', name = 'inside') =>
    ways({ servers }, { ports: [{ port, tls: false }], ...(address && { address }) }, name).map((way) => way.listed);
  for (const port of [6667, 6697, 7000]) assert.deepEqual(listed(port), [true]);
  assert.throws(() => listed(22), { why: 'invalid', message: /port 22 of 10\.0\.0\.7/ });
  assert.throws(() => listed(22, '10.0.0.7', 'irc.libera.chat'), { why: 'invalid' });
  // What a name leads to is looked at when it is looked up (public-address.ts).
  assert.deepEqual(
    ways(
      {},
      {
        ports: [
          { port: 22, tls: false },
          { port: 6697, tls: true },
        ],
      },
    ).map((way) => way.listed),
    [false, true],
  );
  assert.deepEqual(
    ways({}, {}, 'irc.oftc.net').map((way) => way.listed),
    [false, false],
  );
});

test('a user may leave the certificate unchecked only where the administrator lets them', () => {
  assert.equal(ways({}, { verify: false })[0]?.trust.verify, true);
  assert.equal(ways({ user_tls: 'free' }, { verify: false })[0]?.trust.verify, false);
});

test("fingerprints are the administrator's, or the user's own", () => {
  const servers = { libera: { fingerprints: ['AB:'.repeat(32).slice(0, -1)] } };
  assert.deepEqual(ways({ servers })[0]?.trust.fingerprints, ['ab'.repeat(32)]);
  const fingerprint = 'cd'.repeat(32);
  assert.deepEqual(ways({ servers }, { fingerprint })[0]?.trust.fingerprints, [fingerprint]);
});

test('each user always comes from the same address, and users from different ones', () => {
  const bind = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1'];
  const from = (owner: string) => ways({ bind }, {}, 'libera', owner).map((way) => way.from);
  assert.deepEqual(from('romeo@example.net'), from('romeo@example.net'));
  assert.equal(from('romeo@example.net').length, 4);
  const all = new Set(Array.from({ length: 30 }, (_, count) => from(`user${count}@example.net`)[1]));
  assert.deepEqual([...all].sort(), bind.slice(0, 3));
  assert.deepEqual(
    ways({ bind }, {}, 'inside').every((way) => way.from?.startsWith('192')),
    true,
  );
});

test('an address that none of ours fits is a refusal', () => {
  const wanted = () => ways({ bind: ['192.0.2.1'] }, { address: '2606:4700::1' });
  assert.throws(wanted, { why: 'network', message: /no address of its own .* 2606:4700::1/ });
});

test('the first port is closed: the next one is tried, without a word', async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  await using run = await new Run({ server: { tls: 'off', ports: [CLOSED, ircd.port] } }).online();
  assert.deepEqual(run.notices, []);
});

test('whoever comes in by a port without encryption is told once', async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  await using run = await new Run({ server: { ports: [CLOSED], plain_ports: [ircd.port] } }).online();
  assert.equal(run.notices.length, 1);
  assert.match(run.notices[0] ?? '', /without encryption: others can read along/);
});

test('the reason of each port is told when none leads in', async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  ircd.replies['CAP'] = (peer) => peer.cut();
  await using run = new Run({ server: { ports: [CLOSED, CLOSED + 1] } });
  assert.equal((await run.failure()).message, 'it refuses connections');
  await using other = new Run({ server: { ports: [CLOSED, ircd.port] }, timing: { connect: 100 } });
  assert.match((await other.failure()).message, /^port 1: it refuses connections; port \d+: no answer$/);
});

test('a kind of address that the server has none of is not worth a word', async () => {
  const options = { bind: ['::1', '127.0.0.1'] };
  await using run = new Run({ options, server: { address: 'localhost', ports: [CLOSED] } });
  assert.equal((await run.failure()).message, 'it refuses connections');
});

test("the administrator's password goes only where they have named the port", async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  const server = { password: 'sesame', plain_ports: [ircd.port], ports: [CLOSED] };
  await using _ = await new Run({ server }).online();
  assert.ok((await ircd.peer()).lines.includes('PASS :sesame'));
  const settings = { ports: [{ port: ircd.port, tls: false }] };
  await using _other = await new Run({ server: { password: 'sesame', ports: [ircd.port] }, settings }).online();
  assert.ok(!(await ircd.peer()).lines.some((line) => line.startsWith('PASS')));
});

test('an address that may not be used stops the session with a sentence', async () => {
  await using run = new Run({ server: {}, settings: { address: '192.168.0.1' } });
  const failure = await run.failure();
  assert.equal('why' in failure && failure.why, 'invalid');
  assert.match(failure.message, /does not connect to 192\.168\.0\.1\. Take that out/);
});

test('what the user wants sent comes before rooms are joined', async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  const settings = { afterConnect: ['MODE romeo +x', ' ', 'OPER me a\r\nQUIT'] };
  await using run = await new Run({ server: { tls: 'off', port: ircd.port }, settings }).online();
  const peer = await ircd.peer();
  await peer.next(/^OPER/);
  assert.deepEqual(peer.lines.slice(-2), ['MODE romeo +x', 'OPER me a QUIT']);
  assert.deepEqual(run.host.warnings, []);
});

test("a user's own limit of lines holds besides the administrator's", async () => {
  await using ircd = await FakeIrcd.start({ caps: '' });
  const settings = { throttle: 2, afterConnect: ['A', 'B', 'C'] };
  await using _ = new Run({ server: { tls: 'off', port: ircd.port }, settings });
  const peer = await ircd.peer();
  await peer.next(/^B$/);
  peer.send('PING :now');
  await peer.next(/^PONG/);
  assert.ok(!peer.lines.includes('C'));
});
