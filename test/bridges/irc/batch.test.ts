/** Batches of lines: nested, crossing each other, without an end, and of types nobody knows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Batch, Batches } from '#bridges/irc/connection/batch.ts';
import { type Line, parseLine } from '#bridges/irc/line.ts';

const WHOLE = new Map([
  ['multiline', true],
  ['history', true],
]);
type Shape = string | readonly [string, ...Shape[]];

function line(text: string): Line {
  const parsed = parseLine(text);
  assert.ok(parsed);
  return parsed;
}

/** A line as its last parameter or command, a batch as its type and what it holds. */
function shapeOf(item: Line | Batch): Shape {
  return 'items' in item ? [item.type, ...item.items.map(shapeOf)] : (item.params.at(-1) ?? item.command);
}

function taken(...lines: readonly string[]): Shape[] {
  const batches = new Batches();
  return lines.flatMap((text) => batches.take(line(text), WHOLE)).map(shapeOf);
}

test('a batch that somebody takes is given whole when it has ended; lines beside it pass', () => {
  assert.deepEqual(
    taken(
      'BATCH +1 draft/multiline #a',
      '@batch=1 PRIVMSG #a :one',
      'PRIVMSG #a :beside',
      '@batch=1 PRIVMSG #a :two',
      'BATCH -1',
    ),
    ['beside', ['multiline', 'one', 'two']],
  );
});

test('lines of a type nobody takes pass as they come, and the end with the type', () => {
  assert.deepEqual(taken('BATCH +1 example.com/foo', '@batch=1 PRIVMSG #a :one', 'BATCH -1'), [
    'one',
    'example.com/foo',
  ]);
  assert.deepEqual(taken('@batch=never PRIVMSG #a :one', 'BATCH -never', 'BATCH', 'BATCH ?x'), ['one']);
});

test('a batch that is begun again has ended; one without a name holds nothing', () => {
  assert.deepEqual(
    taken(
      'BATCH +1 multiline #a',
      '@batch=1 PRIVMSG #a :one',
      'BATCH +1 multiline #a',
      '@batch=1 PRIVMSG #a :two',
      'BATCH -1',
    ),
    [
      ['multiline', 'one'],
      ['multiline', 'two'],
    ],
  );
  assert.deepEqual(taken('BATCH + history #a', '@time=now PRIVMSG #a :one'), ['one']);
});

test('a batch within another stands in it where it ended', () => {
  assert.deepEqual(
    taken(
      'BATCH +o chathistory #a',
      '@batch=o BATCH +h history #a',
      '@batch=h PRIVMSG #a :1',
      '@batch=h BATCH +m draft/multiline #a',
      '@batch=m PRIVMSG #a :2',
      '@batch=h PRIVMSG #a :3',
      '@batch=h BATCH -m',
      '@batch=h BATCH +u unknown',
      '@batch=u PRIVMSG #a :4',
      '@batch=h BATCH -u',
      '@batch=o BATCH -h',
      'BATCH -o',
    ),
    ['unknown', ['history', '1', '3', ['multiline', '2'], '4'], 'chathistory'],
  );
});

test('a batch that outlives the one it is in stands alone', () => {
  assert.deepEqual(
    taken(
      'BATCH +o history #a',
      '@batch=o BATCH +m draft/multiline #a',
      'BATCH -o',
      '@batch=m PRIVMSG #a :1',
      'BATCH -m',
    ),
    [['history'], ['multiline', '1']],
  );
});

test('the end of a labelled answer is its ACK, and its lines are known to be in it', () => {
  const batches = new Batches();
  const take = (text: string) => batches.take(line(text), WHOLE);
  assert.deepEqual(take('@label=x BATCH +1 labeled-response'), []);
  const within = line('@batch=1 PRIVMSG #a :one');
  assert.deepEqual(
    Array.from(batches.around(within), ({ type }) => type),
    ['labeled-response'],
  );
  const [end] = take('BATCH -1');
  assert.ok(end && !('items' in end) && end.command === 'ACK' && end.tags === 'label=x');
  assert.deepEqual([...batches.around(within)], []);
});

test('who never ends batches is not listened to for ever', () => {
  const batches = new Batches();
  const given: (Line | Batch)[] = [];
  const many = 5_000;
  for (let count = 0; count < many; count += 1) {
    given.push(...batches.take(line(`BATCH +${count} history #a`), WHOLE));
    given.push(...batches.take(line(`@batch=${count} PRIVMSG #a :text`), WHOLE));
  }
  assert.ok(given.length >= many - 100);
});

test('what is too much to be kept is given at once, and the rest as it comes; nothing is lost', () => {
  const batches = new Batches();
  const text = 'x'.repeat(8_000);
  const given = [...batches.take(line('BATCH +1 history #a'), WHOLE)];
  const lines = 1_200;
  for (let count = 0; count < lines; count += 1)
    given.push(...batches.take(line(`@batch=1 PRIVMSG #a :${text}`), WHOLE));
  assert.ok(given.length > 0);
  given.push(...batches.take(line('BATCH -1'), WHOLE));
  const total = given.reduce((sum, item) => sum + ('items' in item ? item.items.length : 1), 0);
  // And the end.
  assert.equal(total, lines + 1);
});
