/** Secrets and certificates that stand in files of their own, and the file that names them. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '#config/load.ts';

const folder = await mkdtemp(join(tmpdir(), 'isthmus-config-'));
after(() => rm(folder, { recursive: true }));

async function load(yaml: string | Uint8Array, files: Record<string, string | Uint8Array> = {}, environment = {}) {
  const config = join(folder, 'isthmus.yaml');
  await Promise.all(
    Object.entries({ ...files, 'isthmus.yaml': yaml }).map(([name, text]) => writeFile(join(folder, name), text)),
  );
  return loadConfig(config, environment);
}

function network(rest: string): string {
  return `networks:\n  - {kind: irc, host: irc.example.com, ${rest}}\n`;
}

test('a secret is read from a file beside the configuration, without its last line end', async () => {
  for (const [content, secret] of [
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    [' s3cret \n\n', ' s3cret \n'],
    ['\uFEFFs3cret', 's3cret'],
  ] as const) {
    const config = await load(network('secret_file: secret.txt'), { 'secret.txt': content });
    assert.equal(config.networks[0]?.secret, secret);
    assert.ok(!('secret_file' in (config.networks[0] ?? {})));
  }
});

test('files of a server are read too', async () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----';
  const config = await load(network('secret: a, servers: {irc.oftc.net: {ca_file: ca.pem, password_file: p}}'), {
    'ca.pem': `${pem}\n`,
    p: 'letmein\n',
  });
  const server = config.networks[0]?.servers['irc.oftc.net'];
  assert.deepEqual([server?.ca, server?.password], [pem, 'letmein']);
});

test('the environment can name the file', async () => {
  const config = await load(network('secret: a'), { b: 'c' }, { ISTHMUS_NETWORKS__0__SECRET_FILE: 'b' });
  assert.equal(config.networks[0]?.secret, 'c');
});

const WRONG: readonly (readonly [title: string, rest: string, expected: RegExp])[] = [
  ['absent', 'secret_file: absent.txt', /secret_file \(line 2\): expected a readable file: ENOENT/],
  ['a folder', 'secret_file: .', /expected a readable file: EISDIR/],
  ['empty', 'secret_file: empty.txt', /expected a file with text, found an empty one/],
  ['too large', 'secret_file: large.txt', /expected a readable file: it is larger than 262144 bytes/],
  ['not text', 'secret_file: binary.txt', /expected a readable file: it is not UTF-8 text/],
  ['endless', 'secret_file: /dev/zero', /expected a readable file: it is larger than/],
  ['not named', 'secret_file: [a]', /secret_file \(line 2\): expected a file name/],
  ['beside the value', 'secret: a, secret_file: absent.txt', /expected secret or secret_file, found both/],
];

for (const [title, rest, expected] of WRONG) {
  test(`a secret file that is ${title} is one problem`, async () => {
    const files = {
      'empty.txt': '\n',
      'large.txt': 'a'.repeat(300_000),
      'binary.txt': new Uint8Array([0xff, 0xfe, 0]),
    };
    await assert.rejects(load(network(rest), files), (error: Error) => {
      assert.match(error.message, /has one problem:/);
      assert.match(error.message, expected);
      return true;
    });
  });
}

test('a file with a wrong line inside is not shown', async () => {
  const wrong = load(network('secret: a, servers: {a: {password_file: p}}'), { p: 'hunter2\nhunter2\n' });
  await assert.rejects(
    wrong,
    (error: Error) => !error.message.includes('hunter2') && /one line of text/.test(error.message),
  );
});

test('a configuration that is absent, too large or not text is refused by name', async () => {
  assert.throws(() => loadConfig(join(folder, 'no.yaml'), {}), {
    message: /no\.yaml has one problem:\n- the file: .*ENOENT/,
  });
  await assert.rejects(load(`# ${'a'.repeat(1024 * 1024)}`), { message: /it is larger than 1048576 bytes/ });
  await assert.rejects(load(new Uint8Array([0xff, 0xfe, 0x61, 0])), { message: /it is not UTF-8 text/ });
});
