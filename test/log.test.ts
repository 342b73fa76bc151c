/** The log must not tell secrets. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, SECRET_FIELDS } from '#src/log.ts';

const CANARY = 'swordfish';

test('a secret is not logged under any of its names, however deep it stands', () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => lines.push(line) });
  for (const name of SECRET_FIELDS) {
    log.info({ [name]: CANARY }, 'at the top');
    log.info({ account: { [name]: CANARY } }, 'one down');
    log.child({ part: 'test' }).warn({ options: { login: { [name]: CANARY } } }, 'two down');
  }
  assert.equal(lines.length, 3 * SECRET_FIELDS.length);
  assert.equal(lines.join('').includes(CANARY), false);
});

test('a line is JSON with the sentence and the facts', () => {
  const lines: string[] = [];
  createLog('info', { write: (line: string) => lines.push(line) })
    .child({ part: 'test' })
    .info({ ms: 5 }, 'It is done');
  const { level, part, ms, msg } = JSON.parse(lines[0] ?? '');
  assert.deepEqual({ level, part, ms, msg }, { level: 30, part: 'test', ms: 5, msg: 'It is done' });
});
