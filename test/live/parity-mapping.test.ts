/** Line by line what of rooms becomes what of channels, and back, where no scenario shows it. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { OPERATOR } from './inspircd.ts';
import type { IrcClient } from './irc-client.ts';
import { childOf, codesOf, conditionOf, item, itemOf, MUC, MUC_USER, type Person, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import { HOST, type Scene } from './parity/scene.ts';

const ADMIN = `${MUC}#admin`;
const OWNER = `${MUC}#owner`;
const FORM = 'jabber:x:data';
const MAM = 'urn:xmpp:mam:2';

function change(item: string): string {
  return `<query xmlns='${ADMIN}'>${item}</query>`;
}

/** Juliet sets a mode of the channel. */
async function sets(juliet: IrcClient, modes: string): Promise<void> {
  juliet.raw(`MODE #verona ${modes}`);
  await juliet.expect(({ command, params }) => command === 'MODE' && params[0] === '#verona');
}

/** Refused by the server, each with the mode that does it. */
const REFUSED = [
  ['+i', 'registration-required'],
  ['+b *!*@*', 'forbidden'],
  ['+l 1', 'service-unavailable'],
  ['+k sesame', 'not-authorized'],
] as const;

describe('§2 rooms', TOGETHER, () => {
  parity('§2 join: every refusal of the server is a presence error', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(scene.at('#mantua'), 'Romeo');
    for (const [modes, condition] of REFUSED) {
      await sets(juliet, modes);
      assert.equal(await romeo.isRefused(room, 'Romeo'), condition, modes);
      await sets(juliet, modes.replace('+', '-'));
    }
    await romeo.joins(room, 'Romeo');
  });

  parity('§2 join: a channel for those who are logged in (+R) is a presence error', registeredOnly, { on: ['ergo'] });

  parity('§2 join: names that can not be entered', async (scene) => {
    const { romeo } = scene;
    assert.equal(await romeo.isRefused(scene.at('nohash'), 'Romeo'), 'item-not-found');
    // Servers say 403 or 479.
    assert.match(await romeo.isRefused(scene.at(`#${'x'.repeat(190)}`), 'Romeo'), /^(item-not-found|bad-request)$/);
    assert.equal(await romeo.isRefused(scene.at('#a\\20b'), 'Romeo'), 'item-not-found');
    assert.equal(await romeo.isRefused(scene.at('#a,b'), 'Romeo'), 'item-not-found');
    assert.equal(await romeo.isRefused(`#verona%nowhere@${HOST}`, 'Romeo'), 'item-not-found');
    const id = 'bare';
    romeo.send(`<presence to='${scene.at('#verona')}' id='${id}'><x xmlns='${MUC}'/></presence>`);
    assert.equal(conditionOf(await romeo.take(`<presence type='error' id='${id}'/>`)), 'jid-malformed');
  });

  parity('§2 join: a presence without <x/> never enters', async (scene) => {
    const { romeo } = scene;
    romeo.send(`<presence to='${scene.at('#verona')}/Romeo' id='plain'/>`);
    assert.equal(conditionOf(await romeo.take("<presence type='error' id='plain'/>")), 'not-acceptable');
  });

  parity('§2 nick: one that can not be, or is in use, is a presence error', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await scene.person('Juliet');
    await romeo.joins(room, 'Romeo');
    for (const [nick, condition] of [
      ['bad nick', 'bad-request'],
      ['#Romeo', 'bad-request'],
      ['Juliet', 'conflict'],
    ] as const) {
      romeo.send(`<presence to='${room}/${nick}' id='${nick}'/>`);
      assert.equal(conditionOf(await romeo.take(`<presence type='error' id='${nick}'/>`)), condition, nick);
    }
  });

  parity('§2 nick: what can be none on IRC is written in its letters', async (scene) => {
    const { romeo } = scene;
    const { self } = await romeo.joins(scene.at('#verona'), 'Romeo M.');
    assert.equal(self.attributes['from'], `${scene.at('#verona')}/Romeo_M_`);
    assert.ok(codesOf(self).includes(210));
  });

  parity('§2 leave: the reason is that of the PART', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.send(`<presence to='${room}/Romeo' type='unavailable'><status>to Mantua</status></presence>`);
    const left = await juliet.expect(({ command, from }) => command === 'PART' && from === 'Romeo');
    assert.match(left.params[1] ?? '', /^"?to Mantua"?$/);
  });

  parity('§2 leave: others are seen to leave, with their words', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    await juliet.part('#verona', 'to bed');
    const gone = await romeo.take(`<presence type='unavailable' from='${room}/Juliet'/>`);
    assert.match(textOf(gone, 'status') ?? '', /to bed/);
    await juliet.join('#verona');
    await romeo.take(`<presence from='${room}/Juliet'/>`);
    await juliet.quit('farewell');
    const quit = await romeo.take(`<presence type='unavailable' from='${room}/Juliet'/>`);
    assert.match(textOf(quit, 'status') ?? '', /farewell/);
  });

  // A server's operator can do it on InspIRCd alone, as the servers are set up here.
  parity('§2 forced join is an invitation', forcedJoin, { on: ['inspircd'] });
  parity('§2 nick: one that the server forces is shown in every room', forcedNick, { on: ['inspircd'] });
  parity('§2 roles and affiliations are modes, both ways', ranks, { on: ['inspircd'] });

  parity('§2 moderated: who has no voice is a visitor, and may get one', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    romeo.say(room, '/mode +m');
    const as = (role: string) =>
      mercutio.take(`<presence from='${room}/Mercutio'>${item(`role='${role}'`)}</presence>`);
    await as('visitor');
    const id = mercutio.say(room, 'may I?');
    await isRefused(mercutio, id, 'forbidden');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' role='participant'/>"));
    await as('participant');
    mercutio.say(room, 'I may');
    await romeo.hears(`${room}/Mercutio`, 'I may');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' role='visitor'/>"));
    await as('visitor');
  });

  parity('§2 ban: outcast by nick and by address, listed and lifted', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    await romeo.asks(room, 'set', change("<item nick='Mercutio' affiliation='outcast'><reason>brawls</reason></item>"));
    const out = await mercutio.take(`<presence type='unavailable' from='${room}/Mercutio'/>`);
    assert.deepEqual(codesOf(out), [110, 301]);
    assert.equal(itemOf(out)?.attributes['affiliation'], 'outcast');
    assert.equal(await mercutio.isRefused(room, 'Mercutio'), 'forbidden');
    const tybalt = scene.at('tybalt');
    await romeo.asks(room, 'set', change(`<item jid='${tybalt}' affiliation='outcast'/>`));
    const banned = await romeo.asks(room, 'get', change("<item affiliation='outcast'/>"));
    const jids = banned?.children.map(({ attributes }) => attributes['jid'] ?? '') ?? [];
    assert.deepEqual(jids.toSorted(), [scene.at('mercutio'), tybalt].toSorted());
    for (const jid of jids) await romeo.asks(room, 'set', change(`<item jid='${jid}' affiliation='none'/>`));
    await mercutio.joins(room, 'Mercutio');
  });

  parity('§2 topic: who may not set it is told so', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    // Some servers set it by themselves.
    juliet.raw('MODE #verona +t');
    await romeo.joins(room, 'Romeo');
    juliet.raw('TOPIC #verona :The feast');
    await romeo.take(`<message from='${room}/Juliet'><subject>The feast</subject></message>`);
    romeo.send(`<message to='${room}' type='groupchat' id='topic'><subject>The tomb</subject></message>`);
    assert.equal(conditionOf(await romeo.take("<message type='error' id='topic'/>")), 'forbidden');
  });

  parity('§2 invites: a direct one (XEP-0249) is an INVITE as well', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await romeo.joins(room, 'Romeo');
    romeo.send(`<message to='${scene.at('juliet')}'><x xmlns='jabber:x:conference' jid='${room}'/></message>`);
    await juliet.expect(/^:Romeo!\S+ INVITE juliet :?#verona$/i);
  });

  parity('§2 private messages: one of type normal goes out as any other', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.send(`<message to='${room}/Juliet' type='normal'><body>plain</body></message>`);
    await juliet.expect(/^:Romeo!\S+ PRIVMSG Juliet :plain$/);
    const id = romeo.say(`${room}/Nobody`, 'hark', 'chat');
    assert.equal(conditionOf(await romeo.take(`<message type='error' id='${id}'/>`)), 'item-not-found');
    const gone = romeo.say(scene.at('nobody'), 'hark', 'chat');
    await isRefused(romeo, gone, 'item-not-found');
  });

  parity('§2 archive: its form, its metadata and private messages', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    juliet.say('#verona', 'in public');
    await romeo.hears(`${room}/Juliet`, 'in public');
    juliet.say('Romeo', 'in private');
    await romeo.hears(scene.at('juliet'), 'in private', 'chat');
    const form = await romeo.asks(room, 'get', `<query xmlns='${MAM}'/>`);
    const names = childOf(form, 'x', FORM)?.children.map(({ attributes }) => attributes['var']) ?? [];
    for (const name of ['with', 'start', 'end', 'ids', 'before-id', 'after-id']) assert.ok(names.includes(name), name);
    const metadata = await romeo.asks(room, 'get', `<metadata xmlns='${MAM}'/>`);
    assert.equal(childOf(metadata, 'start')?.attributes['id'], childOf(metadata, 'end')?.attributes['id']);
    const kept = romeo.take((stanza) => childOf(stanza, 'result', MAM) !== undefined);
    await romeo.asks(HOST, 'set', `<query xmlns='${MAM}'/>`);
    const message = childOf(childOf(childOf(await kept, 'result', MAM), 'forwarded'), 'message');
    assert.deepEqual([message?.attributes['from'], textOf(message, 'body')], [scene.at('juliet'), 'in private']);
  });

  parity('§2 configuration: a form, which may be cancelled; to destroy a channel is to leave it', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    const form = childOf(await romeo.asks(room, 'get', `<query xmlns='${OWNER}'/>`), 'x', FORM);
    assert.equal(form?.attributes['type'], 'form');
    await romeo.asks(room, 'set', `<query xmlns='${OWNER}'><x xmlns='${FORM}' type='cancel'/></query>`);
    const moderated = `<field var='muc#roomconfig_moderatedroom'><value>1</value></field>`;
    const type = `<field var='FORM_TYPE'><value>${MUC}#roomconfig</value></field>`;
    const submit = `<query xmlns='${OWNER}'><x xmlns='${FORM}' type='submit'>${type}${moderated}</x></query>`;
    await romeo.asks(room, 'set', submit);
    await romeo.take((stanza) => codesOf(stanza).includes(104));
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.asks(room, 'set', `<query xmlns='${OWNER}'><destroy/></query>`);
    await romeo.take(`<presence type='unavailable' from='${room}/Romeo'/>`);
    await juliet.expect(({ command, from }) => command === 'PART' && from === 'Romeo');
  });

  parity('§2 shutdown: everybody is told, here and there', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    await scene.stop();
    const gone = await romeo.take(`<presence type='unavailable' from='${room}/Romeo'/>`);
    assert.deepEqual(codesOf(gone), [110, 332]);
    await juliet.expect(/^:Romeo!\S+ QUIT :.*Gateway is closing/);
  });
});

