/** Settings by the forms of an independent client, as a real IRC server and the people on it see what became of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childOf, type Element, textOf } from './element.ts';
import { unlessAbsent } from './installed.ts';
import { startNgircd } from './ngircd.ts';
import { HOST, ROOM, SERVER, Verona } from './verona.ts';
import type { XmppClient } from './xmpp-client.ts';

const COMMANDS = 'http://jabber.org/protocol/commands';
const FORMS = 'jabber:x:data';
const OWNER = 'http://jabber.org/protocol/muc#owner';
const AT_SERVER = `${SERVER}@${HOST}`;

function form(values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(([name, value]) => `<field var="${name}"><value>${value}</value></field>`);
  return `<x xmlns="${FORMS}" type="submit">${fields.join('')}</x>`;
}

async function give(romeo: XmppClient, to: string, node: string, session = '', values = {}): Promise<Element> {
  const attributes = session === '' ? '' : ` sessionid="${session}"`;
  const inside = session === '' ? '' : form(values);
  const xml = `<command xmlns="${COMMANDS}" node="${node}"${attributes}>${inside}</command>`;
  const given = childOf(await romeo.ask(to, 'set', xml), 'command', COMMANDS);
  assert.ok(given);
  return given;
}

/** The values that stand in a form, by name. */
function valuesIn(parent: Element | undefined): Record<string, string | undefined> {
  const fields = (parent && childOf(parent, 'x', FORMS)?.children.filter(({ name }) => name === 'field')) ?? [];
  return Object.fromEntries(fields.map((field) => [field.attrs['var'] ?? '', textOf(field, 'value')]));
}

async function configure(romeo: XmppClient, to: string, values: Readonly<Record<string, string>>): Promise<void> {
  const asked = await give(romeo, to, 'configure');
  const done = await give(romeo, to, 'configure', asked.attrs['sessionid'], values);
  assert.equal(textOf(done, 'note'), 'Your settings are stored.');
}

test(
  'what is set by form is what IRC sees; settings last, and a reason is told at the end',
  unlessAbsent('prosody', 'slixmpp', 'ngircd'),
  async (t) => {
    await using verona = await Verona.open(t, { irc: await startNgircd() });
    await using juliet = await verona.irc();
    juliet.raw('JOIN #verona');
    await juliet.expect(({ command }) => command === '366');
    const romeo = await verona.xmpp();
    await configure(romeo, AT_SERVER, { nick: 'Mab', realname: 'Queen Mab', username: 'mab' });
    romeo.send(`<presence to="${ROOM}/romeo"><x xmlns="http://jabber.org/protocol/muc"/></presence>`);
    await romeo.receive({ name: 'presence', from: `${ROOM}/Mab` });
    await juliet.expect(({ command, from }) => command === 'JOIN' && from === 'Mab');
    juliet.raw('WHOIS Mab');
    const whois = await juliet.expect(({ command }) => command === '311');
    assert.equal(whois.params.at(-1), 'Queen Mab');

    const info = await give(romeo, AT_SERVER, 'get-irc-connection-info');
    assert.match(textOf(info, 'note') ?? '', /as Mab\.[\s\S]*#verona%irc\.test: orchard/);
    await configure(romeo, ROOM, { record_history: 'false', encoding_in: 'koi8-r' });
    const owned = childOf(await romeo.ask(ROOM, 'get', `<query xmlns="${OWNER}"/>`), 'query', OWNER);
    const { record_history: kept, encoding_in: charset } = valuesIn(owned);
    assert.deepEqual([kept, charset], ['false', 'koi8-r']);

    const asked = await give(romeo, HOST, 'disconnect-from-irc-server');
    const chosen = { 'irc-servers': SERVER, 'quit-message': 'Good night' };
    await give(romeo, HOST, 'disconnect-from-irc-server', asked.attrs['sessionid'], chosen);
    const quit = await juliet.expect(({ command, from }) => command === 'QUIT' && from === 'Mab');
    assert.match(quit.params.at(-1) ?? '', /Good night/);
    assert.equal(valuesIn(await give(romeo, AT_SERVER, 'configure'))['realname'], 'Queen Mab');
  },
);
