import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#src/network.ts';
import { DEFAULTS, PreferenceBook } from '#src/preferences.ts';
import { openRegistry } from '#src/registry/database.ts';
import { HOST, JULIET, KEY, ROMEO } from '#test/registry/scratch.ts';

async function book() {
  const registry = await openRegistry(':memory:', KEY);
  return { registry, preferences: new PreferenceBook(HOST, registry) };
}

test('what a user sets holds at once, for one conversation before the whole host, and for nobody else', async () => {
  const { registry, preferences } = await book();
  await using _registry = registry;
  assert.deepEqual(preferences.of(ROMEO), DEFAULTS);
  await preferences.set(ROMEO, 'history', 'false');
  await preferences.set(ROMEO, 'retentionDays', '30');
  await preferences.set(ROMEO, 'history', '1', '#dev');
  assert.deepEqual(preferences.of(ROMEO), { ...DEFAULTS, history: false, retentionDays: 30 });
  assert.deepEqual(preferences.of(ROMEO, '#dev'), { ...DEFAULTS, retentionDays: 30 });
  assert.equal(preferences.of(ROMEO, '#other').history, false);
  assert.deepEqual(preferences.of(JULIET), DEFAULTS);
});

test('it is remembered, and forgotten with the user', async () => {
  const { registry, preferences } = await book();
  await using _registry = registry;
  await preferences.set(ROMEO, 'crowd', 'none');
  await preferences.set(ROMEO, 'crowd', 'active');
  const later = new PreferenceBook(HOST, registry);
  assert.equal(later.of(ROMEO).crowd, 'auto');
  await later.load(ROMEO);
  assert.equal(later.of(ROMEO).crowd, 'active');
  await later.remove(ROMEO);
  await later.load(ROMEO);
  assert.deepEqual(later.of(ROMEO), DEFAULTS);
});

test('what a preference can’t be is refused, and no value of an older version breaks the rest', async () => {
  const { registry, preferences } = await book();
  await using _registry = registry;
  for (const [name, value] of [
    ['history', 'maybe'],
    ['retentionDays', '-1'],
    ['retentionDays', '4000'],
    ['crowd', 'some'],
    ['language', 'not a language'],
  ] as const) {
    await assert.rejects(preferences.set(ROMEO, name, value), { why: 'invalid' }, `${name} ${value}`);
  }
  await registry.preferences.put({ user: ROMEO, host: HOST, local: '', name: 'toString', value: 'x' });
  await registry.preferences.put({ user: ROMEO, host: HOST, local: '', name: 'crowd', value: 'gone' });
  await preferences.set(ROMEO, 'typing', 'false');
  assert.deepEqual(preferences.of(ROMEO), { ...DEFAULTS, typing: false });
});

test('who wants no history has none of what is under way when the last account goes either', async () => {
  const { registry, preferences } = await book();
  await using _registry = registry;
  await preferences.set(ROMEO, 'history', 'false');
  preferences.forget(ROMEO);
  assert.equal(preferences.of(ROMEO).history, false);
  await preferences.set(ROMEO, 'history', 'true');
  assert.equal(preferences.of(ROMEO).history, true);
  preferences.forget(ROMEO);
  await preferences.remove(ROMEO);
  assert.deepEqual(preferences.of(ROMEO), DEFAULTS);
});

test('settings for single conversations are bounded', async () => {
  const { registry, preferences } = await book();
  await using _registry = registry;
  const room = (index: number) => ({ user: ROMEO, host: HOST, local: `#${index}`, name: 'read', value: '0' });
  await Promise.all(Array.from({ length: 501 }, (_, index) => registry.preferences.put(room(index))));
  await assert.rejects(preferences.set(ROMEO, 'read', '0', '#more'), { why: 'too-fast' });
  await preferences.set(ROMEO, 'read', '1', '#0');
});

test('an administrator’s default holds until the user says otherwise, and what is forbidden is refused', async () => {
  const { registry } = await book();
  await using _registry = registry;
  const preferences = new PreferenceBook(HOST, registry, {
    defaults: { persistent: true },
    check: (user, name) => {
      if (user === JULIET && name === 'persistent') throw new Refusal('forbidden', 'Not you.');
    },
  });
  const changed: string[] = [];
  preferences.follow((user) => changed.push(user));
  assert.equal(preferences.of(ROMEO, '#dev').persistent, true);
  await preferences.set(ROMEO, 'persistent', 'false', '#dev');
  assert.deepEqual([preferences.of(ROMEO, '#dev').persistent, preferences.of(ROMEO, '#tea').persistent], [false, true]);
  await assert.rejects(preferences.set(JULIET, 'persistent', 'true'), /Not you/);
  await preferences.unset(ROMEO, 'persistent', '#dev');
  assert.equal(preferences.of(ROMEO, '#dev').persistent, true);
  assert.deepEqual(changed, [ROMEO, ROMEO]);
});
