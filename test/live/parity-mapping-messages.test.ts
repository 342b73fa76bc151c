/** Addresses and messages line by line, where no scenario shows them. */

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { IrcClient } from './irc-client.ts';
import { codesOf, conditionOf, MUC_USER, textOf } from './parity/person.ts';
import { parity, TOGETHER } from './parity/scenario.ts';
import { HOST, type Scene, SERVER } from './parity/scene.ts';

const VERSION = 'jabber:iq:version';

function privmsg(to: string, text: string) {
  return ({ command, params }: { command: string; params: readonly string[] }) =>
    command === 'PRIVMSG' && params[0]?.toLowerCase() === to.toLowerCase() && params[1] === text;
}

describe('§1 addresses', TOGETHER, () => {
  parity('§1 a private message to nick%server, server/Nick and %server/Nick', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    for (const to of [`juliet%${SERVER}@${HOST}`, `${SERVER}@${HOST}/Juliet`, `%${SERVER}@${HOST}/Juliet`]) {
      romeo.say(to, `by way of ${to}`, 'chat');
      await juliet.expect(privmsg('Juliet', `by way of ${to}`));
    }
    juliet.say('romeo', 'an answer');
    await romeo.hears(scene.at('juliet'), 'an answer', 'chat');
  });

  parity('§1 a private message through a room in which one is not is refused', async (scene) => {
    const { romeo } = scene;
    const id = romeo.say(`${scene.at('#verona')}/Juliet`, 'hark', 'chat');
    assert.equal(conditionOf(await romeo.take(`<message type='error' id='${id}'/>`)), 'not-acceptable');
  });

  parity('§1 capitals make no other channel', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#Verona');
    const { self } = await romeo.joins(scene.at('#verona'), 'Romeo');
    assert.equal(self.attributes['from'], `${scene.at('#verona')}/Romeo`);
    juliet.say('#VERONA', 'hark');
    await romeo.hears(`${scene.at('#verona')}/Juliet`, 'hark');
  });

  parity('§1 capitals of rfc1459 are the same letters', rfc1459, { on: ['inspircd'] });
  parity('§1 on a fixed server % is a letter', percent, { fixed: true });
  parity('§1 channels of other types than #', otherTypes, { on: ['ngircd'] });
});

