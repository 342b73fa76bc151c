/** The archive keeps order, finds by every kind of id, and pages rightly whatever is asked. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MessageId } from '#src/network.ts';
import type { Entry } from '#src/registry/archive.ts';
import { openRegistry } from '#src/registry/database.ts';
import { BALCONY, entryOf, HOST, JULIET, KEY, ROMEO, scratchFile } from './scratch.ts';

const NOON = Date.parse('2026-07-10T12:00:00Z');
const NURSE = 'nurse%irc.libera.chat';
const chats = { user: ROMEO, host: HOST };
const room = { ...chats, room: BALCONY };

function open() {
  return openRegistry(':memory:', KEY);
}
function ids(entries: readonly { readonly id: string }[]): string[] {
  return entries.map(({ id }) => id);
}
/** Entries with the ids `0`, `1` …. */
function numbered(count: number, change: Partial<Entry> = {}): Entry[] {
  return Array.from({ length: count }, (_, n) => entryOf({ id: String(n), ...change }));
}

test('what was added is read as it was, over a restart too, and what comes then is behind it', async (t) => {
  const file = scratchFile(t);
  const chat = entryOf({ local: NURSE, kind: 'chat', author: '', sender: ROMEO, id: 'b', text: 'ü 😀' });
  {
    await using registry = await openRegistry(file, KEY);
    await Promise.all([registry.archive.add(entryOf(), ['n1', 'n2'] as MessageId[]), registry.archive.add(chat)]);
  }
  await using registry = await openRegistry(file, KEY);
  assert.equal(registry.archive.last, 2);
  const stored = await registry.archive.find(ROMEO, HOST, BALCONY, 'a');
  assert.ok(stored);
  const { received, ...rest } = stored;
  assert.deepEqual(rest, { ...entryOf(), seq: 1, ids: ['n1', 'n2'] });
  assert.ok(received.getTime() <= Date.now());
  await registry.archive.add(entryOf({ id: 'c' }));
  assert.deepEqual(ids((await registry.archive.page({ ...room, max: 9 })).entries), ['a', 'c']);
  assert.deepEqual(ids((await registry.archive.page({ ...chats, max: 9 })).entries), ['b']);
});

test('reads see all that was added before them, though nobody waited', async () => {
  await using registry = await open();
  const { archive } = registry;
  const added = numbered(500).map((entry) => archive.add(entry, [`net-${entry.id}` as MessageId]));
  const found = archive.find(ROMEO, HOST, BALCONY, '499');
  const newest = archive.newest(ROMEO, HOST, BALCONY);
  const known = archive.known(ROMEO, HOST, BALCONY, 'net-498' as MessageId);
  const page = archive.page({ ...room, max: 2, fromEnd: true }, true);
  assert.equal(archive.last, 500);
  assert.equal((await found)?.id, '499');
  assert.equal((await newest)?.id, '499');
  assert.deepEqual((await known)?.ids, ['net-498']);
  const { entries, ...rest } = await page;
  assert.deepEqual([ids(entries), rest], [['498', '499'], { complete: false, count: 500, index: 498 }]);
  await Promise.all(added);
});

