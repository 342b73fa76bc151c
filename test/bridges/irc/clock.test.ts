/** The server's clock beside ours. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '#bridges/irc/connection/clock.ts';
import { type Line, parseLine } from '#bridges/irc/line.ts';

const NOON = Date.parse('2026-11-21T12:00:00.000Z');

function said(at: string | number): Line {
  const time = typeof at === 'number' ? new Date(at).toISOString() : at;
  const line = parseLine(`@time=${time} :fake.test PONG fake.test :isthmus`);
  assert.ok(line);
  return line;
}

/** By how much the clock puts right what a server says that answered with `at` after `ms`. */
function putsRight(at: string | number, ms = 0, clock = new Clock()): number {
  clock.asks(NOON);
  clock.answered(said(at), NOON + ms);
  return clock.timeOf(said(NOON)).getTime() - NOON;
}

const HOUR = 3_600_000;
for (const [name, at, ms, by] of [
  ['an hour behind', NOON - HOUR, 0, HOUR],
  ['an hour ahead', NOON + HOUR, 0, -HOUR],
  ['an hour ahead, four seconds away', NOON + HOUR + 2_000, 4_000, -HOUR],
  ['an hour ahead, and too far away to tell', NOON + HOUR, 6_000, 0],
  ['five seconds behind', NOON - 5_000, 0, 0],
  ['without a clock', '1970-01-01T00:00:00.000Z', 0, 0],
  ['at the end of time', '+275760-09-13T00:00:00.000Z', 0, 0],
  ['of nonsense', 'soon', 0, 0],
] as const) {
  test(`a server ${name} is put right by ${by} ms`, () => assert.equal(putsRight(at, ms), by));
}

test('a clock that was put right is believed again, and does not tremble', () => {
  const clock = new Clock();
  assert.equal(putsRight(NOON + HOUR, 0, clock), -HOUR);
  assert.equal(putsRight(NOON + HOUR + 500, 0, clock), -HOUR);
  assert.equal(putsRight('soon', 0, clock), -HOUR);
  assert.equal(putsRight(NOON, 0, clock), 0);
});

test('an answer that nobody asked for tells nothing', () => {
  const clock = new Clock();
  clock.answered(said(NOON + HOUR), NOON);
  assert.equal(clock.timeOf(said(NOON)).getTime(), NOON);
});

test('what is read is written back as it was, and a line without a time is said now', () => {
  const clock = new Clock();
  putsRight(NOON + HOUR, 0, clock);
  assert.equal(clock.write(clock.read(new Date(NOON))), new Date(NOON).toISOString());
  const line = parseLine('PRIVMSG #verona :now');
  assert.ok(line && Math.abs(clock.timeOf(line).getTime() - Date.now()) < 1_000);
});
