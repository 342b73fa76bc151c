/** Scenes of what a server lets the gateway do in a user's name (XEP-0356): messages, bookmarks, read state. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJid } from '#src/address.ts';
import { Bookmarks } from '#src/bookmarks.ts';
import { createLog } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import { Places } from '#src/place.ts';
import { Privileges } from '#src/privileges.ts';
import { ReadState } from '#src/read-state.ts';
import { refusalOf } from '#src/xmpp/errors.ts';
import type { Element } from '#src/xmpp/xml.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { DIALECTS, type Dialect, FakeVhost } from '#test/fakes/vhost.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';
import { matches, parseTree } from '#test/xml-tree.ts';
import { element } from '#test/xmpp/elements.ts';

const BARE = 'romeo@example.net';
const ANN = `ann@${HOST}`;
const ROOM = `#dev@${HOST}`;
const BOOKMARKS = 'urn:xmpp:bookmarks:1';
const log = createLog('silent', { write: () => undefined });

/** The gateway's side of privileges, with a server that answers in that dialect. */
class Edge {
  readonly vhost: FakeVhost;
  readonly sent: string[] = [];
  readonly privileges: Privileges;
  readonly bookmarks: Bookmarks;
  readonly readState: ReadState;
  /** What the server does in place of answering. */
  failure: Refusal | undefined;
  requests = 0;

  constructor(dialect: Dialect = DIALECTS['Prosody 13']) {
    this.vhost = new FakeVhost(HOST, dialect);
    const send = ({ head, tail }: { head: string; tail: string }, to: string) => void this.sent.push(head + to + tail);
    const request = async (to: string, type: 'get' | 'set', payload: string): Promise<Element> => {
      this.requests += 1;
      if (this.failure) throw this.failure;
      const iq = `<iq type='${type}' id='q' from='${HOST}' to='${to}'>${payload}</iq>`;
      const answer = element(this.vhost.answer(iq) ?? '');
      if (answer.attrs['type'] === 'error') throw refusalOf(answer);
      return answer;
    };
    this.privileges = new Privileges({ host: HOST, send, request, log });
    this.bookmarks = new Bookmarks({ host: HOST, privileges: this.privileges, send });
    this.readState = new ReadState({ places: new Places(HOST, new FakeNetwork()), privileges: this.privileges, log });
    this.take(this.vhost.advert);
  }

  take(stanza: string): boolean {
    return this.privileges.take(element(stanza));
  }

  bookmark(room = ROOM): string | undefined {
    return this.vhost.published.get(`${BARE} ${BOOKMARKS} ${room}`);
  }
}

for (const [name, dialect] of Object.entries<Dialect>(DIALECTS)) {
  test(`${name}: its advert is understood`, () => {
    const { privileges } = new Edge(dialect);
    for (const privilege of ['roster get', 'roster set', 'message'] as const)
      assert.ok(privileges.may(BARE, privilege));
    const iq = 'iq set http://jabber.org/protocol/pubsub' as const;
    assert.equal(privileges.may(BARE, iq), name !== 'ejabberd 23.01');
    assert.equal(privileges.may(BARE, 'iq set urn:x:else'), false);
    assert.equal(privileges.may('romeo@example.org', 'message'), false);
  });
}

test('a later advert replaces the first, and without a link nothing is granted', () => {
  const edge = new Edge();
  const none = ['roster', 'message', 'presence'].map((access) => `<perm access='${access}' type='none'/>`).join('');
  edge.take(
    `<message from='example.net' to='${HOST}'><privilege xmlns='urn:xmpp:privilege:2'>${none}</privilege></message>`,
  );
  assert.equal(edge.privileges.may(BARE, 'message'), false);
  edge.take(edge.vhost.advert);
  assert.equal(edge.privileges.may(BARE, 'message'), true);
  edge.privileges.forget();
  assert.equal(edge.privileges.may(BARE, 'message'), false);
});

