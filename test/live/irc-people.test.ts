/** People on real IRC servers: presence with away, WHOIS as vCard, questions between programs both ways, bots, searches. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childOf, type Element, textOf } from './element.ts';
import { unlessAbsent } from './installed.ts';
import type { IrcClient } from './irc-client.ts';
import { IRC_FEATURES, IRC_SERVERS, type IrcServerKind, startIrcServer } from './irc-servers.ts';
import { HOST, ROOM, SERVER, Verona } from './verona.ts';
import type { XmppClient } from './xmpp-client.ts';

const JULIET = `juliet%${SERVER}@${HOST}`;
const VCARD = "<vCard xmlns='vcard-temp'/>";
const HATS = 'urn:xmpp:hats:0';

function needs(kind: IrcServerKind) {
  return unlessAbsent('prosody', 'slixmpp', 'openssl', ...(kind === 'ergo' ? [] : [kind]));
}

/** Resolves at the next presence of Juliet that shows that; `undefined` is neither away nor gone. */
async function seen(romeo: XmppClient, show: string | undefined, type = ''): Promise<Element> {
  return romeo.receive(
    (stanza) =>
      stanza.name === 'presence' &&
      stanza.attrs['from'] === `${JULIET}/isthmus` &&
      (stanza.attrs['type'] ?? '') === type &&
      textOf(stanza, 'show') === show,
  );
}

/** Answers one question like the programs of IRC do. */
async function answersOnce(juliet: IrcClient, command: string, answer?: string): Promise<void> {
  const asked = await juliet.expect(
    (line) => line.command === 'PRIVMSG' && line.params[1]?.startsWith(`\x01${command}`) === true,
  );
  const same = asked.params[1]?.replaceAll('\x01', '') ?? '';
  juliet.raw(`NOTICE ${asked.from} :\x01${answer === undefined ? same : `${command} ${answer}`}\x01`);
}

for (const kind of IRC_SERVERS) {
  test(`${kind}: juliet, in no room of ours, comes, goes away, returns and leaves`, needs(kind), async (t) => {
    await using verona = await Verona.open(t, { irc: await startIrcServer(kind), server: { poll: 1 } });
    const romeo = await verona.xmpp();
    romeo.send(`<presence to="${JULIET}" type="subscribe"/>`);
    await romeo.receive({ name: 'presence', type: 'subscribed', from: JULIET });
    await romeo.receive({ name: 'presence', type: 'subscribe', from: JULIET });
    romeo.send(`<presence to="${JULIET}" type="subscribed"/>`);
    await seen(romeo, undefined, 'unavailable');
    const juliet = await verona.irc();
    await seen(romeo, undefined);
    juliet.raw('AWAY :asleep');
    const away = await seen(romeo, 'away');
    if (IRC_FEATURES[kind].has('extended-monitor')) assert.equal(textOf(away, 'status'), 'asleep');
    juliet.raw('AWAY');
    await seen(romeo, undefined);
    await juliet.quit();
    await seen(romeo, undefined, 'unavailable');
  });

  test(`${kind}: WHOIS is the vCard of a contact and of an occupant; nobody has none`, needs(kind), async (t) => {
    await using verona = await Verona.open(t, { irc: await startIrcServer(kind) });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    for (const to of [JULIET, `${ROOM}/Juliet`]) {
      const card = childOf(await romeo.ask(to, 'get', VCARD), 'vCard', 'vcard-temp');
      assert.ok(card, to);
      assert.equal(textOf(card, 'FN'), 'Juliet');
      const note = textOf(card, 'DESC') ?? '';
      assert.match(note, /^Comes from \S+@\S+\.$/m);
      assert.match(note, /^In the channels .*#verona.*\.$/m);
      assert.match(note, /^Idle since 2\d{3}-\d\d-\d\d \d\d:\d\d UTC\.$/m);
    }
    const none = await romeo.ask(`nobody%${SERVER}@${HOST}`, 'get', VCARD);
    assert.ok(childOf(childOf(none, 'error'), 'item-not-found'), JSON.stringify(none));
    const told = romeo.seen().filter((stanza) => stanza.name === 'message' && textOf(stanza, 'body') !== undefined);
    assert.deepEqual(
      told.map((stanza) => textOf(stanza, 'body')).filter((text) => /WHOIS|nobody/i.test(text ?? '')),
      [],
    );
  });

  test(`${kind}: juliet’s program is asked by ping, version and time, and asks ours`, needs(kind), async (t) => {
    await using verona = await Verona.open(t, { irc: await startIrcServer(kind) });
    const juliet = await verona.irc();
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    for (const jid of [JULIET, `${ROOM}/Juliet`]) {
      const [alive] = await Promise.all([romeo.call('xep_0199', 'ping', { jid }), answersOnce(juliet, 'PING')]);
      assert.equal(typeof alive, 'number');
      const asked = romeo.ask(jid, 'get', "<query xmlns='jabber:iq:version'/>");
      await answersOnce(juliet, 'VERSION', 'WeeChat 4.1.0');
      const query = childOf(await asked, 'query');
      assert.deepEqual(query && [textOf(query, 'name'), textOf(query, 'version')], ['WeeChat', '4.1.0']);
    }
    const asked = romeo.ask(JULIET, 'get', "<time xmlns='urn:xmpp:time'/>");
    await answersOnce(juliet, 'TIME', 'Sat, 21 Nov 2026 16:30:35 +0100');
    const time = childOf(await asked, 'time');
    assert.deepEqual(time && [textOf(time, 'utc'), textOf(time, 'tzo')], ['2026-11-21T15:30:35Z', '+01:00']);

    // From its first use on the library answers such questions as well.
    const ours = await romeo.call('xep_0092', 'get_version', { jid: HOST });
    assert.match(JSON.stringify(ours), /Isthmus/);
    juliet.say('Romeo', '\x01VERSION\x01');
    const told = await juliet.expect((line) => line.command === 'NOTICE' && line.from === 'Romeo');
    assert.match(told.params[1] ?? '', /^.VERSION \w.* \(through Isthmus\).$/);
    assert.doesNotMatch(told.params[1] ?? '', /gateway/);
  });
}

const BOTS = IRC_SERVERS.filter((kind) => IRC_FEATURES[kind].has('BOT'));
for (const kind of BOTS) {
  test(`${kind}: a bot wears a hat, and people are found by their real names`, needs(kind), async (t) => {
    await using verona = await Verona.open(t, { irc: await startIrcServer(kind) });
    const juliet = await verona.irc();
    juliet.raw(`MODE ${juliet.nick} +B`);
    await juliet.expect(/MODE Juliet :?\+B/);
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    const hatted = await romeo.receive(
      (stanza) => stanza.attrs['from'] === `${ROOM}/Juliet` && childOf(stanza, 'hats', HATS) !== undefined,
    );
    assert.equal(childOf(childOf(hatted, 'hats'), 'hat')?.attrs['title'], 'bot');
    const form = "<query xmlns='jabber:iq:search'><nick>juli</nick></query>";
    const found = childOf(await romeo.ask(`${SERVER}@${HOST}`, 'set', form), 'query');
    assert.match(JSON.stringify(found), new RegExp(`${JULIET.replaceAll('.', '\\.')}`));
  });
}
