/** Questions between programs: CTCP both ways. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTime, writeTime } from '#bridges/irc/people/ctcp-time.ts';
import type { Question } from '#src/network.ts';
import { contact, Stage, type StageOptions } from './stage.ts';

const shown = (line: string) => line.replaceAll('\x01', '|');
const ask = (stage: Stage, what: Question, nick = 'juliet') => {
  assert.ok(stage.session.ask);
  return stage.session.ask(contact(nick), what);
};

/** Juliet's program answers with that text. */
function answering(text: (command: string, token: string) => string): StageOptions {
  return {
    prepare(ircd) {
      ircd.replies['PRIVMSG'] = (peer, [nick = '', raw = '']) => {
        const [command = '', token = ''] = raw.replaceAll('\x01', '').split(' ');
        peer.send(`:${nick}!j@balcony NOTICE ${peer.nick} :\x01${command} ${text(command, token)}\x01`);
      };
    },
  };
}
const noticesOf = (stage: Stage) => stage.ear.events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));

test('a ping is answered by its own token, and by nothing else', async () => {
  const tokens: string[] = [];
  await using stage = await Stage.online(answering((_, token) => (tokens.push(token) > 1 ? 'other' : token)));
  assert.equal(await ask(stage, 'ping'), '');
  assert.match(tokens[0] ?? '', /^[0-9a-f]{8}$/);
  await using slow = await Stage.online({ ...answering(() => 'other'), timing: { ctcp: 20 } });
  await assert.rejects(ask(slow, 'ping'), { why: 'timeout' });
});

test('a version is what the program says, without its formatting, and is not told as a notice', async () => {
  await using stage = await Stage.online(answering(() => '\x02WeeChat\x02 4.1.0 (git)'));
  assert.equal(await ask(stage, 'version'), 'WeeChat 4.1.0 (git)');
  assert.deepEqual(noticesOf(stage), []);
});

test('a time is made readable, or refused with what was said', async () => {
  await using stage = await Stage.online(answering(() => 'Sat, 21 Nov 2026 16:30:35 +0100'));
  assert.equal(await ask(stage, 'time'), '2026-11-21T16:30:35+01:00');
  await using other = await Stage.online(answering(() => 'tea time'));
  await assert.rejects(ask(other, 'time'), { why: 'network', message: /answered “tea time”/ });
});

test('the times that programs write are read', () => {
  const now = Date.UTC(2026, 10, 21, 15, 30, 40);
  const read: readonly (readonly [string, string | undefined])[] = [
    ['Sat Nov 21 16:30:35 2026', '2026-11-21T16:30:35+01:00'],
    ['Sat Nov 21 15:30:35 2026', '2026-11-21T15:30:35+00:00'],
    ['Sat Nov 21 10:30:35 2026', '2026-11-21T10:30:35-05:00'],
    ['Sat, 21 Nov 2026 21:00:35 +0530', '2026-11-21T21:00:35+05:30'],
    ['2026-11-21T16:30:35+01:00', '2026-11-21T16:30:35+01:00'],
    ['2026-11-21 10:30:35 -0500', '2026-11-21T10:30:35-05:00'],
    ['Sat, 21 Nov 2026 15:30:35 GMT', '2026-11-21T15:30:35+00:00'],
    ['Sat 21 Nov 2026 16:30:35 CET', '2026-11-21T16:30:35+01:00'],
    ['21 Nov 2025 16:30:35', undefined],
    ['later', undefined],
    ['13 Sep 275760 00:00 -1400', undefined],
    ['-000001-01-01T00:00:00Z', undefined],
    ['', undefined],
  ];
  for (const [text, wanted] of read) assert.equal(readTime(text, now), wanted, text);
  assert.equal(writeTime('2026-11-21T16:30:35+01:00'), 'Sat, 21 Nov 2026 16:30:35 +0100');
});

test('who is not there is not found, and whoever is away is not told of', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['PRIVMSG'] = (peer, [nick]) => peer.numeric(`301 ${nick} :asleep`, `401 ${nick} :No such nick`);
  await assert.rejects(ask(stage, 'version'), { why: 'not-found' });
  assert.deepEqual(noticesOf(stage), []);
});

test('who answers nothing is given up', async () => {
  await using stage = await Stage.online({ timing: { ctcp: 20 } });
  await assert.rejects(ask(stage, 'version'), { why: 'timeout', message: /^juliet did not answer/ });
  assert.equal(shown(await stage.peer.next(/^PRIVMSG/)), 'PRIVMSG juliet :|VERSION|');
});