test('only a server itself can grant, and only for its own users', () => {
  const edge = new Edge();
  const grant = edge.vhost.advert;
  for (const from of ['juliet@example.org', 'juliet@example.org/x', 'example.org/x', HOST]) {
    edge.take(grant.replace("from='example.net'", `from='${from}'`));
    assert.equal(edge.privileges.may(`juliet@${parseJid(from)?.domain}`, 'message'), false, from);
  }
});

test('hostile adverts are bounded', () => {
  const { privileges } = new Edge();
  const deep = "<namespace ns='n' type='both'>".repeat(400) + '</namespace>'.repeat(400);
  const wide = Array.from({ length: 1000 }, (_, n) => `<namespace ns='n${n}' type='set'/>`).join('');
  privileges.take(
    element(
      `<message from='example.org'><privilege xmlns='urn:xmpp:privilege:2'><perm access='iq'>${wide}${deep}</perm></privilege></message>`,
    ),
  );
  assert.equal(privileges.may('x@example.org', 'iq set n5'), true);
  assert.equal(privileges.may('x@example.org', 'iq set n999'), false);
});

test('what romeo said elsewhere is sent in his name, and its echo is not taken for a new message', () => {
  const edge = new Edge();
  assert.equal(edge.privileges.sent(BARE, ANN, 'm1', '<body>hi &amp; bye</body>'), true);
  const wanted = `<message from='${HOST}' to='example.net'><privilege xmlns='urn:xmpp:privilege:2'><forwarded xmlns='urn:xmpp:forward:0'>
    <message xmlns='jabber:client' from='${BARE}' to='${ANN}' id='m1' type='chat'><body>hi &amp; bye</body></message></forwarded></privilege></message>`;
  assert.ok(matches(parseTree(edge.sent[0] ?? ''), parseTree(wanted)), edge.sent[0]);
  const echo = `<message from='${BARE}' to='${ANN}' id='m1' type='chat'><body>hi</body></message>`;
  assert.equal(edge.take(echo), true);
  assert.equal(edge.take(echo), false);
  assert.equal(edge.take(`<message from='${ROMEO}' to='${ANN}' id='m1' type='chat'><body>hi</body></message>`), false);
});

