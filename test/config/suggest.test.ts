/** Guesses at mistyped keys. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { suggest } from '#config/suggest.ts';

const KNOWN = ['xmpp', 'data', 'key_file', 'log', 'admins', 'networks', 'port', 'host', 'secret'];

const TYPED: readonly (readonly [typed: string, meant: string | undefined])[] = [
  ['prot', 'port'],
  ['networsk', 'networks'],
  ['netwroks', 'networks'],
  ['admin', 'admins'],
  ['hostname', 'host'],
  ['key-file', 'key_file'],
  ['sercet', 'secret'],
  ['secrets', 'secret'],
  ['Data', 'data'],
  ['lag', 'log'],
  ['zzz', undefined],
  ['realname', undefined],
];

for (const [typed, meant] of TYPED) {
  test(`${typed} is taken for ${meant ?? 'nothing known'}`, () => assert.equal(suggest(typed, KNOWN), meant));
}

test('what is suggested is always a known name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (typed) => {
      assert.ok([undefined, ...KNOWN].includes(suggest(typed, KNOWN)));
    }),
  );
});
