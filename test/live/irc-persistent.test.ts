/** Staying in a channel without a client, on real servers: through restarts of the gateway and of the IRC server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusesOf, textOf } from './element.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { HOST, ROOM, SERVER, Verona } from './verona.ts';

const needs = unlessAbsent('prosody', 'slixmpp', 'inspircd');
const STAYING = { rooms: { persistent_by_default: true } };

test(
  'the last client leaves and IRC sees nothing; romeo is told who names him; a restart brings him back with the key',
  needs,
  async (t) => {
    const irc = await startInspircd({ name: SERVER });
    await using verona = await Verona.open(t, { irc, network: STAYING });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    juliet.raw('MODE #verona +k sesame');
    await juliet.expect(/MODE #verona \+k/);
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo', '<password>sesame</password>');
    await juliet.expect(/^:Romeo!\S+ JOIN :?#verona/);
    await romeo.leaveRoom(ROOM, 'Romeo');
    juliet.say('#verona', 'romeo: wherefore art thou?');
    const told = await romeo.receive({ name: 'message', type: 'chat', from: `${SERVER}@${HOST}` });
    assert.match(
      textOf(told, 'body') ?? '',
      /^Juliet mentions you in #verona%irc.test: “romeo: wherefore art thou\?” xmpp:/,
    );
    assert.deepEqual(
      juliet.seen().filter(({ command }) => command === 'PART' || command === 'QUIT'),
      [],
    );

    await verona.gateway.stop();
    await juliet.expect(/^:Romeo!\S+ QUIT/);
    await verona.gateway.start();
    await juliet.expect(/^:Romeo!\S+ JOIN :?#verona/);
    // Nobody of theirs is there, and IRC knows it.
    juliet.raw('WHOIS Romeo');
    await juliet.expect(({ command, params }) => command === '301' && params[1] === 'Romeo');
    const phone = await verona.xmpp('romeo', 'phone');
    const self = await phone.joinRoom(ROOM, 'Romeo', '<history maxstanzas="10"/>');
    assert.deepEqual(statusesOf(self), [110, 170]);
    await phone.receive({ from: `${ROOM}/Juliet`, type: 'groupchat', body: 'romeo: wherefore art thou?' });
    await phone.leaveRoom(ROOM, 'Romeo');

    await irc.stop();
    await irc.start();
    const later = await verona.irc('Nurse');
    await later.join('#verona', 'sesame');
    await later.expect(
      (line) =>
        (line.from === 'Romeo' && line.command === 'JOIN') || (line.command === '353' && line.raw.includes('Romeo')),
    );
  },
);
