/** Power over channels, invitations, lists of channels, and what is asked of them. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Tree } from '#test/xml-tree.ts';
import type { IrcClient } from './irc-client.ts';
import { childOf, codesOf, conditionOf, item, itemOf, MUC_USER, type Person, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import type { Scene } from './parity/scene.ts';

const ADMIN = 'http://jabber.org/protocol/muc#admin';
const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';
const RSM = 'http://jabber.org/protocol/rsm';
const PING = "<ping xmlns='urn:xmpp:ping'/>";

function change(item: string): string {
  return `<query xmlns='${ADMIN}'>${item}</query>`;
}

interface Page {
  readonly jids: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly index: string | undefined;
  readonly count: string | undefined;
}

/** A page of the channels of the server. */
async function list(person: Person, server: string, rsm = ''): Promise<Page> {
  const set = rsm === '' ? '' : `<set xmlns='${RSM}'>${rsm}</set>`;
  const query = await person.asks(server, 'get', `<query xmlns='${ITEMS}'>${set}</query>`);
  const told = childOf(query, 'set', RSM);
  return {
    jids: query?.children.filter(({ name }) => name === 'item').map(({ attributes }) => attributes['jid'] ?? '') ?? [],
    first: textOf(told, 'first') ?? '',
    last: textOf(told, 'last') ?? '',
    index: childOf(told, 'first')?.attributes['index'],
    count: textOf(told, 'count'),
  };
}

/** Juliet is in so many channels. */
async function manyChannels(scene: Scene, count: number): Promise<IrcClient> {
  const juliet = await scene.person();
  const names = Array.from({ length: count }, (_, n) => `#chan${String(n).padStart(3, '0')}`);
  for (let at = 0; at < count; at += 20) {
    juliet.raw(`JOIN ${names.slice(at, at + 20).join(',')}`);
    await juliet.expect(
      ({ command, params }) => command === '366' && params[1] === names[Math.min(at + 19, count - 1)],
    );
  }
  return juliet;
}

/** ngIRCd has one of its own. */
function isCommon(jid: string): boolean {
  return jid.startsWith('#');
}

function ownChannels({ irc }: Scene): number {
  return irc.kind === 'ngircd' ? 1 : 0;
}

async function defaultLimit(scene: Scene): Promise<void> {
  const { romeo } = scene;
  await manyChannels(scene, 110);
  await romeo.joins(scene.at('#verona'), 'Romeo');
  // All that fits a stanza; the peer cuts at 100.
  assert.equal((await list(romeo, scene.server)).jids.length, 111);
}

async function info(person: Person, jid: string, node = ''): Promise<Tree | undefined> {
  return person.asks(jid, 'get', `<query xmlns='${INFO}'${node && ` node='${node}'`}/>`);
}

function field(query: Tree | undefined, name: string): string | undefined {
  const fields = childOf(query, 'x', 'jabber:x:data')?.children ?? [];
  return textOf(
    fields.find(({ attributes }) => attributes['var'] === name),
    'value',
  );
}