test('a server that refuses such a message is not sent another', () => {
  const edge = new Edge();
  edge.privileges.sent(BARE, ANN, 'm1', '<body>hi</body>');
  const error = `<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
  assert.equal(edge.take(`<message type='error' from='example.net' to='${HOST}' id='m1'>${error}</message>`), true);
  assert.equal(edge.privileges.sent(BARE, ANN, 'm2', '<body>hi</body>'), false);
});

test("a server that shows us presences shows us our own contacts' as well, which are no user's", () => {
  const edge = new Edge();
  assert.equal(edge.take(`<presence from='${ANN}/isthmus' to='${HOST}'/>`), true);
  assert.equal(edge.take(`<presence from='${ROMEO}' to='${HOST}'/>`), false);
});

for (const name of ['Prosody 0.12', 'Prosody 13', 'ejabberd 26.07'] as const) {
  test(`${name}: a room is bookmarked once, private, and joined by clients`, async () => {
    const edge = new Edge(DIALECTS[name]);
    assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev & co', 'Romeo'), 'bookmarked');
    const bookmark = `<conference xmlns='${BOOKMARKS}' name='Dev &amp; co' autojoin='true'><nick>Romeo</nick></conference>`;
    assert.ok(matches(parseTree(edge.bookmark() ?? ''), parseTree(bookmark)), edge.bookmark());
    const before = edge.requests;
    assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Other', 'Other'), 'bookmarked');
    assert.equal(edge.requests, before + 1);
    assert.ok(matches(parseTree(edge.bookmark() ?? ''), parseTree(bookmark)));
    assert.deepEqual(edge.sent, []);
  });
}

test("of romeo's own bookmark nothing changes but that it is joined", async () => {
  const edge = new Edge();
  const own = `name='My &quot;dev&quot;'><nick>R</nick><password>pass &amp; word</password><extensions><x xmlns='urn:x:mine' a='1'>&lt;y/&gt;</x></extensions></conference>`;
  edge.vhost.published.set(`${BARE} ${BOOKMARKS} ${ROOM}`, `<conference xmlns='${BOOKMARKS}' ${own}`);
  assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev', 'Romeo'), 'bookmarked');
  assert.deepEqual(
    parseTree(edge.bookmark() ?? ''),
    parseTree(`<conference xmlns='${BOOKMARKS}' autojoin='true' ${own}`),
  );
});

test('what can not be written as it was read is left alone, and an invitation goes out', async () => {
  const edge = new Edge();
  const own = `<conference xmlns='${BOOKMARKS}' name='Dev'><q:x xmlns:q='urn:x:mine'/></conference>`;
  edge.vhost.published.set(`${BARE} ${BOOKMARKS} ${ROOM}`, own);
  assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev'), 'invited');
  assert.equal(edge.bookmark(), own);
  const invitation = `<message from='${HOST}' to='${BARE}'><x xmlns='jabber:x:conference' jid='${ROOM}' reason='Dev'/></message>`;
  assert.ok(matches(parseTree(edge.sent[0] ?? ''), parseTree(invitation)), edge.sent[0]);
});

test('a prefix of an attribute that nothing explains is not written again: it would end the stream for all', async () => {
  for (const own of [`a:b='1' name='Dev'/>`, `name='Dev'><x xmlns='urn:x:mine' a:b='1'/></conference>`]) {
    const edge = new Edge();
    edge.vhost.published.set(`${BARE} ${BOOKMARKS} ${ROOM}`, `<conference xmlns='${BOOKMARKS}' xml:lang='en' ${own}`);
    assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev'), 'invited');
  }
});

test('a server that does not answer is not asked again', async () => {
  const edge = new Edge();
  edge.failure = new Refusal('timeout', 'No answer.');
  assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev'), 'invited');
  assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev'), 'invited');
  assert.equal(edge.requests, 1);
  edge.take(edge.vhost.advert);
  edge.failure = undefined;
  assert.equal(await edge.bookmarks.bring(BARE, ROOM, 'Dev'), 'bookmarked');
});

test('what was read in a room elsewhere is in the account, the newest of a burst last', async () => {
  const edge = new Edge();
  for (const id of ['one', 'two', 'three']) edge.readState.elsewhere(BARE, ROOM, id);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(edge.requests, 2);
  const stored = edge.vhost.published.get(`${BARE} urn:xmpp:mds:displayed:0 ${ROOM}`) ?? '';
  const wanted = `<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='three'/></displayed>`;
  assert.ok(matches(parseTree(stored), parseTree(wanted)), stored);
});

test("what was read of ann's elsewhere is a marker of romeo's", () => {
  const edge = new Edge();
  edge.readState.elsewhere(BARE, ANN, 'm7');
  assert.match(edge.sent[0] ?? '', /to='ann@[^>]*><displayed xmlns='urn:xmpp:chat-markers:0' id='m7'\/><\/message>/);
});

test('adverts that come before anything else are heard, and echoes and pushes ask nothing of the gateway', async () => {
  await using stage = await Stage.open();
  const vhost = new FakeVhost(HOST, DIALECTS['Prosody 13']);
  stage.server.options = { ...stage.server.options, answer: vhost.answer, greeting: vhost.advert };
  const before = stage.server.connections;
  stage.server.drop();
  await until(() => stage.server.connections > before && stage.server.online);
  await stage.settled();
  const push = `<query xmlns='jabber:iq:roster'><item jid='${ANN}' subscription='both'/></query>`;
  stage.sends(BARE, `<iq type='set' to='${HOST}' id='p1'>${push}</iq>`);
  await stage.receives(BARE, `<iq type='result' id='p1'/>`);
  stage.sends('juliet@example.org', `<iq type='set' to='${HOST}' id='p2'>${push}</iq>`);
  await stage.receives('juliet@example.org', `<iq type='error' id='p2'/>`);
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='p3'>${push}</iq>`);
  await stage.receives(ROMEO, `<iq type='error' id='p3'/>`);
});