test('of oneself what others would be told is answered here', async () => {
  await using stage = await Stage.online();
  assert.equal(await ask(stage, 'ping', 'romeo'), '');
  assert.equal(await ask(stage, 'version', 'romeo'), 'Isthmus, an XMPP gateway');
  stage.ear.answers.version = 'Gajim 2.0';
  assert.equal(await ask(stage, 'version', 'romeo'), 'Gajim 2.0 (through Isthmus)');
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('PRIVMSG')));
});

/** What Juliet is answered to a CTCP, the rate aside. */
async function answered(stage: Stage, text: string): Promise<string> {
  stage.peer.send(`:juliet!j@balcony PRIVMSG romeo :\x01${text}\x01`);
  return shown(await stage.peer.next(/^NOTICE/));
}

test('VERSION is asked of the user’s client', async () => {
  await using stage = await Stage.online();
  stage.ear.answers.version = 'Gajim 2.0';
  assert.equal(await answered(stage, 'VERSION'), 'NOTICE juliet :|VERSION Gajim 2.0 (through Isthmus)|');
});

test('TIME is that of the user’s client', async () => {
  await using stage = await Stage.online();
  stage.ear.answers.time = '2026-11-21T16:30:35+01:00';
  assert.equal(await answered(stage, 'TIME'), 'NOTICE juliet :|TIME Sat, 21 Nov 2026 16:30:35 +0100|');
});

test('where no client answers, the gateway does', async () => {
  await using stage = await Stage.online();
  assert.equal(await answered(stage, 'VERSION'), 'NOTICE juliet :|VERSION Isthmus, an XMPP gateway|');
});

test('the administrator can let only the gateway answer', async () => {
  await using stage = await Stage.online({ network: { ctcp_version: 'gateway' } });
  stage.ear.answers.version = 'Gajim 2.0';
  stage.ear.answers.time = '2026-11-21T16:30:35+01:00';
  assert.equal(await answered(stage, 'VERSION'), 'NOTICE juliet :|VERSION Isthmus, an XMPP gateway|');
});

test('PING is answered at once, CLIENTINFO and SOURCE too', async () => {
  for (const [asked, wanted] of [
    ['PING 1595 7', 'PING 1595 7'],
    ['clientinfo', 'CLIENTINFO ACTION CLIENTINFO PING SOURCE TIME VERSION'],
    ['SOURCE', 'SOURCE Isthmus, an XMPP gateway'],
  ] as const) {
    await using stage = await Stage.online();
    assert.equal(await answered(stage, asked), `NOTICE juliet :|${wanted}|`);
  }
});

test('DCC is refused once in a while, politely, and the user is told', async () => {
  await using stage = await Stage.online();
  assert.match(
    await answered(stage, 'DCC SEND poison.txt 3232235777 5000 10'),
    /^NOTICE juliet :Direct chats and files/,
  );
  assert.match((await stage.ear.next('notice')).text, /^juliet wanted to send you a file directly/);
  stage.peer.send(':juliet!j@balcony PRIVMSG romeo :\x01DCC SEND poison.txt 3232235777 5000 10\x01', 'PING :after');
  await stage.peer.next(/^PONG/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('NOTICE')).length, 1);
});

test('whom the user ignores gets no answer, and can say nothing by an answer', async () => {
  await using stage = await Stage.online();
  stage.ear.ignored.add(contact('juliet'));
  stage.peer.send(
    ':juliet!j@balcony PRIVMSG romeo :\x01VERSION\x01',
    ':juliet!j@balcony PRIVMSG romeo :\x01DCC CHAT chat 1 1\x01',
    ':juliet!j@balcony NOTICE romeo :\x01VERSION buy poison\x01',
    ':tybalt!t@t NOTICE romeo :\x01VERSION mIRC\x01',
    ':tybalt!t@t PRIVMSG romeo :\x01PING 1\x01',
  );
  assert.equal(shown(await stage.peer.next(/^NOTICE/)), 'NOTICE tybalt :|PING 1|');
  assert.deepEqual(noticesOf(stage), ['tybalt answers VERSION: mIRC']);
});

test('other questions, and those to a channel, get no answer', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'juliet');
  stage.peer.send(
    ':juliet!j@balcony PRIVMSG romeo :\x01FINGER\x01',
    ':juliet!j@balcony PRIVMSG #verona :\x01VERSION\x01',
    ':juliet!j@balcony PRIVMSG romeo :\x01PING 9\x01',
  );
  assert.equal(shown(await stage.peer.next(/^NOTICE/)), 'NOTICE juliet :|PING 9|');
});
