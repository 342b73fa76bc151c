/** Whose certificates are trusted. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { checkFingerprint } from '#bridges/irc/connection/pinning.ts';
import { FakeIrcd } from '#test/fakes/ircd.ts';
import { Run, selfSigned } from './reach.ts';

let tls: Awaited<ReturnType<typeof selfSigned>>;
before(async () => {
  tls = await selfSigned();
});
const start = () => FakeIrcd.start({ caps: '', tls });
const WRONG = 'ab'.repeat(32);

test('a certificate that is signed by itself is refused, with its fingerprint to set', async () => {
  await using ircd = await start();
  await using run = new Run({ server: { port: ircd.port } });
  const { message } = await run.failure();
  assert.match(message, /^its certificate is signed by nobody but itself; .* set the fingerprint [\da-f]{64}$/);
  assert.ok(message.endsWith(tls.sha256.replaceAll(':', '').toLowerCase()));
  assert.deepEqual(
    ircd.peers.flatMap(({ lines }) => lines),
    [],
  );
});

test('a certificate is trusted by its fingerprint alone', async () => {
  await using ircd = await start();
  await using _ = await new Run({ server: { port: ircd.port, fingerprints: [WRONG, tls.sha256] } }).online();
  const fingerprint = checkFingerprint(tls.sha256);
  await using _own = await new Run({ server: { port: ircd.port }, settings: { fingerprint } }).online();
});

test('another certificate than the one of the fingerprint is refused, though it is valid', async () => {
  await using ircd = await start();
  const server = { port: ircd.port, ca: tls.cert };
  await using _ = await new Run({ server }).online();
  for (const given of [
    { server: { ...server, fingerprints: [WRONG] } },
    { server, settings: { fingerprint: WRONG } },
  ]) {
    await using run = new Run(given);
    assert.match((await run.failure()).message, /^its certificate is not the one with the fingerprint that was set/);
  }
});

test('a valid certificate for another name is refused', async () => {
  await using ircd = await start();
  await using run = new Run({ server: { address: 'localhost', port: ircd.port, ca: tls.cert } });
  assert.match((await run.failure()).message, /^its certificate is for another name/);
});

test('an unchecked certificate is what the administrator, or a user who is free to, asked for', async () => {
  await using ircd = await start();
  await using _ = await new Run({ server: { port: ircd.port, verify: false } }).online();
  const settings = { verify: false };
  await using _free = await new Run({ options: { user_tls: 'free' }, server: { port: ircd.port }, settings }).online();
  await using strict = new Run({ server: { port: ircd.port }, settings });
  assert.match((await strict.failure()).message, /signed by nobody but itself/);
});

test('after a wrong certificate nothing is sent in plain text', async () => {
  await using ircd = await start();
  await using plain = await FakeIrcd.start({ caps: '' });
  await using run = new Run({ server: { ports: [ircd.port], plain_ports: [plain.port] } });
  assert.match((await run.failure()).message, /signed by nobody but itself/);
  assert.deepEqual(plain.peers, []);
});

test('a port that does not speak TLS is told as that', async () => {
  await using plain = await FakeIrcd.start({ caps: '' });
  plain.replies['CAP'] = () => undefined;
  const speaking = new Run({ server: { port: plain.port } });
  (await plain.peer()).send(':fake.test NOTICE * :Looking up your host');
  await using run = speaking;
  assert.equal((await run.failure()).message, 'it does not speak TLS there');
});

test('a client certificate is shown to the server, by TLS alone', async () => {
  await using ircd = await FakeIrcd.start({ caps: 'sasl=EXTERNAL', tls });
  ircd.replies['AUTHENTICATE'] = (peer, [said]) =>
    said === 'EXTERNAL' ? peer.send('AUTHENTICATE +') : peer.numeric('903 :SASL authentication successful');
  const certificate = await selfSigned();
  await using _ = await new Run({ server: { port: ircd.port, verify: false }, settings: { certificate } }).online();
  assert.ok((await ircd.peer()).lines.includes('AUTHENTICATE EXTERNAL'));
});

test('SHA-1 and what is no fingerprint are refused with a sentence', () => {
  assert.throws(() => checkFingerprint('ab'.repeat(20)), { why: 'invalid', message: /SHA-1.*can be forged/ });
  assert.throws(() => checkFingerprint('nonsense'), { why: 'invalid', message: /no fingerprint/ });
  assert.equal(checkFingerprint(` ${'AB:'.repeat(31)}AB `), WRONG);
});
