/** The generated files are those of the present schema, and what they show is right. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseConfig } from '#config/load.ts';
import { isSecret, type Key, keysOf, reference, variantsOf } from '#config/reference.ts';
import { sample } from '#config/sample.ts';
import { exampleOf } from '#config/wording.ts';

const AT = { file: 'isthmus.sample.yaml', folder: '/etc/isthmus' };

function committed(name: string): Promise<string> {
  return readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
}

/** Every key of the schema with its path, list entries and named entries as `*`. */
function* keys(key: Key, path = ''): Generator<{ path: string; key: Key }> {
  yield { path, key };
  for (const each of variantsOf(key)) yield* keys(each, path);
  for (const [name, each] of Object.entries(keysOf(key, {}))) if (key.properties) yield* keys(each, `${path}.${name}`);
  for (const each of [key.items, key.additionalProperties]) {
    if (typeof each === 'object' && !Array.isArray(each)) yield* keys(each, `${path}.*`);
  }
}

test('the committed sample and JSON Schema are current (npm run generate)', async () => {
  assert.equal(await committed('isthmus.sample.yaml'), sample());
  assert.deepEqual(JSON.parse(await committed('config/isthmus.schema.json')), reference);
});

test('the sample loads, and is what the defaults are', () => {
  const config = parseConfig(sample(), {}, AT);
  const server = config.networks[0]?.servers['irc.libera.chat'];
  const least =
    'networks: [{kind: irc, host: irc.example.com, secret: a long random secret, servers: {irc.libera.chat: }}]';
  assert.deepEqual(server, {
    tls: 'required',
    verify: true,
    fingerprints: [],
    plain_ports: [],
    webirc: { gateway: 'isthmus' },
    poll: 60,
    ping: 120,
    connections: 0,
    connects_per_second: 1,
  });
  assert.deepEqual(config, parseConfig(least, {}, AT));
});

test('the sample loads too with everything it shows behind "#", but for the second way to give a value', () => {
  const all = sample().replaceAll(/^( *)#(?!$| |(secret|ca|password)_file)/gm, '$1');
  assert.equal(parseConfig(all, {}, AT).networks[0]?.server, 'irc.libera.chat');
});

test('each key says what it is for and shows a value', () => {
  for (const { path, key } of keys(reference)) {
    if (path === '' || path.endsWith('*')) continue;
    assert.match(key.description ?? '', /^\S.*[.:]$/s, `${path} has a sentence`);
    assert.notEqual(exampleOf(key), undefined, `${path} has an example`);
  }
});

test('each secret has a key that names a file', () => {
  for (const { key } of keys(reference)) {
    for (const [name, each] of Object.entries(key.properties ? keysOf(key, {}) : {})) {
      if (isSecret(each)) assert.ok(`${name}_file` in keysOf(key, {}), name);
    }
  }
});
