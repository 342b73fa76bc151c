/** Power over a channel, its settings and the list of channels, on a real server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContactId, RoomId } from '#src/network.ts';
import { member, said } from '#test/fakes/network.ts';
import { childOf, type Element, statusesOf, textOf } from './element.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { HOST, ROOM, SERVER, Verona } from './verona.ts';
import { World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';

const needs = unlessAbsent('prosody', 'slixmpp', 'inspircd');
const MUC = 'http://jabber.org/protocol/muc';
const ADMIN = `${MUC}#admin`;
const OWNER = `${MUC}#owner`;
const FORM = 'jabber:x:data';

/** Juliet made the channel and has raised Romeo. */
async function leading(verona: Verona) {
  const juliet = await verona.irc();
  await juliet.join('#verona');
  const romeo = await verona.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  juliet.raw('MODE #verona +o Romeo');
  await romeo.receive((el) => itemOf(el)?.attrs['role'] === 'moderator' && el.attrs['from'] === `${ROOM}/Romeo`);
  return { juliet, romeo };
}

function itemOf(presence: Element): Element | undefined {
  return childOf(childOf(presence, 'x', `${MUC}#user`), 'item');
}

async function admin(client: XmppClient, type: 'get' | 'set', item: string): Promise<Element[]> {
  const answer = await client.ask(ROOM, type, `<query xmlns="${ADMIN}">${item}</query>`);
  assert.equal(answer.attrs['type'], 'result', JSON.stringify(answer));
  return [...(childOf(answer, 'query', ADMIN)?.children ?? [])];
}

async function describe(client: XmppClient, jid: string): Promise<Element> {
  const answer = await client.ask(jid, 'get', '<query xmlns="http://jabber.org/protocol/disco#info"/>');
  return childOf(answer, 'query') as Element;
}

