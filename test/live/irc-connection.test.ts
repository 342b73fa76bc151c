/** How real IRC servers are reached, and whom they take us for. */

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import { type Account, Refusal, type RoomId } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { showLogsOnFailure } from './child.ts';
import { root } from './folder.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { startNgircd } from './ngircd.ts';
import { freePorts } from './ports.ts';

const SERVER = 'irc.test';
const CLOSED = 1;
const IDENT_PORT = 113;

/** A session of romeo@example.net that is online, and its network's own listeners. */
class Romeo implements AsyncDisposable {
  readonly host = new FakeHost();
  readonly #abort = new AbortController();
  readonly #session;
  readonly life: Promise<unknown>;

  constructor(server: object, settings: object = {}, options: object = {}) {
    const servers = { [SERVER]: { address: '127.0.0.1', ...server } };
    const network = ircNetwork(ircOptions.parse({ servers, ...options }), { quit: 200 });
    const account = { id: SERVER, label: SERVER, settings: { nick: 'romeo', ...settings } } as Account;
    this.#session = network.open(account, this.host);
    const { signal } = this.#abort;
    this.life = Promise.all([network.serve?.(signal), this.#session.run(signal)]);
    this.life.catch(() => undefined);
  }

  async online(): Promise<this> {
    await Promise.race([this.host.ready(), this.life]);
    return this;
  }

  async join(channel: string): Promise<void> {
    await this.#session.send({ type: 'join', room: `${channel}%${SERVER}` as RoomId, nick: 'romeo' });
  }

  async say(channel: string, text: string): Promise<void> {
    await this.#session.send({
      type: 'message',
      to: { room: `${channel}%${SERVER}` as RoomId },
      txn: text,
      content: { text },
    });
  }

  about(): readonly string[] {
    return this.#session.about?.() ?? [];
  }

  get notices(): string[] {
    return this.host.events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.life.catch(() => undefined);
  }
}

async function whois(client: IrcClient, nick: string): Promise<{ user: string; host: string }> {
  client.raw(`WHOIS ${nick}`);
  const { params } = await client.expect(({ command }) => command === '311');
  return { user: params[2] ?? '', host: params[3] ?? '' };
}

const fingerprintOf = (caFile: string) =>
  new X509Certificate(readFileSync(`${dirname(caFile)}/tls.pem`)).fingerprint256;

/** Whether identd's own port can be had here. */
async function identPortIsFree(): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(IDENT_PORT, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
}

