/** Pages of long lists. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexed, PAGE_MOST, pageOf } from '#src/xmpp/paged.ts';

/** A list that counts how many of its items are looked at. */
function counted(length: number) {
  const visits = { count: 0 };
  const items = new Proxy(
    Array.from({ length }, (_, n) => `room${n}`),
    {
      get(target, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) visits.count += 1;
        return Reflect.get(target, name, receiver);
      },
    },
  );
  const list = indexed(items, (item) => item);
  visits.count = 0;
  return { list, visits };
}

test('a page of 50,000 rooms looks at no more of them than it shows', (t) => {
  const { list, visits } = counted(50_000);
  const startedAt = performance.now();
  for (let n = 0; n < 1_000; n += 1) pageOf(list, { max: 20, after: `room${n * 49}` });
  t.diagnostic(`a page in ${(((performance.now() - startedAt) * 1_000) / 1_000).toFixed(1)} µs`);
  assert.ok(visits.count <= 1_000 * 20, `${visits.count} visits`);
});

test('whoever names no page gets as many as fit a stanza, and is told of the rest', () => {
  const { list } = counted(50_000);
  const { items, set } = pageOf(list, {});
  assert.equal(items.length, PAGE_MOST);
  assert.match(set, /<count>50000<\/count>/);
  assert.equal(pageOf(counted(3).list, {}).set, '');
  assert.equal(pageOf(list, { max: 1_000_000 }).items.length, PAGE_MOST);
});

test('pages after each other, and before each other, are the whole list', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.boolean(), (length, max, backwards) => {
      const { list } = counted(length);
      const seen: string[] = [];
      for (let page = pageOf(list, backwards ? { max, before: '' } : { max }); page.items.length > 0; ) {
        if (backwards) seen.unshift(...page.items);
        else seen.push(...page.items);
        const [first = '', last = ''] = [page.items[0], page.items.at(-1)];
        page = pageOf(list, backwards ? { max, before: first } : { max, after: last });
      }
      assert.deepEqual(seen, [...list.items]);
    }),
  );
});