test('a message is found by stanza-id, else by the newest of its message id, and in its conversation alone', async () => {
  await using registry = await open();
  const { archive } = registry;
  await archive.add(entryOf({ id: 'first', message: 'same' }));
  await archive.add(entryOf({ id: 'second', message: 'same' }));
  await archive.add(entryOf({ id: 'trap', message: 'first' }));
  await archive.add(entryOf({ id: 'elsewhere', message: 'other', local: NURSE, kind: 'chat' }), ['n'] as MessageId[]);
  const found = async (ref: string) => (await archive.find(ROMEO, HOST, BALCONY, ref))?.id;
  assert.deepEqual(await Promise.all(['same', 'first', 'other', 'elsewhere', 'none'].map(found)), [
    'second',
    'first',
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(await archive.find(JULIET, HOST, BALCONY, 'first'), undefined);
  assert.equal(await archive.known(ROMEO, HOST, BALCONY, 'n' as MessageId), undefined);
  assert.equal((await archive.known(ROMEO, HOST, NURSE, 'n' as MessageId))?.id, 'elsewhere');
});

test('ids that come later are tied to the message, and one that is taken stays where it is', async () => {
  await using registry = await open();
  const { archive } = registry;
  const late = archive.add(entryOf({ id: 'late' }));
  await archive.name({ ...chats, local: BALCONY, id: 'late' }, ['n1', 'n2'] as MessageId[]);
  await archive.add(entryOf({ id: 'other' }), ['n1', 'n3'] as MessageId[]);
  await archive.name({ ...chats, local: BALCONY, id: 'unknown' }, ['n4'] as MessageId[]);
  const known = async (id: string) => (await archive.known(ROMEO, HOST, BALCONY, id as MessageId))?.id;
  assert.deepEqual(await Promise.all(['n1', 'n2', 'n3', 'n4'].map(known)), ['late', 'late', 'other', undefined]);
  await late;
});

test('the ids of a message are in the order the network told them', async () => {
  await using registry = await open();
  const { archive } = registry;
  await archive.add(entryOf({ id: 'cut' }), ['z', 'm', 'a'] as MessageId[]);
  await archive.name({ ...chats, local: BALCONY, id: 'cut' }, ['y', 'b'] as MessageId[]);
  assert.deepEqual((await archive.find(ROMEO, HOST, BALCONY, 'cut'))?.ids, ['z', 'm', 'a', 'y', 'b']);
});

test('a tombstone takes the words and leaves the place, the time and the ids', async () => {
  await using registry = await open();
  const { archive } = registry;
  await archive.add(entryOf(), ['n'] as MessageId[]);
  const stored = await archive.find(ROMEO, HOST, BALCONY, 'a');
  assert.ok(stored);
  await archive.bury(stored, '<retracted/>');
  const buried = await archive.known(ROMEO, HOST, BALCONY, 'n' as MessageId);
  assert.deepEqual(buried, { ...stored, text: '', xml: '<retracted/>' });
});

test('what would be too long is refused, and an id can be used once', async () => {
  await using registry = await open();
  const { archive } = registry;
  await assert.rejects(archive.add(entryOf({ xml: 'x'.repeat(2 ** 18 + 1) })), { why: 'too-long' });
  await archive.add(entryOf({ xml: 'x'.repeat(2 ** 18) }), ['n'] as MessageId[]);
  await assert.rejects(archive.add(entryOf({ text: 'again' }), ['m'] as MessageId[]), /UNIQUE/);
  assert.equal((await archive.page({ ...room, max: 9 })).entries.length, 1);
  await archive.add(entryOf({ user: JULIET }));
});

test('the order is that of adding, though what was said long ago comes late and the clock is set back', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: NOON });
  await using registry = await open();
  const { archive } = registry;
  const add = (id: string, change: Partial<Entry> = {}) => archive.add(entryOf({ id, at: new Date(), ...change }));
  await add('one');
  t.mock.timers.setTime(NOON + 1000);
  await add('late', { at: new Date(NOON - 86_400_000) });
  t.mock.timers.setTime(NOON - 3_600_000);
  await add('three');
  const page = async (limits: object) => ids((await archive.page({ ...room, max: 9, ...limits })).entries);
  assert.deepEqual(await page({}), ['one', 'late', 'three']);
  assert.deepEqual(await page({ start: new Date(NOON) }), ['one', 'late', 'three']);
  assert.deepEqual(await page({ start: new Date(NOON + 1) }), ['late', 'three']);
  assert.deepEqual(await page({ end: new Date(NOON) }), ['one']);
  assert.deepEqual(await page({ end: new Date(NOON - 1) }), []);
  assert.deepEqual(await page({ start: new Date(NOON + 1000), end: new Date(NOON + 1000), max: 1 }), ['late']);
});

test('an unknown id is refused wherever it stands, and so is one of another archive', async () => {
  await using registry = await open();
  const { archive } = registry;
  await archive.add(entryOf({ id: 'here' }));
  await archive.add(entryOf({ id: 'chat', local: NURSE, kind: 'chat' }));
  await archive.add(entryOf({ id: 'hers', user: JULIET }));
  for (const limit of ['after', 'before', 'afterId', 'beforeId']) {
    for (const id of ['none', 'chat', 'hers']) {
      await assert.rejects(archive.page({ ...room, max: 9, [limit]: id }), { why: 'not-found' }, `${limit} ${id}`);
    }
    await assert.rejects(archive.page({ ...chats, max: 9, [limit]: 'here' }), { why: 'not-found' });
    await archive.page({ ...chats, max: 9, [limit]: 'chat' });
  }
  await assert.rejects(archive.page({ ...room, max: 9, ids: ['here', 'chat'] }), { why: 'not-found' });
  assert.deepEqual(ids((await archive.page({ ...room, max: 9, ids: ['here', 'here'] })).entries), ['here']);
});

