/** Logging in and registering by NickServ and its like, where the server has no SASL. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { IrcSettings } from '#bridges/irc/settings/account.ts';
import type { Account, AccountId, Answers, NetworkCommand, Session } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { FakeIrcd, type Peer } from '#test/fakes/ircd.ts';
import { SERVER, Stage, type StageOptions } from './stage.ts';

const SETTINGS = { sasl: { account: 'montague', password: 'rosaline' } };
const LOGGED_IN = '900 romeo!*@* montague :You are now logged in as montague';
const says = (peer: Peer, text: string) => peer.send(`:NickServ!services@services.test NOTICE ${peer.nick} :${text}`);

/** `NICKSERV` is a command of the server's own. */
function alias(answer: (peer: Peer, said: string) => void): StageOptions {
  return {
    settings: SETTINGS,
    prepare: ({ replies }) => {
      replies['NICKSERV'] = (peer, [said = '']) => answer(peer, said);
    },
  };
}

/** The server has no such command; what WHOIS says of NickServ. */
function whois(...lines: readonly string[]): StageOptions {
  return {
    settings: SETTINGS,
    prepare: ({ replies }) => {
      replies['WHOIS'] = (peer) => peer.numeric(...lines, '318 NickServ :End of /WHOIS list.');
      replies['PRIVMSG'] = (peer) => says(peer, 'Password accepted - you are now recognized.');
    },
  };
}

test('NickServ is told account and password by the server’s own command, before rooms are joined', async () => {
  await using stage = await Stage.online(alias((peer) => peer.numeric(LOGGED_IN)));
  await stage.join('#test');
  const told = stage.peer.lines.filter((line) => /^(NICKSERV|JOIN|PRIVMSG)/.test(line));
  assert.deepEqual(told, ['NICKSERV :IDENTIFY montague rosaline', 'JOIN #test']);
  assert.deepEqual(
    stage.ear.events.filter(({ type }) => type === 'notice'),
    [],
  );
});

for (const answer of ['You are now identified for montague.', 'Password accepted - you are now recognized.']) {
  test(`“${answer}” is a login`, async () => {
    await using stage = await Stage.online(alias((peer) => says(peer, `\u0002\u000303${answer}\u0002`)));
    assert.match(stage.session.about?.().join('\n') ?? '', /logged in as montague/);
  });
}

test('a +r of ours is a login', async () => {
  await using stage = await Stage.online(alias((peer) => peer.send(`:NickServ MODE ${peer.nick} :+r`)));
  assert.match(stage.session.about?.().join('\n') ?? '', /logged in as montague/);
});

test('the nick’s own password is told without a name, for old services', async () => {
  const options = alias((peer) => peer.numeric(LOGGED_IN));
  await using stage = await Stage.online({
    ...options,
    settings: { sasl: { account: 'ROMEO', password: 'rosaline' } },
  });
  assert.ok(stage.peer.lines.includes('NICKSERV :IDENTIFY rosaline'));
});

test('where there is no such command, a NickServ that WHOIS calls a service is told', async () => {
  await using stage = await Stage.online(
    whois('311 NickServ services services.test * :Nick', '313 NickServ :is a service'),
  );
  assert.ok(stage.peer.lines.includes('PRIVMSG NickServ :IDENTIFY montague rosaline'));
  assert.match(stage.session.about?.().join('\n') ?? '', /logged in as montague/);
});

test('somebody who merely has the nick NickServ is told nothing', async () => {
  await using stage = await Stage.online(
    whois('311 NickServ mercutio verona.test * :IRC services', '312 NickServ fake.test :A server'),
  );
  assert.match((await stage.ear.next('notice')).text, /not logged in as montague: .*there is no NickServ/);
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('PRIVMSG')));
});

test('a server that describes itself as one of services is none for it', async () => {
  await using stage = await Stage.online(
    whois('311 NickServ mercutio verona.test * :x', '312 NickServ irc.verona.test :Verona Internet Services'),
  );
  assert.match((await stage.ear.next('notice')).text, /there is no NickServ/);
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('PRIVMSG')));
});

test('a NickServ on the server of services is told', async () => {
  await using stage = await Stage.online(whois('312 NickServ services.verona.test :Atheme'));
  assert.ok(stage.peer.lines.includes('PRIVMSG NickServ :IDENTIFY montague rosaline'));
});

test('a wrong password is told, and the session goes on', async () => {
  await using stage = await Stage.online(alias((peer) => says(peer, 'Invalid password for montague.')));
  assert.match((await stage.ear.next('notice')).text, /not logged in as montague: NickServ says: Invalid password/);
  await stage.join('#test');
});

