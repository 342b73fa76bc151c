/** Proves the stage itself, without the gateway: real servers, independent clients, faults made on purpose. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startInspircdWithAtheme } from './atheme.ts';
import { startBiboumi } from './biboumi.ts';
import { showLogsOnFailure } from './child.ts';
import { childOf, statusesOf, textOf } from './element.ts';
import { Folder } from './folder.ts';
import { startInspircd } from './inspircd.ts';
import { startInspircdPair } from './inspircd-pair.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient, type IrcLine } from './irc-client.ts';
import { IRC_FEATURES, IRC_SERVERS, startIrcServer, unlessIrcServerAbsent } from './irc-servers.ts';
import { startPostgres } from './postgres.ts';
import { startProsody } from './prosody.ts';
import { XmppClient } from './xmpp-client.ts';
import { startXmppServer, unlessServerAbsent, XMPP_SERVERS } from './xmpp-servers.ts';

const USERS = [
  { name: 'romeo', password: 'wherefore' },
  { name: 'juliet.capulet', password: 'a "rose" & more' },
];
const LONG = 'Zwölf Boxkämpfer 🥊 & <Sylter> Deich\u2028'.repeat(100);

const BIBOUMI = unlessAbsent('biboumi', 'postgresql', 'prosody', 'slixmpp');

/** What each says it is (XEP-0092); Debian's Prosody is 0.12, or later where Debian is. */
const VERSIONS = { prosody: /^Prosody [0-9]/, prosody13: /^Prosody 13\./, ejabberd: /^ejabberd [0-9]/ } as const;

for (const kind of XMPP_SERVERS) {
  test(`two people chat through ${kind}`, unlessServerAbsent(kind), async (t) => {
    await using server = await startXmppServer(kind, { users: USERS });
    const login = { password: 'wherefore', port: server.clientPort };
    const rose = { jid: 'juliet.capulet@localhost', password: 'a "rose" & more', port: server.clientPort };
    await using romeo = await XmppClient.login({ jid: 'romeo@localhost', ...login, resource: 'orchard' });
    await using juliet = await XmppClient.login({ ...rose, resource: 'balcony' });
    showLogsOnFailure(t, server, romeo, juliet);

    const id = romeo.say('juliet.capulet@localhost/balcony', LONG);
    const message = await juliet.receive({ name: 'message', from: 'romeo@localhost/orchard', id });
    assert.equal(textOf(message, 'body'), LONG);
    const version = childOf(await romeo.ask('localhost', 'get', '<query xmlns="jabber:iq:version"/>'), 'query');
    assert.match(version ? `${textOf(version, 'name')} ${textOf(version, 'version')}` : '', VERSIONS[kind]);
    const unknown = await romeo.ask('localhost', 'get', '<query xmlns="urn:example:nothing"/>');
    assert.equal(childOf(unknown, 'error')?.attrs['type'], 'cancel');
    await assert.rejects(romeo.call('xep_0077', 'get_registration', { jid: 'localhost' }), /service-unavailable/);
    await assert.rejects(
      romeo.receive({ body: 'never said' }, 10),
      /got nothing within 10 ms while waiting for .*never said/,
    );
  });
}

