/** Addresses: what is a JID, and XEP-0106 both ways. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeLocal, isResource, parseJid, unescapeLocal } from '#src/address.ts';

test('a JID is read into its parts', () => {
  assert.deepEqual(parseJid('Romeo@Montague.LIT/Orchard Gate'), {
    full: 'romeo@montague.lit/Orchard Gate',
    bare: 'romeo@montague.lit',
    local: 'romeo',
    domain: 'montague.lit',
    resource: 'Orchard Gate',
  });
  assert.deepEqual(parseJid('irc.example.com.'), {
    full: 'irc.example.com',
    bare: 'irc.example.com',
    local: '',
    domain: 'irc.example.com',
    resource: '',
  });
});

test('only the first slash and the first at sign before it divide a JID', () => {
  assert.equal(parseJid('#isthmus%irc.libera.chat@irc.example.com/a/b@c')?.resource, 'a/b@c');
  assert.equal(parseJid('irc.example.com/nick@home')?.local, '');
});

const ADDRESSES = ['شات@مثال.إختبار', 'חבר@example.com/ח', 'ΣΊΣΥΦΟΣ@example.com', '[::1]', 'a@b', '😀@example.com'];
for (const address of ADDRESSES) {
  test(`${address} is a JID`, () => assert.ok(parseJid(address)));
}

const NO_ADDRESSES: Record<string, string> = {
  nothing: '',
  'an at sign': '@',
  'two at signs': '@@',
  'no local part': '@example.com',
  'no domain': 'romeo@',
  'no domain before a resource': '/home',
  'an empty resource': 'romeo@example.com/',
  'an at sign in the domain': 'a@b@c',
  'a space in the local part': 'ro meo@example.com',
  'an ideographic space in the local part': 'ro\u3000meo@example.com',
  'a quote': `d'artagnan@example.com`,
  'a colon': 'a:b@example.com',
  'a domain of dots': 'romeo@..',
  'two dots behind the domain': 'romeo@example.com..',
  'a space in the domain': 'romeo@example com',
  'a NUL': 'romeo\0@example.com',
  'a line break in the resource': 'romeo@example.com/a\nb',
  'a lone surrogate': 'romeo\ud800@example.com',
  'a noncharacter': 'romeo@example.com/\ufffe',
  'a reversing mark': 'romeo@example.com/\u202egpj.exe',
  'a long local part': `${'a'.repeat(1024)}@example.com`,
  'a local part that is long in bytes': `${'ä'.repeat(512)}@example.com`,
  'a long domain': 'a'.repeat(1024),
  'a long resource': `a@b/${'c'.repeat(1024)}`,
};
for (const [what, address] of Object.entries(NO_ADDRESSES)) {
  test(`an address with ${what} is no JID`, () => assert.equal(parseJid(address), undefined));
}

test('parts of 1,023 bytes are taken', () => {
  assert.ok(parseJid(`${'a'.repeat(1023)}@${'b'.repeat(1023)}/${'ä'.repeat(511)}c`));
});

test('whatever is parsed never throws, and what was parsed parses to itself', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('@', '/', '.', 'a', 'Ä', '\ud800'));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const jid = parseJid(pieces.join(''));
      if (jid) assert.deepEqual(parseJid(jid.full), jid);
    }),
  );
});

/** XEP-0106 §5.1, §5.3 and §5.4. */
const ESCAPED: readonly [string, string][] = [
  ['space cadet', 'space\\20cadet'],
  ['call me "ishmael"', 'call\\20me\\20\\22ishmael\\22'],
  ['at&t guy', 'at\\26t\\20guy'],
  ["d'artagnan", 'd\\27artagnan'],
  ['/.fanboy', '\\2f.fanboy'],
  ['::foo::', '\\3a\\3afoo\\3a\\3a'],
  ['<foo>', '\\3cfoo\\3e'],
  ['user@host', 'user\\40host'],
  ['c:\\net', 'c\\3a\\net'],
  ['c:\\\\net', 'c\\3a\\\\net'],
  ['c:\\cool stuff', 'c\\3a\\cool\\20stuff'],
  ['c:\\5commas', 'c\\3a\\5c5commas'],
  ['\\3and\\2is\\5cool', '\\5c3and\\2is\\5c5cool'],
  ['\\2plus\\2is\\4', '\\2plus\\2is\\4'],
  ['foo\\bar', 'foo\\bar'],
  ['foob\\41r', 'foob\\41r'],
  ['#isthmus%irc.libera.chat', '#isthmus%irc.libera.chat'],
];
for (const [id, local] of ESCAPED) {
  test(`${id} is escaped as ${local} and back`, () => {
    assert.equal(escapeLocal(id), local);
    assert.equal(unescapeLocal(local), id);
  });
}

test('what no local part can hold is not escaped', () => {
  for (const id of ['', ' a', 'a ', 'a\u00a0b', 'a\nb', 'a\0', '\ud800', 'a'.repeat(1024), '@'.repeat(342)]) {
    assert.equal(escapeLocal(id), undefined, JSON.stringify(id));
  }
});

test('a local part that starts or ends with an escaped space is refused', () => {
  assert.equal(unescapeLocal('\\20a'), undefined);
  assert.equal(unescapeLocal('a\\20'), undefined);
});

test('an id that can be escaped comes back, also through a JID', () => {
  const unit = fc.oneof(
    fc.constantFrom('\\', '\\', '2', '0', '5', 'c', 'F', ...` "&'/:<>@`),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
      const id = units.join('').toLowerCase();
      const local = escapeLocal(id);
      if (local === undefined) return;
      assert.equal(unescapeLocal(local), id);
      assert.equal(unescapeLocal(parseJid(`${local}@example.com`)?.local ?? ''), id.toLowerCase());
    }),
  );
});

test('an escape in upper case does not become one on its way', () => {
  assert.equal(escapeLocal('a\\2Fb'), 'a\\5c2Fb');
});

test('whatever is escaped or unescaped never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      escapeLocal(text);
      unescapeLocal(text);
      isResource(text);
    }),
  );
});

test('a nick may have spaces and any script, but neither controls nor display marks', () => {
  for (const nick of ['Romeo Montague', 'رومیو', 'רומאו', "|Ro'me<o>|", '🧑‍🚀']) assert.ok(isResource(nick), nick);
  for (const nick of ['', 'a\u0007', 'a\u0085b', '\u202eoemor', '\ue000', '🏴\u{e0067}'])
    assert.ok(!isResource(nick), nick);
});
