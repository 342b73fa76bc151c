/** What biboumi's users had set holds with the gateway: accounts, preferences and contacts, once, and told where not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#src/network.ts';
import type { Registry } from '#src/registry/database.ts';
import { HOST, JULIET, Old, ROMEO, SERVER, UNTOUCHED } from './old.ts';

const LIBERA = SERVER as AccountId;
const ROOM = `#balcony%${SERVER}`;

async function settingsOf(registry: Registry, user = ROMEO): Promise<unknown> {
  const account = await registry.accounts.get(user, HOST, LIBERA);
  assert.ok(account === undefined || account.guest);
  return account?.settings;
}
/** As `local name=value`. */
async function preferencesOf(registry: Registry, user = ROMEO): Promise<string[]> {
  const preferences = await registry.preferences.list(user, HOST);
  return preferences.map(({ local, name, value }) => `${local} ${name}=${value}`).toSorted();
}

test('all of a user’s settings for a server are kept, sealed', async (t) => {
  const old = new Old(t);
  old.insert('ircserveroptions_', {
    ...UNTOUCHED,
    id_: 7,
    pass_: 'open sesame',
    tlsports_: '7000;7001;',
    ports_: '6668',
    username_: 'rmontague',
    realname_: 'Romeo Montague',
    verifycert_: 0,
    encodingin_: 'ISO-8859-15',
    address_: 'irc.eu.libera.chat',
    nick_: 'Romeo',
    saslpassword_: 'what’s in a name',
    throttlelimit_: -1,
  });
  const [mode, identify] = ['MODE Romeo +x', 'PRIVMSG NickServ :identify x'];
  // What was added last may have been stored first.
  old.insert('after_connection_commands_', { id_: 9, fk_: 7, afterconnectioncommand_: identify });
  old.insert('after_connection_commands_', { id_: 8, fk_: 7, afterconnectioncommand_: mode });
  old.insert('after_connection_commands_', { id_: 10, fk_: 8, afterconnectioncommand_: 'QUIT' });
  old.insert('ircchanneloptions_', { owner_: ROMEO, server_: SERVER, channel_: '#balcony', encodingin_: 'koi8-r' });
  const { stdout, stderr } = await old.import();
  assert.doesNotMatch(stdout + stderr, /sesame|name|identify/);
  assert.match(
    stderr,
    /as it was:\n- 1 × A certificate that a user does not want verified is .* user_tls: free\..*\n$/,
  );
  assert.doesNotMatch(old.read('data/isthmus.sqlite'), /sesame|Montague/);
  await using registry = await old.registry();
  assert.deepEqual(await settingsOf(registry), {
    nick: 'Romeo',
    sasl: { account: 'Romeo', password: 'what’s in a name' },
    password: 'open sesame',
    username: 'rmontague',
    realname: 'Romeo Montague',
    address: 'irc.eu.libera.chat',
    ports: [
      { port: 7000, tls: true },
      { port: 7001, tls: true },
      { port: 6668, tls: false },
    ],
    verify: false,
    afterConnect: [mode, identify],
    encodingIn: 'iso-8859-15',
    throttle: -1,
    rooms: { [ROOM]: { encodingIn: 'koi8-r' } },
  });
});

test('a form that nobody has changed makes no account, an old row without columns neither', async (t) => {
  const old = new Old(t);
  old.insert('ircserveroptions_', UNTOUCHED, { owner_: JULIET, server_: SERVER });
  const { stderr } = await old.import();
  assert.match(stderr, /- 0 accounts with settings were brought over/);
  await using registry = await old.registry();
  assert.deepEqual([await settingsOf(registry), await settingsOf(registry, JULIET)], [undefined, undefined]);
});

test('ports: TLS comes first, and the plain one of every row is a wish only where there is no other', async (t) => {
  const cases: [tls: string, plain: string, wanted: unknown][] = [
    ['6697;6670', '6667', undefined],
    ['6697;6670;', '6667;', undefined],
    ['6697;6670', '', undefined],
    ['', '', undefined],
    [';', ';', undefined],
    ['', '6667;', [{ port: 6667, tls: false }]],
    ['9999', '6667', [{ port: 9999, tls: true }]],
    ['6670;6697', '', [6670, 6697].map((port) => ({ port, tls: true }))],
    ['0;65536;x;-1;6697;6697', '6667', [{ port: 6697, tls: true }]],
  ];
  const old = new Old(t);
  for (const [n, [tls, plain]] of cases.entries()) {
    old.insert('ircserveroptions_', { ...UNTOUCHED, owner_: `u${n}@x`, tlsports_: tls, ports_: plain, pass_: 'p' });
  }
  await old.import();
  await using registry = await old.registry();
  for (const [n, [tls, plain, wanted]] of cases.entries()) {
    const settings = await settingsOf(registry, `u${n}@x`);
    assert.deepEqual(Object(settings).ports, wanted, `${tls} and ${plain}`);
  }
});

