/** What clients write, as it is read: XHTML, markup, mentions, fallbacks; and what hostile ones write. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '#src/network.ts';
import { readMarkup, writeMarkup } from '#src/xmpp/markup.ts';
import { read } from '#src/xmpp/read.ts';
import { readWords } from '#src/xmpp/words.ts';
import { readXhtml } from '#src/xmpp/xhtml.ts';
import { escapeXml } from '#src/xmpp/xml.ts';
import { assertWellFormed, element } from './elements.ts';

function html(inside: string) {
  return readXhtml(
    element(
      `<message><body>x</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>${inside}</body></html></message>`,
    ),
  );
}
function words(body: string, children: string) {
  return readWords(element(`<message><body>${escapeXml(body)}</body>${children}</message>`), body);
}

const PAGES: readonly (readonly [string, string, readonly Span[]])[] = [
  ['<p>so <strong>bold</strong></p>', 'so bold', [{ from: 3, to: 7, as: 'strong' }]],
  [`<p>a</p><p>b<br/>c</p>`, 'a\nb\nc', []],
  ['<blockquote><p>old</p></blockquote>new', 'old\nnew', [{ from: 0, to: 3, as: 'quote' }]],
  [
    `<span style='font-weight: bold; font-style: italic'>x</span>`,
    'x',
    [
      { from: 0, to: 1, as: 'strong' },
      { from: 0, to: 1, as: 'emphasis' },
    ],
  ],
  ['<pre>a\n  b</pre>', 'a\n  b', [{ from: 0, to: 5, as: 'pre' }]],
  [`<a href='https://example.net/'>here</a>`, 'here (https://example.net/)', []],
  [`<a href='javascript:alert(1)'>here</a><script>alert(1)</script><img src='x' alt=' :-) '/>`, 'here :-)', []],
];
for (const [inside, text, markup] of PAGES) {
  test(`XHTML ${inside}`, () => assert.deepEqual(html(inside), { text, markup }));
}

test('XHTML without any text is none, nor is one too deep, long or large to be read whole', () => {
  assert.equal(html(' <p> </p> '), undefined);
  assert.equal(html(`${'<b>'.repeat(500)}deep${'</b>'.repeat(500)}`), undefined);
  assert.equal(html(`kept ${'<b>'.repeat(25)}lost${'</b>'.repeat(25)}`), undefined);
  assert.equal(html('<b>x</b>'.repeat(3_000)), undefined);
  assert.equal(html(`${'a'.repeat(60_000)}<b>x</b>`), undefined);
  const many = html('<b>x</b>'.repeat(900));
  assert.ok(many && many.text.length === 900 && many.markup.length <= 100);
});

test('markup that is written reads back, where XEP-0394 can tell it', () => {
  const as = fc.constantFrom<Span['as'][]>('strong', 'emphasis', 'code', 'strike', 'pre', 'quote');
  const body = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
  fc.assert(
    fc.property(body, fc.nat(), fc.nat(), as, (text, a, b, kind) => {
      const signs = [...text];
      const from = signs.slice(0, a % signs.length).join('').length;
      const to =
        from +
        signs
          .slice(a % signs.length)
          .slice(0, 1 + (b % signs.length))
          .join('').length;
      const written = writeMarkup(text, [{ from, to, as: kind }]);
      assertWellFormed(written);
      assert.deepEqual(readMarkup(element(`<message>${written}</message>`), text), [{ from, to, as: kind }]);
    }),
  );
});

test('spans that cross are told as far as they may be', () => {
  const written = writeMarkup('abcdefgh', [
    { from: 0, to: 6, as: 'quote' },
    { from: 1, to: 3, as: 'strong' },
    { from: 2, to: 4, as: 'emphasis' },
    { from: 5, to: 8, as: 'code' },
  ]);
  assert.deepEqual(readMarkup(element(`<message>${written}</message>`), 'abcdefgh'), [
    { from: 0, to: 6, as: 'quote' },
    { from: 1, to: 3, as: 'strong' },
  ]);
});

test('what stands in for a reply is cut out, and formatting and mentions move with the text', () => {
  const found = words(
    '> 👋\n/me waves *Ann*',
    `<reply xmlns='urn:xmpp:reply:0' id='s1' to='r@h/Ann'/>
     <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='4'/></fallback>
     <markup xmlns='urn:xmpp:markup:0'><span start='8' end='13'><strong/><unknown/></span></markup>
     <mention xmlns='urn:xmpp:mentions:0' begin='15' end='18' occupantid='o1'/>`,
  );
  assert.deepEqual(found, {
    text: 'waves *Ann*',
    style: 'action',
    formatted: { text: 'waves *Ann*', markup: [{ from: 0, to: 5, as: 'strong' }] },
    mentions: [{ from: 7, to: 10, who: { occupantId: 'o1' } }],
    reply: { ref: 's1', author: 'r@h/Ann', quote: '> 👋\n' },
  });
});

test('a fallback that would leave nothing, or is for something else, is none', () => {
  const fallback = (feature: string, range: string) =>
    `<reply xmlns='urn:xmpp:reply:0' id='s1'/><fallback xmlns='urn:xmpp:fallback:0' for='${feature}'><body ${range}/></fallback>`;
  assert.equal(words('abc', fallback('urn:xmpp:reply:0', `start='0' end='3'`)).text, 'abc');
  assert.equal(words('abc', fallback('urn:xmpp:reply:0', `start='2' end='9'`)).text, 'abc');
  assert.equal(words('abc', fallback('urn:example', `start='0' end='2'`)).text, 'abc');
  assert.equal(words('abc', fallback('urn:xmpp:reply:0', `start='0' end='2'`)).text, 'c');
});

test('hostile messages are read without harm', () => {
  const from = `from='romeo@example.net/x' to='#dev@irc.example.com' type='groupchat'`;
  const children = [
    `<reply xmlns='urn:xmpp:reply:0'/>`,
    `<reactions xmlns='urn:xmpp:reactions:0'><reaction>x</reaction></reactions>`,
    `<retract xmlns='urn:xmpp:message-retract:1'/>`,
    `<apply-to xmlns='urn:xmpp:fasten:0'/>`,
    `<replace xmlns='urn:xmpp:message-correct:0'/>`,
    `<displayed xmlns='urn:xmpp:chat-markers:0'/>`,
    `<x xmlns='jabber:x:conference' jid='@@@'/>`,
    `<x xmlns='http://jabber.org/protocol/muc#user'><invite/></x>`,
    `<mention xmlns='urn:xmpp:mentions:0' begin='-1' end='1e3' jid='x'/>`.repeat(500),
    `<markup xmlns='urn:xmpp:markup:0'>${`<span start='0' end='1'><strong/></span>`.repeat(500)}</markup>`,
    `<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>${`<body start='0' end='1'/>`.repeat(500)}</fallback>`,
    `<thread>${'t'.repeat(9_000)}</thread><spoiler xmlns='urn:xmpp:spoiler:0'>${'s'.repeat(9_000)}</spoiler>`,
  ];
  for (const child of children) {
    assert.equal(
      read(element(`<message ${from}><body>hi</body>${child}</message>`))?.type,
      'message',
      child.slice(0, 60),
    );
  }
  const all = read(element(`<message ${from}><body>hi</body>${children.join('')}</message>`));
  assert.ok(all?.type === 'message' && all.words.text === 'hi' && (all.words.spoiler?.length ?? 0) <= 500);
});
