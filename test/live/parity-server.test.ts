/** The host, the IRC server's own address, and how the connection is made. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tree } from '#test/xml-tree.ts';
import { startInspircdWithAtheme } from './atheme.ts';
import { unlessAbsent } from './installed.ts';
import { childOf, codesOf, conditionOf, itemOf, type Person, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import { HOST, Scene } from './parity/scene.ts';
import { freePorts } from './ports.ts';

const INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
const REGISTER = 'jabber:iq:register';
const [closed = 0] = await freePorts(1);

function features(query: Tree | undefined): string[] {
  const found = query?.children.filter(({ name }) => name === 'feature') ?? [];
  return found.map(({ attributes }) => attributes['var'] ?? '');
}

function identities(query: Tree | undefined): string[] {
  const found = query?.children.filter(({ name }) => name === 'identity') ?? [];
  return found.map(({ attributes }) => `${attributes['category']}/${attributes['type']}`);
}

/** Signs in by the registration form with those answers; resolves with the answer to it. */
async function signIn(person: Person, to: string, answers: Readonly<Record<string, string>>): Promise<Tree> {
  await person.asks(to, 'get', `<query xmlns='${REGISTER}'/>`);
  const fields = Object.entries({ FORM_TYPE: REGISTER, ...answers });
  const values = fields.map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`).join('');
  const form = `<x xmlns='jabber:x:data' type='submit'>${values}</x>`;
  return person.ask(to, 'set', `<query xmlns='${REGISTER}'>${form}</query>`);
}

/** RFC 6121 §3, both ways; the address is available then. */
async function subscribes(person: Person, to: string): Promise<void> {
  person.send(`<presence type='subscribe' to='${to}'/>`);
  await person.take(`<presence type='subscribed' from='${to}'/>`);
  await person.take(`<presence type='subscribe' from='${to}'/>`);
  person.send(`<presence type='subscribed' to='${to}'/>`);
}

const from = (jid: string, type: string) => (stanza: Tree) =>
  stanza.name === 'presence' &&
  stanza.attributes['from']?.split('/')[0] === jid &&
  (stanza.attributes['type'] ?? '') === type;

describe('the host and the server', TOGETHER, () => {
  parity('basic_handshake_success', async (scene) => {
    await scene.romeo.settle(HOST);
  });

  parity('basic_subscribe_unsubscribe', async ({ romeo }) => {
    await subscribes(romeo, HOST);
    await romeo.take(from(HOST, ''));
    romeo.send(`<presence type='unsubscribe' to='${HOST}'/>`);
    for (const type of ['unsubscribed', 'unsubscribe', 'unavailable']) await romeo.take(from(HOST, type));
    // It is forgotten: who asks for its presence is told so.
    romeo.send(`<presence type='probe' to='${HOST}'/>`);
    await romeo.take(from(HOST, 'unsubscribed'));
  });

  parity(
    'fixed_irc_server_subscription',
    async ({ romeo }) => {
      await subscribes(romeo, HOST);
      await romeo.take(from(HOST, ''));
    },
    { fixed: true },
  );

  parity('irc_server_presence_subscription', async (scene) => {
    const { romeo } = scene;
    await subscribes(romeo, scene.server);
    await romeo.take(from(scene.server, 'unavailable'));
  });

  parity('irc_server_presence_in_roster', async (scene) => {
    const { romeo } = scene;
    await subscribes(romeo, scene.server);
    await romeo.take(from(scene.server, 'unavailable'));
    await romeo.joins(scene.at('#verona'), 'Romeo');
    assert.ok(romeo.seen.some(from(scene.server, '')));
    romeo.say(scene.server, 'QUIT', 'chat');
    await romeo.take(from(scene.server, 'unavailable'));
  });

  parity('irc_server_connection', async (scene) => {
    const { romeo } = scene;
    await romeo.joins(scene.at('#verona'), 'Romeo');
    await romeo.settle(scene.server);
    // That it is connected is seen by the room; nothing is said of it.
    const said = romeo.seen.filter(({ name, attributes }) => name === 'message' && attributes['type'] === 'chat');
    assert.deepEqual(said, []);
  });

  parity('irc_server_connection_failure', connectionFailure, { server: { port: closed } });

  parity(
    'irc_tls_connection',
    async (scene) => {
      const { romeo } = scene;
      const juliet = await scene.person();
      await juliet.join('#verona');
      const { others } = await romeo.joins(scene.at('#verona'), 'Romeo');
      assert.equal(others.length, 1);
    },
    { tls: true },
  );

  parity('self_disco_info', async ({ romeo }) => {
    const query = await romeo.asks(HOST, 'get', INFO);
    assert.deepEqual(identities(query), ['gateway/irc', 'conference/irc']);
    const wanted = ['http://jabber.org/protocol/disco#info', 'http://jabber.org/protocol/disco#items'];
    for (const one of [...wanted, 'http://jabber.org/protocol/commands', 'urn:xmpp:ping', 'urn:xmpp:mam:2']) {
      assert.ok(features(query).includes(one), one);
    }
  });

  parity(
    'fixed_muc_disco_info',
    async (scene) => {
      const room = scene.at('#verona');
      const query = await scene.romeo.asks(room, 'get', INFO);
      assert.equal(room, `#verona@${HOST}`);
      assert.deepEqual(identities(query), ['conference/text']);
      assert.equal(childOf(query, 'identity')?.attributes['name'], '#verona');
    },
    { fixed: true },
  );

  for (const name of ['channel_join_on_fixed_irc_server', 'simple_channel_join_fixed']) {
    parity(name, fixedJoin, { fixed: true });
  }

  // ngIRCd knows no accounts, InspIRCd those of services.
  parity('sasl', sasl, { on: ['ergo'] });
  test('parity: sasl (inspircd)', unlessAbsent('inspircd', 'atheme-services'), async (t) => {
    await using network = await startInspircdWithAtheme();
    await using scene = await Scene.open(t, { kind: 'inspircd', server: network.irc, tls: false });
    await sasl(scene);
  });
});

