/** What thirty networks say in their own ways, as recorded lines: registering, joining, splits, services and quirks. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { play, readScript } from './script.ts';

const FOLDER = new URL('networks/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

// Most of their time is waiting for one another.
suite('networks', { concurrency: true }, () => {
  for (const name of FILES) {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    const [title = ''] = text.split('\n');
    test(`${name.slice(0, -4)}: ${title.replace(/^# /, '')}`, { timeout: 20_000 }, () => play(readScript(text)));
  }
});

const WELCOME = '> NICK romeo\n< :s.test 001 romeo :Hi\n< :s.test 376 romeo :End\n= online\n';

test('there are thirty networks, and each script says whose daemon it is and what it shows', () => {
  assert.ok(FILES.length >= 30, `${FILES.length}`);
  for (const name of FILES) {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    for (const part of [/^# .{10}/, /^# registers/m, /^# joins/m, /^# splits/m, /^# .*services/m])
      assert.match(text, part, name);
    const signs = readScript(text).steps.map(({ sign }) => sign);
    assert.ok(signs.filter((sign) => sign === '=').length >= 8, name);
  }
});

test('a script fails where the bridge does something else, and says in which line', async () => {
  await assert.rejects(play(readScript(`${WELCOME}>! USER *`)), /Line 5, >! USER \*: there is USER romeo/);
  await assert.rejects(
    play(readScript(`${WELCOME}< :x!y@z PRIVMSG romeo :hi\n=! message x x: hi`)),
    /Line 6.*there is/,
  );
});

test('a script fails on a refusal that it does not expect, and on what is never answered', async () => {
  const refused = '$ join #verona\n> JOIN #verona\n< :s.test 473 romeo #verona :No';
  await assert.rejects(play(readScript(WELCOME + refused)), /refused join #verona members-only/);
  await assert.rejects(play(readScript(`${WELCOME}$ join #verona`)), /not settled: join #verona/);
});

test('what any of them says, another may say at any time: nothing ends the session or meets a bug', async () => {
  const lines = FILES.flatMap((name) => readScript(readFileSync(new URL(name, FOLDER), 'utf8')).steps)
    .filter(({ sign, text }) => sign === '<' && !text.includes('{'))
    .toSorted((a, b) => shuffled(a.text) - shuffled(b.text));
  assert.ok(lines.length > 700, `${lines.length}`);
  const welcome = readScript(WELCOME);
  await play({ ...welcome, steps: [...welcome.steps, ...lines] });
});

/** An order that is always the same and follows nothing (FNV-1a). */
function shuffled(text: string): number {
  return [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
}

test('what is no line of a script is an error', () => {
  assert.throws(() => readScript('hello'), /Line 1 is none of a script: hello/);
  assert.throws(() => readScript('> NICK\nnick romeo'), /Line 2/);
});
