/** Every question is answered: each of these, at each kind of address, by a result or an error with a sentence. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { IrcClient, IrcLine } from './irc-client.ts';
import { conditionOf, MUC, type Person } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import { HOST, type Scene } from './parity/scene.ts';

const QUERY = (ns: string, inside = '') => `<query xmlns='${ns}'>${inside}</query>`;
const DISCO = 'http://jabber.org/protocol/disco';
const COMMANDS = 'http://jabber.org/protocol/commands';
const PUBSUB = 'http://jabber.org/protocol/pubsub';

const GETS: readonly string[] = [
  QUERY(`${DISCO}#info`),
  `<query xmlns='${DISCO}#info' node='nowhere'/>`,
  QUERY(`${DISCO}#items`),
  `<query xmlns='${DISCO}#items' node='${COMMANDS}'/>`,
  "<ping xmlns='urn:xmpp:ping'/>",
  QUERY('jabber:iq:version'),
  QUERY('jabber:iq:last'),
  "<time xmlns='urn:xmpp:time'/>",
  "<vCard xmlns='vcard-temp'/>",
  "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>",
  QUERY('jabber:iq:register'),
  QUERY('jabber:iq:search'),
  QUERY('jabber:iq:gateway'),
  QUERY('jabber:iq:roster'),
  QUERY('jabber:iq:private'),
  QUERY(`${MUC}#admin`, "<item affiliation='outcast'/>"),
  QUERY(`${MUC}#admin`, "<item affiliation='owner'/>"),
  QUERY(`${MUC}#admin`, "<item role='moderator'/>"),
  QUERY(`${MUC}#admin`),
  QUERY(`${MUC}#owner`),
  `<unique xmlns='${MUC}#unique'/>`,
  QUERY('urn:xmpp:mam:2'),
  "<metadata xmlns='urn:xmpp:mam:2'/>",
  "<prefs xmlns='urn:xmpp:mam:2'/>",
  "<blocklist xmlns='urn:xmpp:blocking'/>",
  `<pubsub xmlns='${PUBSUB}'><items node='urn:xmpp:avatar:metadata'/></pubsub>`,
  `<pubsub xmlns='${PUBSUB}'><items node='urn:xmpp:bookmarks:1'/></pubsub>`,
  "<request xmlns='urn:xmpp:http:upload:0' filename='a' size='1'/>",
  "<search xmlns='urn:xmpp:channel-search:0:search'/>",
  "<x xmlns='urn:example:unheard-of'/>",
];
const SETS: readonly string[] = [
  `<command xmlns='${COMMANDS}' node='ping'/>`,
  `<command xmlns='${COMMANDS}' node='unheard-of' action='execute'/>`,
  QUERY(`${MUC}#admin`, "<item nick='Juliet' role='none'/>"),
  QUERY(`${MUC}#admin`, "<item nick='Nobody' affiliation='outcast'/>"),
  QUERY(`${MUC}#admin`, "<item jid='juliet@example.com' affiliation='member'/>"),
  QUERY(`${MUC}#admin`, "<item nick='Juliet' role='visitor'/>"),
  QUERY(`${MUC}#admin`),
  QUERY(`${MUC}#owner`),
  QUERY(`${MUC}#owner`, '<destroy/>'),
  QUERY('urn:xmpp:mam:2'),
  QUERY('jabber:iq:register', '<remove/>'),
  QUERY('jabber:iq:gateway', '<prompt>juliet on irc.test</prompt>'),
  QUERY('jabber:iq:roster', "<item jid='juliet@example.com'/>"),
  QUERY('jabber:iq:search', '<nick>juliet</nick>'),
  "<moderate xmlns='urn:xmpp:message-moderate:1' id='x'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>",
  "<enable xmlns='urn:xmpp:carbons:2'/>",
  "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'/>",
  "<open xmlns='http://jabber.org/protocol/ibb' block-size='4096' sid='a'/>",
  "<vCard xmlns='vcard-temp'/>",
  `<pubsub xmlns='${PUBSUB}'><publish node='x'/></pubsub>`,
  "<x xmlns='urn:example:unheard-of'/>",
];

/** What was answered with neither; empty when all is well. */
async function unanswered(person: Person, to: string): Promise<string[]> {
  const wrong: string[] = [];
  const asked = [
    ...GETS.map((payload) => ['get', payload] as const),
    ...SETS.map((payload) => ['set', payload] as const),
  ];
  for (const [type, payload] of asked) {
    const answer = await person.ask(to, type, payload).catch((error: Error) => error);
    if (answer instanceof Error) wrong.push(`${type} ${payload}: ${answer.message.split('\n')[0]}`);
    else if (answer.attributes['type'] === 'error')
      assert.notEqual(conditionOf(answer), 'internal-server-error', payload);
    else assert.equal(answer.attributes['type'], 'result', payload);
  }
  return wrong;
}

/** As programs do, until the connection ends. */
async function answersCtcp(juliet: IrcClient): Promise<never> {
  const isQuestion = ({ command, params }: IrcLine) =>
    command === 'PRIVMSG' && /^\W?(PING|VERSION|TIME)\b/.test(params[1] ?? '');
  for (;;) {
    const { from, params } = await juliet.expect(isQuestion, 60_000);
    const [, word = ''] = params;
    juliet.raw(`NOTICE ${from} :${word.includes(' ') ? word : word.replace(/(\w+)/, '$1 quill')}`);
  }
}

describe('questions', TOGETHER, () => {
  parity('§2 every question is answered at every address of a connected user', connected);
  parity('§2 every question is answered where nobody is connected', unconnected, { on: ['ngircd'] });
  parity('§2 every question is answered on a fixed server', connected, { fixed: true, on: ['ngircd'] });
});

async function connected(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const room = scene.at('#verona');
  const juliet = await scene.person();
  await juliet.join('#verona');
  answersCtcp(juliet).catch(() => undefined);
  await romeo.joins(room, 'Romeo');
  const nowhere = [scene.at('#nowhere'), `${scene.at('#nowhere')}/Romeo`, scene.at('nobody')];
  const here = [HOST, scene.server, scene.at('juliet'), room, `${room}/Romeo`, `${room}/Juliet`, `${room}/Nobody`];
  for (const to of [...nowhere, ...here]) assert.deepEqual(await unanswered(romeo, to), [], to);
}

async function unconnected(scene: Scene): Promise<void> {
  const room = scene.at('#verona');
  for (const to of [HOST, scene.server, scene.at('juliet'), room, `${room}/Romeo`, `#verona%nowhere@${HOST}`]) {
    assert.deepEqual(await unanswered(scene.romeo, to), [], to);
  }
}
