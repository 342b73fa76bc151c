import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Entrance, Entrances } from '#src/entrance.ts';
import type { Account, AccountId } from '#src/network.ts';
import { Pace } from '#src/pace.ts';
import { FakeNetwork } from './fakes/network.ts';

const FREE = { take: () => Promise.resolve() };
const LIBERA: Account = { id: 'irc.libera.chat' as AccountId, label: 'Libera', settings: {} };
const never = () => new AbortController().signal;
const calm = () => false;

/** Notes who is let in. */
function door(entrance: Entrance) {
  const inside: string[] = [];
  const places = new Map<string, Disposable>();
  const come = (name: string, urgent = calm, signal = never()) =>
    entrance.enter(signal, urgent).then((place) => {
      inside.push(name);
      places.set(name, place);
    });
  const go = (name: string) => places.get(name)?.[Symbol.dispose]();
  return { inside, come, go };
}

test('no more are inside than there is room for, and the next comes when one leaves', async () => {
  const entrance = new Entrance({ most: 2, pace: FREE, common: FREE });
  const { inside, come, go } = door(entrance);
  await Promise.all(['a', 'b'].map((name) => come(name)));
  assert.equal(entrance.full, true);
  void come('c');
  await nextTurn();
  assert.deepEqual(inside, ['a', 'b']);
  go('a');
  await nextTurn();
  assert.deepEqual(inside, ['a', 'b', 'c']);
  assert.equal(entrance.inside, 2);
});

test('those who are waited for go before those who are not', async () => {
  const { inside, come, go } = door(new Entrance({ most: 1, pace: FREE, common: FREE }));
  await come('first');
  void come('asleep');
  void come('waited for', () => true);
  go('first');
  await nextTurn();
  go('waited for');
  await nextTurn();
  assert.deepEqual(inside, ['first', 'waited for', 'asleep']);
});

test('who gives up takes no room, and nobody else is kept', async () => {
  const entrance = new Entrance({ most: 1, pace: FREE, common: FREE });
  const { inside, come, go } = door(entrance);
  await come('first');
  const gone = new AbortController();
  const late = come('late', calm, gone.signal);
  void come('next');
  gone.abort(new Error('gone'));
  await assert.rejects(late, /gone/);
  go('first');
  await nextTurn();
  assert.deepEqual(inside, ['first', 'next']);
});

test('they come one by one, and who gives up while waiting for that is not let in', async (t) => {
  const pace = new Pace({ burst: 1, perSecond: 0.1 });
  const { inside, come } = door(new Entrance({ most: 0, pace, common: FREE }));
  await come('first');
  const gone = new AbortController();
  const startedAt = performance.now();
  const late = come('second', calm, gone.signal);
  await nextTurn();
  assert.deepEqual(inside, ['first']);
  gone.abort(new Error('gone'));
  await assert.rejects(late, /gone/);
  // The ten seconds that the next would have had to wait keep nobody.
  t.diagnostic(`${Math.round(performance.now() - startedAt)} ms`);
});

test('accounts share the entrance that the network names, and each has its own where it names none', () => {
  const network = new FakeNetwork();
  const alone = new Entrances(network, undefined);
  assert.notEqual(alone.of(LIBERA), alone.of(LIBERA));
  network.entrance = ({ id }) => ({ name: id, connections: 3, perSecond: 1 });
  const shared = new Entrances(network, 5);
  assert.equal(shared.of(LIBERA), shared.of(LIBERA));
  assert.notEqual(shared.of(LIBERA), shared.of({ ...LIBERA, id: 'irc.oftc.net' as AccountId }));
  assert.equal(shared.of(LIBERA).most, 3);
});
