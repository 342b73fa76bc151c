/** What was said: the archive of rooms and of the host, and what a client is told when it joins. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { ContactId } from '#src/network.ts';
import type { Entry } from '#src/registry/archive.ts';
import { said } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { groupchat, HOST, JULIET, join, occupant, ROMEO, Stage } from '#test/stage.ts';
import { matches, parseTree, type Tree } from '#test/xml-tree.ts';
import { DEV, inRoom } from './talk.ts';

const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';
const USER = 'romeo@example.net';
const BALCONY = `#balcony@${HOST}`;

/** Adds what juliet said in the balcony. */
function add(stage: Stage, id: string, change: Partial<Entry> = {}): Promise<void> {
  return stage.registry.archive.add({
    user: USER,
    host: HOST,
    local: '#balcony',
    id,
    message: `m-${id}`,
    at: new Date(),
    kind: 'groupchat',
    sender: `${BALCONY}/Juliet`,
    author: 'juliet' as ContactId,
    text: id,
    xml: `<body>${id}</body><stanza-id xmlns='urn:xmpp:sid:0' by='${BALCONY}' id='${id}'/>`,
    ...change,
  });
}
async function addAll(stage: Stage, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => add(stage, String(n))));
}
function chat(change: Partial<Entry> = {}): Partial<Entry> {
  return { kind: 'chat', local: 'nurse', sender: `nurse@${HOST}`, author: 'nurse' as ContactId, ...change };
}

function childOf(tree: Tree | undefined, name: string): Tree | undefined {
  return tree?.children.find((child) => child.name === name);
}
function field(name: string, ...values: string[]): string {
  return `<field var='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</field>`;
}
function form(...fields: string[]): string {
  return `<x xmlns='jabber:x:data' type='submit'>${field('FORM_TYPE', MAM)}${fields.join('')}</x>`;
}
function set(inside: string): string {
  return `<set xmlns='${RSM}'>${inside}</set>`;
}

/** Asks something by iq; gives what came before the answer, and the answer. */
async function iq(stage: Stage, type: 'get' | 'set', payload: string, to: string, from = ROMEO) {
  const [begin, id] = [stage.server.stanzas.length, randomUUID()];
  stage.sends(from, `<iq type='${type}' to='${to}' id='${id}'>${payload}</iq>`);
  await stage.server.received((stanza) => stanza.startsWith('<iq') && stanza.includes(id));
  const trees = stage.server.stanzas.slice(begin).map(parseTree);
  const at = trees.findIndex(({ attributes }) => attributes['id'] === id);
  return { before: trees.slice(0, at), answer: trees[at] as Tree };
}
/** Asks an archive; gives the results, their ids, and what the answer says of the page. */
async function ask(stage: Stage, inside: string, to = BALCONY, from = ROMEO) {
  const { before: results, answer } = await iq(stage, 'set', query(inside), to, from);
  return { results, answer, ids: results.map(idOf), end: endOf(answer) };
}
function query(inside: string): string {
  return `<query xmlns='${MAM}' queryid='f27'>${inside}</query>`;
}
function idOf(message: Tree): string {
  return childOf(message, 'result')?.attributes['id'] ?? '';
}
/** What the answer says of the page. */
function endOf(answer: Tree) {
  const fin = childOf(answer, 'fin');
  const page = childOf(fin, 'set');
  const text = (name: string) => childOf(page, name)?.text;
  const index = childOf(page, 'first')?.attributes['index'];
  return [fin?.attributes['complete'] ?? 'false', text('first'), text('last'), text('count'), index];
}

function errorOf(answer: Tree): string | undefined {
  return childOf(answer, 'error')?.children[0]?.name;
}
function assertMatches(tree: Tree | undefined, wanted: string): void {
  assert.ok(tree && matches(tree, parseTree(wanted)), `${JSON.stringify(tree)} is not\n${wanted}`);
}

