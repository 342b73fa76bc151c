/** The form of a user's settings: what it shows, what it takes, and what it keeps. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import { settingsForm } from '#bridges/irc/settings/form.ts';
import type { Account, Answers } from '#src/network.ts';
import { room, SERVER } from './stage.ts';

const form = (options: object = {}) => settingsForm(ircOptions.parse({ servers: { [SERVER]: {} }, ...options }));
const account = (settings: IrcSettings): Account<IrcSettings> => ({ id: SERVER, label: SERVER, settings });

/** What stands in the form, with other answers to some of it. */
function submitted(settings: IrcSettings, changes: Answers, options: object = {}): IrcSettings {
  const { fields, apply } = form(options);
  const shown = fields(account(settings)).map(({ name, type, value = '' }) => [name, type === 'secret' ? '' : value]);
  const answers = { ...Object.fromEntries(shown), ...changes };
  return apply(account(settings), answers).settings as IrcSettings;
}

const FULL: IrcSettings = {
  nick: 'romeo',
  sasl: { account: 'montague', password: 'rosaline' },
  certificate: { cert: 'a certificate', key: 'a key' },
  password: 'sesame',
  realname: 'Romeo Montague',
  username: 'romeo',
  address: 'irc.eu.test',
  ports: [
    { port: 7000, tls: true },
    { port: 6668, tls: false },
  ],
  verify: false,
  fingerprint: 'ab'.repeat(32),
  afterConnect: ['MODE romeo +x', 'PRIVMSG Q :hello there'],
  encodingIn: 'iso-8859-15',
  encodingOut: 'koi8-r',
  throttle: -1,
  rooms: { [room('#dev')]: { encodingIn: 'koi8-r' } },
};

test('a form that is sent back as it was changes nothing', () => {
  assert.deepEqual(submitted(FULL, {}, { user_tls: 'free' }), FULL);
  assert.deepEqual(submitted({ nick: 'romeo', guest: true }, {}), { nick: 'romeo', guest: true });
});

test('signing in again keeps what else is set', async () => {
  const network = ircNetwork(ircOptions.parse({}));
  const steps = network.signIn(SERVER, account({ ...FULL, guest: true }));
  await steps.next({});
  const answers = {
    nick: 'mercutio',
    account: 'montague',
    'account-password': '',
    'server-password': '',
    realname: '',
  };
  const end = await steps.next(answers);
  assert.ok(end.done);
  const { realname: _, ...kept } = FULL;
  assert.deepEqual(end.value.settings, { ...kept, nick: 'mercutio' });
});

test('no secret stands in the form', () => {
  const text = JSON.stringify(form().fields(account(FULL)));
  for (const secret of ['rosaline', 'sesame', 'a key']) assert.ok(!text.includes(secret), secret);
});

test('what is emptied is as the administrator has it', () => {
  const emptied = ['address', 'ports', 'tls_ports', 'fingerprint', 'after_connect_commands', 'username', 'realname'];
  const changes = Object.fromEntries(
    [...emptied, 'throttle_limit', 'encoding_in', 'encoding_out'].map((name) => [name, '']),
  );
  const { nick, sasl, certificate, password, rooms } = FULL;
  assert.deepEqual(submitted(FULL, { ...changes, verify_cert: 'true' }, { user_tls: 'free' }), {
    nick,
    sasl,
    certificate,
    password,
    rooms,
  });
});