for (const [name, start, host] of [
  // It looks the address up itself and takes nobody's word for its name.
  ['inspircd', startInspircd, /^fd[\da-f]{2}:[\da-f:]+$/],
  ['ngircd', startNgircd, /^[\da-f]{16}\.xmpp\.example\.com$/],
] as const) {
  test(`${name} learns by WEBIRC and identd who is behind the gateway`, unlessAbsent(name), async (t) => {
    if (!(await identPortIsFree())) return t.skip(`port ${IDENT_PORT} can't be had${root ? '' : ' without root'}`);
    await using irc = await start({ webirc: 'between-us', ident: true });
    showLogsOnFailure(t, irc);
    const identd = { listen: '127.0.0.1', port: IDENT_PORT };
    {
      await using _ = await new Romeo({ tls: 'off', port: irc.port }, {}, { identd }).online();
      await using juliet = await IrcClient.connect({ port: irc.port, nick: 'juliet' });
      const { user } = await whois(juliet, 'romeo');
      const code = createHash('sha1').update('romeo@example.net').digest('hex');
      assert.ok(user.length > 5 && code.startsWith(user), `${user} is no start of ${code}`);
    }
    const webirc = { password: 'between-us', cloak: 'xmpp.example.com' };
    await using _ = await new Romeo({ tls: 'off', port: irc.port, webirc }).online();
    await using juliet = await IrcClient.connect({ port: irc.port, nick: 'juliet' });
    assert.match((await whois(juliet, 'romeo')).host, host);
  });

  test(
    `${name} is reached by the first port that is open, and by TLS with the right certificate`,
    unlessAbsent(name, 'openssl'),
    async (t) => {
      await using irc = await start({ tls: true });
      showLogsOnFailure(t, irc);
      const ca = readFileSync(irc.caFile ?? '', 'utf8');
      const fingerprint = fingerprintOf(irc.caFile ?? '');
      for (const trust of [{ ca }, { fingerprints: [fingerprint] }]) {
        await using romeo = await new Romeo({ ports: [CLOSED, irc.tlsPort], ...trust }).online();
        assert.deepEqual(
          romeo.notices.filter((text) => text.includes('encryption')),
          [],
        );
      }
      await using unknown = new Romeo({ ports: [irc.tlsPort], plain_ports: [irc.port] });
      await assert.rejects(unknown.life, /signed by an authority that is not known here; .* set the fingerprint/);
      await using wrong = new Romeo({ ports: [irc.tlsPort], ca, fingerprints: ['ab'.repeat(32)] });
      await assert.rejects(wrong.life, /not the one with the fingerprint that was set/);
    },
  );

  test(
    `${name} without TLS is reached by a plain port that is allowed, and the user is told`,
    unlessAbsent(name),
    async (t) => {
      await using irc = await start({});
      showLogsOnFailure(t, irc);
      await using romeo = await new Romeo({ ports: [CLOSED], plain_ports: [irc.port] }).online();
      assert.ok(romeo.notices.some((text) => text.includes('without encryption')));
      await using strict = new Romeo({ ports: [CLOSED] });
      await assert.rejects(strict.life, /it refuses connections/);
    },
  );

  test(`${name} is given its password, and a wrong one is the user's to change`, unlessAbsent(name), async (t) => {
    await using irc = await start({ password: 'sesame' });
    showLogsOnFailure(t, irc);
    await using _ = await new Romeo({ tls: 'off', port: irc.port, password: 'sesame' }).online();
    await using wrong = new Romeo({ tls: 'off', port: irc.port }, { nick: 'mercutio', password: 'simsalabim' });
    await assert.rejects(wrong.life, (error) => error instanceof Refusal && error.why === 'sign-in');
  });
}

test(
  'inspircd asks for TLS (STS), gets it before the password, and is held to it',
  unlessAbsent('inspircd', 'openssl'),
  async (t) => {
    const [port = 0] = await freePorts(1);
    const bind = `<bind address="127.0.0.1" port="${port}" type="clients" sslprofile="test">`;
    await using irc = await startInspircd({
      tls: true,
      password: 'sesame',
      modules: ['ircv3_sts'],
      config: `${bind}<sts host="*" duration="5m" port="${port}" preload="no">`,
    });
    showLogsOnFailure(t, irc);
    const ca = readFileSync(irc.caFile ?? '', 'utf8');
    // Only by a name does it know that it is meant.
    await using romeo = await new Romeo({
      address: 'localhost',
      tls: 'off',
      port: irc.port,
      password: 'sesame',
      ca,
    }).online();
    assert.match(romeo.about().join(' '), new RegExp(`port ${port} .*is encrypted`));
    assert.equal(JSON.parse(romeo.host.kept.get('sts localhost') ?? 'null')?.port, port);
  },
);

test('a channel in KOI8-R is read and written', unlessAbsent('inspircd'), async (t) => {
  await using irc = await startInspircd();
  showLogsOnFailure(t, irc);
  const rooms = { [`#moskva%${SERVER}`]: { encodingIn: 'koi8-r', encodingOut: 'koi8-r' } };
  await using romeo = await new Romeo({ tls: 'off', port: irc.port }, { rooms }).online();
  await romeo.join('#moskva');
  await using other = await new Romeo(
    { tls: 'off', port: irc.port },
    { nick: 'onegin', encodingIn: 'koi8-r' },
  ).online();
  await other.join('#moskva');
  await using plain = await IrcClient.connect({ port: irc.port, nick: 'juliet' });
  await plain.join('#moskva');
  await romeo.say('#moskva', 'Ромео');
  assert.equal((await other.host.next('message')).content.text, 'Ромео');
  await plain.expect(/PRIVMSG #moskva :\ufffd/);
});