describe('§3 messages', TOGETHER, () => {
  parity('§3 long lines: cut between characters, in rooms and in private', async (scene) => {
    const { romeo, mercutio } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    await mercutio.joins(room, 'Mercutio');
    const text = Array.from({ length: 120 }, (_, n) => `Wörter-${n}-💔`).join(' ');
    for (const [to, target] of [
      [room, '#verona'],
      [scene.at('juliet'), 'Juliet'],
    ] as const) {
      romeo.say(to, text, to === room ? 'groupchat' : 'chat');
      const parts: string[] = [];
      while (!parts.at(-1)?.endsWith('119-💔')) {
        const part = await juliet.expect(({ command, from }) => command === 'PRIVMSG' && from === 'Romeo');
        assert.equal(part.params[0]?.toLowerCase(), target.toLowerCase());
        assert.ok(Buffer.byteLength(part.raw.replace(/^@\S+ /, '')) <= 510, 'a line is too long');
        parts.push(part.params[1] ?? '');
      }
      // The space at a cut may go.
      assert.equal(parts.join(' ').replaceAll('  ', ' '), text);
      assert.ok(parts.length > 1);
    }
    await romeo.hears(`${room}/Romeo`, text);
    const heard = mercutio.seen.filter(
      (stanza) => stanza.attributes['from'] === `${room}/Romeo` && textOf(stanza, 'body'),
    );
    assert.equal(new Set(heard.map(({ attributes }) => attributes['id'])).size, heard.length);
  });

  parity('§3 notices: of a person, of the server', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(scene.at('#verona'), 'Romeo');
    juliet.raw('NOTICE Romeo :psst');
    await romeo.hears(scene.at('juliet'), 'psst', 'chat');
    romeo.say(scene.server, 'NOTICE Juliet :pst yourself', 'chat');
    await juliet.expect(/^:Romeo!\S+ NOTICE Juliet :pst yourself$/);
  });

  parity('§3 CTCP: questions of IRC are answered by the client', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(scene.at('#verona'), 'Romeo');
    romeo.answers = ({ attributes, children: [question] }) => {
      if (question?.ns !== VERSION) return false;
      const query = `<query xmlns='${VERSION}'><name>Balcony</name><version>2</version></query>`;
      romeo.send(`<iq type='result' to='${attributes['from']}' id='${attributes['id']}'>${query}</iq>`);
      return true;
    };
    juliet.say('Romeo', '\x01VERSION\x01');
    const answer = await juliet.expect(({ command, from }) => command === 'NOTICE' && from === 'Romeo');
    assert.match(answer.params[1] ?? '', /^\W?VERSION Balcony 2\b/);
  });

  parity('§3 CTCP: PING is answered', async (scene) => {
    const juliet = await scene.person();
    await juliet.join('#verona');
    await scene.romeo.joins(scene.at('#verona'), 'Romeo');
    juliet.say('Romeo', '\x01PING 1595\x01');
    await juliet.expect(({ command, params }) => command === 'NOTICE' && params[1] === '\x01PING 1595\x01');
  });

  parity('§3 CTCP: DCC is refused, of which both are told', async (scene) => {
    const { romeo } = scene;
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(scene.at('#verona'), 'Romeo');
    juliet.say('Romeo', '\x01DCC SEND poison 0 0 0\x01');
    await juliet.expect(({ command, params }) => command === 'NOTICE' && /\(DCC\)/.test(params[1] ?? ''));
    await romeo.take(
      (stanza) => stanza.attributes['from'] === scene.server && /DCC/.test(textOf(stanza, 'body') ?? ''),
    );
  });

  parity('§2 ping and version of others are CTCP', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    const ping = romeo.asks(`${room}/Juliet`, 'get', "<ping xmlns='urn:xmpp:ping'/>");
    const asked = await juliet.expect(
      ({ command, params }) => command === 'PRIVMSG' && /^\W?PING /.test(params[1] ?? ''),
    );
    juliet.raw(`NOTICE Romeo :${asked.params[1]}`);
    await ping;
    const version = romeo.asks(`${room}/Juliet`, 'get', `<query xmlns='${VERSION}'/>`);
    await juliet.expect(({ command, params }) => command === 'PRIVMSG' && /^\W?VERSION\W?$/.test(params[1] ?? ''));
    juliet.raw('NOTICE Romeo :\x01VERSION quill 1\x01');
    assert.match(textOf(await version, 'name') ?? '', /quill/);
  });

  // STATUSMSG, which ngIRCd has not.
  const told = { on: ['inspircd', 'ergo'] } as const;
  parity('§3 what only operators get says so', toOperators, told);

  parity('§3 raw commands: a new nick, an error and a text', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.say(scene.server, 'NICK Montague', 'chat');
    await romeo.take(`<presence from='${room}/Montague'/>`);
    romeo.say(scene.server, 'JOIN #verona,#mantua', 'chat');
    romeo.say(scene.server, 'PART #verona', 'chat');
    const left = await romeo.take(`<presence type='unavailable' from='${room}/Montague'/>`);
    assert.deepEqual(codesOf(left), [110]);
    // A room that no client asked for is offered.
    await romeo.take(`<message from='${scene.at('#mantua')}'><x xmlns='${MUC_USER}'><invite from='*'/></x></message>`);
    romeo.say(scene.server, 'WHOIS Nobody', 'chat');
    await romeo.take(
      (stanza) => stanza.attributes['from'] === scene.server && /Nobody/.test(textOf(stanza, 'body') ?? ''),
    );
  });

  parity('§3 edits, reactions and typing: told in words, or not at all, and never an error', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    const id = romeo.say(room, 'What lihgt');
    await romeo.hears(`${room}/Romeo`, 'What lihgt');
    romeo.send(
      `<message to='${room}' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );
    romeo.say(room, 'What light', 'groupchat', `<replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`);
    await juliet.expect(({ command, params }) => command === 'PRIVMSG' && /light/.test(params[1] ?? ''));
    await romeo.settle(scene.server);
    assert.ok(romeo.seen.every(({ attributes }) => attributes['type'] !== 'error'));
  });

  parity('§3 away: told to IRC, without a change of nick', async (scene) => {
    const { romeo } = scene;
    const room = scene.at('#verona');
    const juliet = await scene.person();
    await juliet.join('#verona');
    await romeo.joins(room, 'Romeo');
    romeo.send(`<presence to='${room}/Romeo'><show>away</show><status>asleep</status></presence>`);
    await awayText(juliet, 'asleep');
    romeo.send(`<presence to='${room}/Romeo'/>`);
    await awayText(juliet, undefined);
    assert.ok(juliet.seen().every(({ command }) => command !== 'NICK'));
  });
});

async function rfc1459(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const juliet = await scene.person('Juli[t]');
  await juliet.join('#Ver{na}');
  const room = scene.at('#ver[na]');
  const { others } = await romeo.joins(room, 'Romeo');
  assert.equal(others[0]?.attributes['from'], `${room}/Juli[t]`);
  juliet.say('#VER[NA]', 'hark');
  await romeo.hears(`${room}/Juli[t]`, 'hark');
  romeo.say(scene.at('juli{t}'), 'to her', 'chat');
  await juliet.expect(/^:Romeo!\S+ PRIVMSG \S+ :to her$/);
}

async function percent(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const juliet = await scene.person();
  await juliet.join('#50%off');
  const { others } = await romeo.joins(`#50%off@${HOST}`, 'Romeo');
  assert.equal(others[0]?.attributes['from'], `#50%off@${HOST}/Juliet`);
  juliet.say('Romeo', 'in private');
  await romeo.hears(`juliet@${HOST}`, 'in private', 'chat');
}

/** Those of the server alone, and those without modes (RFC 2811 §2.1). */
async function otherTypes(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const juliet = await scene.person();
  for (const [name, room] of [
    ['&verona', scene.at('\\26verona')],
    ['+verona', scene.at('+verona')],
  ] as const) {
    await juliet.join(name);
    const { others } = await romeo.joins(room, 'Romeo');
    assert.equal(others[0]?.attributes['from'], `${room}/Juliet`);
    romeo.say(room, 'hark');
    await juliet.expect(privmsg(name, 'hark'));
  }
}

async function toOperators(scene: Scene): Promise<void> {
  const { romeo } = scene;
  const room = scene.at('#verona');
  await romeo.joins(room, 'Romeo');
  const juliet = await scene.person();
  await juliet.join('#verona');
  juliet.raw('PRIVMSG @#verona :between us');
  await romeo.hears(`${room}/Juliet`, '[@#verona] between us');
}

/** Asks until the server says so of Romeo. */
async function awayText(juliet: IrcClient, text: string | undefined): Promise<void> {
  for (const end = Date.now() + 5_000; ; ) {
    const from = juliet.seen().length;
    juliet.raw('WHOIS Romeo');
    await juliet.expect(({ command }) => command === '318');
    const away = juliet
      .seen()
      .slice(from)
      .find(({ command }) => command === '301');
    if (away?.params.at(-1) === text) return;
    assert.ok(Date.now() < end, `Romeo's away text is ${away?.params.at(-1)}, not ${text}`);
  }
}
