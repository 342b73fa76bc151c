/** Messages in both directions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_LINES } from '#bridges/irc/messages/say.ts';
import { withoutMarks } from '#src/text/styled.ts';
import { contact, inRoom, Stage } from './stage.ts';

const juliet = { contact: contact('juliet'), nick: 'Juliet' };
const JULIET = ':Juliet!j@balcony';

test('a message to a room is told with its formatting, time and id', async () => {
  await using stage = await Stage.online({ caps: 'server-time message-tags' });
  await stage.join('#verona', 'Juliet');
  const at = new Date(Date.now() - 1_000);
  stage.peer.send(`@time=${at.toISOString()};msgid=m1 ${JULIET} PRIVMSG #Verona :O \x02Romeo\x02, \x0304Romeo`);
  const { content, ...event } = await stage.ear.next('message');
  assert.deepEqual(event, { type: 'message', in: inRoom('#verona'), from: juliet, at, id: 'm1' });
  assert.deepEqual(content, { text: 'O Romeo, Romeo', markup: [{ from: 2, to: 7, as: 'strong' }] });
});

test('messages, actions and notices to us are a talk with their author', async () => {
  await using stage = await Stage.online();
  stage.peer.send(
    `${JULIET} PRIVMSG romeo :hist`,
    `${JULIET} PRIVMSG romeo :\x01ACTION sighs\x01`,
    `${JULIET} NOTICE romeo :psst`,
  );
  const told = [await stage.ear.next('message'), await stage.ear.next('message'), await stage.ear.next('message')];
  assert.deepEqual(
    told.map((event) => event.content),
    [{ text: 'hist' }, { text: 'sighs', style: 'action' }, { text: 'psst', style: 'notice' }],
  );
  assert.ok(told.every((event) => 'with' in event.in && event.in.with === contact('juliet')));
});

test('a bouncer may speak under a name that no person could have', async () => {
  await using stage = await Stage.online();
  stage.peer.send(':*status!znc@znc.in PRIVMSG romeo :connected');
  assert.deepEqual((await stage.ear.next('message')).in, { with: contact('*status') });
});

test('a message only for operators says so', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona', 'Juliet');
  stage.peer.send(`${JULIET} PRIVMSG @#verona :quietly`);
  const event = await stage.ear.next('message');
  assert.deepEqual([event.in, event.content.text], [inRoom('#verona'), '[@#verona] quietly']);
});

test('a notice that names a channel we are in belongs there', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const service = ':ChanServ!services@services.test';
  stage.peer.send(`${service} NOTICE romeo :[#verona] welcome`, `${service} NOTICE romeo :[#mantua] welcome`);
  assert.deepEqual((await stage.ear.next('message')).in, inRoom('#verona'));
  assert.deepEqual((await stage.ear.next('message')).in, { with: contact('chanserv') });
  await stage.join('#mantua');
  stage.peer.send(`${service} NOTICE #mantua :[#verona] welcome`);
  assert.deepEqual((await stage.ear.next('message')).in, inRoom('#mantua'));
  stage.peer.send(':tybalt!t@t NOTICE romeo :[#verona] I am a service');
  assert.deepEqual((await stage.ear.next('message')).in, { with: contact('tybalt') });
});

test('what we said from another client of a bouncer is ours', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.peer.send(`:${stage.peer.prefix} PRIVMSG #verona :to all`, `:${stage.peer.prefix} PRIVMSG Juliet :to you`);
  const from = { self: true };
  const first = await stage.ear.next('message');
  assert.deepEqual([first.in, first.from], [inRoom('#verona'), from]);
  const second = await stage.ear.next('message');
  assert.deepEqual([second.in, second.from], [{ with: contact('juliet') }, from]);
});

test('nothing is told of rooms that we are not in', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const source = `${JULIET} `;
  stage.peer.send(
    ...['PRIVMSG #mantua :a', 'NOTICE @#mantua :b', 'JOIN #mantua', 'TOPIC #mantua :c', 'MODE #mantua +m'].map(
      (line) => source + line,
    ),
    ...['PART #mantua', 'KICK #mantua romeo :d', 'PRIVMSG #verona :end'].map((line) => source + line),
  );
  stage.peer.numeric('353 = #mantua :paris', '366 #mantua :End', '332 #mantua :e');
  assert.equal((await stage.ear.next('message')).content.text, 'end');
  assert.deepEqual(
    stage.ear.events.map(({ type }) => type),
    ['room', 'message'],
  );
});

test("the server's words and unknown replies are notices; its greetings are not, unless the user asked", async () => {
  await using stage = await Stage.online();
  stage.peer.send(':fake.test NOTICE romeo :Going down at noon', ':friar!f@cell WALLOPS :peace');
  stage.peer.numeric('378 romeo :is connecting from *@host', '372 :- be kind');
  assert.equal((await stage.ear.next('notice')).text, 'Going down at noon');
  assert.equal((await stage.ear.next('notice')).text, 'friar to all: peace');
  assert.equal((await stage.ear.next('notice')).text, 'romeo is connecting from *@host');
  await stage.session.send({ type: 'raw', text: 'MOTD' });
  await stage.peer.next(/^MOTD$/);
  stage.peer.numeric('372 :- be kinder');
  assert.equal((await stage.ear.next('notice')).text, '- be kinder');
});

test('CTCP questions to us are answered, but not as often as one likes', async () => {
  await using stage = await Stage.online();
  stage.peer.send(`${JULIET} PRIVMSG romeo :\x01PING 12345\x01`, `${JULIET} PRIVMSG romeo :\x01VERSION\x01`);
  assert.equal(await stage.peer.next(/^NOTICE/), 'NOTICE Juliet :\x01PING 12345\x01');
  stage.peer.send('PING :end');
  await stage.peer.next(/^PONG :end/);
  assert.ok(!stage.peer.lines.some((line) => line.includes('VERSION')));
  assert.deepEqual(stage.ear.events, []);
});

test('a message is one line per line, and /me is an ACTION', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.say('#verona', 'one\n\ntwo\r\nthree');
  for (const word of ['one', 'two', 'three'])
    assert.equal(await stage.peer.next(/^PRIVMSG/), `PRIVMSG #verona :${word}`);
  const content = { text: 'sighs\nand dies', style: 'action' } as const;
  await stage.session.send({ type: 'message', to: { with: contact('juliet') }, txn: 't', content });
  assert.equal(await stage.peer.next(/^PRIVMSG/), 'PRIVMSG juliet :\x01ACTION sighs\x01');
  assert.equal(await stage.peer.next(/^PRIVMSG/), 'PRIVMSG juliet :\x01ACTION and dies\x01');
});

test('a long message is cut so that each line fits with our own prefix, and nothing of it is lost', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const text = 'schöne wörter 💚 '.repeat(60).trim();
  await stage.say('#verona', text);
  await stage.peer.next(/💚$/);
  const lines = stage.peer.lines.filter((line) => line.startsWith('PRIVMSG'));
  for (const line of lines) assert.ok(Buffer.byteLength(`:${stage.peer.prefix} ${line}\r\n`) <= 512);
  assert.equal(lines.map((line) => line.slice('PRIVMSG #verona :'.length)).join(''), text);
});

test('a message of too many lines is refused before any is sent', async () => {
  await using stage = await Stage.online();
  stage.ear.pages = false;
  await stage.join('#verona');
  await assert.rejects(stage.say('#verona', 'line\n'.repeat(MESSAGE_LINES + 1)), { why: 'too-long' });
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('PRIVMSG')));
});

test('no text can carry a second command', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.say('#verona', 'peace\r\nQUIT :a\rQUIT :b\nQUIT :c\0QUIT :d');
  await stage.session.send({ type: 'topic', room: inRoom('#verona').room, topic: 'peace\r\nQUIT' });
  await stage.session.send({ type: 'presence', presence: { show: 'away', status: 'out\r\nQUIT' } });
  await stage.session.send({ type: 'raw', text: 'VERSION\0QUIT' });
  await stage.peer.next(/^VERSION/);
  assert.ok(stage.peer.lines.includes('PRIVMSG #verona :QUIT :c QUIT :d'));
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('QUIT')));
});

test('a message the server refuses while it is being sent is refused', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['PRIVMSG'] = (peer) => peer.numeric('404 #verona :Cannot send to channel (+m)');
  let lines = 0;
  stage.ear.pace = async () => {
    lines += 1;
    if (lines === 2) await stage.peer.next(/^PING pause/);
  };
  const said = stage.say('#verona', 'one\ntwo\nthree');
  await stage.peer.next(/one$/);
  await stage.session.send({ type: 'raw', text: 'PING pause' });
  await assert.rejects(said, { why: 'forbidden', message: /#verona did not take your message/ });
});

test('a server without echo or labels is asked for a sign behind a message, so that its refusal is in time', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['PRIVMSG'] = (peer) => peer.numeric('401 tybalt :No such nick/channel');
  const sent = stage.session.send({
    type: 'message',
    to: { with: contact('tybalt') },
    txn: 't',
    content: { text: 'hi' },
  });
  await assert.rejects(sent, { why: 'not-found', message: 'tybalt is not on this server now.' });
  assert.match(await stage.peer.next(/^PING :b/), /^PING :b/);
});

test('only the answer to its own question is a sign', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.ircd.replies['PING'] = (peer) => peer.send(':fake.test PONG fake.test :isthmus', 'PING :heard');
  const said = stage.say('#verona', 'hi');
  said.catch(() => undefined);
  const [, token] = /^PING :(b.*)/.exec(await stage.peer.next(/^PING :b/)) ?? [];
  await stage.peer.next(/^PONG :heard/);
  stage.peer.numeric('404 #verona :Cannot send to channel');
  stage.peer.send(`:fake.test PONG fake.test :${token}`);
  await assert.rejects(said, { why: 'forbidden' });
});

test('a server that gives no sign leaves it open whether it took the message', async () => {
  await using stage = await Stage.online({ timing: { answer: 30 } });
  await stage.join('#verona');
  stage.ircd.replies['PING'] = () => undefined;
  await assert.rejects(stage.say('#verona', 'hi'), { why: 'timeout', uncertain: true });
});

test('a message to a room we are not in is refused', async () => {
  await using stage = await Stage.online();
  await assert.rejects(stage.say('#verona', 'hello'), { why: 'not-joined' });
});

test('formatting goes out as codes, but for commands, what services are told, and masks', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  for (const [typed, said, to = inRoom('#verona')] of [
    ['*soft*, what _light_?', 'PRIVMSG #verona :\x02soft\x02, what \x1dlight\x1d?'],
    ['ban *!*@mantua.example *now*', 'PRIVMSG #verona :ban *!*@mantua.example *now*'],
    ['/mode +b *!*@mantua.example', 'MODE #verona +b *!*@mantua.example'],
    ['IDENTIFY *secret*', 'PRIVMSG nickserv :IDENTIFY *secret*', { with: contact('nickserv') }],
    ['> set *this*', 'PRIVMSG *status :> set *this*', { with: contact('*status') }],
  ] as const) {
    const content = withoutMarks(typed, []);
    void stage.session.send({ type: 'message', to, txn: typed, content }).catch(() => undefined);
    assert.equal(await stage.peer.next(/^(PRIVMSG|MODE #verona [+])/), said);
  }
});