/** The server does not take a message: its sender is told of that very one. */
async function isRefused(person: Person, id: string, condition: string): Promise<void> {
  assert.equal(conditionOf(await person.take(`<message type='error' id='${id}'/>`)), condition);
}

async function registeredOnly(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const juliet = await scene.person();
  await juliet.join('#verona');
  await sets(juliet, '+R');
  assert.equal(await romeo.isRefused(scene.at('#verona'), 'Romeo'), 'registration-required');
}

async function forcedJoin(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const juliet = await scene.person();
  await juliet.join('#balcony');
  await juliet.oper(OPERATOR);
  await romeo.joins(scene.at('#verona'), 'Romeo');
  juliet.raw('SAJOIN Romeo #balcony');
  await romeo.take(`<message from='${scene.at('#balcony')}'><x xmlns='${MUC_USER}'><invite from='*'/></x></message>`);
  await romeo.joins(scene.at('#balcony'), 'Romeo');
}

async function forcedNick(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const rooms = ['#verona', '#mantua'].map((name) => scene.at(name));
  const juliet = await scene.person();
  await juliet.oper(OPERATOR);
  for (const room of rooms) await romeo.joins(room, 'Romeo');
  juliet.raw('SANICK Romeo Montague');
  for (const room of rooms) {
    const old = await romeo.take(`<presence type='unavailable' from='${room}/Romeo'/>`);
    assert.deepEqual(codesOf(old), [110, 303]);
    await romeo.take(`<presence from='${room}/Montague'/>`);
  }
}