test('every page is the one that a list in memory would give', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: NOON });
  await using registry = await open();
  const { archive } = registry;
  const all: { id: string; at: number }[] = [];
  for (let n = 0; n < 40; n += 1) {
    t.mock.timers.setTime(NOON + Math.floor(n / 3) * 1000);
    all.push({ id: String(n), at: Date.now() });
    await Promise.all([archive.add(entryOf({ id: String(n) })), archive.add(entryOf({ user: JULIET, id: String(n) }))]);
  }
  const id = fc.integer({ min: 0, max: 39 }).map(String);
  const time = fc.integer({ min: -1, max: 14 }).map((seconds) => new Date(NOON + seconds * 1000));
  const limits = fc.record(
    {
      start: time,
      end: time,
      afterId: id,
      beforeId: id,
      after: id,
      before: id,
      ids: fc.array(id, { minLength: 1, maxLength: 9 }),
      fromEnd: fc.boolean(),
      upTo: fc.integer({ min: 0, max: 80 }),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(limits, fc.integer({ min: 0, max: 12 }), async (asked, max) => {
      const matches = all.filter(
        (one, n) =>
          one.at >= (asked.start?.getTime() ?? 0) &&
          one.at <= (asked.end?.getTime() ?? Number.POSITIVE_INFINITY) &&
          n > Number(asked.afterId ?? -1) &&
          n < Number(asked.beforeId ?? 99) &&
          2 * n + 1 <= (asked.upTo ?? 99) &&
          (asked.ids?.includes(one.id) ?? true),
      );
      const left = matches.filter(
        ({ id }) => Number(id) > Number(asked.after ?? -1) && Number(id) < Number(asked.before ?? 99),
      );
      const wanted = asked.fromEnd ? left.slice(Math.max(0, left.length - max)) : left.slice(0, max);
      const index = wanted[0] ? { index: matches.indexOf(wanted[0]) } : {};
      const page = await archive.page({ ...room, ...asked, max }, true);
      assert.deepEqual(
        { ...page, entries: ids(page.entries) },
        { entries: ids(wanted), complete: left.length <= max, count: matches.length, ...index },
      );
    }),
    { numRuns: 150 },
  );
});

test('one-to-one messages are paged over all contacts, those of rooms aside', async () => {
  await using registry = await open();
  const { archive } = registry;
  await archive.add(entryOf({ id: '0', local: NURSE, kind: 'chat' }));
  await archive.add(entryOf({ id: '1' }));
  await archive.add(entryOf({ id: '2', local: 'friar%irc.libera.chat', kind: 'chat' }));
  await archive.add(entryOf({ id: '3', local: NURSE, kind: 'chat' }));
  const page = await archive.page({ ...chats, max: 9 }, true);
  assert.deepEqual([ids(page.entries), page.count], [['0', '2', '3'], 3]);
  assert.deepEqual(ids((await archive.page({ ...chats, contact: NURSE, max: 9 })).entries), ['0', '3']);
  const after = await archive.page({ ...chats, contact: NURSE, after: '2', max: 9 });
  assert.deepEqual(ids(after.entries), ['3']);
  assert.deepEqual(ids((await archive.page({ ...chats, contact: NURSE, ids: ['0', '2'], max: 9 })).entries), ['0']);
});

test('erasing goes no further than the conversation, the user and the host that were named', async () => {
  await using registry = await open();
  const { archive } = registry;
  const others = [
    entryOf({ id: 'a', local: NURSE, kind: 'chat' }),
    entryOf({ id: 'a', user: JULIET }),
    entryOf({ id: 'a', host: 'mail.example.com' }),
  ];
  await Promise.all([...numbered(1201), ...others].map((entry) => archive.add(entry, [entry.id as MessageId])));
  const left = async () =>
    (await Promise.all(others.map(({ user, host, local }) => archive.newest(user, host, local)))).map((one) => !!one);
  await archive.erase(ROMEO, HOST, BALCONY);
  assert.deepEqual((await archive.page({ ...room, max: 9 }, true)).count, 0);
  assert.equal(await archive.known(ROMEO, HOST, BALCONY, '7' as MessageId), undefined);
  assert.deepEqual(await left(), [true, true, true]);
  await archive.erase(ROMEO, HOST);
  assert.deepEqual(await left(), [false, true, true]);
  await archive.add(entryOf({ id: 'again' }), ['7'] as MessageId[]);
  assert.equal((await archive.known(ROMEO, HOST, BALCONY, '7' as MessageId))?.id, 'again');
});

test('what was received before a moment goes, and every conversation is listed once', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: NOON });
  await using registry = await open();
  const { archive } = registry;
  await archive.add(entryOf({ id: 'old' }));
  await archive.add(entryOf({ id: 'old chat', local: '', kind: 'chat' }));
  await archive.add(entryOf({ id: 'hers', user: JULIET }));
  t.mock.timers.setTime(NOON + 1000);
  await archive.add(entryOf({ id: 'new', at: new Date(0) }));
  const listed = await Array.fromAsync(archive.conversations(HOST));
  assert.deepEqual(
    listed.map(({ user, local }) => [user, local]),
    [
      [JULIET, BALCONY],
      [ROMEO, ''],
      [ROMEO, BALCONY],
    ],
  );
  await archive.expire(ROMEO, HOST, BALCONY, new Date(NOON + 1));
  assert.deepEqual(ids((await archive.page({ ...room, max: 9 })).entries), ['new']);
  assert.equal((await archive.newest(ROMEO, HOST, ''))?.id, 'old chat');
  assert.equal((await archive.newest(JULIET, HOST, BALCONY))?.id, 'hers');
});
