/** A day on which an administrator changes from biboumi to Isthmus: the same users, rooms, messages and settings. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Biboumi, startBiboumi } from './biboumi.ts';
import { showLogsOnFailure } from './child.ts';
import { childOf, type Element, textOf } from './element.ts';
import { Folder } from './folder.ts';
import { startGateway } from './gateway.ts';
import { type Inspircd, startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { startPostgres } from './postgres.ts';
import { type Prosody, startProsody } from './prosody.ts';
import { XmppClient } from './xmpp-client.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const HOST = 'biboumi.localhost';
const SECRET = 'between us';
const SERVER = 'localhost';
const ROOM = `#verona%${SERVER}@${HOST}`;
const MAM = 'urn:xmpp:mam:2';
const COMMANDS = 'http://jabber.org/protocol/commands';
const FORMS = 'jabber:x:data';
const IRC_PASSWORD = 'open-sesame';

/** What biboumi asks of its users in forms. */
const SERVER_SETTINGS = {
  ports: [] as string[],
  tls_ports: [],
  verify_cert: ['true'],
  nick: ['Montague'],
  pass: [IRC_PASSWORD],
  after_connect_commands: ['PRIVMSG Juliet :But soft!', 'PRIVMSG Juliet :What light?'],
  username: ['rmontague'],
  realname: ['Romeo Montague'],
  throttle_limit: ['10'],
};
const ROOM_SETTINGS = { record_history: ['unset'], persistent: ['true'] };
const GLOBAL_SETTINGS = { max_history_length: ['2'], record_history: ['true'], persistent: ['false'] };

function command(node: string, attributes: string, inside = ''): string {
  return `<command xmlns="${COMMANDS}" node="${node}" ${attributes}>${inside}</command>`;
}

/** Takes biboumi's form of that name through to its end. */
async function configure(client: XmppClient, to: string, values: Readonly<Record<string, readonly string[]>>) {
  const asked = childOf(await client.ask(to, 'set', command('configure', 'action="execute"')), 'command');
  const fields = Object.entries(values).map(
    ([name, each]) => `<field var="${name}">${each.map((value) => `<value>${value}</value>`).join('')}</field>`,
  );
  const form = `<x xmlns="${FORMS}" type="submit">${fields.join('')}</x>`;
  const attributes = `sessionid="${asked?.attrs['sessionid']}" action="next"`;
  const done = childOf(await client.ask(to, 'set', command('configure', attributes, form)), 'command');
  assert.equal(done?.attrs['status'], 'completed', JSON.stringify(done));
}

/** What a form says is set of what `of` names. */
async function formOf(
  client: XmppClient,
  to: string,
  of: object,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const asked = childOf(await client.ask(to, 'set', command('configure', 'action="execute"')), 'command');
  const fields = childOf(asked, 'x', FORMS)?.children.filter(({ name }) => name === 'field') ?? [];
  const named = fields.filter(({ attrs }) => Object.hasOwn(of, attrs['var'] ?? ''));
  const values = ({ children }: Element) =>
    children.filter(({ name, text }) => name === 'value' && text !== '').map(({ text }) => text);
  return Object.fromEntries(named.map((field) => [field.attrs['var'], values(field)]));
}

/** The host's, the server's and the room's; biboumi's server form shows the password, which ours does not. */
async function formsOf(client: XmppClient) {
  const host = await formOf(client, HOST, GLOBAL_SETTINGS);
  const { pass: _, ...server } = await formOf(client, `${SERVER}@${HOST}`, SERVER_SETTINGS);
  return { host, server, room: await formOf(client, ROOM, ROOM_SETTINGS) };
}

/** What the room's archive gives slixmpp: who said what, when, under which id. */
async function archiveOf(client: XmppClient) {
  const results = (await client.call('xep_0313', 'iterate', { jid: ROOM, rsm: { max: 3 } })) as Element[];
  return results.map((result) => {
    const inner = childOf(result, 'result', MAM);
    const forwarded = childOf(inner, 'forwarded');
    const message = childOf(forwarded, 'message');
    const stamp = childOf(forwarded, 'delay')?.attrs['stamp'] ?? '';
    const said = message && textOf(message, 'body');
    return { id: inner?.attrs['id'], from: message?.attrs['from'], at: Date.parse(stamp), said };
  });
}

/** Romeo comes by his nick, and says first what he always says first. */
async function heardOf(juliet: IrcClient): Promise<void> {
  await juliet.expect(/^:Montague!.* PRIVMSG Juliet :But soft!/);
  await juliet.expect(/^:Montague!.* PRIVMSG Juliet :What light\?/);
  await juliet.expect(/^:Montague!.* JOIN/);
}

/** Romeo, as he was with biboumi: registered, with settings, in a room in which something was said. */
async function liveWithBiboumi(romeo: XmppClient, juliet: IrcClient, irc: Inspircd): Promise<void> {
  romeo.send(`<presence type="subscribe" to="${HOST}"/>`);
  await romeo.receive({ name: 'presence', type: 'subscribe', from: HOST });
  romeo.send(`<presence type="subscribed" to="${HOST}"/>`);
  await configure(romeo, `${SERVER}@${HOST}`, { ...SERVER_SETTINGS, ports: [String(irc.port)] });
  await configure(romeo, ROOM, ROOM_SETTINGS);
  await configure(romeo, HOST, GLOBAL_SETTINGS);
  await romeo.joinRoom(ROOM, 'Romeo');
  await heardOf(juliet);
  for (const line of ['Ay me!', '\u0001ACTION sighs\u0001', 'O <Romeo> & \u0002Romeo\u0002!'])
    juliet.say('#verona', line);
  await romeo.receive({ name: 'message', body: /^O <Romeo>/ });
  romeo.say(ROOM, 'Shall I hear more?', 'groupchat');
  await juliet.expect(/Shall I hear more/);
  juliet.say('#verona', 'Romeo, doff thy name');
  await romeo.receive({ name: 'message', body: /doff/ });
}

