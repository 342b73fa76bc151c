/** Client certificates: what is made, and logging in by them (SASL EXTERNAL), over TLS in front of the fake server. */

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { createServer } from 'node:tls';
import { ircNetwork } from '#bridges/irc/index.ts';
import { fingerprintsOf, makeCertificate } from '#bridges/irc/login/certificates.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import { type Account, type Answers, Refusal } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { FakeIrcd, type Peer } from '#test/fakes/ircd.ts';
import { SERVER } from './stage.ts';

test('a certificate is made for ten years, for the nick, on P-256, and is known by its fingerprints', async () => {
  const made = await makeCertificate('ro[m]eo', new Date('2026-01-02T03:04:05Z'));
  const read = new X509Certificate(made.cert);
  assert.equal(read.subject, 'CN=ro[m]eo');
  assert.ok(read.checkIssued(read) && read.verify(read.publicKey));
  assert.equal(read.validToDate.toISOString(), '2036-01-02T03:04:05.000Z');
  assert.equal(read.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(read.ca, false);
  assert.match(fingerprintsOf(made).sha256, /^[\da-f]{64}$/);
  assert.match(fingerprintsOf(made).sha512, /^[\da-f]{128}$/);
});

/** The command `certificate` with one answer. */
async function give(settings: IrcSettings, action: string) {
  const command = ircNetwork(ircOptions.parse({})).commands?.find(({ name }) => name === 'certificate');
  const account: Account<IrcSettings> = { id: SERVER, label: SERVER, settings };
  const steps = command?.run({ account });
  const question = await steps?.next({});
  const end = await steps?.next({ action } as Answers);
  if (!question || question.done || !end?.done) throw new Error('The command has other steps.');
  const { text, change } = end.value;
  const changed = change?.(account).settings as IrcSettings | undefined;
  return { choices: question.value.fields[0]?.choices, text, changed };
}

test('the command makes a certificate, shows it again, replaces it and removes it, and never shows the key', async () => {
  const first = await give({ nick: 'romeo', realname: 'Romeo' }, 'make');
  const made = first.changed;
  assert.ok(made?.certificate);
  assert.equal(made.realname, 'Romeo');
  const { sha256, sha512 } = fingerprintsOf(made.certificate);
  assert.ok(first.text.includes(sha256) && first.text.includes(sha512) && first.text.includes('CERT ADD'));
  assert.ok(!first.text.includes('PRIVATE'));
  const shown = await give(made, 'show');
  assert.deepEqual(shown.choices, ['show', 'replace', 'remove']);
  assert.equal(shown.text, first.text);
  assert.equal(shown.changed, undefined);
  const replaced = (await give(made, 'replace')).changed;
  assert.notEqual(fingerprintsOf(replaced?.certificate ?? made.certificate).sha256, sha256);
  assert.deepEqual((await give(made, 'remove')).changed, { nick: 'romeo', realname: 'Romeo' });
  await assert.rejects(give({ nick: 'romeo' }, 'show'), Refusal);
});

/** A session over TLS to a fake server that asks for a certificate; resolves with the session's peer there. */
async function overTls(
  settings: IrcSettings,
  answer: (peer: Peer, mechanism: string) => void,
): Promise<AsyncDisposable & { readonly peer: Peer; readonly shown: () => string; readonly host: FakeHost }> {
  const ircd = await FakeIrcd.start({ caps: 'sasl=EXTERNAL,PLAIN', sasl: ['montague', 'rosaline'] });
  const plain = ircd.replies['AUTHENTICATE'];
  ircd.replies['AUTHENTICATE'] = (peer, [data = '']) => {
    if (data === 'PLAIN' || Buffer.from(data, 'base64').includes(0)) plain?.(peer, [data]);
    else answer(peer, data);
  };
  const own = await makeCertificate('irc.test');
  let shown = '';
  const front = createServer(
    { cert: own.cert, key: own.key, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      shown = (socket.getPeerCertificate().fingerprint256 ?? '').replaceAll(':', '').toLowerCase();
      const back = connect(ircd.port, '127.0.0.1');
      socket.pipe(back).pipe(socket);
      for (const each of [socket, back]) each.on('error', () => undefined);
    },
  );
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;
  const server = { address: '127.0.0.1', port, fingerprints: [fingerprintsOf(own).sha256] };
  const host = new FakeHost();
  const abort = new AbortController();
  const network = ircNetwork(ircOptions.parse({ servers: { [SERVER]: server } }), { quit: 100 });
  const session = network.open({ id: SERVER, label: SERVER, settings }, host);
  const life = session.run(abort.signal);
  life.catch(() => undefined);
  const peer = await ircd.peer();
  await Promise.race([host.ready(), life]);
  return {
    peer,
    host,
    shown: () => shown,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await life;
      front.close();
      await ircd[Symbol.asyncDispose]();
    },
  };
}

test('SASL EXTERNAL logs in by the certificate that TLS showed', async () => {
  const certificate = await makeCertificate('romeo');
  await using world = await overTls({ nick: 'romeo', certificate }, (peer, data) => {
    if (data === 'EXTERNAL') peer.send('AUTHENTICATE +');
    else peer.numeric('900 romeo!*@* montague :You are now logged in', '903 :SASL authentication successful');
  });
  assert.equal(world.shown(), fingerprintsOf(certificate).sha256);
  const said = world.peer.lines.filter((line) => line.startsWith('AUTHENTICATE'));
  assert.deepEqual(said, ['AUTHENTICATE EXTERNAL', 'AUTHENTICATE +']);
});

test('a certificate that services do not know yet is no obstacle, and the user is told what to do', async () => {
  const certificate = await makeCertificate('romeo');
  await using world = await overTls({ nick: 'romeo', certificate }, (peer, data) => {
    if (data === 'EXTERNAL') peer.send('AUTHENTICATE +');
    else peer.numeric('904 :SASL authentication failed');
  });
  assert.match((await world.host.next('notice')).text, /does not know your certificate yet .*CERT ADD/);
});

test('where the certificate is not known to services the password is tried next (904 on EXTERNAL)', async () => {
  const certificate = await makeCertificate('romeo');
  const sasl = { account: 'montague', password: 'rosaline' };
  await using world = await overTls({ nick: 'romeo', certificate, sasl }, (peer, data) => {
    if (data === 'EXTERNAL') peer.send('AUTHENTICATE +');
    else peer.numeric('904 :SASL authentication failed');
  });
  const said = world.peer.lines.filter((line) => line.startsWith('AUTHENTICATE'));
  assert.deepEqual(said.slice(0, 3), ['AUTHENTICATE EXTERNAL', 'AUTHENTICATE +', 'AUTHENTICATE PLAIN']);
  assert.deepEqual(world.host.events, []);
});
