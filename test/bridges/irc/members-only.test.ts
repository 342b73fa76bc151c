/** Servers that do not let us in, and what the user is told then; and what becomes of a nick that is taken. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage, type StageOptions } from './stage.ts';

const SASL = { caps: 'sasl=PLAIN', sasl: ['montague', 'rosaline'] } as const;
const LOGIN = { settings: { sasl: { account: 'montague', password: 'rosaline' } } };

/** How a session ends to which the server says these lines once it knows the user name, and then ends the connection. */
async function turnedAway(lines: readonly string[], options: StageOptions = {}): Promise<Error & { why?: string }> {
  await using stage = await Stage.connecting({
    prepare: ({ replies }) => {
      replies['USER'] = (peer) => {
        peer.send(...lines);
        peer.end();
      };
    },
    ...options,
  });
  return await stage.life.then(
    () => new Error('It ended without a reason.'),
    (error) => error,
  );
}

const REFUSALS: readonly (readonly [string, RegExp])[] = [
  [':tmi.twitch.tv NOTICE * :Login authentication failed', /\(Login authentication failed\)\. Sign in again/],
  [':tmi.twitch.tv NOTICE * :Improperly formatted auth', /\(Improperly formatted auth\)\. Sign in again/],
  ['ERROR :Closing Link: 192.0.2.1 (SASL access only)', /only who is logged in .*SASL access only/],
  [':s.test NOTICE * :*** Notice -- You need to identify via SASL to use this server', /only who is logged in/],
  [':s.test 465 romeo :You need to identify via SASL to use this server', /only who is logged in/],
  [':s.test FAIL * ACCOUNT_REQUIRED :Authentication required', /only who is logged in .*\(Authentication required\)/],
];
for (const [line, sentence] of REFUSALS) {
  test(`a session ends, and its user is told why, at ${line}`, async () => {
    const error = await turnedAway([line]);
    assert.equal(error.why, 'sign-in', error.message);
    assert.match(error.message, sentence);
  });
}

test('who has an account is not asked for it again while the services of the server are away', async () => {
  const error = await turnedAway([':s.test FAIL * ACCOUNT_REQUIRED :Authentication required'], LOGIN);
  assert.equal(error.why, undefined);
  assert.match(error.message, /offers no login now \(Authentication required\)/);
});

test('who is not let in though the server offers to log in is asked', async () => {
  await using stage = await Stage.connecting({
    ...SASL,
    ...LOGIN,
    prepare: ({ replies }) => {
      const cap = replies['CAP'];
      replies['CAP'] = (peer, params) => {
        if (params[0] === 'END') peer.send(':s.test FAIL * ACCOUNT_REQUIRED :Authentication required');
        else cap?.(peer, params);
      };
    },
  });
  await assert.rejects(stage.life, { why: 'sign-in', message: /only who is logged in/ });
});

test('the name of who is sent away is no reason', async () => {
  for (const name of ['banned', 'password']) {
    const error = await turnedAway([`ERROR :Closing Link: ${name}[192.0.2.1] (Ping timeout)`]);
    assert.deepEqual([error.why, error.message], [undefined, `Closing Link: ${name}[192.0.2.1] (Ping timeout)`]);
  }
  assert.equal((await turnedAway(['ERROR :Closing Link: romeo[192.0.2.1] (Bad Password)'])).why, 'sign-in');
});

test('other notices and failures end nothing', async () => {
  await using stage = await Stage.online({
    prepare: ({ replies }) => {
      const user = replies['USER'];
      replies['USER'] = (peer, params) => {
        peer.send(':s.test NOTICE * :*** Login to your account soon', ':s.test FAIL * X :No', ':s.test NOTICE *');
        user?.(peer, params);
      };
    },
  });
  assert.equal(stage.ear.labels.length, 1);
});

test('after the welcome such words are only words', async () => {
  await using stage = await Stage.online({ ...SASL, ...LOGIN });
  stage.peer.send(':s.test NOTICE romeo :Login authentication failed', ':s.test FAIL * ACCOUNT_REQUIRED :No');
  assert.equal((await stage.join('#verona')).room, '#verona%irc.test');
});

function cutting(length: number): NonNullable<StageOptions['prepare']> {
  return ({ replies }) => {
    const nick = replies['NICK'];
    replies['NICK'] = (peer, [wish = '']) => nick?.(peer, [wish.slice(0, length)]);
  };
}

/** A server with nicks of that length, beyond which it cuts them or refuses them; the one of our ghost is taken. */
function short(length: number, cuts: boolean): NonNullable<StageOptions['prepare']> {
  return ({ replies, taken }) => {
    const nick = replies['NICK'];
    replies['NICK'] = (peer, [wish = '']) => {
      if (wish.length > length && !cuts) return peer.numeric(`432 ${wish} :Nickname too long`);
      nick?.(peer, [wish.slice(0, length)]);
    };
    taken.add('romeo'.slice(0, length));
  };
}

test('a taken nick as long as the server has them gets its underscores in place of its end', async () => {
  for (const cuts of [true, false]) {
    await using stage = await Stage.online({ prepare: short(5, cuts) });
    assert.equal(stage.peer.nick, 'rom__');
  }
  await using stage = await Stage.online({ prepare: short(4, true) });
  assert.equal(stage.peer.nick, 'rom_');
});

test('a nick that the server has cut is the one to have: it is not asked for again and again', async () => {
  await using stage = await Stage.online({ prepare: cutting(4), timing: { poll: 1 } });
  for (const name of ['#one', '#two', '#three', '#four', '#five']) await stage.join(name);
  assert.deepEqual(
    stage.peer.lines.filter((line) => /^(ISON|NICK)/.test(line)),
    ['NICK romeo'],
  );
});

test('a server ends the connection in colours, of which the user is told the words', async () => {
  assert.equal((await turnedAway(['ERROR :\x02\x0304,01Come back\x0f later'])).message, 'Come back later');
});

test('a nick that is too long by itself is the one to choose anew', async () => {
  await using stage = await Stage.connecting({ prepare: short(4, false) });
  await assert.rejects(stage.life, { why: 'invalid', message: /does not allow the nick romeo/ });
});

test('a server that takes no nick at all is not asked for ever', async () => {
  for (const numeric of ['432', '433']) {
    let asked = 0;
    await using stage = await Stage.connecting({
      prepare: ({ replies }) => {
        replies['NICK'] = (peer, [wish = '']) => {
          asked += 1;
          peer.numeric(`${asked === 1 ? '433' : numeric} ${wish.slice(0, 1)} :No`);
        };
      },
    });
    await assert.rejects(stage.life, { why: 'nick-taken' });
    assert.equal(asked, 6);
  }
});
