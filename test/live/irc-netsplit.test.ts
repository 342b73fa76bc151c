/** Staying connected on real servers: through a netsplit, a KILL, and connections that the network between cuts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tree } from '#test/xml-tree.ts';
import { OPERATOR } from './inspircd.ts';
import { startInspircdPair } from './inspircd-pair.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { type IrcServerKind, startIrcServer, unlessIrcServerAbsent } from './irc-servers.ts';
import { codesOf, item, itemOf, type Person, textOf } from './parity/person.ts';
import { Scene } from './parity/scene.ts';
import { Relay } from './relay.ts';

const KINDS: readonly IrcServerKind[] = ['inspircd', 'ngircd'];

function presences({ seen }: Person, room: string): Tree[] {
  return seen.filter(({ name, attributes }) => name === 'presence' && attributes['from']?.startsWith(`${room}/`));
}

function notices({ seen }: Person, room: string): string[] {
  const bodies = seen.filter(({ attributes }) => attributes['from']?.startsWith(`${room}/`));
  return bodies.flatMap((stanza) => textOf(stanza, 'body') ?? []).filter((body) => body.startsWith('Netsplit'));
}

test(
  'a netsplit is two notices and no leave, and then the ranks are as they are',
  unlessAbsent('inspircd'),
  async (t) => {
    await using pair = await startInspircdPair();
    await using scene = await Scene.open(t, { kind: 'inspircd', server: pair.left, tls: false });
    const { romeo } = scene;
    const room = scene.at('#verona');
    await using juliet = await IrcClient.connect({ port: pair.right.port, nick: 'Juliet' });
    await juliet.join('#verona');
    await using nurse = await IrcClient.connect({ port: pair.right.port, nick: 'Nurse' });
    await nurse.join('#verona');
    await romeo.joins(room, 'Romeo');
    const before = presences(romeo, room).length;

    await pair.split();
    await romeo.hears(
      `${room}/left.test`,
      'Netsplit: left.test and right.test lost each other; 2 people are gone for now.',
    );
    // On the other side life goes on.
    juliet.raw('MODE #verona +v Nurse');
    await nurse.expect(/MODE #verona \+v :?Nurse/);
    await pair.heal();
    await romeo.hears(`${room}/left.test`, 'Netsplit is over: 2 people are back.');
    const voiced = await romeo.take(`<presence from='${room}/Nurse'>${item("affiliation='member'")}</presence>`);
    assert.equal(itemOf(voiced)?.attributes['role'], 'participant');
    nurse.say('#verona', 'together again');
    await romeo.hears(`${room}/Nurse`, 'together again');
    const later = presences(romeo, room).slice(before);
    assert.deepEqual(
      later.filter(({ attributes }) => attributes['type'] === 'unavailable'),
      [],
    );
    assert.equal(notices(romeo, room).length, 2);
    // Who has had a rank all the time has it still.
    const last = later.findLast(({ attributes }) => attributes['from'] === `${room}/Juliet`);
    assert.ok(!last || itemOf(last)?.attributes['affiliation'] === 'admin');
  },
);

for (const kind of KINDS) {
  test(
    `the nick that a dead connection of ours holds is regained, and rooms with keys are entered (${kind})`,
    unlessIrcServerAbsent(kind),
    async (t) => {
      await using server = await startIrcServer(kind);
      await using relay = await Relay.to(server.port);
      await using scene = await Scene.open(t, { kind, server, tls: false }, { server: { port: relay.port } });
      const { romeo } = scene;
      const room = scene.at('#verona');
      const juliet = await scene.person();
      await juliet.join('#verona');
      juliet.raw('MODE #verona +k sesame');
      await juliet.expect(/MODE #verona \+k/);
      await romeo.joins(room, 'Romeo', '<password>sesame</password>');
      {
        using _dead = relay.strand();
        await juliet.expect(/^:Romeo_!\S+ JOIN :?#verona/);
      }
      await juliet.expect(/^:Romeo_!\S+ NICK :?Romeo$/);
      // The change back is told as one.
      const isBack = ({ attributes }: Tree) =>
        attributes['from'] === `${room}/Romeo_` && attributes['type'] !== undefined;
      const back = await romeo.take(isBack);
      assert.deepEqual([codesOf(back), itemOf(back)?.attributes['nick']], [[110, 303], 'Romeo']);
      await romeo.settle(scene.server);
      const out = presences(romeo, room).filter((stanza) => stanza.attributes['type'] === 'unavailable');
      // A change of the nick is all that was shown, there and back.
      assert.ok(out.every((stanza) => codesOf(stanza).includes(303) || !codesOf(stanza).includes(110)));
      romeo.say(room, 'I am here');
      await juliet.expect(/^:Romeo!\S+ PRIVMSG #verona :I am here$/);
    },
  );
}

test('after a KILL the room with its key is entered again', unlessIrcServerAbsent('inspircd'), async (t) => {
  await using server = await startIrcServer('inspircd');
  await using scene = await Scene.open(t, { kind: 'inspircd', server, tls: false });
  const { romeo } = scene;
  const room = scene.at('#verona');
  const juliet = await scene.person();
  await juliet.oper(OPERATOR);
  await juliet.join('#verona');
  juliet.raw('MODE #verona +k sesame');
  await juliet.expect(/MODE #verona \+k/);
  await romeo.joins(room, 'Romeo', '<password>sesame</password>');
  await juliet.expect(/^:Romeo!\S+ JOIN :?#verona/);
  juliet.raw('KILL Romeo :testing');
  await juliet.expect(/^:Romeo!\S+ QUIT/);
  await juliet.expect(/^:Romeo!\S+ JOIN :?#verona/);
  juliet.say('#verona', 'welcome back');
  await romeo.hears(`${room}/Juliet`, 'welcome back');
  const out = presences(romeo, room).filter((stanza) => stanza.attributes['type'] === 'unavailable');
  assert.deepEqual(out, []);
});