test('a room gives what the user saw, as it was, and nobody else anything', async () => {
  await using stage = await Stage.open();
  const at = new Date(Date.now() - 86_400_000);
  await add(stage, 'late', { at });
  await add(stage, 'own', { author: '', sender: `${BALCONY}/Romeo` });
  await add(stage, 'hers', { user: 'juliet@example.net' });
  await add(stage, 'chat', chat());
  const { results, ids, end } = await ask(stage, '');
  assert.deepEqual(ids, ['late', 'own']);
  assert.deepEqual(end, ['true', 'late', 'own', '2', '0']);
  assertMatches(
    results[0],
    `<message from='${BALCONY}' to='${ROMEO}'><result xmlns='${MAM}' queryid='f27' id='late'>
       <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='*'/>
         <message xmlns='jabber:client' from='${BALCONY}/Juliet' type='groupchat' id='m-late'><body>late</body>
           <stanza-id xmlns='urn:xmpp:sid:0' by='${BALCONY}' id='late'/>
           <delay xmlns='urn:xmpp:delay' from='${BALCONY}' stamp='${at.toISOString()}'/></message>
       </forwarded></result></message>`,
  );
  const [late, own] = results.map((result) => childOf(childOf(childOf(result, 'result'), 'forwarded'), 'message'));
  assert.equal(late?.attributes['to'], undefined);
  assert.equal(childOf(own, 'delay'), undefined);
  assert.deepEqual((await ask(stage, '', BALCONY, JULIET)).ids, ['hers']);
  assert.deepEqual((await ask(stage, '', BALCONY, 'tybalt@example.net/x')).end, [
    'true',
    undefined,
    undefined,
    '0',
    undefined,
  ]);
});

test('the host gives one-to-one messages, of all contacts or of one', async () => {
  await using stage = await Stage.open();
  await add(stage, 'room');
  await add(stage, 'heard', chat());
  await add(stage, 'told', chat({ author: '', sender: USER }));
  await add(stage, 'friar', chat({ local: 'friar', sender: `friar@${HOST}`, author: 'friar' as ContactId }));
  const { ids, results } = await ask(stage, form(field('include-groupchat', 'true')), HOST);
  assert.deepEqual(ids, ['heard', 'told', 'friar']);
  const forwarded = (from: string, to: string) =>
    `<message from='${HOST}'><result xmlns='${MAM}'><forwarded xmlns='urn:xmpp:forward:0'>
       <message xmlns='jabber:client' from='${from}' to='${to}' type='chat'/></forwarded></result></message>`;
  assertMatches(results[0], forwarded(`nurse@${HOST}`, USER));
  assertMatches(results[1], forwarded(USER, `nurse@${HOST}`));
  const of = async (jid: string) => (await ask(stage, form(field('with', jid)), HOST)).ids;
  assert.deepEqual(await of(`nurse@${HOST}`), ['heard', 'told']);
  assert.deepEqual(await of(`Nurse@${HOST}/isthmus`), ['heard', 'told']);
  for (const jid of [BALCONY, USER, 'nurse@example.net', HOST]) assert.deepEqual(await of(jid), [], jid);
});

test('in a room, messages of one occupant or person are found', async () => {
  await using stage = await Stage.open();
  await addAll(stage, 600);
  const nurse = { sender: `${BALCONY}/Nurse`, author: 'nurse' as ContactId };
  await add(stage, 'nurse 1', nurse);
  await add(stage, 'own', { author: '', sender: `${BALCONY}/Romeo` });
  await add(stage, 'nurse 2', { ...nurse, sender: `${BALCONY}/Angelica` });
  const of = async (jid: string, page = '') => {
    const { ids, end } = await ask(stage, form(field('with', jid)) + page);
    return [ids, end[0]];
  };
  assert.deepEqual(await of(`nurse@${HOST}`), [['nurse 1', 'nurse 2'], 'true']);
  assert.deepEqual(await of(`${BALCONY}/Nurse`), [['nurse 1'], 'true']);
  assert.deepEqual(await of(USER), [['own'], 'true']);
  assert.deepEqual(await of(`nurse@${HOST}`, set('<max>1</max>')), [['nurse 1'], 'false']);
  assert.deepEqual(await of(`nurse@${HOST}`, set('<max>1</max><after>nurse 1</after>')), [['nurse 2'], 'true']);
  assert.deepEqual(await of(`nurse@${HOST}`, set('<max>1</max><before/>')), [['nurse 2'], 'false']);
  assert.deepEqual(await of(`${BALCONY}/Juliet`, set('<max>2</max><before>2</before>')), [['0', '1'], 'true']);
});

