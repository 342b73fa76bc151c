/** An import and a gateway write the same registry at the same time, as two processes. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Entry } from '#src/registry/archive.ts';
import { HOST, Old, ROMEO, SERVER } from '../import/old.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const ROOM = `#balcony%${SERVER}`;
const LINES = 20_000;

function heard(n: number): Entry {
  const said = { id: `new ${n}`, message: `new ${n}`, text: `new ${n}`, xml: `<body>new ${n}</body>` };
  const sender = `${ROOM}@${HOST}/Juliet`;
  return { user: ROMEO, host: HOST, local: ROOM, at: new Date(), kind: 'groupchat', sender, author: '', ...said };
}

test('the gateway goes on while an import writes: nothing of either is lost, and the past stands first', async (t) => {
  const old = new Old(t);
  old.database.exec('begin');
  for (let n = 0; n < LINES; n += 1) old.say(`old ${n}`);
  old.database.exec('commit');
  await using registry = await old.registry();
  const args = [
    'import',
    'biboumi',
    '--from',
    old.path('biboumi.cfg'),
    '--config',
    old.path('isthmus.yaml'),
    '--write',
  ];
  let running = true;
  const imported = run(process.execPath, [MAIN, ...args]).finally(() => {
    running = false;
  });
  let added = 0;
  while (running) {
    await registry.archive.add(heard(added));
    added += 1;
    await nextTurn();
  }
  const { stderr } = await imported;
  assert.match(stderr, /- 20,000 messages were brought over/);
  const page = { user: ROMEO, host: HOST, room: ROOM };
  const { entries } = await registry.archive.page({ ...page, max: LINES + 1_000 + added, after: 'new 0' });
  assert.equal(entries[0]?.text, 'new 1');
  const before = await registry.archive.page({ ...page, max: 2, fromEnd: true, before: 'new 0' });
  assert.deepEqual(
    before.entries.map(({ text }) => text),
    ['old 19998', 'old 19999'],
  );
  t.diagnostic(`${added} messages were kept meanwhile`);
  assert.ok(added > 10);
});
