/** Faults on real servers: each side is killed in turn, and everything comes right by itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './element.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { HOST, ROOM, SERVER, Verona } from './verona.ts';

const needs = unlessAbsent('prosody', 'slixmpp', 'inspircd');
const ACCOUNT = `${SERVER}@${HOST}`;

test(
  'kill -9 of the IRC server: one notice, then the room as it is now, and what was said meanwhile',
  needs,
  async (t) => {
    const ircd = await startInspircd({ name: SERVER });
    await using verona = await Verona.open(t, { irc: ircd });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: '' });
    romeo.clear();

    await ircd.kill9();
    const lost = await romeo.receive({ name: 'message', from: ACCOUNT });
    assert.match(textOf(lost, 'body') ?? '', /lost/);
    const id = romeo.say(ROOM, 'are you there?', 'groupchat');
    await ircd.start();
    const paris = await verona.irc('Paris');
    await paris.join('#verona');
    const again = await romeo.receive({ name: 'message', from: ACCOUNT }, 30_000);
    assert.match(textOf(again, 'body') ?? '', /again/);
    await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: 'unavailable' });
    await romeo.receive({ name: 'presence', from: `${ROOM}/Paris`, type: '' });
    await paris.expect(/PRIVMSG #verona :are you there\?$/);
    await romeo.receive({ from: `${ROOM}/Romeo`, id, body: 'are you there?' });
    await romeo.settle(HOST);
    const own = romeo.seen().filter((el) => el.name === 'presence' && el.attrs['from'] === `${ROOM}/Romeo`);
    assert.ok(own.every((el) => el.attrs['type'] !== 'unavailable'));
    const notices = romeo.seen().filter((el) => el.name === 'message' && el.attrs['from'] === ACCOUNT);
    assert.equal(notices.filter((el) => /lost/.test(textOf(el, 'body') ?? '')).length, 1);
  },
);

test('kill -9 of Prosody: IRC never notices, and romeo finds his room as it is', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const juliet = await verona.irc();
  await juliet.join('#verona');
  const first = await verona.xmpp();
  await first.joinRoom(ROOM, 'Romeo');
  await juliet.expect(/^:Romeo!\S+ JOIN/);
  await verona.gateway.logged('The link to the XMPP server is up.');
  await verona.prosody.kill9();
  const paris = await verona.irc('Paris');
  await paris.join('#verona');
  await verona.prosody.start();
  await verona.gateway.logged('The link to the XMPP server is up.');
  const romeo = await verona.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: '' });
  await romeo.receive({ name: 'presence', from: `${ROOM}/Paris`, type: '' });
  romeo.say(ROOM, 'I am back', 'groupchat');
  await juliet.expect(/PRIVMSG #verona :I am back$/);
  const left = juliet.seen().filter(({ command, from }) => /^(PART|QUIT)$/.test(command) && from === 'Romeo');
  assert.deepEqual(left, []);
});

test('kill -9 of the gateway: it brings romeo back into his room', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const juliet = await verona.irc();
  await juliet.join('#verona');
  const romeo = await verona.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  await juliet.expect(/^:Romeo!\S+ JOIN/);
  romeo.clear();
  await verona.gateway.kill9();
  await juliet.expect(/^:Romeo!\S+ QUIT/);
  await verona.gateway.start();
  await juliet.expect(/^:Romeo!\S+ JOIN/);
  await romeo.receive({ name: 'presence', from: `${ROOM}/Romeo`, type: '', statuses: [110] });
  juliet.say('#verona', 'welcome back');
  await romeo.receive({ from: `${ROOM}/Juliet`, body: 'welcome back' });
});

test('TLS: a certificate is verified, and one that is not trusted is refused with the reason', needs, async (t) => {
  const ircd = await startInspircd({ name: SERVER, tls: true });
  const server = { port: ircd.tlsPort, tls: 'required', address: 'localhost', ca_file: ircd.caFile };
  await using verona = await Verona.open(t, { irc: ircd, server });
  const juliet = await verona.irc();
  await juliet.join('#verona');
  const romeo = await verona.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  juliet.say('#verona', 'in private');
  await romeo.receive({ from: `${ROOM}/Juliet`, body: 'in private' });

  const other = await startInspircd({ name: SERVER, tls: true });
  const untrusted = { port: other.tlsPort, tls: 'required', address: 'localhost' };
  await using strict = await Verona.open(t, { irc: other, server: untrusted });
  const mercutio = await strict.xmpp('mercutio');
  await assert.rejects(mercutio.joinRoom(ROOM, 'Mercutio'), /certificate|self.signed|issuer/i);
});
