/** Why servers end connections: in their words, and in what comes of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBan, isTooFast } from '#bridges/irc/connection/farewell.ts';
import { Refusal } from '#src/network.ts';
import { Stage } from './stage.ts';

const TOO_FAST = [
  'Your host is trying to (re)connect too fast -- throttled.',
  'Closing Link: [192.0.2.1] (Throttled: Reconnecting too fast) - Email admin@example.net for more information.',
  'Reconnecting too fast, throttled.',
  'Closing Link: romeo[192.0.2.1] (Too many connections from your IP)',
  'Closing Link: 192.0.2.1 (Too many user connections (global))',
  'Closing link: (unknown@192.0.2.1) [No more connections allowed from your host via this connect class (local)]',
  'Closing link: (unknown@192.0.2.1) [Z-Lined: Your IP range has been attempting to connect too many times in too short a duration.]',
  'You have attempted to connect too many times within a short duration. Wait a while, and you will be able to connect.',
  'Closing Link: 192.0.2.1 (Sorry, server is full - try later)',
];
const BANS = [
  'Closing Link: romeo[192.0.2.1] (K-Lined)',
  'Closing Link: romeo by irc.example.net (G-lined)',
  'Closing link: (romeo@192.0.2.1) [G-Lined: spam]',
  'Closing Link: [192.0.2.1] (Z:Lined (proxy))',
  'Closing Link: romeo[192.0.2.1] (AKILL ID:12345: spam)',
  'Closing Link: romeo[192.0.2.1] (User has been permanently banned from ExampleNet)',
  'Closing Link: 192.0.2.1 (*** Banned )',
];
const NEITHER = [
  'Closing Link: romeo[192.0.2.1] (Ping timeout: 240 seconds)',
  'Closing Link: romeo[192.0.2.1] (Excess Flood)',
  'Closing Link: romeo[192.0.2.1] (Killed (NickServ (GHOST command used by juliet)))',
  'Closing Link: romeo[192.0.2.1] (Quit: I lined up)',
  'Server shutting down',
  '',
];

for (const said of TOO_FAST)
  test(`too fast: ${said}`, () => assert.deepEqual([isTooFast(said), isBan(said)], [true, false]));
for (const said of BANS) test(`a ban: ${said}`, () => assert.deepEqual([isTooFast(said), isBan(said)], [false, true]));
for (const said of NEITHER)
  test(`just the end: ${said}`, () => assert.deepEqual([isTooFast(said), isBan(said)], [false, false]));

/** How a session ends that the server does not let in. */
async function refused(...lines: readonly string[]): Promise<unknown> {
  const prepare: NonNullable<Parameters<typeof Stage.connecting>[0]>['prepare'] = ({ replies }) => {
    replies['USER'] = (peer) => {
      peer.send(...lines);
      peer.end();
    };
  };
  await using stage = await Stage.connecting({ prepare });
  return await stage.life.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a server that we come to too fast is come to more slowly, though it calls that a ban', async () => {
  for (const lines of [[], [':fake.test 465 romeo :You are banned: throttled']]) {
    const error = await refused(...lines, `ERROR :${TOO_FAST[0]}`);
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.why, error.message], ['too-fast', TOO_FAST[0]]);
  }
});

test('a server that has banned us is not come to again until the user says so', async () => {
  const error = await refused(`ERROR :${BANS[0]}`);
  assert.ok(error instanceof Refusal);
  assert.equal(error.why, 'sign-in');
  assert.match(error.message, /has banned you: .*K-Lined.*Ask its operators/);
});

test('a ban that ends a connection is found out by the next', async () => {
  await using stage = await Stage.online();
  stage.peer.send(`ERROR :${BANS[0]}`);
  stage.peer.end();
  await assert.rejects(stage.life, (error) => error instanceof Error && !(error instanceof Refusal));
});
