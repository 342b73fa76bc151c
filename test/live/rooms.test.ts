/** A channel as a room, on real servers: what each side does is seen on the other by an independent client. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childOf, statusesOf, textOf } from './element.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { startNgircd } from './ngircd.ts';
import { HOST, KINDS, ROOM, SERVER, Verona } from './verona.ts';

const MUC_USER = 'http://jabber.org/protocol/muc#user';
const ADMIN = 'http://jabber.org/protocol/muc#admin';

for (const { name, start } of KINDS) {
  const needs = unlessAbsent('prosody', 'slixmpp', name);

  test(`${name}: members with their ranks, messages both ways, /me, umlauts and emoji`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start() });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    const self = await romeo.joinRoom(ROOM, 'Romeo');
    assert.deepEqual(statusesOf(self), [110, 170]);
    const member = await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: '' });
    const item = childOf(childOf(member, 'x', MUC_USER), 'item');
    assert.equal(item?.attrs['role'], 'moderator');
    assert.match(item?.attrs['jid'] ?? '', new RegExp(`^juliet%${SERVER}@${HOST}(/|$)`));
    assert.equal(textOf(await romeo.receive({ name: 'message', type: 'groupchat', from: ROOM }), 'subject'), '');
    await juliet.expect(/^:Romeo!\S+ JOIN :?#verona/);

    const id = romeo.say(ROOM, 'Grüße an 👩‍👩‍👧 & <alle>', 'groupchat');
    await juliet.expect(/PRIVMSG #verona :Grüße an 👩‍👩‍👧 & <alle>$/);
    await romeo.receive({ name: 'message', from: `${ROOM}/Romeo`, id, body: 'Grüße an 👩‍👩‍👧 & <alle>' });
    romeo.say(ROOM, '/me sighs', 'groupchat');
    await juliet.expect(({ params }) => params[1] === '\x01ACTION sighs\x01');
    const bold = romeo.say(ROOM, '*soft*, what light?', 'groupchat');
    await juliet.expect(({ params }) => params[1] === '\x02soft\x02, what light?');
    await romeo.receive({ from: `${ROOM}/Romeo`, id: bold, body: '*soft*, what light?' });

    juliet.say('#verona', 'שלום, \x02wherefore\x02 art thou?');
    await romeo.receive({ from: `${ROOM}/Juliet`, type: 'groupchat', body: 'שלום, *wherefore* art thou?' });
    juliet.say('#verona', '\x01ACTION listens\x01');
    await romeo.receive({ from: `${ROOM}/Juliet`, type: 'groupchat', body: '/me listens' });
  });

  test(
    `${name}: a text of 4 kB arrives whole and in order, and no line is cut inside a character`,
    needs,
    async (t) => {
      await using verona = await Verona.open(t, { irc: await start() });
      const juliet = await verona.irc();
      await juliet.join('#verona');
      const romeo = await verona.xmpp();
      await romeo.joinRoom(ROOM, 'Romeo');
      const words = Array.from({ length: 520 }, (_, n) => `${n}é😀`);
      const text = words.join(' ');
      assert.ok(Buffer.byteLength(text) > 4_000);
      const id = romeo.say(ROOM, text, 'groupchat');
      await romeo.receive({ from: `${ROOM}/Romeo`, id, body: text }, 20_000);
      await juliet.expect(new RegExp(`PRIVMSG #verona :.*${words.at(-1)}$`), 20_000);
      const lines = juliet.seen().filter(({ command, from }) => command === 'PRIVMSG' && from === 'Romeo');
      assert.equal(lines.map(({ params }) => params[1]?.trimEnd()).join(' '), text);
      assert.ok(lines.every(({ raw }) => Buffer.byteLength(raw) <= 510));
    },
  );

  test(`${name}: topic, nick changes, a taken nick, leaving and quitting`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start() });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    juliet.raw('TOPIC #verona :The balcony');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    await romeo.receive({ name: 'message', type: 'groupchat', subject: 'The balcony' });

    juliet.raw('TOPIC #verona :The tomb');
    await romeo.receive({ from: `${ROOM}/Juliet`, type: 'groupchat', subject: 'The tomb' });
    juliet.raw('MODE #verona +o Romeo');
    await romeo.receive((el) => childOf(childOf(el, 'x', MUC_USER), 'item')?.attrs['role'] === 'moderator');
    romeo.send(`<message to="${ROOM}" type="groupchat"><subject>The orchard</subject></message>`);
    await juliet.expect(/^:Romeo!\S+ TOPIC #verona :The orchard$/);
    await romeo.receive({ from: `${ROOM}/Romeo`, type: 'groupchat', subject: 'The orchard' });

    await juliet.rename('Rosaline');
    const old = await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: 'unavailable' });
    assert.deepEqual(statusesOf(old), [303]);
    await romeo.receive({ name: 'presence', from: `${ROOM}/Rosaline`, type: '' });

    romeo.send(`<presence to="${ROOM}/Montague"/>`);
    await juliet.expect(/^:Romeo!\S+ NICK :?Montague$/);
    await romeo.receive({ name: 'presence', from: `${ROOM}/Romeo`, type: 'unavailable', statuses: [303, 110] });
    await romeo.receive({ name: 'presence', from: `${ROOM}/Montague`, type: '', statuses: [110] });
    romeo.send(`<presence to="${ROOM}/Rosaline" id="taken"/>`);
    const error = await romeo.receive({ name: 'presence', type: 'error', id: 'taken' });
    assert.ok(childOf(childOf(error, 'error'), 'conflict'));

    await juliet.part('#verona', 'to bed');
    const gone = await romeo.receive({ name: 'presence', from: `${ROOM}/Rosaline`, type: 'unavailable' });
    assert.match(textOf(gone, 'status') ?? '', /to bed/);
    await juliet.join('#verona');
    await romeo.receive({ name: 'presence', from: `${ROOM}/Rosaline`, type: '' });
    await juliet.quit('farewell');
    await romeo.receive({ name: 'presence', from: `${ROOM}/Rosaline`, type: 'unavailable' });
  });

  test(`${name}: kicks both ways, a key, and a join that is refused`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start() });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    juliet.raw('KICK #verona Romeo :too loud');
    const kicked = await romeo.receive({ name: 'presence', from: `${ROOM}/Romeo`, type: 'unavailable' });
    assert.deepEqual(statusesOf(kicked).toSorted(), [110, 307]);
    const item = childOf(childOf(kicked, 'x', MUC_USER), 'item');
    assert.equal(item && textOf(item, 'reason'), 'too loud');
    assert.equal(childOf(item, 'actor')?.attrs['nick'], 'Juliet');

    juliet.raw('MODE #verona +k sesame');
    await juliet.expect(/MODE #verona \+k/);
    await assert.rejects(romeo.joinRoom(ROOM, 'Romeo'), /not-authorized/);
    await romeo.joinRoom(ROOM, 'Romeo', '<password>sesame</password>');
    juliet.raw('MODE #verona +o Romeo');
    await romeo.receive({ name: 'presence', from: `${ROOM}/Romeo`, type: '' });
    const kick = `<query xmlns="${ADMIN}"><item nick="Juliet" role="none"><reason>so there</reason></item></query>`;
    assert.equal((await romeo.ask(ROOM, 'set', kick)).attrs['type'], 'result');
    await juliet.expect(/KICK #verona Juliet :so there$/);
    const out = await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: 'unavailable' });
    assert.deepEqual(statusesOf(out), [307]);
  });

  test(`${name}: invitations both ways`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start() });
    const juliet = await verona.irc();
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    const invite = `<invite to="juliet%${SERVER}@${HOST}"/>`;
    romeo.send(`<message to="${ROOM}"><x xmlns="${MUC_USER}">${invite}</x></message>`);
    await juliet.expect(/^:Romeo!\S+ INVITE juliet :?#verona/i);
    await juliet.join('#balcony');
    juliet.raw('INVITE Romeo #balcony');
    const invited = await romeo.receive({ name: 'message', from: `#balcony%${SERVER}@${HOST}` });
    const from = childOf(childOf(invited, 'x', MUC_USER), 'invite')?.attrs['from'];
    assert.equal(from, `juliet%${SERVER}@${HOST}`);
  });

  test(`${name}: two clients share one connection, and the second sees all`, needs, async (t) => {
    await using verona = await Verona.open(t, { irc: await start() });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const orchard = await verona.xmpp();
    await orchard.joinRoom(ROOM, 'Romeo');
    await juliet.expect(/^:Romeo!\S+ JOIN/);
    const phone = await verona.xmpp('romeo', 'phone');
    const self = await phone.joinRoom(ROOM, 'Other');
    assert.equal(self.attrs['from'], `${ROOM}/Romeo`);
    assert.deepEqual(statusesOf(self), [110, 210, 170]);
    await phone.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: '' });

    const id = orchard.say(ROOM, 'from the orchard', 'groupchat');
    await phone.receive({ from: `${ROOM}/Romeo`, id, body: 'from the orchard' });
    juliet.say('#verona', 'to both');
    for (const client of [orchard, phone]) await client.receive({ from: `${ROOM}/Juliet`, body: 'to both' });

    await orchard.leaveRoom(ROOM, 'Romeo');
    phone.say(ROOM, 'still here', 'groupchat');
    await juliet.expect(/PRIVMSG #verona :still here$/);
    await phone.leaveRoom(ROOM, 'Romeo');
    await juliet.expect(/^:Romeo!\S+ PART :?#verona/);
    const joins = juliet.seen().filter(({ command, from }) => command === 'JOIN' && from !== 'Juliet');
    assert.equal(joins.length, 1);
  });
}

const both = unlessAbsent('prosody', 'slixmpp', 'inspircd', 'ngircd');

test('two servers at once: rooms and people of the same name are told apart', both, async (t) => {
  const [first, second] = [await startInspircd({ name: SERVER }), await startNgircd()];
  const listed = { [SERVER]: first, 'other.test': second };
  const servers = Object.entries(listed).map(([name, { port }]) => [name, { address: '127.0.0.1', port, tls: 'off' }]);
  await using verona = await Verona.open(t, { irc: first, network: { servers: Object.fromEntries(servers) } });
  await using _ = second;
  const juliet = await verona.irc();
  const namesake = await verona.irc('Juliet', { port: second.port });
  for (const client of [juliet, namesake]) await client.join('#verona');
  const romeo = await verona.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  await romeo.joinRoom(`#verona%other.test@${HOST}`, 'Romeo');
  juliet.say('#verona', 'from the first');
  namesake.say('Romeo', 'from the second');
  await romeo.receive({ from: `${ROOM}/Juliet`, body: 'from the first' });
  await romeo.receive({ from: `juliet%other.test@${HOST}`, body: 'from the second' });
  const items = await romeo.ask(HOST, 'get', '<query xmlns="http://jabber.org/protocol/disco#items"/>');
  const jids = childOf(items, 'query')?.children.map(({ attrs }) => attrs['jid']);
  assert.deepEqual(jids?.toSorted(), [`${SERVER}@${HOST}`, `other.test@${HOST}`]);
});
