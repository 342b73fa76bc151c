/** Commands three ways on a real server: the ad-hoc form, the registration form, and a chat in German. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#src/network.ts';
import { childOf, type Element, textOf } from './element.ts';
import { unlessAbsent } from './installed.ts';
import { HOST, World } from './world.ts';
import type { XmppClient } from './xmpp-client.ts';

const needs = unlessAbsent('prosody', 'slixmpp');
const COMMANDS = 'http://jabber.org/protocol/commands';
const FORMS = 'jabber:x:data';
const REGISTER = 'jabber:iq:register';
const ITEMS = 'http://jabber.org/protocol/disco#items';

function form(values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(([name, value]) => `<field var="${name}"><value>${value}</value></field>`);
  return `<x xmlns="${FORMS}" type="submit">${fields.join('')}</x>`;
}

function command(node: string, attributes = '', inside = ''): string {
  return `<command xmlns="${COMMANDS}" node="${node}" ${attributes}>${inside}</command>`;
}

async function give(romeo: XmppClient, node: string, session?: string, values?: Readonly<Record<string, string>>) {
  const attributes = session === undefined ? 'action="execute"' : `sessionid="${session}" action="complete"`;
  const answer = await romeo.ask(HOST, 'set', command(node, attributes, values ? form(values) : ''));
  const given = childOf(answer, 'command', COMMANDS);
  assert.ok(given, JSON.stringify(answer));
  return given;
}

function sessionOf(given: Element): string {
  return given.attrs['sessionid'] ?? '';
}

/** Names of the fields that are asked. */
function fieldsOf(element: Element): string[] {
  const fields = childOf(element, 'x', FORMS)?.children.filter(({ name }) => name === 'field') ?? [];
  return fields.map(({ attrs }) => attrs['var'] ?? '');
}

test('the commands are listed, and one is taken through its form to its end', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await world.xmpp();
  const list = await romeo.ask(HOST, 'get', `<query xmlns="${ITEMS}" node="${COMMANDS}"/>`);
  const nodes = childOf(list, 'query', ITEMS)?.children.map(({ attrs }) => attrs['node']) ?? [];
  for (const node of [REGISTER, 'preferences', 'join', 'status']) assert.ok(nodes.includes(node), node);
  const asked = await give(romeo, REGISTER);
  assert.equal(asked.attrs['status'], 'executing');
  assert.deepEqual(fieldsOf(asked), ['nick', 'password']);
  const wrong = await give(romeo, REGISTER, sessionOf(asked), { nick: '' });
  assert.equal(textOf(wrong, 'note'), 'Give a nick.');
  const done = await give(romeo, REGISTER, sessionOf(asked), { nick: 'romeo', password: 'swordfish' });
  assert.equal(done.attrs['status'], 'completed');
  await romeo.receive({ name: 'presence', type: 'subscribe', from: HOST });
  const status = await give(romeo, 'status');
  assert.match(JSON.stringify(status), /"connected"/);
  const again = await romeo.ask(HOST, 'get', `<query xmlns="${ITEMS}" node="${COMMANDS}"/>`);
  assert.match(JSON.stringify(again), /"unregister"/);
});

test('a command that is cancelled, and one that is not there', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await world.xmpp();
  const asked = await give(romeo, 'join');
  const cancel = await romeo.ask(HOST, 'set', command('join', `sessionid="${sessionOf(asked)}" action="cancel"`));
  assert.equal(childOf(cancel, 'command', COMMANDS)?.attrs['status'], 'canceled');
  const late = await romeo.ask(HOST, 'set', command('join', `sessionid="${sessionOf(asked)}"`, form({ room: '#dev' })));
  assert.ok(childOf(childOf(late, 'error'), 'bad-sessionid', COMMANDS));
  const unknown = await romeo.ask(HOST, 'set', command('nonsense', 'action="execute"'));
  assert.ok(childOf(childOf(unknown, 'error'), 'item-not-found'));
});

test('the registration form signs in, changes and signs out', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await world.xmpp();
  const empty = childOf(await romeo.ask(HOST, 'get', `<query xmlns="${REGISTER}"/>`), 'query', REGISTER);
  assert.ok(empty && !childOf(empty, 'registered'));
  assert.deepEqual(fieldsOf(empty), ['FORM_TYPE', 'nick', 'password']);
  const taken = await romeo.ask(HOST, 'set', `<query xmlns="${REGISTER}">${form({ nick: 'romeo' })}</query>`);
  assert.equal(taken.attrs['type'], 'result');
  const known = childOf(await romeo.ask(HOST, 'get', `<query xmlns="${REGISTER}"/>`), 'query', REGISTER);
  assert.ok(known && childOf(known, 'registered'));
  assert.equal(textOf(known, 'nick'), 'romeo');
  const bad = await romeo.ask(HOST, 'set', `<query xmlns="${REGISTER}">${form({ nick: '' })}</query>`);
  assert.ok(childOf(childOf(bad, 'error'), 'not-acceptable'));
  await romeo.ask(HOST, 'set', `<query xmlns="${REGISTER}"><remove/></query>`);
  await romeo.receive({ name: 'presence', type: 'unsubscribe', from: HOST });
  assert.deepEqual(await world.registry.accounts.list('romeo@localhost', HOST), []);
});

test('a chat in German, from the help to a room', needs, async (t) => {
  await using world = await World.open(t);
  const romeo = await world.xmpp();
  const says = (text: string) =>
    romeo.send(`<message to="${HOST}" type="chat" xml:lang="de"><body>${text}</body></message>`);
  const hears = (body: RegExp) => romeo.receive({ name: 'message', type: 'chat', from: HOST, body });
  says('help');
  await hears(/^Das ist das Gateway zu Fake\.[\s\S]*• sign-in – meldet dich an/);
  says('sign-in fake romeo');
  await hears(/lösche danach die Zeile/);
  says('swordfish');
  await hears(/Du bist bei Fake angemeldet\./);
  await hears(/Lösche jetzt die Zeile/);
  assert.equal(world.network.session.account.id, 'main' as AccountId);
  says('join #dev');
  await hears(/xmpp:#dev@irc\.localhost\?join$/);
  says('preferences history nein');
  await hears(/Deine Einstellungen sind gespeichert\./);
  says('sign-out');
  await hears(/„cancel“ bricht ab\./);
  await hears(/\(ja oder nein\)/);
  says('ja');
  await hears(/Du bist abgemeldet\./);
  assert.deepEqual(await world.registry.accounts.list('romeo@localhost', HOST), []);
  assert.ok(!world.log.includes('swordfish'));
});
