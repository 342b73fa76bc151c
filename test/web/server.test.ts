/** The HTTP listener: what it lets in, and whom it lets go. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createLog } from '#src/log.ts';
import { type Answer, type WebLimits, WebServer } from '#src/web/server.ts';

async function openServer(t: TestContext, answer: Answer, limits: Partial<WebLimits> = {}) {
  const lines: string[] = [];
  const log = createLog('error', { write: (line: string) => void lines.push(line) });
  const parts = new Map([['part', answer]]);
  const server = await WebServer.open({ listen: '127.0.0.1', port: 0, parts, log, limits });
  t.after(() => server[Symbol.asyncDispose]());
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { ask, lines, port: server.port };
}

test('a part gets what is below its path, the query and the body', async (t) => {
  const { ask } = await openServer(t, async ({ method, path, query, body }) => {
    const text = (await body.setEncoding('utf8').toArray()).join('');
    return { status: 201, headers: { 'x-seen': `${method} ${path} ${query.get('a')} ${text}` } };
  });
  const answer = await ask('/part/b/c%2Fd?a=1', { method: 'PUT', body: 'text' });
  assert.deepEqual([answer.status, answer.headers.get('x-seen')], [201, 'PUT b/c%2Fd 1 text']);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('a bug in a part is a logged 500, and tells nothing of itself', async (t) => {
  const { ask, lines } = await openServer(t, () => {
    throw new Error('the secret reason');
  });
  const answer = await ask('/part');
  assert.deepEqual([answer.status, await answer.text()], [500, '']);
  assert.match(lines.join(), /the secret reason/);
});

test('an answer that breaks off is seen to be broken', async (t) => {
  const { ask, lines } = await openServer(t, () => ({
    status: 200,
    headers: { 'content-length': 10 },
    body: () =>
      Readable.from(
        (async function* () {
          yield 'x';
          throw new Error('broke off');
        })(),
      ),
  }));
  await assert.rejects((await ask('/part')).text());
  assert.match(lines.join(), /broke off/);
});

test('who takes for ever to ask is let go', async (t) => {
  const limits = { headersTimeout: 40, requestTimeout: 60, connectionsCheckingInterval: 10 };
  const { port, ask } = await openServer(t, () => ({ status: 204 }), limits);
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.resume().write('GET /part HTTP/1.1\r\nhost: x\r\nx-slow: ');
  await once(socket, 'close');
  assert.equal((await ask('/part')).status, 204);
});

test('a header that is too large is refused', async (t) => {
  const { ask } = await openServer(t, () => ({ status: 204 }));
  assert.equal((await ask('/part', { headers: { 'x-large': 'x'.repeat(20_000) } })).status, 431);
});

test('an address that is taken is told to the administrator', async (t) => {
  const { port } = await openServer(t, () => ({ status: 204 }));
  const log = createLog('silent');
  const second = WebServer.open({ listen: '127.0.0.1', port, parts: new Map(), log });
  await assert.rejects(second, { why: 'invalid', message: /can't listen on 127\.0\.0\.1 port \d+ .*isthmus\.yaml/ });
});
