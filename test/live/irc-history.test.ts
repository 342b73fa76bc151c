/** What was said while we were away, from a real server that keeps it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { MessageId } from '#src/network.ts';
import { textOf } from './element.ts';
import { ERGO, startErgo } from './ergo.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { Relay } from './relay.ts';
import { HOST, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';

const SERVER = 'irc.test';
const ROOM = `#verona%${SERVER}@${HOST}`;
const CAPS = ['message-tags', 'echo-message'];

/** Says it, and gives the server's name for it. */
async function say(juliet: IrcClient, text: string): Promise<MessageId> {
  juliet.say('#verona', text);
  const { tags } = await juliet.expect((line) => line.command === 'PRIVMSG' && line.params[1] === text);
  return tags['msgid'] as MessageId;
}

/** What juliet said to the room, as romeo was shown it. */
function heard(romeo: XmppClient): string[] {
  const hers = romeo.seen().filter(({ attrs }) => attrs['from'] === `${ROOM}/Juliet`);
  return hers.flatMap((stanza) => textOf(stanza, 'body') ?? []);
}

/** What is kept: each message's text by the network's name for it. */
async function kept({ registry }: World, ids: readonly MessageId[]): Promise<(string | undefined)[]> {
  const found = ids.map((id) => registry.archive.known('romeo@localhost', HOST, ROOM.replace(`@${HOST}`, ''), id));
  return (await Promise.all(found)).map((entry) => entry?.text);
}

async function backIn(juliet: IrcClient): Promise<void> {
  await juliet.expect(/Romeo!\S+ JOIN :?#verona/, 30_000);
}

if (ERGO) {
  const needs = unlessAbsent('prosody', 'slixmpp');
  test(
    'what is said while the connection or the gateway is gone is told once, in order, before what is said then',
    needs,
    async (t) => {
      await using ergo = await startErgo();
      await using relay = await Relay.to(ergo.port);
      const server = { address: '127.0.0.1', port: relay.port, tls: 'off' };
      const network = ircNetwork(
        ircOptions.parse({ servers: { [SERVER]: server }, throttle: { burst: 50, per_second: 50 } }),
      );
      await using world = await World.open(t, { component: { network } });
      const romeo = await world.xmpp();
      await using juliet = await IrcClient.connect({ port: ergo.port, nick: 'Juliet', caps: CAPS });
      await juliet.join('#verona');
      await romeo.joinRoom(ROOM, 'Romeo');
      await backIn(juliet);
      const ids = [await say(juliet, 'one')];
      await romeo.receive({ from: `${ROOM}/Juliet`, body: 'one' });

      relay.cut();
      await juliet.expect(/Romeo!\S+ QUIT/);
      ids.push(await say(juliet, 'two'), await say(juliet, 'three'));
      relay.mend();
      await backIn(juliet);
      ids.push(await say(juliet, 'four'));
      await romeo.receive({ from: `${ROOM}/Juliet`, body: 'four' });
      assert.deepEqual(heard(romeo), ['one', 'two', 'three', 'four']);

      await world.restart();
      await juliet.expect(/Romeo!\S+ QUIT/);
      ids.push(await say(juliet, 'five'));
      const before = heard(romeo).length;
      await romeo.joinRoom(ROOM, 'Romeo', '<history maxstanzas="0"/>', 30_000);
      await backIn(juliet);
      ids.push(await say(juliet, 'six'));
      await romeo.receive({ from: `${ROOM}/Juliet`, body: 'six' });
      assert.deepEqual(heard(romeo).slice(before), ['five', 'six']);
      assert.deepEqual(await kept(world, ids), ['one', 'two', 'three', 'four', 'five', 'six']);
    },
  );
}