describe('channels', TOGETHER, () => {
  parity('mode_change', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    await juliet.join('#verona');
    const ranked = (affiliation: string, role: string) =>
      mercutio.take(
        `<presence from='${room}/Mercutio'>${item(`affiliation='${affiliation}' role='${role}'`)}</presence>`,
      );
    romeo.say(room, '/mode +o Mercutio');
    await juliet.expect(/^:Romeo!\S+ MODE #verona \+o :?Mercutio$/);
    await ranked('admin', 'moderator');
    romeo.say(room, '/mode -o+v Mercutio Mercutio');
    await ranked('member', 'participant');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' affiliation='none'/>"));
    await ranked('none', 'participant');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' affiliation='member'/>"));
    await juliet.expect(/^:Romeo!\S+ MODE #verona \+v :?Mercutio$/);
    await ranked('member', 'participant');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' affiliation='admin'/>"));
    await ranked('admin', 'moderator');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' role='participant'/>"));
    await ranked('none', 'participant');

    // An error of the server is the answer.
    const forbidden = await mercutio.ask(room, 'set', change("<item nick='Romeo' affiliation='none'/>"));
    assert.equal(conditionOf(forbidden), 'forbidden');
    const nobody = await romeo.ask(room, 'set', change("<item nick='Tybalt' affiliation='admin'/>"));
    assert.equal(conditionOf(nobody), 'item-not-found');
    const id = mercutio.say(room, '/mode +o Mercutio');
    assert.equal(conditionOf(await mercutio.take(`<message type='error' id='${id}'/>`)), 'forbidden');
    // What somebody on IRC does is seen as well; what is no rank is told in a line.
    juliet.raw('MODE #verona +m');
    romeo.say(room, '/mode +o Juliet');
    await juliet.expect(/MODE #verona \+o :?Juliet/);
    juliet.raw('MODE #verona +l 20');
    await romeo.hears(`${room}/Juliet`, 'Mode #verona [+l 20] by Juliet');
  });

  parity('simple_kick', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    const forbidden = await mercutio.ask(room, 'set', change("<item nick='Romeo' role='none'/>"));
    assert.equal(conditionOf(forbidden), 'forbidden');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' role='none'><reason>brawls</reason></item>"));
    for (const [person, codes] of [
      [mercutio, [110, 307]],
      [romeo, [307]],
    ] as const) {
      const out = await person.take(
        `<presence from='${room}/Mercutio' type='unavailable'>${item("role='none'")}</presence>`,
      );
      assert.deepEqual(codesOf(out), codes);
      assert.equal(textOf(itemOf(out), 'reason'), 'brawls');
      assert.equal(childOf(itemOf(out), 'actor')?.attributes['nick'], 'Romeo');
    }
  });

  parity('invite_other', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await romeo.joins(room, 'Romeo');
    const invite = (to: string) =>
      romeo.send(`<message to='${room}'><x xmlns='${MUC_USER}'><invite to='${to}'/></x></message>`);
    invite(scene.at('juliet'));
    await juliet.expect(/^:Romeo!\S+ INVITE juliet :?#verona$/i);
    await juliet.join('#balcony');
    juliet.raw('INVITE Romeo #balcony');
    const by = `<invite from='${scene.at('juliet')}'/>`;
    await romeo.take(`<message from='${scene.at('#balcony')}'><x xmlns='${MUC_USER}'>${by}</x></message>`);
    // A JID of another host is invited by the room itself.
    invite(mercutio.bare);
    const foreign = `<invite from='${romeo.bare}'/>`;
    await mercutio.take(`<message from='${room}'><x xmlns='${MUC_USER}'>${foreign}</x></message>`);
    romeo.send(
      `<message to='${room}' id='nobody'><x xmlns='${MUC_USER}'><invite to='${scene.at('tybalt')}'/></x></message>`,
    );
    assert.equal(conditionOf(await romeo.take("<message type='error' id='nobody'/>")), 'item-not-found');
  });

  parity('simple_channel_list', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    for (const name of ['#balcony', '#tomb']) await juliet.join(name);
    await romeo.joins(scene.at('#verona'), 'Romeo');
    const { jids } = await list(romeo, scene.server);
    assert.deepEqual(
      jids.filter(isCommon).toSorted(),
      ['#balcony', '#tomb', '#verona'].map((name) => scene.at(name)).toSorted(),
    );
  });

  parity('channel_list_escaping', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#true/love');
    const room = scene.at('#true\\2flove');
    const { others } = await romeo.joins(room, 'Romeo');
    assert.equal(others[0]?.attributes['from'], `${room}/Juliet`);
    assert.deepEqual((await list(romeo, scene.server)).jids.filter(isCommon), [room]);
  });

  parity('channel_list_with_rsm', async (scene) => {
    const { romeo } = scene;
    await manyChannels(scene, 10 - ownChannels(scene));
    await romeo.joins(scene.at('#chan005'), 'Romeo');
    const none = await list(romeo, scene.server, '<max>0</max>');
    assert.deepEqual([none.jids, none.count], [[], '10']);
    const two = await list(romeo, scene.server, '<max>2</max>');
    assert.deepEqual([two.jids.length, two.index, two.count], [2, '0', '10']);
    assert.deepEqual([two.first, two.last], [two.jids[0], two.jids[1]]);
    const more = await list(romeo, scene.server, `<max>12</max><after>${two.last}</after>`);
    assert.deepEqual([more.jids.length, more.index], [8, '2']);
    assert.equal(new Set([...two.jids, ...more.jids]).size, 10);
    const back = await list(romeo, scene.server, `<max>3</max><before>${more.first}</before>`);
    assert.deepEqual(back.jids, two.jids);
  });

  parity('complete_channel_list_with_pages_of_3', async (scene) => {
    const { romeo } = scene;
    await manyChannels(scene, 9 - ownChannels(scene));
    await romeo.joins(scene.at('#verona'), 'Romeo');
    const sizes: number[] = [];
    const all = new Set<string>();
    for (let after = ''; all.size < 10; ) {
      const { jids, last } = await list(romeo, scene.server, `<max>3</max>${after}`);
      sizes.push(jids.length);
      for (const jid of jids) all.add(jid);
      after = `<after>${last}</after>`;
    }
    assert.deepEqual(sizes, [3, 3, 3, 1]);
  });

  // ngIRCd itself lists no more than 100.
  const whole = { on: ['inspircd', 'ergo'] } as const;
  parity('default_channel_list_limit', defaultLimit, whole);

  parity('muc_disco_info', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    const before = await info(romeo, room);
    const { category, type } = childOf(before, 'identity')?.attributes ?? {};
    assert.deepEqual([category, type], ['conference', 'text']);
    assert.equal(field(before, 'muc#roominfo_occupants'), undefined);
    const kinds = (query: Tree | undefined) =>
      query?.children.filter(({ name }) => name === 'feature').map(({ attributes }) => attributes['var']) ?? [];
    const wanted = ['http://jabber.org/protocol/muc', 'urn:xmpp:mam:2', 'urn:xmpp:sid:0', 'urn:xmpp:ping'];
    const more = ['http://jabber.org/protocol/muc#stable_id', 'http://jabber.org/protocol/muc#self-ping-optimization'];
    for (const kind of [...wanted, ...more, 'muc_persistent']) {
      assert.ok(kinds(before).includes(kind), `${kind} is not among ${kinds(before).join(' ')}`);
    }
    await romeo.joins(room, 'Romeo');
    const after = await info(romeo, room);
    assert.equal(field(after, 'muc#roominfo_occupants'), '2');
    assert.equal(field(after, 'muc#roominfo_subject'), '');
  });

  parity('muc_traffic_info', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    const traffic = await info(romeo, room, 'http://jabber.org/protocol/muc#traffic');
    assert.deepEqual(traffic?.children, []);
  });

  parity('self_ping_not_in_muc', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    assert.equal(conditionOf(await romeo.ask(`${room}/Romeo`, 'get', PING)), 'not-acceptable');
    await romeo.joins(scene.at('#mantua'), 'Romeo');
    assert.equal(conditionOf(await romeo.ask(`${room}/Romeo`, 'get', PING)), 'not-acceptable');
    await romeo.joins(room, 'Romeo');
    const phone = scene.xmpp('romeo@example.net/phone');
    assert.equal(conditionOf(await phone.ask(`${room}/Romeo`, 'get', PING)), 'not-acceptable');
  });

  parity('self_ping_on_real_channel', selfPing);
  parity('self_ping_fixed_server', selfPing, { fixed: true });

  parity('self_ping_with_error', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    for (let turn = 0; turn < 2; turn += 1) await romeo.asks(`${room}/Romeo`, 'get', PING);
    await romeo.leaves(room, 'Romeo');
    assert.equal(conditionOf(await romeo.ask(`${room}/Romeo`, 'get', PING)), 'not-acceptable');
  });
});

async function selfPing(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const phone = scene.xmpp('romeo@example.net/phone');
  const room = scene.at('#verona');
  await romeo.joins(room, 'Romeo');
  await phone.joins(room, 'Romeo');
  for (const person of [romeo, phone]) await person.asks(`${room}/Romeo`, 'get', PING);
}