test('an address is kept where the gateway connects there, and told where it does not', async (t) => {
  const servers = { 'irc.example.com': { address: '10.0.0.7' }, 'irc.example.net': {} };
  const old = new Old(t, { network: { servers, user_tls: 'free' } });
  const kept = ['irc.eu.libera.chat', '10.0.0.7', 'irc.example.net', undefined, undefined];
  const wished = ['IRC.eu.libera.chat', '10.0.0.7', 'irc.example.net', '127.0.0.1', SERVER.toUpperCase()];
  for (const [n, address] of wished.entries()) {
    old.insert('ircserveroptions_', { ...UNTOUCHED, owner_: `u${n}@x`, address_: address, pass_: 'p', verifycert_: 0 });
  }
  const { stderr } = await old.import();
  assert.match(stderr, /1 × This gateway does not connect to 127\.0\.0\.1\. .*\(u3@x on irc\.libera\.chat\)/);
  assert.doesNotMatch(stderr, /user_tls/);
  await using registry = await old.registry();
  for (const [n, address] of kept.entries()) {
    const settings = await settingsOf(registry, `u${n}@x`);
    assert.equal(Object(settings).address, address);
    assert.equal(Object(settings).verify, false);
  }
});

test('what can’t be kept is told with whom it concerns, and everything else is kept', async (t) => {
  const old = new Old(t);
  old.insert('ircserveroptions_', {
    ...UNTOUCHED,
    id_: 1,
    pass_: 'two\r\nlines',
    realname_: 'Romeo',
    trustedfingerprint_: 'a'.repeat(40),
    encodingin_: 'klingon',
    encodingout_: 'latin1',
    address_: 'not an address',
    nick_: '#romeo',
    saslpassword_: 'x',
    throttlelimit_: 0,
  });
  old.insert('after_connection_commands_', { fk_: 1, afterconnectioncommand_: 'QUIT\nJOIN #x' });
  const { stderr } = await old.import();
  for (const told of [
    /does not fit in a line of IRC is left out \(pass\)/,
    /known? by SHA-1|knows it by SHA-1/,
    /“klingon” is no charset/,
    /biboumi has always sent UTF-8/,
    /neither a host name nor an IP address/,
    /nick that IRC does not allow/,
    /SASL password without a nick/,
    /throttle limit of 0/,
    /command after connecting that is no line/,
  ]) {
    assert.match(stderr, told);
  }
  assert.match(stderr, /1 × .*\(romeo@example\.org on irc\.libera\.chat\)/);
  await using registry = await old.registry();
  assert.deepEqual(await settingsOf(registry), { nick: 'romeo', guest: true, realname: 'Romeo' });
});

test('realname_customization=false: what users had set did not count, and does not', async (t) => {
  const old = new Old(t, { settings: 'realname_customization=false\n' });
  old.insert('ircserveroptions_', { ...UNTOUCHED, nick_: 'Romeo', realname_: 'Romeo', username_: 'r' });
  await old.import();
  await using registry = await old.registry();
  assert.deepEqual(await settingsOf(registry), { nick: 'Romeo' });
});

test('preferences: of all rooms and of single ones, in three states', async (t) => {
  const old = new Old(t);
  const channel = { owner_: ROMEO, server_: SERVER, recordhistory_: 0, persistent_: 0 };
  old.insert(
    'globaloptions_',
    { owner_: ROMEO, maxhistorylength_: 50, recordhistory_: 0, persistent_: 1 },
    { owner_: JULIET, maxhistorylength_: 20, recordhistory_: 1, persistent_: 0 },
  );
  old.insert(
    'ircchanneloptions_',
    { ...channel, channel_: '#balcony', recordhistory_: 1, persistent_: 1 },
    { ...channel, channel_: '#orchard', recordhistory_: -1 },
    { ...channel, channel_: '#street' },
    { ...channel, channel_: 'street', persistent_: 1 },
    { ...channel, channel_: '#street', server_: 'localhost', persistent_: 1 },
  );
  const { stderr } = await old.import();
  assert.match(stderr, /Settings of what is no channel are left out\. \(romeo@example\.org: street\)/);
  assert.match(stderr, /What belongs to localhost is left out/);
  await using registry = await old.registry();
  assert.deepEqual(await preferencesOf(registry), [
    ' history=false',
    ' onJoin=50',
    ' persistent=true',
    `${ROOM} history=true`,
    `${ROOM} persistent=true`,
    `#orchard%${SERVER} history=false`,
  ]);
  assert.deepEqual(await preferencesOf(registry, JULIET), []);
});

test('where rooms are persistent by default, it is the other wish that is kept', async (t) => {
  const old = new Old(t, { settings: 'persistent_by_default=true\n' });
  old.insert('globaloptions_', { owner_: ROMEO, persistent_: 0 }, { owner_: JULIET, persistent_: 1 });
  await old.import();
  await using registry = await old.registry();
  assert.deepEqual(await preferencesOf(registry), [' persistent=false']);
  assert.deepEqual(await preferencesOf(registry, JULIET), []);
});