test('pages go forwards, backwards, flipped, and from the newest', async () => {
  await using stage = await Stage.open();
  await addAll(stage, 7);
  const order = "<order xmlns='urn:xmpp:order-by:1' by='creation' desc='true'/>";
  const cases: [string, string[], unknown[]][] = [
    [set('<max>3</max>'), ['0', '1', '2'], ['false', '0', '2', '7', '0']],
    [set('<max>3</max><after>2</after>'), ['3', '4', '5'], ['false', '3', '5', '7', '3']],
    [set('<max>3</max><after>5</after>'), ['6'], ['true', '6', '6', '7', '6']],
    [set('<max>3</max><after>6</after>'), [], ['true', undefined, undefined, '7', undefined]],
    [set('<max>3</max><before/>'), ['4', '5', '6'], ['false', '4', '6', '7', undefined]],
    [set('<max>3</max><before>4</before>'), ['1', '2', '3'], ['false', '1', '3', '7', undefined]],
    [set('<max>3</max><before>1</before>'), ['0'], ['true', '0', '0', '7', undefined]],
    [`${set('<max>3</max><before/>')}<flip-page/>`, ['6', '5', '4'], ['false', '4', '6', '7', undefined]],
    [`${set('<max>3</max>')}<flip-page/>`, ['2', '1', '0'], ['false', '0', '2', '7', '0']],
    [set('<max>0</max>'), [], ['false', undefined, undefined, '7', undefined]],
    [order + set('<max>3</max>'), ['6', '5', '4'], ['false', '6', '4', '7', '0']],
    [order + set('<max>3</max><after>4</after>'), ['3', '2', '1'], ['false', '3', '1', '7', '3']],
    [order + set('<max>3</max><before/>'), ['2', '1', '0'], ['false', '2', '0', '7', undefined]],
    [order + set('<max>3</max><before>3</before>'), ['6', '5', '4'], ['true', '6', '4', '7', undefined]],
    [form(field('after-id', '1'), field('before-id', '5')), ['2', '3', '4'], ['true', '2', '4', '3', '0']],
    [form(field('after-id', '1')) + set('<max>2</max><after>3</after>'), ['4', '5'], ['false', '4', '5', '5', '2']],
    [form(field('ids', '5', '0')), ['0', '5'], ['true', '0', '5', '2', '0']],
  ];
  for (const [inside, ids, end] of cases) {
    const page = await ask(stage, inside);
    assert.deepEqual([page.ids, page.end], [ids, end], inside);
  }
});

test('a page without a limit has fifty, none has more than 250, and a heavy one ends early', async () => {
  await using stage = await Stage.open();
  await addAll(stage, 300);
  assert.equal((await ask(stage, '')).ids.length, 50);
  assert.equal((await ask(stage, set('<max>1000</max>'))).ids.length, 250);
  const heavy = Array.from({ length: 6 }, (_, n) =>
    add(stage, `heavy ${n}`, { xml: `<body>${'x'.repeat(2 ** 18 - 13)}</body>` }),
  );
  await Promise.all(heavy);
  const last = await ask(stage, set('<max>5</max><before/>'));
  assert.deepEqual(last.ids, ['heavy 2', 'heavy 3', 'heavy 4', 'heavy 5']);
  assert.deepEqual(last.end, ['false', 'heavy 2', 'heavy 5', '306', undefined]);
  const next = await ask(stage, set('<max>5</max><after>heavy 0</after>'));
  assert.deepEqual([next.ids, next.end[0]], [['heavy 1', 'heavy 2', 'heavy 3', 'heavy 4'], 'false']);
});

test('an id that is not there, a wrong form or an address without archive is answered by the error for it', async () => {
  await using stage = await Stage.open({ allow: ['romeo@example.net'] });
  await add(stage, 'chat', chat());
  const cases: [string, string, string][] = [
    [set('<after>none</after>'), BALCONY, 'item-not-found'],
    [set('<before>chat</before>'), BALCONY, 'item-not-found'],
    [form(field('ids', 'none')), HOST, 'item-not-found'],
    [form(field('start', 'soon')), HOST, 'bad-request'],
    [form(field('text', 'soon')), HOST, 'feature-not-implemented'],
    ['', `nurse@${HOST}`, 'feature-not-implemented'],
    ['', `${BALCONY}/Juliet`, 'feature-not-implemented'],
  ];
  for (const [inside, to, condition] of cases) {
    assert.equal(errorOf((await ask(stage, inside, to)).answer), condition, inside + to);
  }
  assert.equal(errorOf((await ask(stage, '', HOST, JULIET)).answer), 'forbidden');
  for (const name of ['tea', 'constructor', 'metadata']) {
    const { answer } = await iq(stage, 'set', `<${name} xmlns='${MAM}'/>`, HOST);
    assert.equal(errorOf(answer), 'feature-not-implemented', name);
  }
});