test('services that say nothing are not waited for long', async () => {
  await using stage = await Stage.online({ ...alias(() => undefined), timing: { login: 20 } });
  assert.match((await stage.ear.next('notice')).text, /not logged in as montague: irc.test did not answer/);
});

test('services that come back and ask are told again, once a minute', async (t: TestContext) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  let back = false;
  await using stage = await Stage.online(
    alias((peer) => (back ? peer.numeric(LOGGED_IN) : says(peer, 'Login failed for now.'))),
  );
  assert.match((await stage.ear.next('notice')).text, /Login failed/);
  back = true;
  const asked = 'This nickname is registered. Please identify via /msg NickServ identify <password>.';
  says(stage.peer, asked);
  stage.peer.send('PING :seen');
  await stage.peer.next(/^PONG :?seen/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('NICKSERV')).length, 1);
  t.mock.timers.tick(61_000);
  says(stage.peer, asked);
  assert.equal(await stage.peer.next(/^NICKSERV/), 'NICKSERV :IDENTIFY montague rosaline');
});

test('services that were not there are told as soon as they ask', async () => {
  let back = false;
  await using stage = await Stage.online(
    alias((peer) => (back ? peer.numeric(LOGGED_IN) : peer.numeric('440 NickServ :Services are currently down'))),
  );
  assert.match((await stage.ear.next('notice')).text, /its services are away/);
  back = true;
  says(stage.peer, 'This nickname is registered. Please identify.');
  assert.equal(await stage.peer.next(/^NICKSERV/), 'NICKSERV :IDENTIFY montague rosaline');
});

/** What a session sends to services of a network with that name; they say `answer`. */
async function toldOn(name: string, answer: string, more: object = {}): Promise<readonly string[]> {
  await using ircd = await FakeIrcd.start({ caps: '' });
  ircd.replies['PRIVMSG'] = (peer) => peer.send(`:${answer.replace(' ', '!s@services.test NOTICE romeo :')}`);
  const server = { address: '127.0.0.1', port: ircd.port, tls: 'off', ...more };
  const network = ircNetwork(ircOptions.parse({ servers: { [name]: server } }), { quit: 100 });
  const host = new FakeHost();
  const abort = new AbortController();
  const id = name as AccountId;
  const session = network.open({ id, label: name, settings: { nick: 'romeo', ...SETTINGS } }, host);
  const life = session.run(abort.signal);
  await Promise.race([host.ready(), life]);
  const [peer] = ircd.peers;
  const lines = peer?.lines.filter((line) => line.includes('rosaline') || line.startsWith('NICKSERV')) ?? [];
  assert.equal(session.about?.().includes('You are logged in as montague.'), lines.length > 0);
  abort.abort();
  await life;
  return lines;
}

for (const [name, answer, line] of [
  ['irc.quakenet.org', 'Q You are now logged in as montague.', 'PRIVMSG Q@CServe.quakenet.org :AUTH montague rosaline'],
  [
    'irc.undernet.org',
    'X AUTHENTICATION SUCCESSFUL as montague!',
    'PRIVMSG X@channels.undernet.org :LOGIN montague rosaline',
  ],
  [
    'irc.dal.net',
    'NickServ Password accepted for montague.',
    'PRIVMSG NickServ@services.dal.net :IDENTIFY montague rosaline',
  ],
] as const) {
  test(`${name} has services of its own, which are told at their own address`, async () => {
    assert.deepEqual(await toldOn(name, answer), [line]);
  });
}

test('an administrator says in which words services are told, or that they are not', async () => {
  const identify = 'PRIVMSG Nick@serv.test :LOGIN {password} {account}';
  const answer = 'NickServ You are now logged in as montague.';
  assert.deepEqual(await toldOn('irc.verona.test', answer, { identify }), [
    'PRIVMSG Nick@serv.test :LOGIN rosaline montague',
  ]);
  assert.deepEqual(await toldOn('irc.verona.test', answer, { identify: '' }), []);
  const authServ = 'PRIVMSG AuthServ@services.test :AUTH {account} {password}';
  assert.equal((await toldOn('irc.verona.test', 'AuthServ I recognize you.', { identify: authServ })).length, 1);
});

test('only who is written to says how it went: an X is services on some networks, and anybody on the others', async () => {
  const spoof = (peer: Peer) => {
    peer.send(`:X!x@verona.test NOTICE ${peer.nick} :Password accepted`);
    says(peer, 'Invalid password for montague.');
  };
  await using stage = await Stage.online(alias(spoof));
  assert.match((await stage.ear.next('notice')).text, /not logged in as montague: NickServ says/);
  assert.match(stage.session.about?.().join('\n') ?? '', /not logged in/);
});