const CASES: readonly (readonly [string, IrcSettings, Answers, Partial<IrcSettings>])[] = [
  ['a nick of its own', { nick: 'a', guest: true }, { nick: 'Mab' }, { nick: 'Mab' }],
  ['no nick', { nick: 'Mab' }, { nick: '' }, { nick: 'Mab', guest: true }],
  [
    'a password is for the nick',
    { nick: 'Mab' },
    { sasl_password: 'p w' },
    { nick: 'Mab', sasl: { account: 'Mab', password: 'p w' } },
  ],
  [
    'an account of another name',
    { nick: 'Mab' },
    { sasl_account: 'queen', sasl_password: 'p' },
    { nick: 'Mab', sasl: { account: 'queen', password: 'p' } },
  ],
  ['a new password', FULL, { sasl_password: 'new' }, { ...FULL, sasl: { account: 'montague', password: 'new' } }],
  [
    'ports in one line',
    { nick: 'Mab' },
    { ports: '6667 6668', tls_ports: '' },
    {
      nick: 'Mab',
      ports: [
        { port: 6667, tls: false },
        { port: 6668, tls: false },
      ],
    },
  ],
  ['the usual ports', { nick: 'Mab' }, { tls_ports: '6697\n6670' }, { nick: 'Mab' }],
  ['a user name with spaces', { nick: 'Mab' }, { username: 'queen mab' }, { nick: 'Mab', username: 'queen_mab' }],
  [
    'a fingerprint with colons',
    { nick: 'Mab' },
    { fingerprint: 'AB:'.repeat(32).slice(0, -1) },
    { nick: 'Mab', fingerprint: 'ab'.repeat(32) },
  ],
  [
    'no empty commands',
    { nick: 'Mab' },
    { after_connect_commands: 'MODE x\n\n' },
    { nick: 'Mab', afterConnect: ['MODE x'] },
  ],
];
for (const [what, before, answers, after] of CASES) {
  test(`the form takes ${what}`, () => {
    assert.deepEqual(submitted(before, answers, { user_tls: 'free' }), after);
  });
}

test('passwords are forgotten where that is asked for, and where the account is', () => {
  const { sasl: _, password: __, ...rest } = FULL;
  assert.deepEqual(submitted(FULL, { forget: 'sasl_password\npass', sasl_account: '' }, { user_tls: 'free' }), rest);
  assert.equal(submitted(FULL, { sasl_account: '' }).sasl, undefined);
});

for (const [name, value, sentence] of [
  ['nick', 'two words', /can't be a nick/],
  ['nick', 'a\r\nQUIT', /can't be a nick/],
  ['pass', 'a\nb', /one line/],
  ['sasl_account', 'capulet', /needs its own password/],
  ['tls_ports', '0', /no port/],
  ['ports', '1 2 3 4 5 6 7 8 9 10 11', /No more than 10 ports/],
  ['throttle_limit', '-2', /no number of lines/],
  ['fingerprint', 'ab'.repeat(20), /SHA-1/],
  ['encoding_out', 'utf-16', /no charset/],
  ['address', '10.0.0.1', /does not connect/],
  ['after_connect_commands', 'x'.repeat(600), /one line/],
  ['after_connect_commands', 'PING\n'.repeat(51), /No more than 50/],
] as const) {
  test(`“${name}” can't be ${JSON.stringify(value.slice(0, 20))}`, () => {
    assert.throws(() => submitted(FULL, { [name]: value }), { why: 'invalid', message: sentence });
  });
}

test('what the administrator keeps for himself is not asked', () => {
  const names = (options: object) =>
    form(options)
      .fields(account({ nick: 'romeo' }))
      .map(({ name }) => name);
  assert.ok(!names({}).includes('verify_cert'));
  assert.ok(names({ user_tls: 'free' }).includes('verify_cert'));
  assert.ok(!names({ realname_customization: false }).includes('realname'));
  assert.ok(!names({ server: SERVER }).includes('address'));
});

test('a channel has charsets of its own; the last one that is emptied leaves nothing', () => {
  const { apply } = form();
  const dev = room('#dev');
  const set = apply(account({ nick: 'romeo' }), { encoding_in: 'KOI8-R', encoding_out: '' }, dev).settings;
  assert.deepEqual(set, { nick: 'romeo', rooms: { [dev]: { encodingIn: 'koi8-r' } } });
  const emptied = apply(account(set as IrcSettings), { encoding_in: '', encoding_out: '' }, dev).settings;
  assert.deepEqual(emptied, { nick: 'romeo' });
});