test('an archive tells its fields and its ends, and service discovery that it is there', async () => {
  await using stage = await Stage.open();
  const fields = await iq(stage, 'get', `<query xmlns='${MAM}'/>`, BALCONY);
  assertMatches(
    fields.answer,
    `<iq type='result'><query xmlns='${MAM}'><x xmlns='jabber:x:data' type='form'/></query></iq>`,
  );
  const ends = async (to: string) =>
    childOf((await iq(stage, 'get', `<metadata xmlns='${MAM}'/>`, to)).answer, 'metadata');
  assert.deepEqual((await ends(HOST))?.children, []);
  await addAll(stage, 3);
  const stamp = (await stage.registry.archive.find(USER, HOST, '#balcony', '2'))?.received.toISOString();
  assertMatches(
    await ends(BALCONY),
    `<metadata xmlns='${MAM}'><start id='0' timestamp='*'/><end id='2' timestamp='${stamp}'/></metadata>`,
  );
  const features = async (to: string) => {
    const { answer } = await iq(stage, 'get', "<query xmlns='http://jabber.org/protocol/disco#info'/>", to);
    return childOf(answer, 'query')?.children.map(({ attributes }) => attributes['var']) ?? [];
  };
  for (const to of [HOST, BALCONY]) {
    const advertised = await features(to);
    for (const feature of [MAM, `${MAM}#extended`, RSM, 'urn:xmpp:order-by:1', `urn:xmpp:order-by:1@${MAM}`]) {
      assert.ok(advertised.includes(feature), `${to} ${feature}`);
    }
  }
  assert.ok((await features(HOST)).includes(`${MAM}#groupchat-field`));
});

test('what is archived can be chosen, for all and by address', async () => {
  await using stage = await Stage.open();
  const prefs = async (type: 'get' | 'set', inside: string, usual = '', to = HOST) => {
    const payload = `<prefs xmlns='${MAM}'${usual && ` default='${usual}'`}>${inside}</prefs>`;
    const { answer } = await iq(stage, type, payload, to);
    const found = childOf(answer, 'prefs');
    const list = (name: string) => childOf(found, name)?.children.map(({ text }) => text);
    return errorOf(answer) ?? [found?.attributes['default'], list('always'), list('never')];
  };
  assert.deepEqual(await prefs('get', ''), ['always', [], []]);
  const never = `<never><jid>${BALCONY}</jid><jid>nurse@${HOST}/x</jid><jid>a@example.net</jid><jid>${HOST}</jid></never>`;
  assert.deepEqual(await prefs('set', never, 'roster'), ['always', [], [BALCONY, `nurse@${HOST}`]]);
  assert.deepEqual(await prefs('set', `<always><jid>nurse@${HOST}</jid></always>`, 'never'), [
    'never',
    [`nurse@${HOST}`],
    [],
  ]);
  assert.deepEqual(await prefs('get', ''), ['never', [`nurse@${HOST}`], []]);
  assert.equal(await prefs('set', '', 'sometimes'), 'bad-request');
  assert.equal(await prefs('get', '', '', BALCONY), 'feature-not-implemented');
  const many = Array.from({ length: 201 }, (_, n) => `<jid>n${n}@${HOST}</jid>`).join('');
  assert.equal(await prefs('set', `<never>${many}</never>`, 'always'), 'policy-violation');
  // However often the lists are others, only what is in them now counts against the bound.
  for (const list of ['a', 'b', 'c']) {
    const jids = Array.from({ length: 200 }, (_, n) => `${list}${n + 100}@${HOST}`);
    const wanted = `<never>${jids.map((jid) => `<jid>${jid}</jid>`).join('')}</never>`;
    assert.deepEqual(await prefs('set', wanted, 'always'), ['always', [], jids]);
  }
  assert.deepEqual(await prefs('set', '', 'always'), ['always', [], []]);
  assert.equal((await stage.registry.preferences.list('romeo@example.net', HOST)).length, 1);
});

