/** The iq router: one answer to each request, whatever the table's functions do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#src/network.ts';
import { type IqFunction, type IqOptions, iqRouter } from '#src/xmpp/iq.ts';
import { entityTime, time } from '#src/xmpp/time.ts';
import { version } from '#src/xmpp/version.ts';
import { attr, childText, type Element, tag } from '#src/xmpp/xml.ts';
import { until } from '../fakes/xmpp-server.ts';
import { assertWellFormed, element } from './elements.ts';
import { recordingLog } from './recording-log.ts';

function router(answer: IqFunction, options: Partial<IqOptions> = {}) {
  const answers: Element[] = [];
  const { log, lines } = recordingLog();
  const send = (xml: string) => {
    assertWellFormed(xml);
    answers.push(element(xml));
  };
  const ours = async () => undefined;
  const table = { 'get urn:x': answer, ...version(ours), ...time(ours) };
  const route = iqRouter({ table, send, log, ...options });
  const ask = (xml: string) => route(element(xml));
  const answered = (count: number) => until(() => answers.length >= count);
  return { ask, answers, answered, lines };
}

const iq = (payload: string, type = 'get', from = 'Juliet@example.com/balcony') =>
  `<iq type='${type}' id='1' xml:lang='it' from='${from}' to='irc.example.com'>${payload}</iq>`;
const X = "<query xmlns='urn:x'/>";

function condition(answer: Element | undefined): string | undefined {
  return answer?.getChild('error')?.getChildElements()[0]?.name;
}

test('a request is answered to where it came from', async () => {
  const { ask, answers, answered } = router(({ from, to, lang, payload }) => {
    assert.deepEqual(
      [from.bare, to.full, lang, payload.name],
      ['juliet@example.com', 'irc.example.com', 'it', 'query'],
    );
    return tag('query', { xmlns: 'urn:x' });
  });
  ask(iq(X));
  await answered(1);
  assert.deepEqual(answers[0]?.attrs, {
    type: 'result',
    id: '1',
    from: 'irc.example.com',
    to: 'juliet@example.com/balcony',
  });
  assert.ok(answers[0]?.getChild('query', 'urn:x'));
});

test('version and time are answered', async () => {
  const { ask, answers, answered } = router(() => '');
  ask(iq("<query xmlns='jabber:iq:version'/>"));
  ask(iq("<time xmlns='urn:xmpp:time'/>"));
  await answered(2);
  const [software, clock] = answers;
  const query = software?.getChild('query', 'jabber:iq:version');
  assert.deepEqual([childText(query!, 'name'), childText(query!, 'os')], ['Isthmus', undefined]);
  assert.match(childText(query!, 'version') ?? '', /^\d+\.\d+/);
  assert.ok(clock?.getChild('time', 'urn:xmpp:time'));
});

test('the time is told in UTC and whole seconds', () => {
  assert.equal(
    entityTime(new Date('2006-12-19T17:58:35.123Z')),
    "<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2006-12-19T17:58:35Z</utc></time>",
  );
});

test('a refusal is an error with its sentence', async () => {
  const { ask, answers, answered, lines } = router(async () => {
    throw new Refusal('not-found', 'Look elsewhere.');
  });
  ask(iq(X));
  await answered(1);
  assert.equal(condition(answers[0]), 'item-not-found');
  assert.equal(
    childText(answers[0]!.getChild('error')!, 'text', 'urn:ietf:params:xml:ns:xmpp-stanzas'),
    'Look elsewhere.',
  );
  assert.deepEqual(lines, []);
});

test('a bug is an internal error for the user and a stack for the log', async () => {
  const { ask, answers, answered, lines } = router(() => JSON.parse('{'));
  ask(iq(X));
  await answered(1);
  assert.equal(condition(answers[0]), 'internal-server-error');
  assert.match(lines.join(), /"namespace":"urn:x","error":"SyntaxError.*iq\.test\.ts/);
});

const REFUSED: readonly [string, string, string][] = [
  ['an unknown namespace', iq("<query xmlns='urn:y'/>"), 'service-unavailable'],
  ['the other type', iq(X, 'set'), 'service-unavailable'],
  ['a namespace named like a property', iq("<query xmlns='__proto__'/>"), 'service-unavailable'],
  ['an undeclared prefix', iq('<x:query/>'), 'service-unavailable'],
  ['no payload', iq('text'), 'bad-request'],
  ['two payloads', iq(X + X), 'bad-request'],
  ['no type', iq(X).replace(" type='get'", ''), 'bad-request'],
  ['a made-up type', iq(X, 'put'), 'bad-request'],
  ['no id', iq(X).replace(" id='1'", ''), 'bad-request'],
];
for (const [what, request, expected] of REFUSED) {
  test(`a request with ${what} is refused with ${expected}`, () => {
    const { ask, answers } = router(() => assert.fail('must not be called'));
    ask(request);
    assert.deepEqual(answers.map(condition), [expected]);
  });
}

test('results, errors and what has no valid address are not answered', () => {
  const { ask, answers } = router(() => assert.fail('must not be called'));
  for (const request of [iq(X, 'result'), iq(X, 'error'), iq(X, 'get', '@'), iq(X).replace(' to=', ' two=')])
    ask(request);
  assert.deepEqual(answers, []);
});

test('a request that takes too long is given up, and answered once', async () => {
  const late = Promise.withResolvers<''>();
  const { ask, answers, answered } = router(() => late.promise, { timeout: 5 });
  ask(iq(X));
  await answered(1);
  late.resolve('');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(answers.map(condition), ['remote-server-timeout']);
});

test('one user can have only so many requests under way', async () => {
  const gate = Promise.withResolvers<''>();
  const { ask, answers, answered } = router(() => gate.promise, { perUser: 2 });
  for (const resource of ['a', 'b', 'c']) ask(iq(X, 'get', `juliet@example.com/${resource}`));
  ask(iq(X, 'get', 'romeo@example.com/a'));
  assert.deepEqual(answers.map(condition), ['resource-constraint']);
  gate.resolve('');
  await answered(4);
  ask(iq(X));
  await answered(5);
  assert.equal(answers.filter((answer) => attr(answer, 'type') === 'result').length, 4);
});
