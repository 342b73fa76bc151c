/** XML: nothing raw gets out, and nothing that closes a stream. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attr, child, childText, escapeXml, sanitise, tag, type Xml } from '#src/xmpp/xml.ts';
import { assertWellFormed, element } from './elements.ts';

test('an element is built with its attributes and children', () => {
  const built = tag(
    'a',
    { xmlns: 'urn:a', n: 1, none: undefined },
    tag('b', {}),
    '',
    undefined,
    false,
    escapeXml('<&>'),
  );
  assert.equal(built, "<a xmlns='urn:a' n='1'><b/>&lt;&amp;&gt;</a>");
});

test('raw text is no child', () => {
  // @ts-expect-error: text has to go through escapeXml.
  tag('a', {}, '<b>');
});

test('any text in an attribute and in content reads back as it was, and is well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (value, text) => {
      const built = sanitise(tag('a', { value }, escapeXml(text)));
      assertWellFormed(built);
      const read = element(built);
      assert.equal(attr(read, 'value'), sanitise(value));
      assert.equal(read.getText(), sanitise(text));
    }),
  );
});

test('trap: line breaks and tabs survive in an attribute', () => {
  assert.equal(tag('a', { value: 'a\n\tb\r' }), "<a value='a&#10;&#9;b&#13;'/>");
});

test('trap: characters that XML forbids are taken out, and a lone surrogate is replaced', () => {
  const forbidden = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('');
  assert.equal(sanitise(`a${forbidden}\ufffe\uffffb`), 'a\t\n\rb');
  assert.equal(sanitise('a\ud83d b\ude00'), 'a\ufffd b\ufffd');
  assert.equal(sanitise('é 😀 \u{1fffe} \x7f \x85'), 'é 😀 \u{1fffe} \x7f \x85');
});

test('whatever is sanitised is well-formed text for an independent parser', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
      assertWellFormed(sanitise(escapeXml(String.fromCharCode(...units)) as Xml));
    }),
  );
});

test('children are found by name and namespace, also with prefixes and among hostile ones', () => {
  const read = element(
    "<message xmlns:d='urn:d'>text<body xmlns='urn:other'>no</body><body>yes</body><d:x/><e:x/><x xmlns=''/></message>",
  );
  assert.equal(childText(read, 'body'), 'yes');
  assert.equal(childText(read, 'body', 'urn:other'), 'no');
  assert.equal(child(read, 'x', 'urn:d')?.name, 'd:x');
  assert.equal(child(read, 'x', 'urn:e'), undefined);
  assert.equal(childText(read, 'subject'), undefined);
  assert.equal(attr(read, 'toString'), undefined);
});
