/** biboumi.cfg as isthmus.yaml: what has a key is there, what has none is told, and no secret is shown. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { loadConfig } from '#config/load.ts';
import { readBiboumiConfig } from '#src/import/biboumi-config.ts';
import { HOST, Old, ROMEO, SERVER, UNTOUCHED } from './old.ts';

/** With all that has a key. */
const FULL = [
  `fixed_irc_server=${SERVER}`,
  'identd_port=1113',
  'admin=a@b.c',
  'log_level=2',
  'outgoing_bind=192.0.2.1',
  'persistent_by_default=true',
  'realname_customization=false',
  'realname_from_jid=true',
  'default_persistence_allowed=false',
  'persist_user_allowlist=example.org',
  'archive_expires_after=2m\n',
].join('\n');

/** A dry run's settings, and what it told beside them. */
async function proposed(old: Old, env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr } = await old.import(['--config', old.path('none.yaml')], env);
  const told = stderr.split('\n').filter((line) => line.startsWith('- '));
  return { yaml: stdout, data: parse(stdout), network: parse(stdout).networks[0], stderr, told };
}

test('the file: comments, values with =, the last of two, and the environment over all', () => {
  const text = 'a=1\n#b=2\nc==3=\n\nno pair\na=4\r\n=5\nd=6';
  const { values, fromEnvironment } = readBiboumiConfig(text, {
    BIBOUMI_D: '7',
    BIBOUMI_E: '',
    OTHER: '8',
    BIBOUMI_: '9',
  });
  assert.deepEqual(Object.fromEntries(values), { a: '4', c: '=3=', d: '7', e: '' });
  assert.deepEqual([...fromEnvironment], ['d', 'e']);
});

test('a plain biboumi.cfg: its settings, with what biboumi does by itself', async (t) => {
  const old = new Old(t, {
    settings: 'xmpp_server_ip=10.0.0.1\nport=5348\nadmin=a@b.c:d@e.f\nlog_level=1\nca_file=\n',
  });
  const { data, told } = await proposed(old);
  assert.deepEqual(data, {
    xmpp: { host: '10.0.0.1', port: 5348 },
    admins: ['a@b.c', 'd@e.f'],
    log: { level: 'info' },
    networks: [{ kind: 'irc', host: HOST, secret_file: 'irc.secret', identd: { port: 113 }, archive: { days: 0 } }],
  });
  assert.equal(told.filter((line) => line.startsWith('- identd_port')).length, 1);
});

test('one server: what biboumi has for all is that server’s', async (t) => {
  const old = new Old(t, {
    settings:
      `ca_file=/etc/ca.pem\nwebirc_password=web-secret\nfixed_irc_server=${SERVER}\nidentd_port=0\noutgoing_bind=192.0.2.1\n` +
      'persistent_by_default=true\nrealname_customization=false\nrealname_from_jid=true\narchive_expires_after=2w\n',
  });
  const { network, told } = await proposed(old);
  assert.deepEqual(network, {
    kind: 'irc',
    host: HOST,
    secret_file: 'irc.secret',
    server: SERVER,
    servers: { [SERVER]: { ca_file: '/etc/ca.pem', webirc: { password_file: 'webirc.secret' } } },
    rooms: { persistent_by_default: true },
    realname_customization: false,
    realname_from_jid: true,
    bind: ['192.0.2.1'],
    archive: { days: 14 },
  });
  assert.deepEqual(
    told.filter((line) => !line.includes('brought over')),
    [],
  );
});

test('many servers: what is for all is told, as is what has no key', async (t) => {
  const settings = 'ca_file=/etc/ca.pem\nwebirc_password=web-secret\nlog_file=/var/log/b\nnonsense=1\n';
  const { told, network } = await proposed(new Old(t, { settings }));
  assert.equal(network.servers, undefined);
  for (const option of ['ca_file', 'webirc_password', 'log_file', 'nonsense']) {
    assert.equal(told.filter((line) => line.startsWith(`- ${option}: `)).length, 1, option);
  }
});

test('who may stay in rooms, and how long messages are kept, in biboumi 10', async (t) => {
  const lists = 'persist_user_allowlist=a@b.c:example.org:*.x\npersist_user_denylist=d@e.f\narchive_expires_after=1y\n';
  const open = await proposed(new Old(t, { settings: lists }));
  assert.deepEqual(open.network.rooms, { persistence: { deny: ['d@e.f'] } });
  assert.deepEqual(open.network.archive, { days: 365 });
  assert.ok(open.told.some((line) => line.startsWith('- persist_user_allowlist: ')));
  const closed = await proposed(new Old(t, { settings: `${lists}default_persistence_allowed=false\n` }));
  assert.deepEqual(closed.network.rooms, { persistence: { allow: ['a@b.c', 'example.org'], deny: ['d@e.f'] } });
});

