/** Messages of today's IRC on real servers: echoes, labels, many lines, tags, redaction, read markers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import type { Account, Content, Conversation, Feature, MessageId, RoomId, UserAction } from '#src/network.ts';
import { FakeHost } from '#test/fakes/host.ts';
import { showLogsOnFailure } from './child.ts';
import { childOf, type Element, textOf } from './element.ts';
import { ERGO } from './ergo.ts';
import { startInspircd } from './inspircd.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { type IrcServer, type IrcServerKind, startIrcServer, unlessIrcServerAbsent } from './irc-servers.ts';
import { ROOM, SERVER, Verona } from './verona.ts';
import type { XmppClient } from './xmpp-client.ts';

const VERONA = `#verona%${SERVER}` as RoomId;
const CAPS = ['message-tags', 'server-time', 'batch'];
/** With Ergo what it alone can do; without it InspIRCd has the rest. */
const KINDS: readonly IrcServerKind[] = ERGO ? ['inspircd', 'ergo'] : ['inspircd'];

/** A session of romeo's that is online. */
class Romeo implements AsyncDisposable {
  readonly host = new FakeHost();
  lacks: readonly Feature[] = [];
  readonly #abort = new AbortController();
  readonly #session;
  readonly #life: Promise<unknown>;

  private constructor(port: number, settings: object) {
    const servers = { [SERVER]: { address: '127.0.0.1', port, tls: 'off' } };
    const account = { id: SERVER, label: SERVER, settings: { nick: 'romeo', ...settings } } as Account;
    const { host } = this;
    const online = host.online.bind(host);
    host.online = (label: string, lacks: readonly Feature[] = []) => {
      this.lacks = lacks;
      online(label);
    };
    this.#session = ircNetwork(ircOptions.parse({ servers }), { quit: 200 }).open(account, host);
    this.#life = this.#session.run(this.#abort.signal);
    this.#life.catch(() => undefined);
  }

