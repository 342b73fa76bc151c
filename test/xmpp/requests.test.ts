/** Our own iq requests: only the entity that was asked can answer, and each comes to an end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#src/network.ts';
import { attr, tag } from '#src/xmpp/xml.ts';
import { until } from '../fakes/xmpp-server.ts';
import { attach, online } from './attach.ts';

const QUERY = tag('query', { xmlns: 'urn:x' });
const idOf = (stanza: string) => / id='([^']+)'/.exec(stanza)?.[1] ?? '';
const refusedWith = (why: string) => (error: unknown) => error instanceof Refusal && error.why === why;

test('a request is answered by its result, and nobody else sees that', async (t) => {
  const { server, link, stanzas } = await online(t);
  const asked = link.request('example.com', 'get', QUERY);
  const stanza = await server.received(/urn:x/);
  assert.match(stanza, /^<iq type='get' id='[^']{20,}' from='irc\.example\.com' to='example\.com'>/);
  server.inject(`<iq type='result' id='${idOf(stanza)}' from='example.com' to='irc.example.com'><query/></iq>`);
  const result = await asked;
  assert.equal(attr(result, 'from'), 'example.com');
  assert.deepEqual(stanzas, []);
});

test('an answer may spell the addresses as the server does', async (t) => {
  const { server, link } = await online(t);
  const asked = link.request('Romeo@Example.com', 'set', QUERY, { from: 'Nick%net@irc.example.com' });
  const id = idOf(await server.received(/urn:x/));
  server.inject(`<iq type='result' id='${id}' from='romeo@example.com' to='nick%net@irc.example.com'/>`);
  await asked;
});

test('trap: forged, repeated and stray answers change nothing', async (t) => {
  const { server, link, stanzas } = await online(t);
  const asked = link.request('example.com', 'get', QUERY);
  const id = idOf(await server.received(/urn:x/));
  const answer = (from: string, to = 'irc.example.com', text = 'forged') =>
    `<iq type='result' id='${id}' from='${from}' to='${to}'><a>${text}</a></iq>`;
  server.inject(
    answer('mallory@example.com/a') + answer('example.com.evil') + answer('example.com', 'a@irc.example.com'),
  );
  server.inject(
    "<iq type='result'/><iq type='error' id='1' from='@' to='@'/><iq type='result' id='x' from='example.com'/>",
  );
  server.inject(answer('example.com', 'irc.example.com', 'true') + answer('example.com'));
  assert.equal((await asked).getChild('a')?.getText(), 'true');
  assert.deepEqual(stanzas, []);
});

test('an error is a refusal', async (t) => {
  const { server, link } = await online(t);
  const asked = link.request('example.com', 'get', QUERY);
  const id = idOf(await server.received(/urn:x/));
  server.inject(
    `<iq type='error' id='${id}' from='example.com' to='irc.example.com'><error type='cancel'>` +
      "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
  );
  await assert.rejects(asked, refusedWith('not-found'));
});

test('a request without an answer times out', async (t) => {
  const { link } = await online(t);
  await assert.rejects(link.request('example.com', 'get', QUERY, { timeout: 5 }), refusedWith('timeout'));
});

test('requests fail when the link is lost, and at once while it is down', async (t) => {
  const { server, link, events } = await online(t);
  const asked = link.request('example.com', 'get', QUERY);
  await server.received(/urn:x/);
  server.options = { refuse: 'reset' };
  server.drop();
  await assert.rejects(asked, refusedWith('offline'));
  await until(() => events.includes('offline'));
  await assert.rejects(link.request('example.com', 'get', QUERY), refusedWith('offline'));
});

test('requests fail when the link is disposed', async (t) => {
  const { link } = await online(t);
  const asked = assert.rejects(link.request('example.com', 'get', QUERY), refusedWith('offline'));
  await link[Symbol.asyncDispose]();
  await asked;
});

test('requests before the link is up are refused', async (t) => {
  const { link } = await attach(t, { server: { headerDelay: Number.POSITIVE_INFINITY } });
  await assert.rejects(link.request('example.com', 'get', QUERY), refusedWith('offline'));
});