test('policies: verify_certificate=false of one server is kept, all else of Botan is told', async (t) => {
  const old = new Old(t);
  writeFileSync(old.path('irc.gimp.org.policy.txt'), '# key\nkey_exchange_methods = RSA\nverify_certificate = false\n');
  writeFileSync(old.path('policy.txt'), 'verify_certificate=false\n');
  const { network, told } = await proposed(old);
  assert.deepEqual(network.servers, { 'irc.gimp.org': { verify: false } });
  assert.ok(told.some((line) => line.startsWith('- irc.gimp.org.policy.txt: key_exchange_methods')));
  assert.ok(told.some((line) => line.startsWith('- policy.txt: certificates are verified')));
});

test('the gateway takes what is proposed, with the secrets that the commands bring over, which nothing else shows', async (t) => {
  const old = new Old(t, { settings: FULL });
  const env = { BIBOUMI_WEBIRC_PASSWORD: 'web-secret' };
  const { yaml, stderr } = await proposed(old, env);
  assert.doesNotMatch(yaml + stderr, /wherefore|web-secret/);
  writeFileSync(old.path('proposed.yaml'), yaml);
  for (const line of yaml.split('\n')) {
    const [, command] = /^# {3}(.*)$/.exec(line) ?? [];
    if (command) execFileSync('sh', ['-c', command], { cwd: old.folder, env: { ...process.env, ...env } });
  }
  const { networks } = loadConfig(old.path('proposed.yaml'), {});
  assert.equal(networks[0]?.secret, 'wherefore art thou');
  assert.equal(readFileSync(old.path('webirc.secret'), 'utf8'), 'web-secret\n');
});

test('a dry run changes nothing: neither biboumi’s file nor ours', async (t) => {
  const old = new Old(t);
  old.say('Ay me!');
  old.insert('ircserveroptions_', { ...UNTOUCHED, nick_: 'Romeo' });
  const before = old.read('biboumi.sqlite');
  const { stderr } = await old.import([]);
  assert.match(stderr, /- 1 messages would be brought over\n- 1 accounts with settings would be/);
  assert.equal(existsSync(old.path('data')), false);
  await old.import();
  assert.equal(old.read('biboumi.sqlite'), before);
});

test('what is proposed can be written to isthmus.yaml by the shell, and is not told where that has the host', async (t) => {
  const old = new Old(t);
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const command = `"${process.execPath}" "${main}" import biboumi --from biboumi.cfg --config new.yaml > new.yaml`;
  execFileSync('sh', ['-c', command], { cwd: old.folder, stdio: 'pipe' });
  assert.equal(parse(old.read('new.yaml')).networks[0].host, HOST);
  assert.equal((await old.import([])).stdout, '');
});

test('biboumi may go on writing while its database is read', async (t) => {
  const old = new Old(t);
  old.database.exec('begin immediate');
  old.say('not yet there');
  assert.match((await old.import()).stderr, /- 0 messages were/);
  old.database.exec('commit');
  assert.match((await old.import()).stderr, /- 1 messages were/);
});

test('what is missing or wrong is refused with a sentence', async (t) => {
  const old = new Old(t);
  const other = new Old(t, { schema: 'create table something (x)' });
  writeFileSync(old.path('text'), 'not a database, but long enough to be taken for one by its size'.repeat(20));
  writeFileSync(old.path('empty.cfg'), '');
  writeFileSync(old.path('other.cfg'), 'hostname=other.example.com\n');
  const cases: [string[], RegExp][] = [
    [['--from', old.path('none.cfg')], /none\.cfg can't be read: .*Check its name/],
    [['--from', old.path('empty.cfg')], /name no hostname/],
    [['--from', old.path('other.cfg'), '--write'], /no IRC network on the host other\.example\.com/],
    [['--database', old.path('none.sqlite')], /There is no database .*--database/],
    [['--database', old.path('text')], /can't be read: .*not a database/],
    [['--database', other.path('biboumi.sqlite')], /none of biboumi’s/],
    [['--write', '--config', old.path('none.yaml')], /none\.yaml has one problem/],
    [
      ['--database', 'postgresql://romeo:secret@127.0.0.1:1/none'],
      /^(?!.*secret)The PostgreSQL database can't be read/,
    ],
  ];
  for (const [args, message] of cases) await assert.rejects(old.import(args), { message }, args.join(' '));
  if (process.getuid?.() === 0) return;
  chmodSync(old.path('biboumi.sqlite'), 0);
  await assert.rejects(old.import(), { message: /can't be read/ });
});

test('a database of an older biboumi, which lacks tables and columns', async (t) => {
  const schema =
    'create table muclogline_ (id_ INTEGER PRIMARY KEY, uuid_ TEXT, owner_ TEXT, ircchanname_ TEXT, ircservername_ TEXT, date_ INTEGER, body_ TEXT, nick_ TEXT)';
  const old = new Old(t, { schema });
  old.say('Ay me!', { owner_: ROMEO });
  const { stderr } = await old.import();
  assert.match(stderr, /roster: not there\n/);
  assert.match(stderr, /- 1 messages were brought over/);
});
