import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { AccountId } from '#src/network.ts';

test('all accounts on a server share its limits, and an unlisted server has the usual ones', () => {
  const libera = 'irc.libera.chat';
  const network = ircNetwork(
    ircOptions.parse({ servers: { [libera]: { connections: 100, connects_per_second: 0.5 } } }),
  );
  const entranceOf = (id: string) => network.entrance?.({ id: id as AccountId, label: id, settings: {} });
  assert.deepEqual(entranceOf(libera), { name: libera, connections: 100, perSecond: 0.5 });
  assert.deepEqual(entranceOf('irc.oftc.net'), { name: 'irc.oftc.net', connections: 0, perSecond: 1 });
});
