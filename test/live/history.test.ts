/** What was said, asked for again on real servers: slixmpp's own XEP-0313 pages through it, and joins are told of it. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { said, told } from '#test/fakes/network.ts';
import { childOf, type Element, textOf } from './element.ts';
import { HOST, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';
import { unlessServerAbsent } from './xmpp-servers.ts';

const ROOM = `#verona@${HOST}`;
const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';
const COUNT = 120;

/** Texts of what juliet says, in order. */
const LINES = Array.from({ length: COUNT }, (_, n) => `line ${n}`);

/** Romeo in a room in which juliet has said 120 lines. */
async function verona(t: TestContext, server: 'prosody' | 'ejabberd'): Promise<{ world: World; romeo: XmppClient }> {
  const world = await World.open(t, { server });
  const romeo = await world.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  for (const line of LINES) await world.network.session.emit(said('#verona', 'Juliet', line));
  await romeo.receive({ from: `${ROOM}/Juliet`, body: LINES.at(-1)! });
  return { world, romeo };
}

function inside(result: Element): Element | undefined {
  return childOf(childOf(childOf(result, 'result', MAM), 'forwarded'), 'message');
}
function bodyOf(result: Element): string {
  const message = inside(result);
  return (message && textOf(message, 'body')) ?? '';
}
/** All pages, turned over by slixmpp's own plugin. */
async function iterate(client: XmppClient, args: object): Promise<Element[]> {
  return (await client.call('xep_0313', 'iterate', { jid: ROOM, ...args })) as Element[];
}
function form(fields: Readonly<Record<string, readonly string[]>>): string {
  const each = Object.entries({ FORM_TYPE: [MAM], ...fields }).map(
    ([name, values]) => `<field var="${name}">${values.map((value) => `<value>${value}</value>`).join('')}</field>`,
  );
  return `<x xmlns="jabber:x:data" type="submit">${each.join('')}</x>`;
}
/** One query; its results and its end. */
async function search(client: XmppClient, content: string, to = ROOM) {
  const queryid = crypto.randomUUID();
  const answer = await client.ask(to, 'set', `<query xmlns="${MAM}" queryid="${queryid}">${content}</query>`);
  const results = client.seen().filter((each) => childOf(each, 'result', MAM)?.attrs['queryid'] === queryid);
  const fin = childOf(answer, 'fin', MAM);
  const set = childOf(fin, 'set', RSM);
  const ids = results.map((result) => childOf(result, 'result', MAM)?.attrs['id'] ?? '');
  const condition = childOf(answer, 'error')?.children[0]?.name;
  return { bodies: results.map(bodyOf), ids, complete: fin?.attrs['complete'], set, condition };
}

for (const server of ['prosody', 'ejabberd'] as const) {
  const needs = unlessServerAbsent(server);

  test(`${server}: 120 messages are paged forwards, backwards and between times`, needs, async (t) => {
    const { world, romeo } = await verona(t, server);
    await using _ = world;
    const forwards = await iterate(romeo, { rsm: { max: 25 } });
    assert.deepEqual(forwards.map(bodyOf), LINES);
    const backwards = await iterate(romeo, { rsm: { max: 25 }, reverse: true });
    assert.deepEqual(backwards.map(bodyOf), LINES.toReversed());
    const stamp = (n: number) =>
      childOf(childOf(childOf(forwards[n], 'result', MAM), 'forwarded'), 'delay')?.attrs['stamp'];
    const since = (await iterate(romeo, { start: stamp(100) })).map(bodyOf);
    assert.ok(since.includes('line 100') && since.at(-1) === 'line 119');
    assert.deepEqual(since, LINES.slice(-since.length));
    const until = (await iterate(romeo, { end: stamp(10), rsm: { max: 3 } })).map(bodyOf);
    assert.ok(until.includes('line 10'));
    assert.deepEqual(until, LINES.slice(0, until.length));
    const first = forwards[0] && inside(forwards[0]);
    assert.deepEqual(
      [first?.attrs['from'], first?.attrs['type'], first?.attrs['to']],
      [`${ROOM}/Juliet`, 'groupchat', undefined],
    );
  });

  test(`${server}: flipped pages, messages by id, and ids that are not there`, needs, async (t) => {
    const { world, romeo } = await verona(t, server);
    await using _ = world;
    const last = await search(romeo, `<set xmlns="${RSM}"><max>3</max><before/></set><flip-page/>`);
    assert.deepEqual(last.bodies, ['line 119', 'line 118', 'line 117']);
    assert.deepEqual([last.complete, childOf(last.set, 'count')?.text], [undefined, '120']);
    assert.deepEqual([childOf(last.set, 'first')?.text, childOf(last.set, 'last')?.text], [last.ids[2], last.ids[0]]);
    const live = romeo.seen().find((each) => textOf(each, 'body') === 'line 118');
    assert.equal(childOf(live, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id'], last.ids[1]);
    const [newest = '', middle = '', oldest = ''] = last.ids;
    assert.deepEqual((await search(romeo, form({ ids: [newest, oldest] }))).bodies, ['line 117', 'line 119']);
    const between = await search(romeo, form({ 'after-id': [oldest], 'before-id': [newest] }));
    assert.deepEqual([between.ids, between.complete], [[middle], 'true']);
    assert.equal((await search(romeo, form({ 'after-id': ['none'] }))).condition, 'item-not-found');
    const juliet = await world.xmpp('juliet');
    assert.deepEqual((await search(juliet, '')).bodies, []);
    assert.equal((await search(juliet, form({ ids: [newest] }))).condition, 'item-not-found');
  });

  test(`${server}: a join is told the last messages, one-to-one ones are kept at the host`, needs, async (t) => {
    const { world, romeo } = await verona(t, server);
    await using _ = world;
    const past = async (resource: string, history: string) => {
      const client = await world.xmpp('romeo', resource);
      await client.joinRoom(ROOM, 'Romeo', history);
      await client.receive((stanza) => childOf(stanza, 'subject') !== undefined);
      const messages = client
        .seen()
        .filter((stanza) => stanza.attrs['type'] === 'groupchat' && childOf(stanza, 'body'));
      assert.ok(messages.every((message) => childOf(message, 'delay', 'urn:xmpp:delay')?.attrs['from'] === ROOM));
      return messages.map((message) => textOf(message, 'body'));
    };
    assert.deepEqual(await past('usual', ''), LINES.slice(-20));
    assert.deepEqual(await past('three', '<history maxstanzas="3"/>'), LINES.slice(-3));
    assert.deepEqual(await past('none', '<history maxchars="0"/>'), []);

    await world.network.session.emit(told('Nurse', 'Madam!'));
    romeo.say(`nurse@${HOST}`, 'Peace', 'chat');
    await world.asked('message');
    await romeo.settle(HOST);
    const { bodies, ids } = await search(romeo, form({ with: [`nurse@${HOST}`] }), HOST);
    assert.deepEqual(bodies, ['Madam!', 'Peace']);
    assert.equal(new Set(ids).size, 2);
  });
}
