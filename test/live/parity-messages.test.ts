/** What is said in channels and in private, topics, and the past. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Tree } from '#test/xml-tree.ts';
import { childOf, codesOf, conditionOf, type Person, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import type { Scene } from './parity/scene.ts';

const SID = 'urn:xmpp:sid:0';
const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';
const DELAY = 'urn:xmpp:delay';

/** Ids by which the room, or whoever `by` is, vouches for a message. */
function stanzaIds(message: Tree, by: string): string[] {
  return message.children
    .filter(({ name, ns, attributes }) => name === 'stanza-id' && ns === SID && attributes['by'] === by)
    .map(({ attributes }) => attributes['id'] ?? '');
}

/** Says so many lines in the room, each once the one before is there. */
async function says(person: Person, room: string, nick: string, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    person.say(room, line);
    await person.hears(`${room}/${nick}`, line);
  }
}

interface Page {
  readonly bodies: readonly (string | undefined)[];
  readonly ids: readonly string[];
  readonly complete: boolean;
  readonly count: string | undefined;
}

/** A page of the archive of a room. */
async function page(person: Person, room: string, filter: string, rsm = ''): Promise<Page> {
  const from = person.seen.length;
  const form = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>${MAM}</value></field>${filter}</x>`;
  const set = rsm === '' ? '' : `<set xmlns='${RSM}'>${rsm}</set>`;
  const fin = await person.asks(room, 'set', `<query xmlns='${MAM}'>${form}${set}</query>`);
  const results = person.seen.slice(from).flatMap((stanza) => childOf(stanza, 'result', MAM) ?? []);
  return {
    bodies: results.map((result) => textOf(childOf(childOf(result, 'forwarded'), 'message'), 'body')),
    ids: results.map(({ attributes }) => attributes['id'] ?? ''),
    complete: fin?.attributes['complete'] === 'true',
    count: textOf(childOf(fin, 'set', RSM), 'count'),
  };
}

describe('what is said', TOGETHER, () => {
  parity('channel_messages', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    const id = romeo.say(room, 'coucou');
    const own = await romeo.hears(`${room}/Romeo`, 'coucou');
    assert.equal(own.attributes['id'], id);
    const other = await mercutio.hears(`${room}/Romeo`, 'coucou');
    for (const message of [own, other]) assert.equal(stanzaIds(message, room).length, 1);

    mercutio.say(scene.at('romeo'), 'in private', 'chat');
    const whisper = await romeo.hears(scene.at('mercutio'), 'in private', 'chat');
    assert.equal(whisper.attributes['to'], romeo.bare);
    romeo.say(scene.at('mercutio'), 'an answer', 'chat');
    assert.equal((await mercutio.hears(scene.at('romeo'), 'an answer', 'chat')).attributes['to'], mercutio.bare);

    // What is written through the room is answered there.
    romeo.say(`${room}/Mercutio`, 'through the room', 'chat');
    await mercutio.hears(scene.at('romeo'), 'through the room', 'chat');
    mercutio.say(scene.at('romeo'), 'and back', 'chat');
    assert.equal((await romeo.hears(`${room}/Mercutio`, 'and back', 'chat')).attributes['to'], romeo.jid);
  });

  parity('muc_message_from_unjoined_resource', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    const phone = scene.xmpp('romeo@example.net/phone');
    const id = phone.say(room, 'hark');
    const error = await phone.take(`<message type='error' id='${id}' from='${room}'/>`);
    assert.equal(conditionOf(error), 'not-acceptable');
  });

  parity('multiline_message', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    const lines = ['first line', '', 'third line'];
    const id = romeo.say(room, lines.join('\n'));
    for (const line of ['first line', 'third line']) {
      await juliet.expect(({ command, params }) => command === 'PRIVMSG' && params[1] === line);
    }
    assert.equal((await romeo.take(`<message id='${id}' type='groupchat'/>`)).attributes['from'], `${room}/Romeo`);
    // Where the server knows messages of several lines it is one for everybody who does (draft/multiline).
    if (scene.irc.kind === 'ergo') return void (await mercutio.hears(`${room}/Romeo`, lines.join('\n')));
    const first = await mercutio.hears(`${room}/Romeo`, 'first line');
    const last = await mercutio.hears(`${room}/Romeo`, 'third line');
    assert.notEqual(first.attributes['id'], last.attributes['id']);
    assert.notDeepEqual(stanzaIds(first, room), stanzaIds(last, room));
  });

  parity('slash_me_channel_message', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    romeo.say(room, '/me sighs');
    await juliet.expect(({ command, params }) => command === 'PRIVMSG' && params[1] === '\x01ACTION sighs\x01');
    for (const person of [romeo, mercutio]) await person.hears(`${room}/Romeo`, '/me sighs');
    juliet.say('#verona', '\x01ACTION listens\x01');
    await romeo.hears(`${room}/Juliet`, '/me listens');
  });

  parity('stable_id', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    const ids = [
      `<origin-id xmlns='${SID}' id='mine'/>`,
      `<stanza-id xmlns='${SID}' id='forged' by='${room}'/>`,
      `<stanza-id xmlns='${SID}' id='foreign' by='${romeo.bare}'/>`,
    ];
    const id = romeo.say(room, 'coucou', 'groupchat', ids.join(''));
    const own = await romeo.hears(`${room}/Romeo`, 'coucou');
    assert.equal(own.attributes['id'], id);
    assert.equal(childOf(own, 'origin-id', SID)?.attributes['id'], 'mine');
    const [given = '', ...more] = stanzaIds(own, room);
    assert.match(given, /^[\da-f-]{36}$/);
    assert.deepEqual(more, []);
    const { ids: archived } = await page(romeo, room, '');
    assert.deepEqual(archived, [given]);
  });

  parity('notices', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    juliet.raw('NOTICE Romeo :[#verona] for the channel');
    await romeo.hears(`${room}/Juliet`, '[#verona] for the channel');
    juliet.raw('NOTICE Romeo :[#nowhere] for me');
    await romeo.hears(scene.at('juliet'), '[#nowhere] for me', 'chat');
    juliet.raw('NOTICE #verona :to all');
    await romeo.hears(`${room}/Juliet`, '[notice] to all');
  });

  parity('raw_message', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(scene.at('#verona'), 'Romeo');
    romeo.say(scene.server, 'WHOIS Juliet', 'chat');
    const answer = await romeo.take(({ attributes, children }) => {
      const body = children.find(({ name }) => name === 'body')?.text ?? '';
      return attributes['from'] === scene.server && /^Juliet .*Juliet 127\.0\.0\.1/.test(body);
    });
    assert.equal(answer.attributes['type'], 'chat');
    romeo.say(scene.server, 'PRIVMSG Juliet :raw words', 'chat');
    await juliet.expect(/^:Romeo!\S+ PRIVMSG Juliet :raw words$/);
  });

  parity('raw_message_fixed_irc_server', rawToTheHost, { fixed: true });

  parity('channel_custom_topic', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.send(`<message to='${room}' type='groupchat'><subject>The feast</subject></message>`);
    const changed = await romeo.take(
      `<message type='groupchat' from='${room}/Romeo'><subject>The feast</subject></message>`,
    );
    assert.equal(childOf(changed, 'body'), undefined);
    const { subject } = await mercutio.joins(room, 'Mercutio');
    assert.equal(textOf(subject, 'subject'), 'The feast');
    assert.equal(subject.attributes['from'], `${room}/Romeo`);
    assert.ok(childOf(subject, 'delay', DELAY)?.attributes['stamp']);
  });

  parity('multiline_topic', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.send(`<message to='${room}' type='groupchat'><subject>The feast\nof Capulet</subject></message>`);
    await romeo.take(
      `<message type='groupchat' from='${room}/Romeo'><subject>The feast of Capulet</subject></message>`,
    );
  });

  parity('channel_history', history);
  parity('channel_history_on_fixed_server', history, { fixed: true });

  parity('join_history_limit', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    await says(romeo, room, 'Romeo', ['one', 'two', 'three', 'four']);
    const past = async (resource: string, limit: string) => {
      const client = scene.xmpp(`romeo@example.net/${resource}`);
      const entrance = await client.joins(room, 'Romeo', `<history ${limit}/>`);
      return entrance.past.map((message) => textOf(message, 'body'));
    };
    const all = ['one', 'two', 'three', 'four'];
    assert.deepEqual(await past('a', "maxchars='0'"), []);
    assert.deepEqual(await past('b', "maxstanzas='0'"), []);
    assert.deepEqual(await past('c', "maxstanzas='3'"), all.slice(1));
    assert.deepEqual(await past('d', "since='1970-01-01T00:00:00Z'"), all);
    assert.deepEqual(await past('e', "since='1970-01-01T00:00:00Z' maxstanzas='1'"), ['four']);
    assert.deepEqual(await past('f', "seconds='3600'"), all);
    assert.deepEqual(await past('g', `since='${new Date(Date.now() + 60_000).toISOString()}'`), []);
  });

  parity('simple_mam', archive);
  parity('mam_on_fixed_server', archive, { fixed: true });

  parity('mam_with_timestamps', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    const stamps: string[] = [];
    for (const line of ['one', 'two', 'three']) {
      await says(romeo, room, 'Romeo', [line]);
      const at = Date.now();
      // The next is not said in the same millisecond.
      while (Date.now() === at) await romeo.settle(scene.server);
      stamps.push(new Date(at).toISOString());
    }
    const field = (name: string, value = '') => `<field var='${name}'><value>${value}</value></field>`;
    const bodies = async (filter: string) => (await page(romeo, room, filter)).bodies;
    assert.deepEqual(await bodies(field('end', stamps[0])), ['one']);
    assert.deepEqual(await bodies(field('start', new Date(Date.parse(stamps[1] ?? '') + 1).toISOString())), ['three']);
    assert.deepEqual(await bodies(field('start', '2999-01-01T00:00:00Z')), []);
    const middle = field('start', new Date(Date.parse(stamps[0] ?? '') + 1).toISOString()) + field('end', stamps[1]);
    assert.deepEqual(await bodies(middle), ['two']);
  });

  parity('default_mam_limit', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    const lines = Array.from({ length: 120 }, (_, n) => `line ${n}`);
    const paris = await scene.person('Paris');
    await paris.join('#verona');
    // InspIRCd takes no more than a hundred at once from one.
    for (const line of lines.slice(0, 60)) juliet.say('#verona', line);
    await romeo.hears(`${room}/Juliet`, 'line 59');
    for (const line of lines.slice(60)) paris.say('#verona', line);
    await romeo.hears(`${room}/Paris`, 'line 119');
    const first = await page(romeo, room, '');
    assert.deepEqual([first.bodies, first.complete, first.count], [lines.slice(0, 50), false, '120']);
    const second = await page(romeo, room, '', `<after>${first.ids.at(-1)}</after>`);
    assert.deepEqual([second.bodies, second.complete], [lines.slice(50, 100), false]);
    const third = await page(romeo, room, '', `<after>${second.ids.at(-1)}</after>`);
    assert.deepEqual([third.bodies, third.complete], [lines.slice(100), true]);
    const before = await page(romeo, room, '', `<before>${second.ids[0]}</before><max>10</max>`);
    assert.deepEqual(before.bodies, lines.slice(40, 50));
    assert.deepEqual((await page(romeo, room, '', '<before/><max>2</max>')).bodies, lines.slice(118));
    const none = await page(romeo, room, '', '<max>0</max>');
    assert.deepEqual([none.bodies, none.count], [[], '120']);
    const set = `<set xmlns='${RSM}'><after>unknown</after></set>`;
    const unknown = await romeo.ask(room, 'set', `<query xmlns='${MAM}'>${set}</query>`);
    assert.equal(conditionOf(unknown), 'item-not-found');
  });

  parity('self_version', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    const version = "<query xmlns='jabber:iq:version'/>";
    assert.ok(textOf(await romeo.asks(`${room}/Romeo`, 'get', version), 'name'));
    juliet.say('Romeo', '\x01VERSION\x01');
    const answer = await juliet.expect(({ command, params }) => command === 'NOTICE' && params[0] === 'Juliet');
    assert.match(answer.params[1]?.replaceAll('\x01', '|') ?? '', /^\|VERSION \S.*\|$/);
  });
});

async function rawToTheHost(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const juliet = await scene.person();
  await juliet.join('#verona');
  await romeo.joins(scene.at('#verona'), 'Romeo');
  romeo.say(scene.server, 'PRIVMSG Juliet :raw words', 'chat');
  await juliet.expect(/^:Romeo!\S+ PRIVMSG Juliet :raw words$/);
}

async function history(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const room = scene.at('#verona');
  await romeo.joins(room, 'Romeo');
  await says(romeo, room, 'Romeo', ['coucou']);
  const { past, self, subject, shown } = await scene.xmpp('romeo@example.net/phone').joins(room, 'Romeo');
  const [told, ...more] = past;
  assert.deepEqual([textOf(told, 'body'), told?.attributes['from'], more], ['coucou', `${room}/Romeo`, []]);
  assert.equal(childOf(told, 'delay', DELAY)?.attributes['from'], room);
  assert.ok(told && stanzaIds(told, room).length === 1);
  // XEP-0045 §7.2: after its own presence, before the subject.
  assert.deepEqual(shown, [...shown.filter(({ name }) => name === 'presence'), told, subject]);
  assert.ok(codesOf(self).includes(110));
}

async function archive(scene: Scene): Promise<void> {
  const { romeo, mercutio } = scene;
  const room = scene.at('#verona');
  await romeo.joins(room, 'Romeo');
  assert.deepEqual(await page(romeo, room, ''), { bodies: [], ids: [], complete: true, count: '0' });
  await says(romeo, room, 'Romeo', ['one', 'two']);
  const all = await page(romeo, room, '');
  assert.deepEqual([all.bodies, all.complete], [['one', 'two'], true]);
  const first = await page(romeo, room, '', '<max>1</max>');
  assert.deepEqual([first.bodies, first.complete], [['one'], false]);
  const next = await page(romeo, room, '', `<max>1</max><after>${first.ids[0]}</after>`);
  assert.deepEqual([next.bodies, next.complete], [['two'], true]);
  // Everybody has an archive of their own.
  assert.deepEqual((await page(mercutio, room, '')).bodies, []);
}
