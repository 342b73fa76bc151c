/** Addresses, what people type, signing in, and what the configuration allows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { Account, AccountId } from '#src/network.ts';

const libera = 'irc.libera.chat' as AccountId;
const open = ircNetwork(ircOptions.parse({ servers: { [libera]: {}, 'irc.oftc.net': {} } }));
const fixed = ircNetwork(ircOptions.parse({ server: libera }));
const closed = ircNetwork(ircOptions.parse({ servers: { [libera]: {} }, allow_servers: [], open: false }));

const PLACES = [
  ['#Chan%IRC.libera.chat', { account: libera, room: '#chan%irc.libera.chat' }],
  ['&local%irc.libera.chat', { account: libera, room: '&local%irc.libera.chat' }],
  ['#100%sure%irc.libera.chat', { account: libera, room: '#100%sure%irc.libera.chat' }],
  ['Nick[a]%irc.libera.chat', { account: libera, contact: 'nick[a]%irc.libera.chat' }],
  ['irc.libera.chat', { account: libera }],
  ['%irc.libera.chat', { account: libera }],
  ['#Ünï%irc.libera.chat', { account: libera, room: '#Ünï%irc.libera.chat' }],
] as const;
for (const [local, place] of PLACES) {
  test(`${local} is a place`, () => assert.deepEqual(open.place(local), place));
}

for (const local of [
  '',
  '#chan',
  'nick',
  '#chan%',
  '#a,b%irc.libera.chat',
  '#a b%irc.libera.chat',
  '@nick%irc.libera.chat',
  '#a%localhost',
  'a!b@c%irc.libera.chat',
]) {
  test(`${JSON.stringify(local)} is no place`, () => assert.equal(open.place(local), undefined));
}

test('formatting goes out as codes', () => assert.ok(open.does.includes('markup')));

test('a host with one server has short addresses', () => {
  assert.deepEqual(fixed.place('#Chan'), { account: libera, room: '#chan' });
  assert.deepEqual(fixed.place('#a%b'), { account: libera, room: '#a%b' });
  assert.deepEqual(fixed.place('Nick'), { account: libera, contact: 'nick' });
  assert.deepEqual(fixed.place(''), { account: libera });
  assert.equal(fixed.place('nick%irc.libera.chat'), undefined);
  assert.deepEqual([fixed.address(libera), open.address(libera)], ['', libera]);
});

test('only servers that the admin allows are places', () => {
  assert.equal(closed.place('#a%irc.oftc.net'), undefined);
  assert.ok(closed.place('#a%irc.libera.chat'));
});

test('a place is the same when read from its own id, and no text is more than that', () => {
  const part = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom('#', '&', 'n', ''), part, (first, rest) => {
      for (const [network, tail] of [
        [open, '%irc.libera.chat'],
        [fixed, ''],
      ] as const) {
        const place = network.place(first + rest + tail);
        const id = place?.room ?? place?.contact;
        if (id !== undefined) assert.deepEqual(network.place(id), place);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
        assert.ok(!/[\x00-\x20,]/.test(id ?? ''));
      }
    }),
  );
});

test('what a person types is a contact', () => {
  for (const typed of [
    'Juliet on libera',
    'juliet@irc.libera.chat',
    'juliet%irc.libera.chat',
    ' juliet ON IRC.libera.chat ',
  ]) {
    assert.equal(open.contact(typed), 'juliet%irc.libera.chat');
  }
  assert.equal(open.contact('juliet', libera), 'juliet%irc.libera.chat');
  assert.equal(fixed.contact('Juliet'), 'juliet');
  assert.equal(fixed.contact('juliet on libera'), 'juliet');
  for (const typed of ['juliet', 'juliet on irc', 'juliet on freenode', '#chan on libera', 'a b on libera', '']) {
    assert.equal(open.contact(typed), undefined);
  }
});

test('a guest has a nick and nothing else, where the gateway is open', () => {
  assert.deepEqual(open.guest(libera, 'romeo'), {
    id: libera,
    label: libera,
    settings: { nick: 'romeo', guest: true },
  });
  assert.equal(fixed.guest(undefined, 'romeo')?.id, libera);
  assert.equal(open.guest(undefined, 'romeo'), undefined);
  assert.equal(closed.guest(libera, 'romeo'), undefined);
});

test('a guest is called as near to the wish as IRC has nicks', () => {
  const nickOf = (wish: string) => (open.guest(libera, wish)?.settings as { nick: string } | undefined)?.nick;
  assert.deepEqual(['juliet.capulet', 'Romeo Montague', '3rd', 'Ромео', '!!!', '', 'x'.repeat(500)].map(nickOf), [
    'juliet_capulet',
    'Romeo_Montague',
    '_3rd',
    'Ромео',
    '___',
    'guest',
    'x'.repeat(64),
  ]);
});

const answers = {
  server: 'IRC.libera.chat',
  nick: ' romeo ',
  account: 'montague',
  'account-password': 'rose',
  realname: '',
};

test('signing in asks for what is not known and makes an account', async () => {
  const asking = open.signIn(undefined, undefined);
  const prompt = await asking.next();
  const names = prompt.done ? [] : prompt.value.fields.map(({ name }) => name);
  assert.deepEqual(names, ['server', 'nick', 'account', 'account-password', 'server-password', 'realname']);
  const { value } = await asking.next(answers);
  const settings = { nick: 'romeo', sasl: { account: 'montague', password: 'rose' } };
  assert.deepEqual(value, { id: libera, label: libera, settings });
});

test('signing in again shows no secret and keeps it when the field is left empty', async () => {
  const known: Account = {
    id: libera,
    label: libera,
    settings: { nick: 'romeo', sasl: { account: 'montague', password: 'rose' }, password: 'pass' },
  };
  const asking = open.signIn(libera, known);
  const prompt = await asking.next();
  assert.ok(!prompt.done && !JSON.stringify(prompt.value).includes('rose'));
  assert.deepEqual(
    prompt.value.fields.map(({ value }) => value),
    ['romeo', 'montague', undefined, undefined, undefined],
  );
  const { value } = await asking.next({ nick: 'romeo', account: 'montague' });
  assert.deepEqual(value, known);
});

for (const [what, wrong] of [
  ['a server that is not allowed', { server: 'localhost' }],
  ['a nick of two words', { nick: 'romeo montague' }],
  ['an account without its password', { 'account-password': '' }],
  ['a line break', { realname: 'a\r\nQUIT' }],
] as const) {
  test(`signing in with ${what} is refused`, async () => {
    const asking = open.signIn(undefined, undefined);
    await asking.next();
    await assert.rejects(asking.next({ ...answers, ...wrong }), { name: 'Refusal', why: 'invalid' });
  });
}

test('a listed server may be called by a part of its name, is offered where there are no others, and the known one is filled in', async () => {
  const network = ircNetwork(
    ircOptions.parse({ servers: { 'irc.libera.chat': {}, 'irc.oftc.net': {} }, allow_servers: [] }),
  );
  const asking = network.signIn(undefined, { id: libera, label: libera, settings: { nick: 'romeo' } });
  const prompt = await asking.next();
  const [server] = prompt.done ? [] : prompt.value.fields;
  assert.deepEqual(server, {
    name: 'server',
    label: 'Server',
    type: 'choice',
    value: libera,
    choices: ['irc.libera.chat', 'irc.oftc.net'],
  });
  const { value } = await asking.next({ server: 'oftc', nick: 'romeo' });
  assert.deepEqual(value, { id: 'irc.oftc.net', label: 'irc.oftc.net', settings: { nick: 'romeo' } });
});

test('a password is never taken from one server to another', async () => {
  const settings = { nick: 'romeo', sasl: { account: 'montague', password: 'rose' }, password: 'pass' };
  const asking = open.signIn(undefined, { id: libera, label: libera, settings });
  await asking.next();
  const elsewhere = { server: 'irc.oftc.net', nick: 'romeo', account: 'montague' };
  await assert.rejects(asking.next(elsewhere), { why: 'invalid' });
});
