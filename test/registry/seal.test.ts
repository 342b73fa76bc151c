/** Sealed values open for their own row and key alone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Refusal } from '#src/network.ts';
import { type RowName, seal, sealingKey, unseal } from '#src/registry/seal.ts';
import { KEY } from './scratch.ts';

const key = sealingKey(KEY);
const row: RowName = ['accounts', 'romeo@example.org', 'irc.example.com', 'irc.libera.chat'];

function assertShut(open: () => string): void {
  assert.throws(open, (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.why, 'sign-in');
    assert.match(error.message, /accounts romeo@example\.org/);
    assert.doesNotMatch(inspect(error), /wherefore/);
    return true;
  });
}

test('a sealed text opens again, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(unseal(key, row, seal(key, row, text)), text);
    }),
  );
});

test('the same text is sealed differently each time', () => {
  assert.notDeepEqual(seal(key, row, 'wherefore'), seal(key, row, 'wherefore'));
});

test('a change of any byte is noticed', () => {
  const sealed = seal(key, row, 'wherefore');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assertShut(() => unseal(key, row, changed));
  }
});

test('a value cut at any length is noticed', () => {
  const sealed = seal(key, row, 'wherefore');
  for (let length = 0; length < sealed.length; length += 1) {
    assertShut(() => unseal(key, row, sealed.subarray(0, length)));
  }
});

test('another key does not open it', () => {
  const other = sealingKey(Buffer.alloc(32, 'other'));
  assertShut(() => unseal(other, row, seal(key, row, 'wherefore')));
});

test('no other row opens it, not even one whose key reads the same when joined', () => {
  const sealed = seal(key, ['accounts', 'romeo@example.org irc.example.com', 'irc.libera.chat'], 'wherefore');
  assertShut(() => unseal(key, ['accounts', 'romeo@example.org', 'irc.example.com irc.libera.chat'], sealed));
});

test('a key that is not 32 bytes is refused, and no inspection prints a key', () => {
  assert.throws(() => sealingKey(Buffer.alloc(31)), /must be 32 bytes, not 31/);
  assert.doesNotMatch(inspect(key, { showHidden: true, depth: 9 }), /6b ?65 ?79|keykey/);
});
