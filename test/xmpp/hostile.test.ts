/** A thousand mutilated stanzas: the process and the link survive them all. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { disco } from '#src/xmpp/disco.ts';
import { iqRouter } from '#src/xmpp/iq.ts';
import { childText } from '#src/xmpp/xml.ts';
import { until } from '../fakes/xmpp-server.ts';
import { message, online } from './attach.ts';
import { recordingLog } from './recording-log.ts';

const STANZAS = [
  message('hello'),
  "<iq type='get' id='1' from='romeo@example.com/a' to='irc.example.com'><ping xmlns='urn:xmpp:ping'/></iq>",
  "<iq type='get' id='2' from='romeo@example.com/a' to='irc.example.com'>" +
    "<query xmlns='http://jabber.org/protocol/disco#info' node='a'/></iq>",
  "<presence from='romeo@example.com/a' to='#a%b@irc.example.com/nick'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
  "<iq type='result' id='3' from='example.com' to='irc.example.com'/>",
];

/** Values are changed, elements repeated, nested and emptied, but the XML stays well-formed. */
const value = fc.oneof(
  fc.constantFrom(
    '',
    '@',
    '@@',
    '/',
    'error',
    'set',
    '__proto__',
    'irc.example.com',
    'a'.repeat(2_000),
    '&lt;&#x10FFFF;',
  ),
  fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[<&']/g, '?')),
);
const mutated = fc.tuple(fc.constantFrom(...STANZAS), fc.nat(), value, fc.nat(8)).map(([stanza, nth, text, depth]) => {
  const values = [...stanza.matchAll(/='[^']*'|>[^<]+</g)];
  const chosen = values[nth % values.length];
  if (!chosen) return stanza;
  const [old] = chosen;
  const changed = old.startsWith('=') ? `='${text}'` : `>${text}${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}<`;
  return stanza.slice(0, chosen.index) + changed + stanza.slice(chosen.index + old.length);
});

test('1,000 mutated stanzas keep the link online and everything answered is well-formed', async (t) => {
  const { log } = recordingLog();
  const table = {
    ...disco(
      (to) => (to.local ? undefined : { identities: [], features: [] }),
      () => [],
    ),
  };
  let route: ReturnType<typeof iqRouter> | undefined;
  const { server, link, stanzas, events } = await online(t, {
    stanza: (stanza) => {
      if (stanza.name === 'iq') route?.(stanza);
    },
  });
  route = iqRouter({ table, send: (xml) => link.send(xml), log });
  for (const stanza of fc.sample(mutated, { numRuns: 1_000, seed: 1 })) server.inject(stanza);
  server.inject(message('after all'));
  await until(() => stanzas.some((stanza) => childText(stanza, 'body') === 'after all'));
  link.send(message('still here'));
  await server.received(/still here/);
  assert.deepEqual([events, server.malformed, link.counts.failed], [['online'], [], 0]);
});

test('1,000 stanzas cut at random leave a link that comes back', async (t) => {
  const { server, link, stanzas } = await online(t);
  for (const [stanza, at] of fc.sample(fc.tuple(mutated, fc.nat()), { numRuns: 1_000, seed: 2 })) {
    if (server.online) server.inject(stanza.slice(0, at % stanza.length));
    if (at % 50 === 0) await until(() => link.online && server.online);
  }
  server.drop();
  await until(() => !link.online);
  await until(() => link.online && server.online);
  server.inject(message('after all'));
  await until(() => stanzas.some((stanza) => childText(stanza, 'body') === 'after all'));
});
