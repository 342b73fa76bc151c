/** IRCv3 STS: servers that want to be reached by TLS are, and stay so. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FakeHost } from '#test/fakes/host.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import { Run, selfSigned } from './reach.ts';

let tls: Awaited<ReturnType<typeof selfSigned>>;
before(async () => {
  tls = await selfSigned();
});

/** A server with both kinds of ports. */
async function servers(policy: string) {
  const stack = new AsyncDisposableStack();
  const secure = stack.use(await FakeIrcd.start({ caps: `sts=${policy},preload multi-prefix`, tls }));
  const plain = stack.use(await FakeIrcd.start({ caps: `multi-prefix sts=duration=60,port=${secure.port}` }));
  const server = { tls: 'off', port: plain.port, password: 'sesame', ca: tls.cert };
  return { secure, plain, server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
const kept = (host: FakeHost) => JSON.parse(host.kept.get('sts 127.0.0.1') ?? 'null');

test('a plain connection is given up for TLS before anything secret is sent', async () => {
  await using at = await servers('duration=86400');
  await using run = await new Run({ server: at.server }).online();
  assert.deepEqual(
    (await at.plain.peer()).lines.filter((line) => !line.startsWith('CAP')),
    [],
  );
  assert.ok((await at.secure.peer()).lines.includes('PASS :sesame'));
  assert.deepEqual(run.notices, []);
  assert.equal(kept(run.host).port, at.secure.port);
  const days = (kept(run.host).until - Date.now()) / 86_400_000;
  assert.ok(days > 0.9 && days <= 1);
});

test('a list of capabilities in several pieces is heard to its end before a secret is told', async () => {
  await using at = await servers('duration=86400');
  at.plain.replies['CAP'] = (peer) => {
    peer.send(':s.test CAP * LS * :multi-prefix');
    setTimeout(() => peer.send(`:s.test CAP * LS :sts=port=${at.secure.port}`), 30);
  };
  await using _ = await new Run({ server: at.server }).online();
  const [peer] = at.plain.peers;
  assert.deepEqual(peer?.lines, ['CAP LS 302']);
});

test('a policy that is kept holds at the next connection, also where the server is not there by TLS', async () => {
  await using at = await servers('duration=86400');
  const host = new FakeHost();
  host.kept.set('sts 127.0.0.1', JSON.stringify({ port: 1, until: Date.now() + 60_000 }));
  await using run = new Run({ server: at.server, host });
  assert.match((await run.failure()).message, /it refuses connections/);
  assert.deepEqual(at.plain.peers, []);
});

test('a policy that is over is forgotten', async () => {
  await using at = await servers('duration=86400');
  const host = new FakeHost();
  host.kept.set('sts 127.0.0.1', JSON.stringify({ port: 1, until: Date.now() - 1 }));
  await using _ = await new Run({ server: at.server, host }).online();
  assert.equal(at.plain.peers.length, 1);
});

test('a policy is counted anew when the connection ends', async () => {
  await using at = await servers('duration=1');
  const host = new FakeHost();
  const run = await new Run({ server: at.server, host }).online();
  const first = kept(host).until;
  host.kept.set('sts 127.0.0.1', JSON.stringify({ port: at.secure.port, until: first - 500 }));
  await run[Symbol.asyncDispose]();
  assert.ok(kept(host).until >= first);
});

test('what the server says of it later counts at the end, and its silence does not', async () => {
  await using at = await servers('duration=86400');
  for (const [said, keeps] of [
    ['NEW :sts=duration=0', false],
    ['DEL :sts', true],
  ] as const) {
    const run = await new Run({ server: at.server }).online();
    const peer = at.secure.peers.at(-1);
    peer?.send(`:s.test CAP romeo ${said}`, 'PING :heard');
    await peer?.next(/^PONG :heard/);
    await run[Symbol.asyncDispose]();
    assert.equal(kept(run.host) !== null, keeps, said);
  }
});

test('a duration of nothing takes the policy back', async () => {
  await using at = await servers('duration=0');
  const host = new FakeHost();
  host.kept.set('sts 127.0.0.1', JSON.stringify({ port: at.secure.port, until: Date.now() + 60_000 }));
  await using _ = await new Run({ server: at.server, host }).online();
  assert.equal(kept(host), null);
});

test('a policy that is not there by TLS is not kept, though TLS is used', async () => {
  await using at = await servers('port=1');
  await using run = await new Run({ server: at.server }).online();
  assert.equal(at.secure.peers.length, 1);
  assert.equal(run.host.kept.size, 0);
});

test('whoever is not asked for a certificate sets no policy', async () => {
  await using at = await servers('duration=86400');
  await using run = await new Run({ server: { ...at.server, verify: false } }).online();
  assert.equal(run.host.kept.size, 0);
});

test('a certificate that is not valid ends it, with no way back to plain text', async () => {
  await using at = await servers('duration=86400');
  const { ca, ...unknown } = at.server;
  await using run = new Run({ server: unknown });
  assert.match((await run.failure()).message, /signed by nobody but itself/);
  assert.deepEqual(
    (await at.plain.peer()).lines.filter((line) => !line.startsWith('CAP')),
    [],
  );
  assert.ok(ca);
});

test('a server without STS is given its password in plain text where that is wanted', async () => {
  for (const caps of ['multi-prefix', undefined]) {
    await using plain = await FakeIrcd.start({ caps });
    await using _ = await new Run({ server: { tls: 'off', port: plain.port, password: 'sesame' } }).online();
    assert.ok((await plain.peer()).lines.includes('PASS :sesame'));
  }
});

test('a server that says nothing to CAP is given its password after a while', async () => {
  await using plain = await FakeIrcd.start({ caps: '' });
  plain.replies['CAP'] = () => undefined;
  const server = { tls: 'off', port: plain.port, password: 'sesame' };
  await using _ = await new Run({ server, timing: { cap: 20 } }).online();
  assert.ok((await plain.peer()).lines.includes('PASS :sesame'));
});

for (const value of ['port=0', 'port=70000', 'port=x', 'port', 'duration=5', '', 'port=99999999999999']) {
  test(`nonsense in a policy is no policy: sts=${value}`, async () => {
    await using plain = await FakeIrcd.start({ caps: `sts=${value}` });
    await using run = await new Run({ server: { tls: 'off', port: plain.port } }).online();
    assert.equal(run.host.kept.size, 0);
  });
}