/** Enters the balcony; gives what is told of its past. */
async function past(stage: Stage, history: string, from = ROMEO): Promise<Tree[]> {
  const begin = stage.server.stanzas.length;
  const x = `<x xmlns='http://jabber.org/protocol/muc'>${history}</x>`;
  stage.sends(from, `<presence to='${BALCONY}/Romeo'>${x}</presence>`);
  await stage.server.received(
    (stanza) => stage.server.stanzas.indexOf(stanza) >= begin && stanza.includes('<subject>'),
  );
  const trees = stage.server.stanzas.slice(begin).map(parseTree);
  stage.sends(from, `<presence to='${BALCONY}/Romeo' type='unavailable'/>`);
  await stage.settled();
  return trees.filter((tree) => tree.name === 'message' && childOf(tree, 'body'));
}

test('who joins is told the last messages, with their time, or as much of them as it asks for', async () => {
  await using stage = await Stage.open({ archive: { onJoin: 5 } });
  const at = new Date(Date.now() - 3_600_000);
  for (let n = 0; n < 9; n += 1) await add(stage, String(n), { at: new Date(at.getTime() + n) });
  const told = async (history: string) => (await past(stage, history)).map((tree) => childOf(tree, 'body')?.text);
  const usual = await past(stage, '');
  assertMatches(
    usual[0],
    `<message from='${BALCONY}/Juliet' to='${ROMEO}' type='groupchat' id='m-4'><body>4</body>
       <stanza-id xmlns='urn:xmpp:sid:0' by='${BALCONY}' id='4'/>
       <delay xmlns='urn:xmpp:delay' from='${BALCONY}' stamp='${new Date(at.getTime() + 4).toISOString()}'/></message>`,
  );
  assert.equal(usual.length, 5);
  const size = stage.server.stanzas.filter((stanza) => stanza.includes("id='m-8'"))[0]?.length ?? 0;
  assert.deepEqual(await told("<history maxstanzas='2'/>"), ['7', '8']);
  assert.deepEqual(await told("<history maxstanzas='0'/>"), []);
  assert.deepEqual(await told("<history maxchars='0'/>"), []);
  assert.deepEqual(await told(`<history maxchars='${size * 2 + 10}'/>`), ['7', '8']);
  assert.deepEqual(await told("<history seconds='600'/>"), ['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  assert.deepEqual(await told(`<history since='${new Date(Date.now() + 60_000).toISOString()}'/>`), []);
  assert.deepEqual(await past(stage, '', JULIET), []);
});

test('what is said while the past is read comes after it, once', async () => {
  await using stage = await Stage.open();
  const garden = `${USER}/garden`;
  stage.sends(ROMEO, join('#balcony', 'Romeo'));
  await stage.receives(ROMEO, occupant('#balcony', 'Romeo', 110));
  const before = [0, 1, 2].map((n) => stage.network.session.emit(said('#balcony', 'Juliet', String(n))));
  stage.sends(garden, join('#balcony', 'Romeo'));
  await stage.receives(garden, occupant('#balcony', 'Romeo', 110));
  await Promise.all([...before, stage.network.session.emit(said('#balcony', 'Juliet', 'Ay me!'))]);
  for (const body of ['0', '1', '2']) {
    const delay = `<delay xmlns='urn:xmpp:delay' from='${BALCONY}'/>`;
    await stage.receives(garden, `<message from='${BALCONY}/Juliet'><body>${body}</body>${delay}</message>`);
  }
  await stage.receives(garden, `<message from='${BALCONY}'><subject/></message>`);
  await stage.receives(garden, `<message from='${BALCONY}/Juliet'><body>Ay me!</body></message>`);
  await stage.receivesNoMore(garden);
});

test('a client that joins while a message is being archived is told of it once', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const before = stage.registry.archive.last;
  const row = { user: 'x@example.net', host: HOST, sees: false, seen: false, asked: false };
  const phone = 'romeo@example.net/phone';
  // The disk is busy.
  const writes = Array.from({ length: 6_000 }, (_, n) => stage.registry.contacts.put({ ...row, local: `c${n}` }));
  stage.sends(ROMEO, groupchat(DEV, 'just now'));
  await until(() => stage.registry.archive.last > before);
  stage.sends(phone, join(DEV, 'romeo'));
  await stage.settled();
  await Promise.all(writes);
  await stage.receives(ROMEO, `<message><body>just now</body></message>`);
  await stage.settled();
  const told = stage.server.stanzas.filter((stanza) => stanza.includes(phone) && stanza.includes('just now'));
  assert.equal(told.length, 1);
});
