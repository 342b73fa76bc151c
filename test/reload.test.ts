/** What of a changed configuration a gateway takes over while it runs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { parseConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import type { AccountId } from '#src/network.ts';
import { reloadFrom } from '#src/reload.ts';

const HOST = 'irc.example.com';
const LIBERA = 'irc.libera.chat' as AccountId;

/** A configuration with more in it, as YAML. */
function configured(network = '', top = ''): Config {
  const text = `networks:\n  - kind: irc\n    host: ${HOST}\n    secret: sesame\n${network}${top}`;
  return parseConfig(text, {}, { file: 'isthmus.yaml', folder: '/' });
}

/** A gateway with that configuration, and how it reloads. */
function running(config: Config) {
  const [settings] = config.networks;
  assert.ok(settings);
  const network = ircNetwork(settings);
  let allowed: readonly string[] = settings.access.allow;
  const allow = (list: readonly string[]) => {
    allowed = list;
  };
  const served = new Map([[HOST, { network, allow }]]);
  return { network, allowed: () => allowed, reload: (read: () => Config) => reloadFrom(read, config, served) };
}

test('what did not change is not touched', () => {
  const { reload } = running(configured());
  assert.deepEqual(reload(configured), ['The configuration is what it was.']);
});

test('administrators are others at once, for all who hold the list', () => {
  const config = configured('', 'admins: [romeo@example.net]\n');
  const { admins } = config;
  const { reload } = running(config);
  assert.match(reload(() => configured('', 'admins: [juliet@example.net]\n'))[0] ?? '', /^Changed: admins\./);
  assert.deepEqual(admins, ['juliet@example.net']);
});

test('who may use a network is told to it', () => {
  const { reload, allowed } = running(configured());
  const lines = reload(() => configured('    access: { allow: [example.net] }\n'));
  assert.match(lines[0] ?? '', /^Changed: irc.example.com: access\./);
  assert.deepEqual(allowed(), ['example.net']);
});

test('servers are there and gone, and what was taken over is not changed again', () => {
  const { reload, network } = running(configured());
  assert.ok(network.guest(LIBERA, 'romeo'));
  const closed = () => configured('    allow_servers: []\n');
  assert.match(reload(closed)[0] ?? '', /allow_servers/);
  assert.equal(network.guest(LIBERA, 'romeo'), undefined);
  assert.deepEqual(reload(closed), ['The configuration is what it was.']);
  reload(() => configured(`    allow_servers: []\n    servers: { ${LIBERA}: {} }\n`));
  assert.ok(network.guest(LIBERA, 'romeo'));
});

test('what waits for a restart is named each time, and nothing of it is taken over', () => {
  const config = configured();
  const { reload } = running(config);
  const fresh = () =>
    configured(
      '    server: irc.oftc.net\n    access: { invites: true }\n  - kind: irc\n    host: other.example.com\n    secret: x\n',
      'log: { level: debug }\n',
    );
  const expected = 'Restart the gateway for: log, irc.example.com: access, irc.example.com: server, other.example.com.';
  assert.deepEqual(reload(fresh), [expected]);
  assert.deepEqual(reload(fresh), [expected]);
  assert.equal(config.log.level, 'info');
});

test('a file that is not right is a refusal with what is wrong, and changes nothing', () => {
  const config = configured();
  const { reload } = running(config);
  assert.throws(() => reload(() => configured('    nonsense: true\n')), { why: 'invalid', message: /nonsense/ });
  assert.deepEqual(config, configured());
});
