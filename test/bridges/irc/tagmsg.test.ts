/** Typing, replies and reactions: what people tell each other in tags (IRCv3 message-tags). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagOf } from '#bridges/irc/line.ts';
import type { Conversation, Feature, MessageId, UserAction } from '#src/network.ts';
import { answerTags, ECHO, echoes, LABELS, lastOf } from './echoing.ts';
import { contact, inRoom, Stage, type StageOptions } from './stage.ts';

const juliet = { contact: contact('juliet'), nick: 'Juliet' };
const JULIET = ':Juliet!j@balcony';
const id = (name: string) => name as MessageId;

async function inVerona(options: StageOptions = {}): Promise<Stage> {
  const stage = await Stage.online({ caps: LABELS, prepare: echoes, ...options });
  await stage.join('#verona', 'Juliet');
  return stage;
}

function react(stage: Stage, ...reactions: string[]) {
  return stage.session.send({ type: 'react', to: inRoom('#verona'), id: id('m0'), txn: 't', reactions });
}

function tagmsgs(stage: Stage): string[] {
  return stage.peer.lines.filter((line) => line.includes('TAGMSG')).map((line) => line.replace(/label=\w+;/, ''));
}

/** What the client has sent is here, and what the server has said was heard. */
async function settled(stage: Stage): Promise<void> {
  stage.peer.send('PING :end');
  await stage.peer.next(/^PONG :end$/);
}

test('an answer names the message it is to, and an answer of others is one', async () => {
  await using stage = await inVerona();
  const content = { text: 'Juliet: yes\nindeed', reply: { to: id('m0') } };
  const sent = await stage.session.send({ type: 'message', to: inRoom('#verona'), txn: 't', content });
  assert.equal(sent.ids?.length, 2);
  const said = stage.peer.lines
    .filter((line) => line.includes('PRIVMSG'))
    .map((line) => line.replace(/label=\w+;?/, ''));
  assert.deepEqual(said, [
    '@+draft/reply=m0;+reply=m0 PRIVMSG #verona :Juliet: yes',
    // The rest belongs to it as it is.
    '@ PRIVMSG #verona :indeed',
  ]);
  stage.peer.send(
    `@msgid=m5;+draft/reply=m0 ${JULIET} PRIVMSG #verona :no`,
    `@msgid=m6;+reply=m5 ${JULIET} PRIVMSG #verona :well`,
  );
  const answers = [await stage.ear.next('message'), await stage.ear.next('message')];
  assert.deepEqual(
    answers.map(({ content: { reply } }) => reply),
    [{ to: 'm0' }, { to: 'm5' }],
  );
});

for (const [how, caps] of [
  ['labels', LABELS],
  ['echoes', ECHO],
  ['neither', 'message-tags'],
] as const) {
  test(`reactions are told one by one, new ones and those taken back, with ${how}`, async () => {
    await using stage = await inVerona({ caps });
    await react(stage, '👍', '❤');
    await react(stage, '❤', 'semi;colon');
    await react(stage);
    await settled(stage);
    const tags = '@+draft/reply=m0;+reply=m0;';
    assert.deepEqual(tagmsgs(stage), [
      `${tags}+draft/react=👍 TAGMSG #verona`,
      `${tags}+draft/react=❤ TAGMSG #verona`,
      `${tags}+draft/unreact=👍 TAGMSG #verona`,
      `${tags}+draft/react=semi\\:colon TAGMSG #verona`,
      `${tags}+draft/unreact=❤ TAGMSG #verona`,
      `${tags}+draft/unreact=semi\\:colon TAGMSG #verona`,
    ]);
    if (how !== 'neither') assert.ok(!stage.ear.events.some(({ type }) => type === 'react'));
  });
}

test('a reaction the server refuses is refused, and not taken as told', async () => {
  await using stage = await inVerona();
  const echo = stage.ircd.replies['TAGMSG'];
  stage.ircd.replies['TAGMSG'] = (peer) => {
    peer.send(`${answerTags(lastOf(peer))}:fake.test 404 romeo #verona :Cannot send to channel`);
  };
  await assert.rejects(react(stage, '👍'), { why: 'forbidden' });
  if (echo) stage.ircd.replies['TAGMSG'] = echo;
  await react(stage, '👍');
  assert.equal(tagmsgs(stage).length, 2);
});