/** The outcome of a command that asks one question. */
async function give(stage: Stage, name: string, answers: Answers) {
  const command = commandCalled(name);
  const account: Account<IrcSettings> = { id: SERVER, label: SERVER, settings: { nick: 'romeo' } };
  const steps = command.run({ account, session: stage.session as Session });
  const question = await steps.next({});
  const end = await steps.next(answers);
  assert.ok(!question.done && end.done);
  const { text, change } = end.value;
  return { fields: question.value.fields.map((field) => field.name), text, account: change?.(account) };
}

function saslOf(account: Account | undefined): IrcSettings['sasl'] {
  return (account?.settings as IrcSettings | undefined)?.sasl;
}

function commandCalled(name: string): NetworkCommand {
  const found = ircNetwork(ircOptions.parse({})).commands?.find((each) => each.name === name);
  assert.ok(found);
  return found;
}

const NEW = { email: 'romeo@verona.example', password: 'rosaline' };
const registering = (answer: (ircd: FakeIrcd) => void): StageOptions => ({
  caps: 'draft/account-registration=email-required',
  prepare: answer,
});

test('an account is registered with the server itself, and from then on logged in to', async () => {
  await using stage = await Stage.online(
    registering(({ replies }) => {
      replies['REGISTER'] = (peer, [name]) => peer.send(`:fake.test REGISTER SUCCESS ${name} :Welcome`);
    }),
  );
  const { fields, text, account } = await give(stage, 'register-account', NEW);
  assert.deepEqual(fields, ['email', 'password']);
  assert.ok(stage.peer.lines.includes('REGISTER romeo romeo@verona.example :rosaline'));
  assert.deepEqual(account?.settings, { nick: 'romeo', sasl: { account: 'romeo', password: 'rosaline' } });
  assert.match(text, /The account romeo is registered/);
});

test('a code that was mailed finishes a registration', async () => {
  await using stage = await Stage.online(
    registering(({ replies }) => {
      replies['REGISTER'] = (peer, [name]) =>
        peer.send(`:fake.test REGISTER VERIFICATION_REQUIRED ${name} :A code was sent`);
      replies['VERIFY'] = (peer, [name, code]) =>
        peer.send(
          code === '1234'
            ? `:fake.test VERIFY SUCCESS ${name} :Welcome`
            : `:fake.test FAIL VERIFY INVALID_CODE ${name} :That code is not right`,
        );
    }),
  );
  const { text, account } = await give(stage, 'register-account', NEW);
  assert.equal(account, undefined);
  assert.match(text, /A code was sent\n.*verify-account/);
  const wrong = { account: 'romeo', code: '1' };
  await assert.rejects(give(stage, 'verify-account', wrong), { why: 'invalid', message: 'That code is not right' });
  const { account: changed } = await give(stage, 'verify-account', { account: 'romeo', code: '1234' });
  assert.deepEqual(saslOf(changed), { account: 'romeo', password: 'rosaline' });
});

test('a name that is taken is a refusal that other answers may help against', async () => {
  await using stage = await Stage.online(
    registering(({ replies }) => {
      replies['REGISTER'] = (peer) => peer.send(':fake.test FAIL REGISTER ACCOUNT_EXISTS romeo :It is taken');
    }),
  );
  await assert.rejects(give(stage, 'register-account', NEW), { why: 'invalid', message: 'It is taken' });
  const spaced = { ...NEW, password: 'a b' };
  await assert.rejects(give(stage, 'register-account', spaced), { why: 'invalid', message: /without spaces/ });
});

test('without that capability NickServ registers the nick', async () => {
  await using stage = await Stage.online({
    prepare: ({ replies }) => {
      replies['NICKSERV'] = (peer, [said = '']) => {
        if (said.includes('nobody')) return says(peer, '\u0002nobody\u0002 is not a valid email address.');
        peer.numeric('900 romeo!*@* romeo :You are now logged in as romeo');
        says(peer, '\u0002romeo\u0002 is now registered to romeo@verona.example.');
      };
    },
  });
  await assert.rejects(give(stage, 'register-account', { ...NEW, email: 'nobody' }), { message: /not a valid email/ });
  const { account } = await give(stage, 'register-account', NEW);
  assert.equal(await stage.peer.next(/REGISTER rosaline romeo@/), 'NICKSERV :REGISTER rosaline romeo@verona.example');
  assert.deepEqual(saslOf(account), { account: 'romeo', password: 'rosaline' });
});