async function connectionFailure(scene: Scene): Promise<void> {
  const { romeo } = scene;
  assert.equal(await romeo.isRefused(scene.at('#verona'), 'Romeo'), 'remote-server-timeout');
  const error = romeo.seen.find(({ attributes }) => attributes['type'] === 'error');
  assert.match(textOf(childOf(error, 'error'), 'text') ?? '', /refuses connections/);
}

async function fixedJoin(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const room = `#verona@${HOST}`;
  const juliet = await scene.person();
  await juliet.join('#verona');
  const { self, others } = await romeo.joins(room, 'Romeo');
  assert.deepEqual(codesOf(self), [110, 170]);
  assert.match(itemOf(others[0] as Tree)?.attributes['jid'] ?? '', new RegExp(`^juliet@${HOST}(/\\S+@\\S+)?$`));
  juliet.say('Romeo', 'in private');
  await romeo.hears(`juliet@${HOST}`, 'in private', 'chat');
}

async function sasl(scene: Scene): Promise<void> {
  const { romeo, mercutio } = scene;
  const room = scene.at('#verona');
  const montague = await scene.person('Montague');
  montague.say('NickServ', 'REGISTER wherefore montague@example.net');
  await montague.expect(({ from, params }) => from === 'NickServ' && /registered|created/i.test(params[1] ?? ''));
  await montague.quit();
  const right = { nick: 'Romeo', account: 'Montague', 'account-password': 'wherefore' };
  assert.equal((await signIn(romeo, scene.server, right)).attributes['type'], 'result');
  await romeo.joins(room, 'Romeo');
  const juliet = await scene.person();
  juliet.raw('WHOIS Romeo');
  const logged = await juliet.expect(({ command }) => command === '330');
  assert.equal(logged.params[2], 'Montague');

  const wrong = await signIn(mercutio, scene.server, { ...right, nick: 'Mercutio', 'account-password': 'wrong' });
  assert.equal(conditionOf(wrong), 'not-acceptable');
  // Nobody was registered, so that a guest comes in, without the account.
  await mercutio.joins(room, 'Mercutio');
  juliet.raw('WHOIS Mercutio');
  await juliet.expect(({ command, params }) => command === '318' && params[1] === 'Mercutio');
  assert.ok(juliet.seen().every(({ command, params }) => command !== '330' || params[1] !== 'Mercutio'));
}