test('reactions of others are told as the whole of each person', async () => {
  await using stage = await inVerona();
  const tag = (tags: string, who = JULIET) => stage.peer.send(`@${tags};+draft/reply=m0 ${who} TAGMSG #verona`);
  tag('+draft/react=👍');
  tag('+draft/react=❤');
  tag('+draft/react=☕', ':nurse!n@hall');
  tag('+draft/unreact=👍');
  tag('+draft/react=');
  tag(`+draft/react=${'x'.repeat(100)}`);
  stage.peer.send(`@+draft/react=👍 ${JULIET} TAGMSG #verona`, `@+draft/react=👍;+reply=m0 ${JULIET} TAGMSG #mantua`);
  tag('+draft/react=🌹', `:${stage.peer.prefix}`);
  const told = [];
  for (let count = 0; count < 5; count += 1) told.push(await stage.ear.next('react'));
  assert.deepEqual(
    told.map(({ from, reactions }) => ['self' in from ? 'self' : from.nick, ...reactions]),
    [
      ['Juliet', '👍'],
      ['Juliet', '👍', '❤'],
      ['nurse', '☕'],
      ['Juliet', '❤'],
      ['self', '🌹'],
    ],
  );
  assert.ok(told.every((event) => event.id === 'm0' && 'room' in event.in));
});

test('of one person no more than so many reactions are kept', async () => {
  await using stage = await inVerona();
  const signs = Array.from({ length: 51 }, (_, at) => `x${at}`);
  stage.peer.send(...signs.map((sign) => `@+draft/react=${sign};+reply=m0 ${JULIET} TAGMSG #verona`));
  await settled(stage);
  const told = stage.ear.events.flatMap((event) => (event.type === 'react' ? [event.reactions.length] : []));
  assert.deepEqual([told.length, told.at(-1)], [50, 50]);
});

test('what was reacted with is known over a reconnect', async () => {
  await using stage = await inVerona();
  await react(stage, '👍');
  stage.peer.send(`@+draft/react=☕;+reply=m0 ${JULIET} TAGMSG #verona`);
  await stage.ear.next('react');
  stage.peer.cut();
  await stage.life.catch(() => undefined);
  await stage.connect();
  await stage.ear.ready();
  await stage.ear.next('room');
  await react(stage);
  assert.match(tagmsgs(stage).at(-1) ?? '', /unreact=👍/);
  stage.peer.send(`@+draft/react=❤;+reply=m0 ${JULIET} TAGMSG #verona`);
  assert.deepEqual((await stage.ear.next('react')).reactions, ['☕', '❤']);
});

test('what we have reacted with is known under another nick', async () => {
  await using stage = await inVerona();
  await react(stage, '👍');
  await stage.session.send({ type: 'nick', room: inRoom('#verona').room, nick: 'montague' });
  await react(stage);
  assert.match(tagmsgs(stage).at(-1) ?? '', /unreact=👍/);
});

const nurse = { with: contact('nurse') };
const typing = (on: boolean, to: Conversation = inRoom('#verona')): UserAction => ({ type: 'typing', to, on });
const say: UserAction = { type: 'message', to: inRoom('#verona'), txn: 't', content: { text: 'hello' } };

