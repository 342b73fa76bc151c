/** Messages of several lines, both ways (IRCv3 draft/multiline). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FakeIrcd } from '#test/fakes/ircd.ts';
import { answerTags, echoes, echoesBatches, LABELS, lastOf } from './echoing.ts';
import { inRoom, Stage } from './stage.ts';

const JULIET = ':Juliet!j@balcony';

async function inVerona(limits: string, prepare?: (ircd: FakeIrcd) => void): Promise<Stage> {
  const both = (ircd: FakeIrcd) => {
    echoes(ircd);
    echoesBatches(ircd);
  };
  const stage = await Stage.online({ caps: `${LABELS} draft/multiline=${limits}`, prepare: prepare ?? both });
  await stage.join('#verona', 'Juliet');
  return stage;
}

function send(stage: Stage, text: string, style?: 'action') {
  const content = { text, ...(style && { style }) };
  return stage.session.send({ type: 'message', to: inRoom('#verona'), txn: text, content });
}

/** What was sent since the join, without labels and references. */
function said(stage: Stage): string[] {
  const lines = stage.peer.lines.filter((line) => /PRIVMSG|BATCH/.test(line));
  return lines.map((line) =>
    line
      .replace(/label=\w+;?/, '')
      .replace(/batch=\w+/, 'batch')
      .replace(/(BATCH .)\w+/, '$1'),
  );
}

test('a text of several lines is one message with one id, blank lines and all', async () => {
  await using stage = await inVerona('max-bytes=4096,max-lines=100');
  assert.deepEqual((await send(stage, '\none\n\n  two\r\nthree\n\n')).ids, ['b1']);
  assert.deepEqual(said(stage), [
    '@ BATCH + draft/multiline #verona',
    '@batch PRIVMSG #verona :one',
    '@batch PRIVMSG #verona :',
    '@batch PRIVMSG #verona :  two',
    '@batch PRIVMSG #verona :three',
    'BATCH -',
  ]);
});

test('a long line goes on in the next, and joined again it is the line', async () => {
  await using stage = await inVerona('max-bytes=4096,max-lines=100');
  const text = 'schöne wörter 💚 '.repeat(40).trim();
  await send(stage, text);
  const pieces = said(stage).filter((line) => line.includes('PRIVMSG'));
  assert.ok(pieces.length > 1);
  assert.ok(pieces.slice(1).every((line) => line.startsWith('@batch;draft/multiline-concat PRIVMSG')));
  assert.equal(pieces.map((line) => line.slice(line.indexOf(' :') + 2)).join(''), text);
  for (const line of pieces) {
    assert.ok(Buffer.byteLength(`:${stage.peer.prefix} ${line.slice(line.indexOf('PRIVMSG'))}\r\n`) <= 512);
  }
});

test('what is more than the server takes at once is several messages', async () => {
  await using stage = await inVerona('max-bytes=100,max-lines=3');
  await send(stage, '1\n2\n3\n\n5\n6');
  assert.deepEqual(
    said(stage).filter((line) => /PRIVMSG|[+]/.test(line)),
    [
      '@ BATCH + draft/multiline #verona',
      ...['1', '2', '3'].map((text) => `@batch PRIVMSG #verona :${text}`),
      '@ BATCH + draft/multiline #verona',
      // A message begins with no blank line.
      ...['5', '6'].map((text) => `@batch PRIVMSG #verona :${text}`),
    ],
  );
  await send(stage, `${'a'.repeat(60)}\n${'b'.repeat(60)}`);
  assert.deepEqual(
    said(stage)
      .slice(-2)
      .map((line) => line.length > 60 && line.startsWith('@')),
    [true, true],
  );
});

test('a message does not begin with the rest of a line', async () => {
  await using stage = await inVerona('max-bytes=100,max-lines=10');
  await send(stage, `${'a'.repeat(150)}\nb`);
  assert.deepEqual(said(stage), [
    `@ PRIVMSG #verona :${'a'.repeat(100)}`,
    '@ BATCH + draft/multiline #verona',
    `@batch PRIVMSG #verona :${'a'.repeat(50)}`,
    '@batch PRIVMSG #verona :b',
    'BATCH -',
  ]);
});

test('a single line, an action, and a server without limits need no batch', async () => {
  await using stage = await inVerona('max-bytes=4096');
  await send(stage, 'one');
  await send(stage, 'sighs\nand dies', 'action');
  assert.ok(said(stage).every((line) => !line.includes('BATCH')));
  await using other = await inVerona('max-lines=10');
  await send(other, 'one\ntwo');
  assert.ok(said(other).every((line) => !line.includes('BATCH')));
});

test('a message of many lines that the server refuses is refused', async () => {
  await using stage = await inVerona('max-bytes=4096', (ircd) => {
    let label = '';
    ircd.replies['BATCH'] = (peer, [reference = '']) => {
      if (reference.startsWith('+')) label = answerTags(lastOf(peer));
      else peer.send(`${label}:fake.test FAIL BATCH MULTILINE_MAX_LINES 1 :Too many lines`);
    };
  });
  await assert.rejects(send(stage, 'one\ntwo'), { why: 'too-long', message: 'Too many lines' });
});

test('no line of others comes between those of a message', async () => {
  await using stage = await inVerona('max-bytes=4096');
  await Promise.all([send(stage, 'one\ntwo'), stage.session.send({ type: 'raw', text: 'TIME' }), send(stage, '3\n4')]);
  const open: boolean[] = [];
  for (const line of stage.peer.lines) {
    if (line.includes('BATCH +')) open.push(true);
    else if (open.at(-1)) assert.match(line, /^@batch=|^BATCH -/);
    if (line.startsWith('BATCH -')) open.push(false);
  }
  assert.deepEqual(open, [true, false, true, false]);
});

test('what others say in several lines is one message, with the formatting of each line', async () => {
  await using stage = await inVerona('max-bytes=4096');
  stage.peer.send(
    `@msgid=m1;time=2026-01-02T03:04:05.678Z;+draft/reply=m0 ${JULIET} BATCH +1 draft/multiline #verona`,
    `@batch=1 ${JULIET} PRIVMSG #verona :O \x02Romeo`,
    `${JULIET} PRIVMSG #verona :meanwhile`,
    `@batch=1 ${JULIET} PRIVMSG #verona :`,
    `@batch=1 ${JULIET} PRIVMSG #verona :\x1dwhere`,
    `@batch=1;draft/multiline-concat ${JULIET} PRIVMSG #verona :fore`,
    ':fake.test BATCH -1',
  );
  assert.equal((await stage.ear.next('message')).content.text, 'meanwhile');
  const { id, content, at } = await stage.ear.next('message');
  assert.deepEqual([id, at], ['m1', new Date('2026-01-02T03:04:05.678Z')]);
  assert.deepEqual(content, {
    text: 'O Romeo\n\nwherefore',
    markup: [
      { from: 2, to: 7, as: 'strong' },
      { from: 9, to: 18, as: 'emphasis' },
    ],
    reply: { to: 'm0' },
  });
});
