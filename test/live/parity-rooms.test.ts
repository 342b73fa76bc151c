/** Channels are entered and left, alone and by several clients of one user. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { codesOf, conditionOf, item, itemOf, MUC_USER, statuses, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';

const ORCHARD = 'romeo@example.net/orchard';
const PHONE = 'romeo@example.net/phone';

describe('channels entered and left', TOGETHER, () => {
  parity('simple_channel_join', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const { self, others, subject, past } = await romeo.joins(room, 'Romeo');
    assert.deepEqual(codesOf(self), [110, 170]);
    const { affiliation, role, jid } = itemOf(self)?.attributes ?? {};
    assert.deepEqual({ affiliation, role }, { affiliation: 'admin', role: 'moderator' });
    assert.match(jid ?? '', new RegExp(`^${scene.at('romeo')}(/\\S+@\\S+)?$`));
    assert.equal(textOf(subject, 'subject'), '');
    assert.deepEqual([others, past], [[], []]);
  });

  parity('channel_join_with_two_users', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    const { self, others } = await mercutio.joins(room, 'Mercutio');
    assert.equal(self.attributes['from'], `${room}/Mercutio`);
    assert.equal(itemOf(self)?.attributes['role'], 'participant');
    assert.deepEqual(
      others.map(({ attributes }) => attributes['from']),
      [`${room}/Romeo`],
    );
    const shown = await romeo.take(
      `<presence from='${room}/Mercutio'>${item("role='participant' jid='*'")}</presence>`,
    );
    assert.deepEqual(codesOf(shown), []);
    assert.match(itemOf(shown)?.attributes['jid'] ?? '', new RegExp(`^${scene.at('mercutio')}/\\S+@\\S+$`));
  });

  parity('channel_force_join', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    juliet.raw('TOPIC #verona :The feast');
    const first = await romeo.joins(room, 'Romeo');
    const again = await romeo.joins(room, 'Romeo');
    for (const { self, others, subject } of [first, again]) {
      assert.deepEqual(codesOf(self), [110, 170]);
      assert.deepEqual(
        others.map(({ attributes }) => attributes['from']),
        [`${room}/Juliet`],
      );
      assert.equal(textOf(subject, 'subject'), 'The feast');
    }
    await juliet.settle();
    assert.equal(juliet.seen().filter(({ command, from }) => command === 'JOIN' && from === 'Romeo').length, 1);
  });

  parity('channel_join_with_different_nick', async (scene) => {
    const { romeo } = scene;
    await romeo.joins(scene.at('#verona'), 'Romeo');
    const mantua = scene.at('#mantua');
    const { self } = await romeo.joins(mantua, 'Banished');
    assert.equal(self.attributes['from'], `${mantua}/Romeo`);
    assert.deepEqual(codesOf(self), [110, 170, 210]);
  });

  parity('nick_change_in_join', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(scene.at('#mantua'), 'Romeo');
    const { self, shown } = await romeo.joins(room, 'Banished');
    assert.ok(codesOf(self).includes(210));
    assert.ok(shown.every(({ attributes }) => attributes['from'] !== `${room}/Banished`));
  });

  parity('channel_join_with_password', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.say(room, '/mode +k sesame');
    await romeo.take(({ children }) =>
      children.some(({ name, text }) => name === 'body' && text.includes('+k sesame')),
    );
    assert.equal(await mercutio.isRefused(room, 'Mercutio'), 'not-authorized');
    assert.equal(await mercutio.isRefused(room, 'Mercutio', '<password>oats</password>'), 'not-authorized');
    await mercutio.joins(room, 'Mercutio', '<password>sesame</password>');
    await romeo.take(`<presence from='${room}/Mercutio'/>`);
  });

  parity('multiple_channels_join', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#tomb');
    juliet.raw('MODE #tomb +k sesame');
    await juliet.expect(/MODE #tomb \+k/);
    const names = ['#verona', '#mantua', '#tomb'].map((name) => scene.at(name));
    const [verona = '', mantua = '', tomb = ''] = names;
    romeo.enters(verona, 'Romeo');
    romeo.enters(mantua, 'Banished');
    romeo.enters(tomb, 'Husband', '<password>sesame</password>');
    for (const room of names) {
      const self = await romeo.take(`<presence from='${room}/Romeo'>${statuses(110)}</presence>`);
      assert.equal(codesOf(self).includes(210), room !== verona);
    }
  });

  parity('encoded_channel_join', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    const inside = scene.irc.kind === 'ngircd' ? '#b@c' : '#b@c:d';
    await juliet.join(inside);
    const room = scene.at(inside.replace('@', '\\40').replace(':', '\\3a'));
    const { others } = await romeo.joins(room, 'Romeo');
    assert.deepEqual(
      others.map(({ attributes }) => attributes['from']),
      [`${room}/Juliet`],
    );
    romeo.say(room, 'hark');
    await juliet.expect(({ command, params }) => command === 'PRIVMSG' && params[0] === inside);
  });

  parity('nick_change', async (scene) => {
    const { romeo, mercutio } = scene;
    const rooms = [scene.at('#verona'), scene.at('#mantua')];
    const [room = ''] = rooms;
    for (const one of rooms) await romeo.joins(one, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    romeo.send(`<presence to='${room}/Montague'/>`);
    for (const [person, one, codes] of [
      [romeo, rooms[0], [110, 303]],
      [romeo, rooms[1], [110, 303]],
      [mercutio, rooms[0], [303]],
    ] as const) {
      const gone = await person.take(`<presence from='${one}/Romeo' type='unavailable'/>`);
      assert.deepEqual(codesOf(gone), codes);
      assert.equal(itemOf(gone)?.attributes['nick'], 'Montague');
      const here = await person.take(`<presence from='${one}/Montague'>${item("role='*'")}</presence>`);
      assert.deepEqual(
        codesOf(here),
        codes.filter((code) => code !== 303),
      );
    }
  });

  parity('leave_unjoined_chan', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const namesake = await scene.person('Romeo');
    romeo.send(`<presence to='${room}/Romeo' type='unavailable'/>`);
    // The nick is taken: another is given, and the own one taken back as soon as it is free.
    const { self } = await romeo.joins(room, 'Romeo');
    assert.deepEqual([self.attributes['from'], codesOf(self)], [`${room}/Romeo_`, [110, 170, 210]]);
    romeo.send(`<presence to='${room}/Romeo' id='taken'/>`);
    await romeo.settle(scene.server);
    await namesake.join('#verona');
    await namesake.quit();
    await romeo.take(`<presence from='${room}/Romeo_' type='unavailable'>${statuses(303, 110)}</presence>`);
    await romeo.take(`<presence from='${room}/Romeo'>${statuses(110)}</presence>`);
  });

  parity('not_connected_error', async (scene) => {
    const { romeo } = scene;
    romeo.send(`<presence to='${scene.at('#verona')}/Romeo' type='unavailable'/>`);
    await romeo.settle(scene.server);
    assert.deepEqual(
      romeo.seen.filter(({ name }) => name !== 'iq'),
      [],
    );
    await romeo.joins(scene.at('#verona'), 'Romeo');
  });

  parity('client_error', async (scene) => {
    const [orchard, phone] = [scene.xmpp(ORCHARD), scene.xmpp(PHONE)];
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    for (const person of [orchard, phone]) await person.joins(room, 'Romeo');
    const gone = "<error type='wait'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    phone.send(`<message to='${room}/Juliet' type='error'>${gone}</message>`);
    await phone.take(`<presence from='${room}/Romeo' type='unavailable'>${statuses(110)}</presence>`);
    juliet.say('#verona', 'only the orchard');
    await orchard.hears(`${room}/Juliet`, 'only the orchard');
    orchard.send(`<message to='${room}/Juliet' type='error'>${gone}</message>`);
    await juliet.expect(/^:Romeo!\S+ (PART :?#verona|QUIT)/);
    assert.ok(phone.seen.every((stanza) => textOf(stanza, 'body') !== 'only the orchard'));
  });

  parity('quit', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.say(scene.server, 'QUIT :to Mantua', 'chat');
    await juliet.expect(/^:Romeo!\S+ QUIT/);
    const left = await romeo.take(`<presence from='${room}/Romeo' type='unavailable'/>`);
    // Neither 332 nor 333, at which clients would come again at once.
    assert.deepEqual(codesOf(left), [110]);
  });

  parity('multisessionnick', async (scene) => {
    const [orchard, phone] = [scene.xmpp(ORCHARD), scene.xmpp(PHONE)];
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await orchard.joins(room, 'Romeo');
    const { self, others } = await phone.joins(room, 'Romeo');
    assert.deepEqual([codesOf(self), others.length], [[110, 170], 1]);

    juliet.say('#verona', 'to both');
    for (const person of [orchard, phone]) await person.hears(`${room}/Juliet`, 'to both');
    const id = phone.say(room, 'from the phone');
    for (const person of [orchard, phone]) {
      assert.equal((await person.hears(`${room}/Romeo`, 'from the phone')).attributes['id'], id);
    }
    juliet.say('Romeo', 'in private');
    const whisper = await phone.hears(scene.at('juliet'), 'in private', 'chat');
    assert.equal(whisper.attributes['to'], 'romeo@example.net');

    phone.send(`<presence to='${room}/Juliet' id='taken'/>`);
    const error = await phone.take("<presence type='error' id='taken'/>");
    assert.equal(conditionOf(error), 'conflict');
    phone.send(`<presence to='${room}/Montague'/>`);
    for (const person of [orchard, phone]) {
      await person.take(`<presence from='${room}/Romeo' type='unavailable'>${statuses(303, 110)}</presence>`);
      await person.take(`<presence from='${room}/Montague'>${statuses(110)}</presence>`);
    }
    await orchard.leaves(room, 'Montague');
    juliet.say('#verona', 'one is here');
    await phone.hears(`${room}/Juliet`, 'one is here');
    assert.ok(orchard.seen.every((stanza) => textOf(stanza, 'body') !== 'one is here'));
    assert.ok(juliet.seen().every(({ command }) => command !== 'PART'));
  });

  parity('multisession_kick', async (scene) => {
    const [orchard, phone] = [scene.xmpp(ORCHARD), scene.xmpp(PHONE)];
    const { mercutio } = scene;
    const room = scene.at('#verona');
    await mercutio.joins(room, 'Mercutio');
    for (const person of [orchard, phone]) await person.joins(room, 'Romeo');
    const kick = "<item nick='Romeo' role='none'><reason>brawls</reason></item>";
    await mercutio.asks(room, 'set', `<query xmlns='http://jabber.org/protocol/muc#admin'>${kick}</query>`);
    for (const person of [orchard, phone]) {
      const out = await person.take(`<presence from='${room}/Romeo' type='unavailable'/>`);
      assert.deepEqual(codesOf(out), [110, 307]);
      assert.equal(textOf(itemOf(out), 'reason'), 'brawls');
    }
    const seen = await mercutio.take(`<presence from='${room}/Romeo' type='unavailable'/>`);
    assert.deepEqual(codesOf(seen), [307]);
  });

  parity('resource_is_removed_from_server_when_last_chan_is_left', async (scene) => {
    const [orchard, phone] = [scene.xmpp(ORCHARD), scene.xmpp(PHONE)];
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await orchard.joins(room, 'Romeo');
    await orchard.leaves(room, 'Romeo');
    await phone.joins(room, 'Romeo');
    juliet.say('Romeo', 'once');
    juliet.say('#verona', 'that was it');
    await phone.hears(`${room}/Juliet`, 'that was it');
    const copies = phone.seen.filter((stanza) => textOf(stanza, 'body') === 'once');
    assert.deepEqual(
      copies.map(({ attributes }) => [attributes['from'], attributes['to']]),
      [[scene.at('juliet'), 'romeo@example.net']],
    );
    assert.ok(orchard.seen.every((stanza) => textOf(stanza, 'body') !== 'that was it'));
    assert.ok(!copies.some(({ children }) => children.some(({ ns }) => ns === MUC_USER)));
  });
});