test('who types is told again and again, and that it ended', async () => {
  await using stage = await inVerona({ timing: { typing: 20 } });
  await stage.session.send(typing(true));
  for (let times = 0; times < 3; times += 1) await stage.peer.next(/[+]typing=active TAGMSG #verona$/);
  await stage.session.send(typing(false));
  await stage.peer.next(/[+]typing=done TAGMSG #verona$/);
  await settled(stage);
  assert.ok(!stage.ear.events.some(({ type }) => type === 'typing'));
});

test('a message ends typing without a word', async () => {
  await using stage = await inVerona({ timing: { typing: 20 } });
  await stage.session.send(typing(true));
  await stage.session.send(typing(true, nurse));
  await stage.peer.next(/[+]typing=active TAGMSG nurse/);
  await stage.session.send(typing(false));
  await stage.session.send(say);
  await stage.session.send(typing(false, nurse));
  await stage.peer.next(/[+]typing=done TAGMSG nurse/);
  assert.ok(!tagmsgs(stage).some((line) => line.includes('done TAGMSG #verona')));
});

test('nothing is told twice within three seconds', async () => {
  await using stage = await inVerona();
  await stage.session.send(typing(true));
  await stage.peer.next(/[+]typing=active/);
  await stage.session.send(typing(false));
  await stage.session.send(say);
  await stage.session.send(typing(true));
  await settled(stage);
  assert.equal(tagmsgs(stage).length, 1);
});

test('where nobody is to be told of typing the server says so once, and the user nothing', async () => {
  await using stage = await inVerona({ timing: { typing: 40 } });
  stage.ircd.replies['TAGMSG'] = (peer) => {
    const line = lastOf(peer);
    const refused = line.params[0] === '#verona';
    peer.send(`${answerTags(line)}:fake.test ${refused ? '404 romeo #verona :Cannot send to channel' : 'ACK'}`);
  };
  await stage.session.send(typing(true));
  await stage.peer.next(/TAGMSG #verona/);
  await stage.session.send(typing(true, nurse));
  for (let times = 0; times < 3; times += 1) await stage.peer.next(/TAGMSG nurse/);
  assert.equal(tagmsgs(stage).filter((line) => line.endsWith('#verona')).length, 1);
  assert.ok(!stage.ear.events.some(({ type }) => type === 'notice'));
});

test('others type until they say so, send their message, leave, or are silent for six seconds', async () => {
  await using stage = await inVerona({ timing: { typing: 60 } });
  const tells = (value: string) => stage.peer.send(`@+typing=${value} ${JULIET} TAGMSG #verona`);
  tells('active');
  const first = await stage.ear.next('typing');
  assert.deepEqual(first, { type: 'typing', in: inRoom('#verona'), from: juliet, on: true });
  tells('active');
  tells('paused');
  assert.equal((await stage.ear.next('typing')).on, false);
  tells('active');
  assert.equal((await stage.ear.next('typing')).on, true);
  // Silence.
  assert.equal((await stage.ear.next('typing')).on, false);
  tells('active');
  assert.equal((await stage.ear.next('typing')).on, true);
  stage.peer.send(`${JULIET} PRIVMSG #verona :hello`);
  await stage.ear.next('message');
  tells('active');
  assert.equal((await stage.ear.next('typing')).on, true);
  stage.peer.send(`${JULIET} PART #verona`);
  await stage.ear.next('member');
  stage.peer.send(`@+typing=active :nurse!n@hall TAGMSG romeo`, `@+typing=active :${stage.peer.prefix} TAGMSG #verona`);
  assert.deepEqual((await stage.ear.next('typing')).in, { with: contact('nurse') });
  const last = await stage.ear.next('typing');
  assert.deepEqual([last.in, last.on], [nurse, false]);
});

for (const [caps, isupport, lacks] of [
  ['', '', ['reply', 'react', 'typing', 'retract', 'erase', 'read']],
  ['message-tags', '', ['retract', 'erase', 'read']],
  ['message-tags draft/message-redaction draft/read-marker', '', []],
  ['message-tags draft/message-redaction read-marker', 'CLIENTTAGDENY=*,-typing', ['reply', 'react']],
  ['message-tags message-redaction read-marker', 'CLIENTTAGDENY=typing,draft/react', ['react', 'typing']],
  ['message-tags message-redaction read-marker', 'CLIENTTAGDENY=draft/reply', []],
] as const) {
  test(`a server with “${caps}” and “${isupport}” lacks ${lacks.join(', ') || 'nothing'}`, async () => {
    await using stage = await Stage.connecting({ caps, isupport });
    const told = Promise.withResolvers<readonly Feature[] | undefined>();
    const { ear } = stage;
    const { online } = ear;
    ear.online = (label: string, without?: readonly Feature[]) => {
      online.call(ear, label);
      told.resolve(without);
    };
    assert.deepEqual(await told.promise, lacks);
  });
}

test('only the tag that reaches others is used', async () => {
  await using stage = await inVerona({ isupport: 'CLIENTTAGDENY=draft/reply' });
  await react(stage, '👍');
  const line = lastOf(stage.peer);
  assert.deepEqual([tagOf(line, '+draft/reply'), tagOf(line, '+reply')], [undefined, 'm0']);
});
