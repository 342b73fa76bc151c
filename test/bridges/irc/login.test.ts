/** Who a user is on a server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginOf } from '#bridges/irc/login/login.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';

function login(options: object, settings: Partial<IrcSettings> = {}, nick = 'Romeo', password?: string) {
  const identity = {
    options: ircOptions.parse(options),
    server: password === undefined ? {} : { password },
    settings: { nick, ...settings },
    owner: 'romeo.montague@example.net',
  };
  return loginOf(identity, nick, { known: true });
}
const names = (...given: Parameters<typeof login>) => {
  const { username, realname } = login(...given);
  return [username, realname];
};

test('user name and real name are the nick unless they are set', () => {
  assert.deepEqual(names({}), ['Romeo', 'Romeo']);
  assert.deepEqual(names({ realname: 'XMPP user' }), ['Romeo', 'XMPP user']);
  assert.deepEqual(names({}, { username: 'my name', realname: 'A Montague' }), ['my_name', 'A Montague']);
});

test('they are the XMPP address where the administrator wants that', () => {
  assert.deepEqual(names({ realname_from_jid: true, realname: 'x' }), ['romeo.mont', 'romeo.montague@example.net']);
  assert.deepEqual(names({ realname_from_jid: true }, { realname: 'Own' }), ['romeo.mont', 'Own']);
});

test('nobody sets them where the administrator does not want that', () => {
  const options = { realname_customization: false };
  assert.deepEqual(names(options, { username: 'own', realname: 'Own' }), ['Romeo', 'Romeo']);
});

test('a user name is one that servers take', () => {
  const usernames = ['_Romeo_', '[]', '-9x', 'éa'].map((nick) => names({}, {}, nick)[0]);
  assert.deepEqual(usernames, ['Romeo_', 'user', '9x', 'a']);
});

test("the administrator's password is the one of those who have none, where it may go", () => {
  assert.equal(login({}, {}, 'Romeo', 'sesame').password, 'sesame');
  assert.equal(login({}, { password: 'own' }, 'Romeo', 'sesame').password, 'own');
});
