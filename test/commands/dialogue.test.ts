import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJid } from '#src/address.ts';
import type { Question, Run } from '#src/commands/command.ts';
import { Dialogue } from '#src/commands/dialogue.ts';
import { type Answers, Refusal } from '#src/network.ts';

const user = parseJid('romeo@example.net/orchard');
assert.ok(user);
const context = { user, at: { type: 'host' } } as const;

/** Asks two questions and ends with what was answered. */
function twoSteps(effects: Answers[] = []) {
  return {
    title: 'Two steps',
    async *run(): Run {
      const first = yield {
        title: 'First',
        fields: [
          { name: 'name', label: 'Name', type: 'text', value: 'romeo' },
          { name: 'secret', label: 'Secret', type: 'secret', value: 'never shown' },
        ],
      };
      if (first['name'] === 'nobody') throw new Refusal('invalid', 'Not nobody.');
      if (first['name'] === 'late') throw new Refusal('timeout', 'Too late.');
      const second: Answers = yield {
        title: 'Second',
        fields: [
          { name: 'colour', label: 'Colour', type: 'choice', choices: ['red', 'blue'] },
          { name: 'days', label: 'Days', type: 'text', range: { min: 1, max: 9 } },
          { name: 'sure', label: 'Sure', type: 'flag' },
        ],
      };
      effects.push({ ...first, ...second });
      return { lines: ['Done.'] };
    },
  };
}

function question(step: object): Question {
  assert.ok('question' in step);
  return step.question as Question;
}

test('answers go through, only those that were asked for, with flags in one spelling', async () => {
  const effects: Answers[] = [];
  const dialogue = new Dialogue(twoSteps(effects), context);
  assert.equal(question(await dialogue.start()).title, 'First');
  assert.equal(question(await dialogue.answer({ name: 'juliet', secret: 'x', more: 'ignored' })).title, 'Second');
  assert.deepEqual(await dialogue.answer({ colour: 'red', days: '3', sure: '1' }), { outcome: { lines: ['Done.'] } });
  assert.deepEqual(effects, [{ name: 'juliet', secret: 'x', colour: 'red', days: '3', sure: 'true' }]);
  await assert.rejects(dialogue.answer({}), { why: 'invalid' });
});

test('what is left out stays as it was, but for secrets', async () => {
  const effects: Answers[] = [];
  const dialogue = new Dialogue(twoSteps(effects), context);
  await dialogue.start();
  await dialogue.answer({});
  await dialogue.answer({ colour: 'blue' });
  assert.deepEqual(effects, [{ name: 'romeo', secret: '', colour: 'blue', days: '', sure: '' }]);
});

test('a wrong answer is asked for again with what was answered; another failure ends it', async () => {
  const dialogue = new Dialogue(twoSteps(), context);
  await dialogue.start();
  const again = await dialogue.answer({ name: 'nobody', secret: 'typed' });
  assert.ok('problem' in again && again.problem.message === 'Not nobody.');
  const shown = question(again).fields;
  assert.deepEqual(
    shown.map(({ value }) => value),
    ['nobody', 'never shown'],
  );
  await assert.rejects(dialogue.answer({ name: 'late' }), { why: 'timeout' });
});

test('choices, numbers and length are held to', async () => {
  for (const wrong of [{ colour: 'green' }, { days: '10' }, { days: '1e1' }, { days: '0' }] as Answers[]) {
    const dialogue = new Dialogue(twoSteps(), context);
    await dialogue.start();
    await dialogue.answer({});
    const step = await dialogue.answer(wrong);
    assert.ok('problem' in step && step.problem.why === 'invalid', JSON.stringify(wrong));
    assert.equal(dialogue.depth, 1);
  }
  const dialogue = new Dialogue(twoSteps(), context);
  await dialogue.start();
  const long = await dialogue.answer({ name: 'x'.repeat(4_001) });
  assert.ok('problem' in long && long.problem.why === 'too-long');
});

test('back asks the question before again, and the first stays the first', async () => {
  const effects: Answers[] = [];
  const dialogue = new Dialogue(twoSteps(effects), context);
  await dialogue.start();
  await dialogue.answer({ name: 'juliet' });
  const back = question(await dialogue.back());
  assert.deepEqual([back.title, back.fields[0]?.value], ['First', 'juliet']);
  assert.equal(question(await dialogue.back()).title, 'First');
  assert.deepEqual(effects, []);
});

test('a network that never answers ends the command', async () => {
  const never = Promise.withResolvers<never>();
  const hanging = {
    title: 'Hanging',
    async *run(): Run {
      yield { title: 'First', fields: [] };
      return never.promise;
    },
  };
  const dialogue = new Dialogue(hanging, context, 5);
  await dialogue.start();
  await assert.rejects(dialogue.answer({}), { why: 'timeout', message: /took too long/ });
});
