/** How the link writes: in order, once per turn, bounded, and with back-pressure. */

import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { until } from '../fakes/xmpp-server.ts';
import { attach, message, online } from './attach.ts';

const bodies = (stanzas: readonly string[]) => stanzas.map((stanza) => Number(/<body>(\d+)/.exec(stanza)?.[1]));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('stanzas of one turn leave in one write, the first one by the end of its task', async (t) => {
  const { server, link } = await online(t);
  const write = t.mock.method(Socket.prototype, 'write');
  const written = () =>
    write.mock.calls.map(({ arguments: [xml] }) => String(xml)).filter((xml) => xml.includes('<body>'));
  for (const number of upTo(50)) link.send(message(String(number)));
  assert.equal(written().length, 0);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  assert.equal(written().length, 1);
  for (const number of upTo(50)) link.send(message(String(50 + number)));
  await new Promise<void>((resolve) => process.nextTick(resolve));
  assert.equal(written().length, 1);
  await until(() => server.stanzas.length === 100);
  assert.equal(written().length, 2);
  assert.deepEqual(bodies(server.stanzas), upTo(100));
});

test('a large queue is written without waiting for the end of the turn', async (t) => {
  const { server, link } = await online(t);
  const write = t.mock.method(Socket.prototype, 'write');
  link.send(message('x'.repeat(2 ** 17)));
  assert.equal(write.mock.callCount(), 1);
  await server.received(/xxx/);
});

test('nothing is written before the handshake is done', async (t) => {
  const { server, link } = await attach(t, { server: { handshakeDelay: 30 } });
  await until(() => server.connections === 1);
  link.send(message('0'));
  link.send(message('1'));
  await until(() => server.stanzas.length === 2);
  assert.deepEqual(server.malformed, []);
});

test('an outage costs the oldest stanzas once the queue is full, and one line tells how many', async (t) => {
  const { server, link, lines } = await attach(t, { server: { refuse: 'reset' }, limits: { queueStanzas: 10 } });
  for (const number of upTo(25)) link.send(message(String(number)));
  assert.equal(link.counts.dropped, 15);
  server.options = {};
  await until(() => server.stanzas.length === 10);
  assert.deepEqual(bodies(server.stanzas), upTo(25).slice(15));
  const told = lines.map((line) => JSON.parse(line)).filter(({ dropped }) => dropped !== undefined);
  assert.deepEqual(
    told.map(({ dropped }) => dropped),
    [15],
  );
});

test('the queue is bounded in size too, even for a single stanza', async (t) => {
  const { link } = await attach(t, { server: { refuse: 'reset' }, limits: { queueSize: 1_000 } });
  for (const number of upTo(100)) link.send(message(String(number)));
  assert.ok(link.pendingBytes <= 1_000);
  link.send(message('x'.repeat(1_000)));
  assert.equal(link.pendingBytes, 0);
  assert.equal(link.counts.dropped, 101);
});

test('a server that does not read makes sources wait, and memory stays bounded', async (t) => {
  const limits = { high: 2 ** 20, low: 2 ** 16, most: 2 ** 21 };
  const { server, link, events } = await online(t, { server: { deaf: true }, limits });
  const text = 'x'.repeat(2 ** 14);
  let drained = false;
  while (link.pendingBytes < limits.high) {
    link.send(message(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const waited = link.drained().then(() => {
    drained = true;
  });
  for (const _ of upTo(500)) link.send(message(text));
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(!drained);
  assert.ok(link.pendingBytes <= limits.high + limits.most + 2 ** 18);
  server.listen();
  await waited;
  assert.ok(link.pendingBytes <= limits.low);
  assert.deepEqual(events, ['online']);
});

test('sources that wait are let go when what they wait for is lost with the connection', async (t) => {
  const { server, link, events } = await online(t, { server: { deaf: true }, limits: { high: 2 ** 20 } });
  while (link.pendingBytes < 2 ** 20) {
    link.send(message('x'.repeat(2 ** 14)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const waited = link.drained();
  server.options = { refuse: 'reset' };
  server.drop();
  await waited;
  await until(() => events.includes('offline'));
});

test('sources that wait are let go when the link is disposed', async (t) => {
  const { link } = await attach(t, { server: { refuse: 'reset' }, limits: { high: 10 } });
  link.send(message('waiting'));
  const waited = link.drained();
  await link[Symbol.asyncDispose]();
  await waited;
});

test('10,000 stanzas at once arrive complete and in order', async (t) => {
  const { server, link } = await online(t);
  for (const number of upTo(10_000)) link.send(message(String(number)));
  await until(() => server.stanzas.length === 10_000);
  assert.deepEqual(bodies(server.stanzas), upTo(10_000));
});
