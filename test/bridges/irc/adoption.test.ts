/** Settings that are changed while a connection is being made hold for it too. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import type { Account } from '#src/network.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import { SERVER, Stage } from './stage.ts';

const changed = (settings: Partial<IrcSettings>): Account<IrcSettings> => ({
  id: SERVER,
  label: SERVER,
  settings: { nick: 'romeo', ...settings },
});

test('before there is a connection: it is made with the new ones', { timeout: 5000 }, async () => {
  await using stage = new Stage(await FakeIrcd.start({ caps: '' }), {});
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<undefined>();
  stage.ear.recall = (): Promise<undefined> => {
    asked.resolve();
    return answer.promise;
  };
  const life = stage.session.run(new AbortController().signal);
  await asked.promise;
  stage.session.adopt?.(changed({ realname: 'Romeo Montague' }));
  answer.resolve(undefined);
  await assert.rejects(life, /made anew with your new settings/);
  assert.deepEqual(stage.ircd.peers, []);
  await stage.connect();
  assert.match(await stage.peer.next(/^USER/), /:Romeo Montague$/);
});

test('before the server has let us in: what needs no new connection holds on this one', async () => {
  let welcome: (() => void) | undefined;
  await using stage = await Stage.connecting({
    prepare: ({ replies }) => {
      const user = replies['USER'];
      replies['USER'] = (peer, params) => {
        welcome = () => user?.(peer, params);
      };
    },
  });
  await stage.peer.next(/^USER/);
  stage.session.adopt?.(changed({ nick: 'mercutio' }));
  welcome?.();
  await stage.ear.ready();
  assert.equal(await stage.peer.next(/^NICK/), 'NICK mercutio');
  assert.equal(stage.ircd.peers.length, 1);
});
