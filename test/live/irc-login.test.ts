/** Logging in to real servers and services: SASL in its ways, client certificates, NickServ, and making the account. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server as NetServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ircNetwork } from '#bridges/irc/index.ts';
import { fingerprintsOf } from '#bridges/irc/login/certificates.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import type { Account, AccountId, Answers, Session } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { startInspircdWithAtheme } from './atheme.ts';
import { showLogsOnFailure } from './child.ts';
import { ERGO, startErgo } from './ergo.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';

const ID = 'irc.test' as AccountId;
const PASSWORD = 'wherefore';

interface Server {
  readonly port: number;
  readonly tlsPort: number;
  readonly caFile: string | undefined;
}

/** A session of ours that is online; `account` is what a command has made of its account. */
class Online implements AsyncDisposable {
  readonly host = new FakeHost();
  readonly session: Session;
  readonly #network;
  readonly #account: Account<IrcSettings>;
  readonly #abort = new AbortController();
  readonly #life: Promise<void>;

  private constructor(
    { port, tlsPort, caFile }: Pick<Server, 'port'> & Partial<Server>,
    settings: IrcSettings,
    tls: boolean,
  ) {
    const way = tls && caFile && tlsPort ? { port: tlsPort, ca: readFileSync(caFile, 'utf8') } : { port, tls: 'off' };
    const options = ircOptions.parse({ servers: { [ID]: { address: '127.0.0.1', ...way } } });
    this.#network = ircNetwork(options, { quit: 500 });
    this.#account = { id: ID, label: ID, settings };
    this.session = this.#network.open(this.#account, this.host);
    this.#life = this.session.run(this.#abort.signal);
    this.#life.catch(() => undefined);
  }