/** Each mode with what it is in a room. */
const RANKS = [
  ['q', 'owner', 'moderator'],
  ['a', 'owner', 'moderator'],
  ['o', 'admin', 'moderator'],
  ['h', 'member', 'moderator'],
  ['v', 'member', 'participant'],
] as const;

async function ranks(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const room = scene.at('#verona');
  const juliet = await scene.person();
  await juliet.join('#verona');
  await juliet.oper(OPERATOR);
  await romeo.joins(room, 'Romeo');
  const shown = (person: Person, nick: string, affiliation: string, role: string) =>
    person.take(`<presence from='${room}/${nick}'>${item(`affiliation='${affiliation}' role='${role}'`)}</presence>`);
  juliet.raw('MODE #verona -o Juliet');
  await shown(romeo, 'Juliet', 'none', 'participant');
  for (const [mode, affiliation, role] of RANKS) {
    juliet.raw(`SAMODE #verona +${mode} Juliet`);
    await shown(romeo, 'Juliet', affiliation, role);
    juliet.raw(`SAMODE #verona -${mode} Juliet`);
    await shown(romeo, 'Juliet', 'none', 'participant');
  }
  juliet.raw('SAMODE #verona +q Romeo');
  await shown(romeo, 'Romeo', 'owner', 'moderator');
  for (const [asked, modes] of [
    ["affiliation='owner'", '+q'],
    ["affiliation='admin'", '+o-q'],
    ["role='moderator'", '+h-o'],
    ["affiliation='member'", '+v-h'],
    ["affiliation='none'", '-v'],
  ] as const) {
    await romeo.asks(room, 'set', change(`<item nick='Juliet' ${asked}/>`));
    await juliet.expect(({ command, from, params }) => command === 'MODE' && from === 'Romeo' && params[1] === modes);
  }
}