  static async inVerona({ port }: IrcServer, settings: object = {}): Promise<Romeo> {
    const romeo = new Romeo(port, settings);
    await Promise.race([romeo.host.ready(), romeo.#life]);
    await romeo.send({ type: 'join', room: VERONA, nick: 'romeo' });
    return romeo;
  }

  send(action: UserAction) {
    return this.#session.send(action);
  }

  async say(text: string, more: Partial<Content> = {}, to: Conversation = { room: VERONA }): Promise<MessageId[]> {
    const sent = await this.send({ type: 'message', to, txn: text, content: { text, ...more } });
    return [...(sent.ids ?? [])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#life.catch(() => undefined);
  }
}

async function inVerona({ port }: IrcServer, caps: readonly string[] = CAPS): Promise<IrcClient> {
  const juliet = await IrcClient.connect({ port, nick: 'juliet', caps });
  await juliet.join('#verona');
  return juliet;
}

for (const kind of KINDS) {
  test(
    `on ${kind} a message has an id that all know, and others answer and react to it`,
    unlessIrcServerAbsent(kind),
    async (t) => {
      await using server = await startIrcServer(kind);
      showLogsOnFailure(t, server);
      await using romeo = await Romeo.inVerona(server);
      await using juliet = await inVerona(server);
      const [id, ...more] = await romeo.say('But, soft!');
      assert.ok(id !== undefined && more.length === 0);
      const heard = await juliet.expect(/PRIVMSG #verona :But, soft!/);
      assert.equal(heard.tags['msgid'], id);

      juliet.raw(`@+draft/reply=${id} PRIVMSG #verona :what light?`);
      const answer = await romeo.host.next('message');
      assert.deepEqual([answer.content.text, answer.content.reply], ['what light?', { to: id }]);
      assert.ok(answer.id !== undefined);
      await romeo.say('the east', { reply: { to: answer.id } });
      assert.equal((await juliet.expect(/:the east/)).tags['+draft/reply'], answer.id);

      await romeo.send({ type: 'react', to: { room: VERONA }, id: answer.id, txn: 'r', reactions: ['👍'] });
      const reacted = await juliet.expect(/TAGMSG :?#verona/);
      assert.deepEqual([reacted.tags['+draft/react'], reacted.tags['+draft/reply']], ['👍', answer.id]);
      juliet.raw(`@+draft/reply=${id};+draft/react=❤ TAGMSG #verona`);
      const reaction = await romeo.host.next('react');
      assert.deepEqual([reaction.id, reaction.reactions], [id, ['❤']]);

      await romeo.send({ type: 'typing', to: { room: VERONA }, on: true });
      assert.equal((await juliet.expect(/TAGMSG :?#verona/)).tags['+typing'], 'active');
      juliet.raw('@+typing=active TAGMSG #verona');
      assert.equal((await romeo.host.next('typing')).on, true);
      // Nothing of our own came back as news.
      assert.ok(!romeo.host.events.some((event) => event.type === 'message' && 'self' in event.from));
    },
  );

  test(
    `on ${kind} a message is refused by what the server says of that very one`,
    unlessIrcServerAbsent(kind),
    async (t) => {
      await using server = await startIrcServer(kind);
      showLogsOnFailure(t, server);
      await using juliet = await inVerona(server);
      await using romeo = await Romeo.inVerona(server);
      juliet.raw('MODE #verona +m');
      await romeo.host.next('settings');
      await assert.rejects(romeo.say('But, soft!'), { name: 'Refusal', why: 'forbidden' });
      const nobody = { with: `tybalt%${SERVER}` } as Conversation;
      await assert.rejects(romeo.say('Turn thee', {}, nobody), { name: 'Refusal', why: 'not-found' });
    },
  );
}

function hears(romeo: XmppClient, name: string): Promise<Element> {
  const has = (el: Element) => el.name === 'message' && childOf(el, name) !== undefined;
  return romeo.receive((el) => has(el) && el.attrs['from'] === `${ROOM}/Juliet`);
}
const stanzaId = (message: Element) => childOf(message, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id'] ?? '';
const gateway = unlessAbsent('prosody', 'slixmpp', 'inspircd');

test(
  'from XMPP to inspircd and back: an answer, reactions and typing are what each side calls them',
  gateway,
  async (t) => {
    const irc = await startInspircd({ name: SERVER });
    await using verona = await Verona.open(t, { irc });
    const juliet = await verona.irc('Juliet', { caps: [...CAPS, 'echo-message'] });
    await juliet.join('#verona');
    const romeo = await verona.xmpp();
    await romeo.joinRoom(ROOM, 'Romeo');
    const id = romeo.say(ROOM, 'But, soft!', 'groupchat');
    const own = stanzaId(await romeo.receive({ id, body: 'But, soft!' }));
    const said = await juliet.expect(/PRIVMSG #verona :But, soft!/);

    juliet.raw(`@+draft/reply=${said.tags['msgid']} PRIVMSG #verona :what light?`);
    const asked = await juliet.expect(/:what light[?]/);
    const answer = await romeo.receive({
      from: `${ROOM}/Juliet`,
      type: 'groupchat',
      body: '> Romeo: But, soft!\nwhat light?',
    });
    assert.equal(childOf(answer, 'reply')?.attrs['id'], own);
    romeo.send(
      `<message to="${ROOM}" type="groupchat" id="r1"><body>the east</body>` +
        `<reply xmlns="urn:xmpp:reply:0" to="${ROOM}/Juliet" id="${stanzaId(answer)}"/></message>`,
    );
    // Those whose client shows no answers see whom it is for.
    const replied = await juliet.expect(/PRIVMSG #verona :Juliet: the east/);
    assert.equal(replied.tags['+draft/reply'], asked.tags['msgid']);
    const shown = await romeo.receive({ id: 'r1', body: 'Juliet: the east' });
    const { end } = childOf(childOf(shown, 'fallback'), 'body')?.attrs ?? {};
    assert.equal(end, String('Juliet: '.length));

    juliet.raw(`@+draft/reply=${said.tags['msgid']};+draft/react=❤ TAGMSG #verona`);
    const reactions = childOf(await hears(romeo, 'reactions'), 'reactions');
    assert.deepEqual([reactions?.attrs['id'], reactions && textOf(reactions, 'reaction')], [own, '❤']);
    romeo.send(
      `<message to="${ROOM}" type="groupchat" id="r2"><reactions xmlns="urn:xmpp:reactions:0" id="${stanzaId(answer)}">` +
        '<reaction>👍</reaction></reactions></message>',
    );
    assert.equal((await juliet.expect(/react=👍/)).command, 'TAGMSG');
    romeo.send(
      `<message to="${ROOM}" type="groupchat"><composing xmlns="http://jabber.org/protocol/chatstates"/></message>`,
    );
    await juliet.expect(/[+]typing=active/);
    juliet.raw('@+typing=active TAGMSG #verona');
    await hears(romeo, 'composing');
  },
);

if (ERGO) {
  const skip = unlessIrcServerAbsent('ergo');

  test('on ergo several lines are one message, and those of others too', skip, async (t) => {
    await using server = await startIrcServer('ergo');
    showLogsOnFailure(t, server);
    await using romeo = await Romeo.inVerona(server);
    await using juliet = await inVerona(server, [...CAPS, 'draft/multiline', 'labeled-response']);
    const text = `one\n\n${'three and more '.repeat(60).trim()}`;
    const ids = await romeo.say(text);
    assert.equal(ids.length, 1);
    const opening = await juliet.expect(/BATCH \+\S+ draft\/multiline :?#verona/);
    assert.equal(opening.tags['msgid'], ids[0]);
    juliet.raw('BATCH +1 draft/multiline #verona');
    for (const line of ['four', '', 'six']) juliet.raw(`@batch=1 PRIVMSG #verona :${line}`);
    juliet.raw('BATCH -1');
    const heard = await romeo.host.next('message');
    assert.equal(heard.content.text, 'four\n\nsix');
    assert.ok(heard.id !== undefined);
    // More than it takes at once.
    const long = Array.from({ length: 9 }, (_, line) => `${line}${' and more'.repeat(56)}`).join('\n');
    assert.equal((await romeo.say(long)).length, 2);
  });

  test('on ergo a message is taken back, and what others take back is told', skip, async (t) => {
    await using server = await startIrcServer('ergo');
    showLogsOnFailure(t, server);
    for (const nick of ['romeo', 'juliet']) {
      await using client = await IrcClient.connect({ port: server.port, nick });
      client.raw('NS REGISTER wherefore');
      await client.expect(/:Account created|successfully|logged in/i);
    }
    const sasl = { account: 'romeo', password: 'wherefore' };
    await using romeo = await Romeo.inVerona(server, { sasl });
    const juliet = await IrcClient.connect({
      port: server.port,
      nick: 'capulet',
      caps: [...CAPS, 'draft/message-redaction'],
    });
    await using _ = juliet;
    juliet.raw('NS IDENTIFY juliet wherefore');
    await juliet.expect(/logged in as juliet/);
    await juliet.join('#verona');
    assert.deepEqual(romeo.lacks, []);

    const [id] = await romeo.say('wherefor art thou');
    assert.ok(id !== undefined);
    await romeo.send({ type: 'retract', to: { room: VERONA }, id });
    await juliet.expect(new RegExp(`REDACT #verona ${id}`));
    const unknown = 'unknown-id' as MessageId;
    await assert.rejects(romeo.send({ type: 'retract', to: { room: VERONA }, id: unknown }), { why: 'not-found' });

    juliet.say('#verona', 'a mistake');
    const heard = await romeo.host.next('message');
    juliet.raw(`REDACT #verona ${heard.id} :not so`);
    const gone = await romeo.host.next('retract');
    assert.deepEqual([gone.id, gone.reason], [heard.id, 'not so']);
    // Romeo founded the channel, and so may take out what others say.
    juliet.say('#verona', 'spam');
    const spam = await romeo.host.next('message');
    assert.ok(spam.id !== undefined);
    await romeo.send({ type: 'erase', room: VERONA, id: spam.id, reason: 'off topic' });
    await juliet.expect(new RegExp(`REDACT #verona ${spam.id} :off topic`));
  });

  test('on ergo how far was read is told to the other clients of the user, and by them', skip, async (t) => {
    const { startErgo } = await import('./ergo.ts');
    await using server = await startErgo({ bouncer: true });
    showLogsOnFailure(t, server);
    await using juliet = await inVerona(server);
    {
      await using client = await IrcClient.connect({ port: server.port, nick: 'romeo' });
      client.raw('NS REGISTER wherefore');
      await client.expect(/:Account created|successfully|logged in/i);
    }
    // Two clients of one person.
    const settings = { sasl: { account: 'romeo', password: 'wherefore' } };
    await using romeo = await Romeo.inVerona(server, settings);
    await using other = await Romeo.inVerona(server, settings);
    juliet.say('#verona', 'first');
    juliet.say('#verona', 'second');
    const [first] = [await romeo.host.next('message'), await other.host.next('message')];
    const [second] = [await romeo.host.next('message'), await other.host.next('message')];
    assert.ok(first.id !== undefined && second.id !== undefined);
    await romeo.send({ type: 'read', to: { room: VERONA }, id: first.id });
    assert.equal((await other.host.next('read')).id, first.id);
    await other.send({ type: 'read', to: { room: VERONA }, id: second.id });
    assert.equal((await romeo.host.next('read')).id, second.id);
    const [id] = await other.say('from elsewhere');
    const own = await romeo.host.next('message');
    assert.deepEqual([own.content.text, own.from, own.id], ['from elsewhere', { self: true }, id]);
    // What romeo read itself is no news to it.
    assert.equal(romeo.host.events.filter(({ type }) => type === 'read').length, 1);
  });
}