  static async as(server: Pick<Server, 'port'> & Partial<Server>, settings: IrcSettings, tls = false): Promise<Online> {
    const online = new Online(server, settings, tls);
    await Promise.race([online.host.ready(), online.#life]);
    return online;
  }

  /** Gives a command that asks one question; resolves with the settings it wants. */
  async give(name: string, answers: Answers): Promise<IrcSettings> {
    const command = this.#network.commands?.find((each) => each.name === name);
    const steps = command?.run({ account: this.#account, session: this.session });
    await steps?.next({});
    const end = await steps?.next(answers);
    if (!end?.done) throw new Error(`“${name}” asks more.`);
    return (end.value.change?.(this.#account) ?? this.#account).settings as IrcSettings;
  }

  get about(): string {
    return this.session.about?.().join('\n') ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#life.catch(() => undefined);
  }
}

/** Listens to what a client says to a server behind it. */
class Ear implements AsyncDisposable {
  readonly #server;
  heard = '';

  private constructor(server: NetServer) {
    this.#server = server;
  }

  static async before(port: number): Promise<Ear> {
    const ear: Ear = new Ear(
      createServer((client) => {
        const server = connect(port, '127.0.0.1');
        client.on('data', (chunk) => {
          ear.heard += chunk.toString();
        });
        client.pipe(server).pipe(client);
        for (const socket of [client, server]) socket.on('error', () => undefined);
      }),
    );
    ear.#server.listen(0, '127.0.0.1');
    await once(ear.#server, 'listening');
    return ear;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** An account with Atheme; a client that stays holds its nick. */
async function registerWithAtheme({ port }: Server, nick: string): Promise<void> {
  await using client = await IrcClient.connect({ port, nick });
  client.say('NickServ', `REGISTER ${PASSWORD} ${nick}@verona.example`);
  await client.expect(({ command, raw }) => command === 'NOTICE' && /registered/.test(raw));
}

const ATHEME = unlessAbsent('inspircd', 'atheme-services', 'openssl');

test(
  'Atheme: SASL PLAIN with an account of another name, CERT ADD, then EXTERNAL by the certificate alone',
  ATHEME,
  async (t) => {
    await using server = await startInspircdWithAtheme({ tls: true });
    showLogsOnFailure(t, server.irc, server.services);
    await registerWithAtheme(server, 'montague');
    const plain: IrcSettings = { nick: 'romeo', sasl: { account: 'montague', password: PASSWORD } };
    let certified: IrcSettings;
    {
      await using online = await Online.as(server, plain, true);
      assert.match(online.about, /logged in as montague/);
      certified = await online.give('certificate', { action: 'make' });
    }
    {
      await using online = await Online.as(server, certified, true);
      assert.match(online.about, /as romeo\.\n.*encrypted\.\nYou are logged in as montague/s);
      await online.session.send({ type: 'raw', text: 'PRIVMSG NickServ :CERT ADD' });
      const { certificate } = certified;
      assert.ok(certificate);
      await told(online, new RegExp(fingerprintsOf(certificate).sha256), t);
    }
    const { sasl: _, ...alone } = certified;
    await using online = await Online.as(server, alone, true);
    assert.match(online.about, /logged in as montague/);
  },
);

test('Atheme: a wrong password stops the session with a sentence', ATHEME, async (t) => {
  await using server = await startInspircdWithAtheme();
  showLogsOnFailure(t, server.irc, server.services);
  await registerWithAtheme(server, 'montague');
  const wrong: IrcSettings = { nick: 'romeo', sasl: { account: 'montague', password: 'guess' } };
  await assert.rejects(Online.as(server, wrong), { why: 'sign-in', message: /did not accept your account/ });
});

test('Atheme without SASL: services that come back ask, and are told', ATHEME, async (t) => {
  await using server = await startInspircdWithAtheme({ sasl: false });
  showLogsOnFailure(t, server.irc, server.services);
  await registerWithAtheme(server, 'montague');
  await server.services.stop();
  const sasl = { account: 'montague', password: PASSWORD };
  await using online = await Online.as(server, { nick: 'montague', sasl });
  assert.match(online.about, /not logged in/);
  await server.services.start();
  await told(online, /You are now identified for/, t);
  assert.match(online.about, /logged in as montague/);
});

/** Resolves when somebody, or the server, has said so. */
async function told(online: Online, what: RegExp, t: TestContext): Promise<void> {
  const notices = () =>
    online.host.events.flatMap((event) =>
      event.type === 'notice' ? [event.text] : event.type === 'message' ? [event.content.text] : [],
    );
  const deadline = performance.now() + 10_000;
  while (!notices().some((text) => what.test(text))) {
    assert.ok(performance.now() < deadline, notices().join('\n'));
    await pause(10, undefined, { signal: t.signal });
  }
}

test('Atheme without SASL: registered and logged in by NickServ', ATHEME, async (t) => {
  await using server = await startInspircdWithAtheme({ sasl: false });
  showLogsOnFailure(t, server.irc, server.services);
  let made: IrcSettings;
  {
    await using online = await Online.as(server, { nick: 'romeo' });
    made = await online.give('register-account', { email: 'romeo@verona.example', password: PASSWORD });
    assert.deepEqual(made.sasl, { account: 'romeo', password: PASSWORD });
  }
  await using again = await Online.as(server, { ...made, nick: 'benvolio' });
  assert.match(again.about, /logged in as romeo/);
  assert.deepEqual(
    again.host.events.filter((event) => event.type === 'notice' && /not logged in/.test(event.text)),
    [],
  );
});

if (ERGO) {
  test('Ergo: an account is registered with the server, SCRAM-SHA-256 logs in, then EXTERNAL by the certificate alone', async (t) => {
    await using server = await startErgo();
    showLogsOnFailure(t, server);
    let made: IrcSettings;
    {
      await using online = await Online.as(server, { nick: 'romeo' }, true);
      made = await online.give('register-account', { email: '', password: PASSWORD });
      assert.deepEqual(made.sasl, { account: 'romeo', password: PASSWORD });
      assert.match(online.about, /logged in as romeo/);
      made = { ...made, ...(await online.give('certificate', { action: 'make' })), sasl: made.sasl! };
    }
    await using ear = await Ear.before(server.port);
    {
      await using online = await Online.as(ear, made);
      assert.match(online.about, /logged in as romeo/);
      const mechanisms = ear.heard.match(/AUTHENTICATE (SCRAM-\S+|PLAIN)/g);
      assert.deepEqual(mechanisms, ['AUTHENTICATE SCRAM-SHA-256']);
    }
    {
      await using online = await Online.as(server, made, true);
      assert.match(online.about, /logged in as romeo/);
      await online.session.send({ type: 'raw', text: 'NS CERT ADD' });
      await told(online, /added/i, t);
    }
    const { sasl: _, ...alone } = made;
    await using online = await Online.as(server, alone, true);
    assert.match(online.about, /logged in as romeo/);
  });
}
