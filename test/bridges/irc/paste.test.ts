/** Texts of too many lines. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageId } from '#src/network.ts';
import { inRoom, Stage } from './stage.ts';

const LINES = Array.from({ length: 16 }, (_, at) => `line ${at + 1}`);

test('a text of many lines goes as its first line and a link to all of it', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.say('#verona', LINES.join('\n'));
  const url = `https://paste.example/${LINES.join('\n').length}`;
  assert.equal(await stage.peer.next(/^PRIVMSG/), `PRIVMSG #verona :line 1 … ${url}`);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('PRIVMSG')).length, 1);
});

test('what such a text answers is told with the link', async () => {
  await using stage = await Stage.online({ caps: 'message-tags' });
  await stage.join('#verona');
  const content = { text: LINES.join('\n'), reply: { to: 'm0' as MessageId } };
  await stage.session.send({ type: 'message', to: inRoom('#verona'), txn: 't', content });
  assert.match(await stage.peer.next(/PRIVMSG/), /^@\+draft\/reply=m0;\+reply=m0 PRIVMSG #verona :line 1 /);
});

test('up to so many lines are said as they are', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  await stage.say('#verona', LINES.slice(1).join('\n'));
  await stage.peer.next(/:line 16$/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('PRIVMSG')).length, 15);
});

test('where the gateway has no place for texts the lines are said, as long as they are not too many', async () => {
  await using stage = await Stage.online();
  stage.ear.pages = false;
  await stage.join('#verona');
  await stage.say('#verona', LINES.join('\n'));
  await stage.peer.next(/:line 16$/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('PRIVMSG')).length, 16);
  const text = 'x\n'.repeat(41);
  const sent = stage.session.send({ type: 'message', to: inRoom('#verona'), txn: 't', content: { text } });
  await assert.rejects(sent, { why: 'too-long', message: /That is 41 lines on IRC/ });
});