test('the roster: the gateway and its servers, with both subscriptions', async (t) => {
  const old = new Old(t);
  old.insert(
    'roster',
    { local: HOST, remote: ROMEO },
    { local: `${SERVER}@${HOST}`, remote: ROMEO },
    { local: `nurse%${SERVER}@${HOST}`, remote: ROMEO },
    { local: 'other.example.com', remote: ROMEO },
    { local: null, remote: ROMEO },
    { local: HOST, remote: null },
  );
  const { stderr } = await old.import();
  assert.match(stderr, /- 2 contacts were brought over/);
  assert.match(stderr, /3 × A contact that is neither/);
  await using registry = await old.registry();
  const both = { user: ROMEO, host: HOST, sees: true, seen: true, asked: false };
  assert.deepEqual(await registry.contacts.list(ROMEO, HOST), [
    { ...both, local: '' },
    { ...both, local: SERVER },
  ]);
});

test('a host with one server: channels and the server by their short addresses, all other servers told', async (t) => {
  const old = new Old(t, { settings: `fixed_irc_server=${SERVER}\n`, network: { server: SERVER } });
  old.say('here', { ircchanname_: '#balcony%odd' });
  old.say('elsewhere', { ircservername_: 'irc.example.net' });
  old.insert('ircserveroptions_', { ...UNTOUCHED, nick_: 'Romeo', address_: 'elsewhere.example.net' });
  old.insert('ircchanneloptions_', { owner_: ROMEO, server_: SERVER, channel_: '#balcony', persistent_: 1 });
  old.insert('roster', { local: HOST, remote: ROMEO });
  const { stderr } = await old.import();
  assert.match(
    stderr,
    /What belongs to irc\.example\.net is left out, for the gateway connects to irc\.libera\.chat alone/,
  );
  await using registry = await old.registry();
  assert.deepEqual(await settingsOf(registry), { nick: 'Romeo' });
  assert.deepEqual(await preferencesOf(registry), ['#balcony persistent=true']);
  const page = await registry.archive.page({ user: ROMEO, host: HOST, room: '#balcony%odd', max: 9 });
  assert.deepEqual(
    page.entries.map(({ text, author }) => [text, author]),
    [['here', 'juliet']],
  );
  assert.equal((await registry.contacts.list(ROMEO, HOST)).length, 1);
});

test('who may not use the gateway is told, and what is theirs waits', async (t) => {
  const old = new Old(t, { network: { access: { allow: [JULIET] } } });
  for (const owner of [ROMEO, JULIET]) {
    old.insert('globaloptions_', { owner_: owner, persistent_: 1 });
    old.say('here', { owner_: owner });
  }
  const { stderr } = await old.import();
  assert.match(
    stderr,
    /- 2 × What belongs to somebody whom access .* waits until they are let in. \(romeo@example.org…?/,
  );
  assert.doesNotMatch(stderr, /juliet@/);
  await using registry = await old.registry();
  assert.deepEqual(await preferencesOf(registry), [' persistent=true']);
});

test('a second run leaves alone what users have changed since', async (t) => {
  const old = new Old(t);
  old.insert('ircserveroptions_', { ...UNTOUCHED, nick_: 'Romeo' });
  old.insert('globaloptions_', { owner_: ROMEO, persistent_: 1 });
  old.insert('roster', { local: HOST, remote: ROMEO });
  await old.import();
  const { accounts, preferences, contacts } = await change(old);
  const { stderr } = await old.import();
  for (const what of ['accounts with settings', 'preferences', 'contacts']) {
    assert.match(stderr, new RegExp(`- 0 ${what} were brought over; 1 were there already`));
  }
  await using registry = await old.registry();
  assert.deepEqual(await registry.accounts.list(ROMEO, HOST), accounts);
  assert.deepEqual(await registry.preferences.list(ROMEO, HOST), preferences);
  assert.deepEqual(await registry.contacts.list(ROMEO, HOST), contacts);
});

async function change(old: Old) {
  await using registry = await old.registry();
  const [account] = await registry.accounts.list(ROMEO, HOST);
  const [preference] = await registry.preferences.list(ROMEO, HOST);
  const [contact] = await registry.contacts.list(ROMEO, HOST);
  assert.ok(account && preference && contact);
  await registry.accounts.put({ ...account, settings: { nick: 'Montague' } });
  await registry.preferences.put({ ...preference, value: 'false' });
  await registry.contacts.put({ ...contact, seen: false });
  return {
    accounts: await registry.accounts.list(ROMEO, HOST),
    preferences: await registry.preferences.list(ROMEO, HOST),
    contacts: await registry.contacts.list(ROMEO, HOST),
  };
}