test('bans of both sides are listed, lifted by the address that was listed, and keep people out', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const { juliet, romeo } = await leading(verona);
  juliet.raw('MODE #verona +b *!*@Bad.Example');
  await juliet.expect(/MODE #verona \+b/);
  await admin(romeo, 'set', `<item affiliation="outcast" jid="tybalt%${SERVER}@${HOST}"/>`);
  await juliet.expect(/^:Romeo!\S+ MODE #verona \+b :?tybalt!\*@\*$/);

  const listed = await admin(romeo, 'get', '<item affiliation="outcast"/>');
  const jids = listed.map(({ attrs }) => attrs['jid'] ?? '');
  assert.deepEqual(jids.toSorted(), [`*!*\\40bad.example@${HOST}`, `tybalt%${SERVER}@${HOST}`]);

  for (const jid of jids) await admin(romeo, 'set', `<item affiliation="none" jid="${jid}"/>`);
  await juliet.expect(/^:Romeo!\S+ MODE #verona -b :?\*!\*@Bad\.Example$/);
  await juliet.expect(/^:Romeo!\S+ MODE #verona -b :?tybalt!\*@\*$/);
  assert.deepEqual(await admin(romeo, 'get', '<item affiliation="outcast"/>'), []);

  const mercutio = await verona.xmpp('mercutio', 'phone');
  await mercutio.joinRoom(ROOM, 'Mercutio');
  await admin(romeo, 'set', `<item affiliation="outcast" nick="Mercutio"><reason>brawls</reason></item>`);
  const out = await mercutio.receive({ name: 'presence', from: `${ROOM}/Mercutio`, type: 'unavailable' });
  assert.equal(itemOf(out)?.attrs['affiliation'], 'outcast');
  await assert.rejects(mercutio.joinRoom(ROOM, 'Mercutio'), /forbidden/);
});

test('ranks given here are held there, and the lists show them', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const { juliet, romeo } = await leading(verona);
  const paris = await verona.irc('Paris');
  await paris.join('#verona');
  await romeo.receive({ name: 'presence', from: `${ROOM}/Paris`, type: '' });
  await admin(romeo, 'set', '<item affiliation="member" nick="Paris"/>');
  await juliet.expect(/^:Romeo!\S+ MODE #verona \+v :?Paris$/);
  await romeo.receive((el) => el.attrs['from'] === `${ROOM}/Paris` && itemOf(el)?.attrs['affiliation'] === 'member');
  const members = await admin(romeo, 'get', '<item affiliation="member"/>');
  assert.deepEqual(
    members.map(({ attrs }) => attrs['nick']),
    ['Paris'],
  );
  await admin(romeo, 'set', '<item affiliation="none" nick="Paris"/>');
  await juliet.expect(/^:Romeo!\S+ MODE #verona -v :?Paris$/);
  const refused = await romeo.ask(ROOM, 'set', `<query xmlns="${ADMIN}"><item role="visitor" nick="Paris"/></query>`);
  assert.ok(childOf(childOf(refused, 'error'), 'not-allowed'), JSON.stringify(refused));
});

test('the settings of a channel are a form; what is changed is set there, and told by 104', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const { juliet, romeo } = await leading(verona);
  const asked = await romeo.ask(ROOM, 'get', `<query xmlns="${OWNER}"/>`);
  const form = childOf(childOf(asked, 'query', OWNER), 'x', FORM);
  const values = (form?.children ?? []).map((field) => [field.attrs['var'], textOf(field, 'value')]);
  assert.deepEqual(Object.fromEntries(values.filter(([name]) => name?.startsWith('muc#'))), {
    'muc#roomconfig_passwordprotectedroom': '0',
    'muc#roomconfig_roomsecret': '',
    'muc#roomconfig_membersonly': '0',
    'muc#roomconfig_moderatedroom': '0',
    'muc#roomconfig_publicroom': '1',
    'muc#roomconfig_changesubject': '0',
    'muc#roomconfig_maxusers': 'none',
  });
  const submit = (fields: Readonly<Record<string, string>>) => {
    const filled = Object.entries({ FORM_TYPE: `${MUC}#roomconfig`, ...fields });
    const content = filled.map(([name, value]) => `<field var="${name}"><value>${value}</value></field>`).join('');
    return romeo.ask(ROOM, 'set', `<query xmlns="${OWNER}"><x xmlns="${FORM}" type="submit">${content}</x></query>`);
  };
  const secret = { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': 'sesame' };
  assert.equal((await submit({ ...secret, 'muc#roomconfig_moderatedroom': '1' })).attrs['type'], 'result');
  await juliet.expect(/^:Romeo!\S+ MODE #verona \+km :?sesame$/);
  await romeo.receive({ name: 'message', from: ROOM, statuses: [104] });
  const kinds = (await describe(romeo, ROOM)).children.map(({ attrs }) => attrs['var']);
  for (const kind of ['muc_moderated', 'muc_passwordprotected']) assert.ok(kinds.includes(kind), kind);

  const mercutio = await verona.xmpp('mercutio', 'phone');
  await assert.rejects(mercutio.joinRoom(ROOM, 'Mercutio'), /not-authorized/);
  await submit({ 'muc#roomconfig_passwordprotectedroom': '0' });
  await juliet.expect(/^:Romeo!\S+ MODE #verona -k/);
  await mercutio.joinRoom(ROOM, 'Mercutio');
  const refused = await mercutio.ask(
    ROOM,
    'set',
    `<query xmlns="${OWNER}"><x xmlns="${FORM}" type="submit"><field var="muc#roomconfig_moderatedroom"><value>0</value></field></x></query>`,
  );
  assert.ok(childOf(childOf(refused, 'error'), 'forbidden'), JSON.stringify(refused));
  await admin(romeo, 'set', '<item role="participant" nick="Mercutio"/>');
  await juliet.expect(/^:Romeo!\S+ MODE #verona \+v :?Mercutio$/);
});

test('the channels of the server are listed in pages and searched', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const juliet = await verona.irc();
  for (const name of ['#balcony', '#tomb', '#verona']) await juliet.join(name);
  juliet.raw('TOPIC #balcony :What light');
  await juliet.expect(/TOPIC #balcony/);
  const romeo = await verona.xmpp();
  await romeo.joinRoom(ROOM, 'Romeo');
  const rsm = '<set xmlns="http://jabber.org/protocol/rsm"><max>2</max></set>';
  const items = (page: string) =>
    romeo.ask(`${SERVER}@${HOST}`, 'get', `<query xmlns="http://jabber.org/protocol/disco#items">${page}</query>`);
  const jidsOf = (answer: Element) =>
    (childOf(answer, 'query')?.children ?? []).flatMap(({ attrs }) => attrs['jid'] ?? []);
  const first = await items(rsm);
  assert.deepEqual(jidsOf(first), [ROOM, `#balcony%${SERVER}@${HOST}`]);
  const set = childOf(childOf(first, 'query'), 'set');
  assert.equal(set && textOf(set, 'count'), '3');
  const last = `<max>2</max><after>#balcony%${SERVER}@${HOST}</after>`;
  assert.deepEqual(jidsOf(await items(rsm.replace('<max>2</max>', last))), [`#tomb%${SERVER}@${HOST}`]);
  const found = await romeo.ask(HOST, 'set', '<query xmlns="jabber:iq:search"><nick>light</nick></query>');
  assert.deepEqual(jidsOf(found), [`#balcony%${SERVER}@${HOST}`]);
});

test('an occupant has the same id after each return, and a ping tells whether one is in', needs, async (t) => {
  await using verona = await Verona.open(t, { irc: await startInspircd({ name: SERVER }) });
  const juliet = await verona.irc();
  await juliet.join('#verona');
  const romeo = await verona.xmpp();
  const ping = () => romeo.ask(`${ROOM}/Romeo`, 'get', '<ping xmlns="urn:xmpp:ping"/>');
  const idOf = (el: Element) => childOf(el, 'occupant-id', 'urn:xmpp:occupant-id:0')?.attrs['id'] ?? '';
  assert.ok(childOf(childOf(await ping(), 'error'), 'not-acceptable'));
  const seen: string[][] = [];
  for (let visit = 0; visit < 2; visit += 1) {
    const self = await romeo.joinRoom(ROOM, 'Romeo');
    const other = await romeo.receive({ name: 'presence', from: `${ROOM}/Juliet`, type: '' });
    seen.push([idOf(self), idOf(other)]);
    juliet.say('#verona', 'hark');
    assert.equal(idOf(await romeo.receive({ from: `${ROOM}/Juliet`, body: 'hark' })), idOf(other));
    assert.equal((await ping()).attrs['type'], 'result');
    await romeo.leaveRoom(ROOM, 'Romeo');
  }
  assert.deepEqual(seen[0], seen[1]);
  assert.match(seen[0]?.join(' ') ?? '', /^[\w-]{22} [\w-]{22}$/);
  assert.notEqual(seen[0]?.[0], seen[0]?.[1]);
});

test(
  'slixmpp joins a private room, reads its past, its lists and its settings',
  unlessAbsent('prosody', 'slixmpp'),
  async (t) => {
    await using world = await World.open(t);
    const { network } = world;
    const room = `#capulets@${HOST}`;
    network.members = [member('Nurse', { rank: 'owner', hats: [{ id: 'urn:x:nurse', title: 'Confidante' }] })];
    network.lists.push({ rank: 'banned', contact: 'paris' as ContactId }, { rank: 'banned', mask: '*!*@montague' });
    const first = await world.xmpp('juliet', 'balcony');
    await first.joinRoom(room, 'Juliet');
    const truth = { type: 'room', room: '#capulets' as RoomId, topic: { text: 'The feast' }, private: true } as const;
    const members = [member('Juliet', { self: true, rank: 'owner' }), ...network.members];
    await network.session.emit({ ...truth, members, settings: { name: 'Capulets', limit: 12 } });
    for (const text of ['O Romeo', 'wherefore']) await network.session.emit(said('#capulets', 'Nurse', text));
    await first.receive({ from: `${room}/Nurse`, body: 'wherefore' });

    const juliet = await world.xmpp('juliet', 'phone');
    const call = (method: string, args: object) => juliet.call('xep_0045', method, { room, ...args });
    const self = await juliet.joinRoom(room, 'Juliet', '');
    assert.deepEqual(statusesOf(self), [110, 100, 170]);
    const nurse = await juliet.receive({ name: 'presence', from: `${room}/Nurse`, type: '' });
    const hat = childOf(childOf(nurse, 'hats', 'urn:xmpp:hats:0'), 'hat');
    assert.deepEqual(hat?.attrs, { uri: 'urn:x:nurse', title: 'Confidante' });
    await juliet.receive({ from: room, subject: 'The feast' });
    const told = juliet.seen().filter(({ name, attrs }) => name === 'message' && attrs['from']?.startsWith(room));
    assert.deepEqual(
      told.map((message) => [
        textOf(message, 'body') ?? textOf(message, 'subject'),
        childOf(message, 'delay') !== undefined,
      ]),
      [
        ['O Romeo', true],
        ['wherefore', true],
        ['The feast', false],
      ],
    );

    assert.deepEqual(await call('get_affiliation_list', { affiliation: 'outcast' }), [
      `paris@${HOST}`,
      `*!*\\40montague@${HOST}`,
    ]);
    await call('set_affiliation', { affiliation: 'none', jid: `*!*\\40montague@${HOST}` });
    assert.deepEqual((await world.asked('enlist')).who, { mask: '*!*@montague' });
    const form = (await call('get_room_config', {})) as Element;
    const name = form.children.find(({ attrs }) => attrs['var'] === 'muc#roomconfig_roomname');
    assert.equal(name && textOf(name, 'value'), 'Capulets');
    const kinds = (await describe(juliet, room)).children.map(({ attrs }) => attrs['var']);
    for (const kind of ['muc_membersonly', 'muc_nonanonymous', 'muc_hidden']) assert.ok(kinds.includes(kind), kind);
  },
);