interface Scene {
  readonly prosody: Prosody;
  readonly irc: Inspircd;
  readonly romeo: XmppClient;
  readonly juliet: IrcClient;
  readonly biboumi: Biboumi;
}

async function changeOver(t: TestContext, { prosody, irc, romeo, juliet, biboumi }: Scene): Promise<void> {
  await liveWithBiboumi(romeo, juliet, irc);
  const before = await archiveOf(romeo);
  const forms = await formsOf(romeo);
  // Romeo's own server has ids of its own.
  const ids = romeo.seen().flatMap(({ children }) => children.filter(({ name }) => name === 'stanza-id'));
  const live = ids.filter(({ attrs }) => attrs['by'] === ROOM).map(({ attrs }) => attrs['id']);
  assert.equal(before.length >= 5, true, JSON.stringify(before));
  await biboumi.stop();
  await juliet.expect(/^:Montague!.* QUIT/);

  await using folder = await Folder.make('import');
  const data = `${folder.path}/data`;
  const server = { address: '127.0.0.1', port: irc.port, tls: 'off' };
  const network = {
    kind: 'irc',
    host: HOST,
    secret: SECRET,
    archive: { days: 0 },
    user_tls: 'free',
    servers: { [SERVER]: server },
  };
  const file = await folder.write('isthmus.yaml', JSON.stringify({ data, networks: [network] }));
  const args = [MAIN, 'import', 'biboumi', '--from', biboumi.configFile, '--config', file];
  const proposal = await run(process.execPath, [...args.slice(0, -1), `${folder.path}/none.yaml`]);
  assert.match(proposal.stdout, /host: biboumi\.localhost/);
  const dry = await run(process.execPath, args);
  assert.match(dry.stderr, new RegExp(`- ${before.length} messages would be brought over`));
  assert.doesNotMatch(proposal.stdout + proposal.stderr + dry.stderr, new RegExp(`${IRC_PASSWORD}|${SECRET}`));
  const { stderr } = await run(process.execPath, [...args, '--write']);
  assert.match(stderr, new RegExp(`- ${before.length} messages were brought over\n- 1 accounts with settings were`));
  const again = await run(process.execPath, [...args, '--write']);
  assert.equal(again.stderr.match(/^- 0 .* were there already$/gm)?.length, 4, again.stderr);

  const settings = { data, key_file: `${data}/isthmus.key` };
  await using gateway = await startGateway({ prosody, networks: [network], settings });
  showLogsOnFailure(t, gateway);
  // The host is on the roster, and tells that it is there.
  await romeo.receive((stanza) => stanza.name === 'presence' && stanza.attrs['from']?.split('/')[0] === HOST);
  const after = await archiveOf(romeo);
  assert.deepEqual(after, before);
  assert.equal(live.length, before.length);
  assert.deepEqual(
    after.map(({ id }) => id),
    live,
  );
  // The room is persistent: he is in it before his client is, by the nick and the server's password he had set.
  await heardOf(juliet);
  assert.deepEqual(Object.keys(forms.server).length, Object.keys(SERVER_SETTINGS).length - 1);
  assert.deepEqual(await formsOf(romeo), forms);
  romeo.clear();
  await romeo.joinRoom(ROOM, 'Romeo', '');
  const told = () => romeo.seen().filter((stanza) => childOf(stanza, 'delay') && childOf(stanza, 'body'));
  await romeo.receive((stanza) => childOf(stanza, 'subject') !== undefined);
  assert.ok(told().length > 0);
  juliet.raw('WHOIS Montague');
  const { params } = await juliet.expect(({ command: numeric }) => numeric === '311');
  assert.deepEqual([params[2]?.replace(/^~/, ''), params.at(-1)], ['rmontague', 'Romeo Montague']);
  juliet.say('#verona', 'What’s in a name?');
  await romeo.receive({ name: 'message', body: /in a name/ });
  const later = await archiveOf(romeo);
  assert.deepEqual(later.slice(0, before.length), before);
  assert.equal(later.at(-1)?.said, 'What’s in a name?');
}

const NEEDS = ['biboumi', 'prosody', 'inspircd', 'slixmpp'] as const;

async function play(t: TestContext, database?: string): Promise<void> {
  await using irc = await startInspircd({ password: IRC_PASSWORD });
  const users = [{ name: 'romeo', password: 'wherefore' }];
  await using prosody = await startProsody({ components: [{ host: HOST, secret: SECRET }], users });
  const link = { port: prosody.componentPort, secret: SECRET };
  await using biboumi = await startBiboumi({ ...link, host: HOST, ...(database !== undefined && { database }) });
  const login = { jid: 'romeo@localhost', password: 'wherefore', port: prosody.clientPort, resource: 'orchard' };
  await using romeo = await XmppClient.login(login);
  await using juliet = await IrcClient.connect({ port: irc.port, nick: 'Juliet', password: IRC_PASSWORD });
  showLogsOnFailure(t, prosody, biboumi, irc, romeo);
  await juliet.join('#verona');
  await changeOver(t, { prosody, irc, romeo, juliet, biboumi });
}

test(
  'from biboumi with SQLite: MAM gives the same ids, times and words, and the settings hold',
  unlessAbsent(...NEEDS),
  (t) => play(t),
);

test('from biboumi with PostgreSQL likewise', unlessAbsent(...NEEDS, 'postgresql'), async (t) => {
  await using postgres = await startPostgres();
  await play(t, postgres.uri);
});
