/** People on IRC as contacts, on real servers: private messages, roster presence, away, and signing in. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childOf, textOf } from './element.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { HOST, KINDS, ROOM, SERVER, Verona } from './verona.ts';

const JULIET = `juliet%${SERVER}@${HOST}`;

for (const { name, start } of KINDS) {
  const needs = unlessAbsent('prosody', 'slixmpp', name);

  test(
    `${name}: private messages, as a chat and through the room, each answered where it was written`,
    needs,
    async (t) => {
      await using verona = await Verona.open(t, { irc: await start() });
      const juliet = await verona.irc();
      await juliet.join('#verona');
      const romeo = await verona.xmpp();
      await romeo.joinRoom(ROOM, 'Romeo');
      juliet.say('Romeo', 'O Romeo');
      await romeo.receive({ name: 'message', type: 'chat', from: JULIET, body: 'O Romeo' });
      romeo.say(JULIET, 'Shall I hear more?');
      await juliet.expect(/^:Romeo!\S+ PRIVMSG Juliet :Shall I hear more\?$/);

      romeo.say(`${ROOM}/Juliet`, 'psst');
      await juliet.expect(/PRIVMSG Juliet :psst$/);
      juliet.say('Romeo', 'who is there?');
      const whisper = await romeo.receive({ name: 'message', from: `${ROOM}/Juliet`, body: 'who is there?' });
      assert.equal(whisper.attrs['type'], 'chat');

      const id = romeo.say(`nobody%${SERVER}@${HOST}`, 'anyone?');
      const told = await romeo.receive((el) => el.name === 'message' && /nobody/i.test(JSON.stringify(el)));
      assert.ok(told.attrs['id'] === id || textOf(told, 'body'));
    },
  );

  test(`${name}: juliet on the roster comes, goes away, returns and leaves`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start(), server: { poll: 1 } });
    const romeo = await verona.xmpp();
    romeo.send(`<presence to="${JULIET}" type="subscribe"/>`);
    await romeo.receive({ name: 'presence', type: 'subscribed', from: JULIET });
    await romeo.receive({ name: 'presence', type: 'subscribe', from: JULIET });
    romeo.send(`<presence to="${JULIET}" type="subscribed"/>`);
    await romeo.receive({ name: 'presence', type: 'unavailable', from: `${JULIET}/isthmus` });
    const juliet = await verona.irc();
    await romeo.receive({ name: 'presence', type: '', from: `${JULIET}/isthmus` });
    romeo.clear();
    await juliet.quit();
    await romeo.receive({ name: 'presence', type: 'unavailable', from: `${JULIET}/isthmus` });
  });

  test(`${name}: away is seen both ways`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start() });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    romeo.send('<presence><show>away</show><status>at supper</status></presence>');
    romeo.send(`<presence to="${ROOM}/Romeo"><show>away</show><status>at supper</status></presence>`);
    await romeo.settle(HOST);
    juliet.raw('WHOIS Romeo');
    await juliet.expect(({ command, params }) => command === '301' && params.at(-1) === 'at supper');
    if (name === 'ngircd') return;
    juliet.raw('AWAY :asleep');
    const away = await romeo.receive(
      (el) => el.attrs['from'] === `${ROOM}/Juliet` && childOf(el, 'show') !== undefined,
    );
    assert.equal(textOf(away, 'show'), 'away');
    juliet.raw('AWAY');
    await romeo.receive((el) => el.attrs['from'] === `${ROOM}/Juliet` && childOf(el, 'show') === undefined);
  });
}

test(
  'romeo registers, and is connected when he is there and only then',
  unlessAbsent('prosody', 'slixmpp', 'inspircd'),
  async (t) => {
    await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }), network: { open: false } });
    const juliet = await verona.irc();
    const romeo = await verona.xmpp();
    await assert.rejects(romeo.joinRoom(ROOM, 'Romeo'), /registration-required/);
    const form = await romeo.ask(HOST, 'get', '<query xmlns="jabber:iq:register"/>');
    const query = childOf(form, 'query');
    assert.ok(query && childOf(query, 'x', 'jabber:x:data'), JSON.stringify(form));
    const field = (key: string, value: string) => `<field var="${key}"><value>${value}</value></field>`;
    const answers = `<x xmlns="jabber:x:data" type="submit">${field('server', SERVER)}${field('nick', 'Romeo')}</x>`;
    const done = await romeo.ask(HOST, 'set', `<query xmlns="jabber:iq:register">${answers}</query>`);
    assert.equal(done.attrs['type'], 'result', JSON.stringify(done));
    await romeo.receive({ name: 'presence', type: 'subscribe', from: HOST });
    romeo.send(`<presence to="${HOST}" type="subscribed"/>`);
    romeo.send(`<presence to="${HOST}" type="subscribe"/>`);
    await romeo.receive({ name: 'presence', type: '', from: `${HOST}/isthmus` });
    await romeo.joinRoom(ROOM, 'Romeo');
    await juliet.join('#verona');
    await romeo.leaveRoom(ROOM, 'Romeo');
    await juliet.expect(/^:Romeo!\S+ PART :?#verona/);
    const removed = await romeo.ask(HOST, 'set', '<query xmlns="jabber:iq:register"><remove/></query>');
    assert.equal(removed.attrs['type'], 'result');
    await romeo.receive({ name: 'presence', type: 'unavailable', from: `${HOST}/isthmus` });
    juliet.raw('ISON Romeo');
    await juliet.expect(({ command, params }) => command === '303' && params.at(-1)?.trim() === '');
  },
);
