/** Stanza errors: every refusal is one, and what others answer becomes a refusal. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#src/network.ts';
import { errorStanza, refusalOf, stanzaError } from '#src/xmpp/errors.ts';
import { tag } from '#src/xmpp/xml.ts';
import { assertWellFormed, element } from './elements.ts';

const address = { id: 'join-1', from: '#room%net@irc.example.com/Romeo', to: 'romeo@example.com/orchard' };

test('a taken nick is a conflict with its old code and its sentence', () => {
  const stanza = errorStanza('presence', address, new Refusal('nick-taken', 'Take another nick than <Romeo>.'));
  assertWellFormed(stanza);
  assert.equal(
    stanza,
    "<presence type='error' id='join-1' from='#room%net@irc.example.com/Romeo' to='romeo@example.com/orchard'>" +
      "<error type='cancel' code='409'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>Take another nick than &lt;Romeo&gt;.</text>" +
      '</error></presence>',
  );
});

test('what was asked stands before the error', () => {
  const x = tag('x', { xmlns: 'http://jabber.org/protocol/muc' });
  assert.match(errorStanza('presence', address, new Refusal('full', 'Try later.'), x), /'><x [^>]*\/><error /);
});

test('an error without a text and an id has neither', () => {
  const error = { type: 'cancel', condition: 'service-unavailable' } as const;
  assert.equal(
    errorStanza('iq', { ...address, id: undefined }, error),
    "<iq type='error' from='#room%net@irc.example.com/Romeo' to='romeo@example.com/orchard'><error type='cancel'>" +
      "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
  );
});

test('of a bug nothing is told', () => {
  const error = stanzaError(new Error('secret'));
  assert.equal(error.condition, 'internal-server-error');
  assert.doesNotMatch(error.text ?? '', /secret/);
});

function answer(error: string): Refusal {
  return refusalOf(element(`<iq type='error' from='upload.example.com'>${error}</iq>`));
}

test("another entity's error becomes a refusal that names both", () => {
  const refusal = answer(
    "<error type='wait'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>a</text>" +
      "<remote-server-timeout xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
  );
  assert.equal(refusal.why, 'timeout');
  assert.match(refusal.message, /upload\.example\.com.*remote-server-timeout.*later/);
});

test('a malformed error is a refusal too', () => {
  const inherited = "<error><constructor xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  for (const error of [inherited, '', '<error/>', '<error>text</error>', "<error><toString xmlns='urn:x'/></error>"]) {
    assert.equal(answer(error).why, 'network');
  }
});

test('the text is in the language of whom it is for, Czech and German among them', () => {
  const refusal = new Refusal('not-found', 'There is nothing at this address. Check its spelling.');
  assert.match(errorStanza('iq', address, refusal, '', 'cs-CZ'), /<text [^>]*xml:lang='cs'>Na této adrese nic není\./);
  assert.match(errorStanza('iq', address, refusal, '', 'fr'), /<text [^>]*xml:lang='en'>There is nothing/);
});
