/** What an edit changed, in the words of IRC. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedPart } from '#src/text/changed.ts';

for (const [before, after, said] of [
  ['wherefore art you Romeo, my love?', 'wherefore art thou Romeo, my love?', 's/you/thou/'],
  ['O Romeo, wherefore art Romeo now?', 'O Romeo, wherefore art thou Romeo now?', 's/art/art thou/'],
  ['good night, good good night to you all', 'good night, good night to you all', 's/good good/good/'],
  ['yes', 'no', undefined],
  ['it is the east', 'Juliet is the sun', undefined],
  ['see a/b and the rest of it', 'see a/c and the rest of it', undefined],
  ['one\ntwo three four', 'one\ntwo three five', undefined],
  ['the same', 'the same', undefined],
] as const) {
  test(`“${before.replace('\n', ' ⏎ ')}” → “${after.replace('\n', ' ⏎ ')}”`, () => {
    assert.equal(changedPart(before, after), said);
  });
}

test('what is said leads from the old text to the new one', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'cd', '$&', '$1', 'ß', '😀');
  const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const said = changedPart(before, after);
      if (said === undefined) return;
      const [, old = '', replacement = ''] = said.split('/');
      assert.equal(
        before.replace(old, () => replacement),
        after,
      );
      assert.ok(old !== '' && old.length * 2 <= before.length);
    }),
  );
});
