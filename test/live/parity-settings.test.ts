/** What users set, where it shows on IRC: the scenarios that need a form. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Tree } from '#test/xml-tree.ts';
import { childOf, type Person, statuses, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import { HOST } from './parity/scene.ts';

const COMMANDS = 'http://jabber.org/protocol/commands';
const FORM = 'jabber:x:data';
type Answers = Readonly<Record<string, string>>;

/** Runs an ad-hoc command (XEP-0050); `answers` fill its form. Resolves with its last stage. */
async function run(person: Person, to: string, node: string, answers?: Answers): Promise<Tree> {
  const begun = await person.asks(to, 'set', `<command xmlns='${COMMANDS}' node='${node}' action='execute'/>`);
  assert.ok(begun);
  if (!answers) return begun;
  const { sessionid } = begun.attributes;
  const fields = Object.entries(answers).map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`);
  const form = `<x xmlns='${FORM}' type='submit'>${fields.join('')}</x>`;
  const command = `<command xmlns='${COMMANDS}' node='${node}' sessionid='${sessionid}' action='complete'>${form}</command>`;
  const done = await person.asks(to, 'set', command);
  assert.ok(done);
  return done;
}

function fieldOf(command: Tree, name: string): string | undefined {
  const fields = childOf(command, 'x', FORM)?.children ?? [];
  return textOf(
    fields.find(({ attributes }) => attributes['var'] === name),
    'value',
  );
}

describe('settings', TOGETHER, () => {
  parity('execute_ping_adhoc_command', async ({ romeo }) => {
    const answer = await run(romeo, HOST, 'ping');
    assert.equal(answer.attributes['status'], 'completed');
    assert.equal(textOf(answer, 'note'), 'Pong');
  });

  parity('persistent_channel', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    const set = await run(romeo, room, 'configure', { persistent: 'true' });
    assert.equal(set.attributes['status'], 'completed');
    await romeo.leaves(room, 'Romeo');
    juliet.say('#verona', 'while he is away');
    await juliet.settle();
    // The server's answer comes to the gateway behind what was said.
    await romeo.asks(scene.at('juliet'), 'get', "<vCard xmlns='vcard-temp'/>");
    assert.ok(juliet.seen().every(({ command }) => command !== 'PART' && command !== 'QUIT'));
    // It is told on the return, which IRC does not notice.
    const { past, others } = await romeo.joins(room, 'Romeo');
    assert.deepEqual(
      past.map((message) => textOf(message, 'body')),
      ['while he is away'],
    );
    assert.equal(others[0]?.attributes['from'], `${room}/Juliet`);
    await juliet.settle();
    assert.equal(juliet.seen().filter(({ command, from }) => command === 'JOIN' && from === 'Romeo').length, 1);
    await run(romeo, room, 'configure', { persistent: 'false' });
    romeo.send(`<presence to='${room}/Romeo' type='unavailable'/>`);
    await romeo.take(`<presence type='unavailable' from='${room}/Romeo'>${statuses(110)}</presence>`);
    await juliet.expect(({ command, from }) => command === 'PART' && from === 'Romeo');
  });

  parity('configure_bad_value', async (scene) => {
    const { romeo } = scene;
    const before = await run(romeo, scene.server, 'configure');
    const ports = fieldOf(before, 'ports');
    assert.match(ports ?? '', /^\d+$/);
    const command = (action: string, inside: string) =>
      `<command xmlns='${COMMANDS}' node='configure' sessionid='${before.attributes['sessionid']}' action='${action}'>${inside}</command>`;
    const bad = `<field var='ports'><value>mantua</value></field>`;
    // Not the defaults in its place, but a word about it; what was set stays.
    const answer = await romeo.ask(
      scene.server,
      'set',
      command('complete', `<x xmlns='${FORM}' type='submit'>${bad}</x>`),
    );
    const note = textOf(answer.children[0], 'note') ?? textOf(childOf(answer, 'error'), 'text') ?? '';
    assert.match(note, /mantua|port/i);
    assert.equal(fieldOf(await run(romeo, scene.server, 'configure'), 'ports'), ports);
  });
});