test('ejabberd makes accounts, dies and comes back', unlessServerAbsent('ejabberd'), async (t) => {
  await using server = await startXmppServer('ejabberd', {});
  showLogsOnFailure(t, server);
  await server.addUser({ name: 'romeo', password: 'wherefore' });
  const login = { jid: 'romeo@localhost', password: 'wherefore', port: server.clientPort };
  await using before = await XmppClient.login(login);
  await server.kill9();
  await assert.rejects(before.receive({ body: 'x' }), /ended \(disconnected/);
  await server.start();
  await server.addUser({ name: 'juliet', password: 'wherefore' });
  await using after = await XmppClient.login({ ...login, jid: 'juliet@localhost' });
  await after.settle('localhost');
});

test('biboumi is a component, with SQLite and PostgreSQL', BIBOUMI, async (t) => {
  const components = [{ host: 'biboumi.localhost', secret: 'between us' }];
  await using prosody = await startProsody({ users: USERS, components });
  await using postgres = await startPostgres();
  const link = { port: prosody.componentPort, secret: 'between us' };
  await using romeo = await XmppClient.login({
    jid: 'romeo@localhost',
    password: 'wherefore',
    port: prosody.clientPort,
  });
  for (const database of [{}, { database: postgres.uri }]) {
    await using biboumi = await startBiboumi({ ...link, ...database });
    showLogsOnFailure(t, prosody, postgres, biboumi);
    const answer = await romeo.ask(biboumi.host, 'get', '<query xmlns="jabber:iq:version"/>');
    assert.match(textOf(childOf(answer, 'query') ?? answer, 'name') ?? '', /biboumi/);
    await biboumi.restart();
    await romeo.ask(biboumi.host, 'get', '<query xmlns="http://jabber.org/protocol/disco#info"/>');
  }
});

test('rooms are entered and left, and a refusal is an error', unlessAbsent('prosody', 'slixmpp'), async (t) => {
  await using prosody = await startProsody({ users: USERS });
  const login = { jid: 'romeo@localhost', password: 'wherefore', port: prosody.clientPort };
  await using romeo = await XmppClient.login({ ...login, resource: 'orchard' });
  await using juliet = await XmppClient.login({
    ...login,
    jid: 'juliet.capulet@localhost',
    password: 'a "rose" & more',
  });
  showLogsOnFailure(t, prosody, romeo, juliet);

  const own = await romeo.joinRoom('verona@rooms.localhost', 'Romeo');
  assert.deepEqual(statusesOf(own).toSorted(), [110, 201]);
  // A new room is locked until its owner has taken the configuration (XEP-0045 §10.1.2).
  const instant =
    '<query xmlns="http://jabber.org/protocol/muc#owner"><x xmlns="jabber:x:data" type="submit"/></query>';
  await romeo.ask('verona@rooms.localhost', 'set', instant);
  await assert.rejects(juliet.joinRoom('verona@rooms.localhost', 'Romeo'), /refused Romeo: .*conflict/);
  await juliet.joinRoom('verona@rooms.localhost', 'Juliet');
  await romeo.receive({ name: 'presence', from: 'verona@rooms.localhost/Juliet', type: '' });
  juliet.say('verona@rooms.localhost', 'soft, what light', 'groupchat');
  await romeo.receive({ from: 'verona@rooms.localhost/Juliet', type: 'groupchat', body: /^soft/ });
  await juliet.leaveRoom('verona@rooms.localhost', 'Juliet');
  await romeo.receive({ name: 'presence', from: 'verona@rooms.localhost/Juliet', type: 'unavailable' });
});

test('a wrong password is refused with the reason', unlessAbsent('prosody', 'slixmpp'), async () => {
  await using prosody = await startProsody({ users: USERS });
  const login = XmppClient.login({ jid: 'romeo@localhost', password: 'x', port: prosody.clientPort });
  await assert.rejects(login, ({ cause }: Error) => cause instanceof Error && cause.message === 'not authorized');
});

test(
  'Prosody knows its accounts after kill -9, and clients see it die',
  unlessAbsent('prosody', 'slixmpp'),
  async (t) => {
    await using prosody = await startProsody({ users: USERS });
    const login = { jid: 'romeo@localhost', password: 'wherefore', port: prosody.clientPort };
    await using before = await XmppClient.login(login);
    showLogsOnFailure(t, prosody);
    await prosody.kill9();
    await assert.rejects(before.receive({ body: 'x' }), /ended \(disconnected/);
    await prosody.restart();
    await using after = await XmppClient.login(login);
    await after.settle('localhost');
  },
);

for (const kind of IRC_SERVERS) {
  test(`two people chat on ${kind}`, unlessIrcServerAbsent(kind), async (t) => {
    await using server = await startIrcServer(kind, { password: 'sesame' });
    showLogsOnFailure(t, server);
    const [alice, bob] = await Promise.all([
      IrcClient.connect({ port: server.port, nick: 'alice', password: 'sesame' }),
      IrcClient.connect({ port: server.port, nick: 'bob', password: 'sesame' }),
    ]);
    await using _alice = alice;
    await using _bob = bob;
    await alice.join('#verona');
    await bob.join('#verona');
    await alice.expect(({ command, from }) => command === 'JOIN' && from === 'bob');
    await alice.expect(/ 353 alice = #verona :@alice$/);
    bob.say('#verona', 'Grüße 🎭\u2028: hello');
    const said = await alice.expect(({ command }) => command === 'PRIVMSG');
    assert.deepEqual([said.from, ...said.params], ['bob', '#verona', 'Grüße 🎭\u2028: hello']);
    await bob.rename('robert');
    await bob.part('#verona', 'good night');
    await alice.expect(/^:robert!\S+ PART #verona :?"?good night"?$/);
    await bob.quit();
    await alice.settle();
    assert.ok(
      alice.seen().every(({ command }) => command !== 'QUIT'),
      'alice shares no channel with who quits',
    );
  });

  test(`${kind} can what is said of it, in plain and by TLS`, unlessIrcServerAbsent(kind), async (t) => {
    await using server = await startIrcServer(kind, { tls: true, password: 'sesame' });
    showLogsOnFailure(t, server);
    await using alice = await IrcClient.connect({
      port: server.tlsPort,
      caFile: server.caFile,
      nick: 'alice',
      password: 'sesame',
    });
    alice.raw('CAP LS 302');
    await alice.settle();
    const offered = new Set(alice.seen().flatMap(offers));
    const known = [...IRC_FEATURES.ergo];
    assert.deepEqual(known.filter((name) => offered.has(name)).toSorted(), [...IRC_FEATURES[kind]].toSorted());
    const wrong = IrcClient.connect({ port: server.port, nick: 'mallory', password: 'wrong' });
    await assert.rejects(wrong, /connection closed/);
  });

  test(`${kind} freezes, dies and comes back on the same port`, unlessIrcServerAbsent(kind), async (t) => {
    await using server = await startIrcServer(kind);
    showLogsOnFailure(t, server);
    await using alice = await IrcClient.connect({ port: server.port, nick: 'alice' });
    server.freeze();
    await assert.rejects(alice.settle(100), /got nothing within 100 ms/);
    server.thaw();
    await alice.settle();
    await server.kill9();
    await assert.rejects(alice.expect(/never/), /ended \(connection closed\)/);
    await assert.rejects(IrcClient.connect({ port: server.port, nick: 'alice' }), /ECONNREFUSED/);
    await server.restart();
    await using again = await IrcClient.connect({ port: server.port, nick: 'alice' });
    await again.join('#verona');
  });
}

/** What a line of CAP LS or ISUPPORT offers, by name. */
function offers({ command, params }: IrcLine): readonly string[] {
  const words = command === '005' || (command === 'CAP' && params[1] === 'LS') ? params.slice(1) : [];
  return words.flatMap((word) => word.split(' ')).map((word) => word.replace(/=.*/, ''));
}

test("Atheme's services know who has registered", unlessAbsent('inspircd', 'atheme-services', 'openssl'), async (t) => {
  await using network = await startInspircdWithAtheme({ tls: true });
  showLogsOnFailure(t, network.irc, network.services);
  await using alice = await IrcClient.connect({ port: network.tlsPort, caFile: network.caFile, nick: 'alice' });
  alice.say('NickServ', 'REGISTER wherefore alice@localhost.test');
  await alice.expect(/^\S+ 900 alice \S+ alice /);
  await alice.join('#verona');
  alice.say('ChanServ', 'REGISTER #verona');
  await alice.expect(/^:ChanServ!\S+ NOTICE alice :.*registered/);
  await network.services.restart();

  await using bob = await IrcClient.connect({ port: network.port, nick: 'bob', caps: ['sasl'] });
  for (const [password, answer] of [
    ['wrong', '904'],
    ['wherefore', '903'],
  ] as const) {
    bob.raw('AUTHENTICATE PLAIN');
    await bob.expect(/^AUTHENTICATE :?\+$/);
    bob.raw(`AUTHENTICATE ${Buffer.from(`\0alice\0${password}`).toString('base64')}`);
    await bob.expect(({ command }) => command === answer);
  }
});

test(
  'InspIRCd speaks TLS with a certificate of its own authority only',
  unlessAbsent('inspircd', 'openssl'),
  async (t) => {
    await using server = await startInspircd({ tls: true });
    await using other = await startInspircd({ tls: true });
    showLogsOnFailure(t, server);
    await using alice = await IrcClient.connect({ port: server.tlsPort, nick: 'alice', caFile: server.caFile });
    await alice.join('#verona');
    const wrong = IrcClient.connect({ port: server.tlsPort, nick: 'mallory', caFile: other.caFile });
    await assert.rejects(wrong, /certificate/);
  },
);

test('a network splits and heals', unlessAbsent('inspircd'), async (t) => {
  await using pair = await startInspircdPair();
  showLogsOnFailure(t, pair.left, pair.right);
  await using alice = await IrcClient.connect({ port: pair.left.port, nick: 'alice' });
  await using bob = await IrcClient.connect({ port: pair.right.port, nick: 'bob' });
  await alice.join('#verona');
  await bob.join('#verona');
  await alice.expect(/^:bob!\S+ JOIN :?#verona$/);
  await pair.split();
  const quit = await alice.expect(({ command, from }) => command === 'QUIT' && from === 'bob');
  assert.equal(quit.params[0], 'left.test right.test');
  await bob.expect(({ command, from }) => command === 'QUIT' && from === 'alice');
  await pair.heal();
  await alice.expect(/^:bob!\S+ JOIN :?#verona$/);
});

test('a server goes away with the process that started it', unlessAbsent('ngircd'), async () => {
  // Ended by SIGKILL, the process can't clean up; only the kernel can.
  await using folder = await Folder.make('orphan');
  const script = `import { startNgircd } from ${JSON.stringify(import.meta.resolve('./ngircd.ts'))};
    console.log((await startNgircd()).port);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TMPDIR: folder.path },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value: port } = await parent.stdout.iterator().next();
  await using alice = await IrcClient.connect({ port: Number(port), nick: 'alice' });
  parent.kill('SIGKILL');
  await assert.rejects(alice.expect(/never/), /ended \(connection closed\)/);
  const socket = connect(Number(port), '127.0.0.1');
  await assert.rejects(once(socket, 'connect'), /ECONNREFUSED/);
});
