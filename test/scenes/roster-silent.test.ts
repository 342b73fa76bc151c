/** Scenes of contacts that come onto the roster by themselves: where the server lets us set it, and where it does not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContactId } from '#src/network.ts';
import { DIALECTS, type Dialect, FakeVhost } from '#test/fakes/vhost.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const ANN = `ann@${HOST}`;
const REGISTER = `<iq type='set' to='${HOST}' id='r'><query xmlns='jabber:iq:register'><nick>romeo</nick></query></iq>`;

/** Romeo's client knows XEP-0144; `first` is what it sends before it answers a suggestion. */
function takesSuggestions(stage: Stage, first = ''): void {
  const answer = (stanza: string) => {
    const id = / id='([^']*)'/.exec(stanza)?.[1];
    if (!stanza.startsWith('<iq') || !stanza.includes(`to='${ROMEO}'`)) return undefined;
    const from = `<iq type='result' from='${ROMEO}' to='${HOST}' id='${id}'>`;
    if (stanza.includes('disco#info'))
      return `${from}<query xmlns='http://jabber.org/protocol/disco#info'><feature var='http://jabber.org/protocol/rosterx'/></query></iq>`;
    return stanza.includes('rosterx') ? `${first}${from}</iq>` : undefined;
  };
  stage.server.options = { ...stage.server.options, answer };
}

/** A stage whose server grants privileges in that dialect. */
async function open(dialect: Dialect): Promise<{ stage: Stage; vhost: FakeVhost }> {
  const vhost = new FakeVhost(HOST, dialect);
  const stage = await Stage.open();
  stage.server.options = { ...stage.server.options, answer: vhost.answer };
  stage.server.inject(vhost.advert);
  return { stage, vhost };
}

/** Romeo signs in, and his client answers what it is asked. */
async function signIn(stage: Stage): Promise<void> {
  stage.sends(ROMEO, REGISTER);
  await stage.receives(ROMEO, `<iq type='result' id='r'/>`);
  stage.sends(ROMEO, `<presence to='${HOST}'/>`);
  await until(() => stage.network.sessions.length > 0 && stage.network.session.running);
  await stage.skips(BARE);
}

function listed(stage: Stage, contact: string, more: { name?: string; off?: true } = {}): Promise<void> {
  return stage.network.session.emit({ type: 'contact', contact: contact as ContactId, ...more });
}

for (const name of ['Prosody 0.12', 'Prosody 13'] as const) {
  test(`${name}: signing in puts the gateway on the roster without a question, and asks who is there`, async () => {
    const { stage: opened, vhost } = await open(DIALECTS[name]);
    await using stage = opened;
    stage.sends(ROMEO, REGISTER);
    await stage.receives(BARE, `<iq type='get'><query xmlns='jabber:iq:roster'/></iq>`);
    await stage.receives(
      BARE,
      `<iq type='set'><query xmlns='jabber:iq:roster'><item jid='${HOST}' name='Fake'/></query></iq>`,
    );
    await stage.receives(BARE, `<iq type='get'><query xmlns='jabber:iq:roster'/></iq>`);
    await stage.receives(BARE, `<presence from='${HOST}/isthmus'/>`);
    await stage.receives(BARE, `<presence type='probe' from='${HOST}'/>`);
    await stage.receivesNoMore(BARE);
    assert.deepEqual(vhost.roster(BARE).get(HOST), { name: 'Fake', group: 'Fake', subscription: 'both' });
  });

  test(`${name}: a contact of the network's list is on the roster, named and grouped, and its presence follows`, async () => {
    const { stage: opened, vhost } = await open(DIALECTS[name]);
    await using stage = opened;
    await signIn(stage);
    await listed(stage, 'ann', { name: 'Ann Other' });
    await stage.receives(BARE, `<iq type='set'><query xmlns='jabber:iq:roster'><item jid='${ANN}'/></query></iq>`);
    await stage.receives(BARE, `<presence type='unavailable' from='${ANN}/isthmus'/>`);
    assert.deepEqual(vhost.roster(BARE).get(ANN), { name: 'Ann Other', group: 'Fake', subscription: 'both' });
    await stage.asked('contact');
    await stage.network.session.emit({ type: 'presence', contact: 'ann' as ContactId, presence: { show: 'online' } });
    await stage.receives(BARE, `<presence from='${ANN}/isthmus'/>`);
    await stage.network.session.emit({ type: 'presence', contact: 'ann' as ContactId, presence: { show: 'online' } });
    await stage.receivesNoMore(BARE);
  });
}

test('ejabberd 26.07 does not heed the subscription, so the user is asked for it, by name', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['ejabberd 26.07']);
  await using stage = opened;
  await signIn(stage);
  await listed(stage, 'ann', { name: 'Ann Other' });
  await stage.receives(BARE, `<iq type='set'><query xmlns='jabber:iq:roster'><item jid='${ANN}'/></query></iq>`);
  await stage.receives(
    BARE,
    `<presence type='subscribe' from='${ANN}'><nick xmlns='http://jabber.org/protocol/nick'>Ann Other</nick></presence>`,
  );
  await stage.receivesNoMore(BARE);
  assert.equal(vhost.roster(BARE).get(ANN)?.name, 'Ann Other');
});

test('ejabberd 23.01 fails to set the roster: it is tried once, and contacts ask instead', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['ejabberd 23.01']);
  await using stage = opened;
  stage.sends(ROMEO, REGISTER);
  await stage.receives(ROMEO, `<iq type='result' id='r'/>`);
  await stage.receives(BARE, `<iq type='get'/>`);
  await stage.receives(BARE, `<iq type='set'/>`);
  await stage.receives(BARE, `<presence type='subscribe' from='${HOST}'/>`);
  await until(() => stage.network.sessions.length > 0 && stage.network.session.running);
  await listed(stage, 'ann');
  await stage.receives(BARE, `<presence type='subscribe' from='${ANN}'/>`);
  assert.deepEqual(vhost.asked, [`get ${BARE}`, `set ${BARE} ${HOST}`]);
});

test('what is on the roster already is left as it is, and what is not ours is never touched', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['Prosody 13']);
  await using stage = opened;
  const mine = { name: 'My Ann', group: 'Friends', subscription: 'both' };
  const nurse = { name: 'Nurse', group: 'Home', subscription: 'both' };
  vhost.roster(BARE).set(ANN, mine).set('nurse@example.org', nurse);
  await signIn(stage);
  await listed(stage, 'ann', { name: 'Ann Other' });
  await stage.receives(BARE, `<presence type='unavailable' from='${ANN}/isthmus'/>`);
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='u'><query xmlns='jabber:iq:register'><remove/></query></iq>`);
  await stage.receives(ROMEO, `<iq type='result' id='u'/>`);
  await until(() => !vhost.roster(BARE).has(ANN) && !vhost.roster(BARE).has(HOST));
  assert.deepEqual([...vhost.roster(BARE)], [['nurse@example.org', nurse]]);
  assert.ok(vhost.asked.every((asked) => !asked.includes('nurse')));
});

test('a contact that the network takes off its list leaves the roster', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['Prosody 13']);
  await using stage = opened;
  await signIn(stage);
  await listed(stage, 'ann');
  await stage.asked('contact');
  await stage.skips(BARE);
  await listed(stage, 'ann', { off: true });
  await stage.receives(BARE, `<presence type='unsubscribe' from='${ANN}'/>`);
  await stage.receives(BARE, `<presence type='unsubscribed' from='${ANN}'/>`);
  await stage.receives(BARE, `<presence type='unavailable' from='${ANN}/isthmus'/>`);
  await until(() => !vhost.roster(BARE).has(ANN));
  assert.equal(await stage.registry.contacts.get(BARE, HOST, 'ann'), undefined);
});

test('a contact that the user removed is not brought back by the same list', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['Prosody 13']);
  await using stage = opened;
  await signIn(stage);
  await listed(stage, 'ann');
  await stage.asked('contact');
  vhost.roster(BARE).delete(ANN);
  stage.sends(BARE, `<presence type='unsubscribe' to='${ANN}'/>`);
  await stage.asked('contact', 2);
  await stage.skips(BARE);
  await listed(stage, 'ann');
  await listed(stage, 'bea');
  await until(() => vhost.roster(BARE).has(`bea@${HOST}`));
  assert.equal(vhost.roster(BARE).has(ANN), false);
});

test('a list that comes again and again is set once, the last word of it counting', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['Prosody 13']);
  await using stage = opened;
  await signIn(stage);
  const names = Array.from({ length: 30 }, (_, n) => `friend${n}`);
  for (const _time of [1, 2, 3]) for (const name of names) void listed(stage, name);
  void listed(stage, 'friend7', { off: true });
  await until(() => vhost.roster(BARE).size >= 30);
  for (const name of names) void listed(stage, name);
  await until(() => vhost.roster(BARE).size === 31);
  const sets = vhost.asked.filter((asked) => asked.startsWith('set'));
  assert.deepEqual(sets.length, new Set(sets).size);
});

test('without privileges a client that takes suggestions gets the whole list at once, and only once', async () => {
  await using stage = await Stage.open();
  takesSuggestions(stage);
  await signIn(stage);
  await stage.skips(ROMEO);
  void listed(stage, 'ann', { name: 'Ann' });
  void listed(stage, 'bea');
  await stage.receives(ROMEO, `<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`);
  await stage.receives(
    ROMEO,
    `<iq type='set'><x xmlns='http://jabber.org/protocol/rosterx'><item action='add' jid='${ANN}' name='Ann'><group>Fake</group></item>
      <item action='add' jid='bea@${HOST}'/></x></iq>`,
  );
  await until(() => stage.server.stanzas.some((stanza) => stanza.includes('rosterx')));
  await stage.settled();
  await listed(stage, 'ann');
  await listed(stage, 'cleo');
  await stage.receives(
    ROMEO,
    `<iq type='set'><x xmlns='http://jabber.org/protocol/rosterx'><item jid='cleo@${HOST}'/></x></iq>`,
  );
  await stage.receivesNoMore(BARE);
});

test('without privileges or suggestions no more than fifty questions are open at once', async () => {
  await using stage = await Stage.open();
  stage.server.options = {
    ...stage.server.options,
    answer: (stanza) => {
      const id = / id='([^']*)'/.exec(stanza)?.[1];
      if (!stanza.startsWith("<iq type='get'") || !stanza.includes(`to='${ROMEO}'`)) return undefined;
      return `<iq type='error' from='${ROMEO}' to='${HOST}' id='${id}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`;
    },
  };
  await signIn(stage);
  for (let n = 0; n < 200; n += 1) void listed(stage, `friend${n}`);
  const questions = () => stage.server.stanzas.filter((stanza) => stanza.includes(" type='subscribe'")).length;
  await until(() => questions() >= 50);
  await stage.settled();
  assert.equal(questions(), 50);
});

test('a contact that romeo adds by a word to the gateway is on his roster at once, and followed', async () => {
  const { stage: opened, vhost } = await open(DIALECTS['Prosody 13']);
  await using stage = opened;
  await signIn(stage);
  await stage.skips(ROMEO);
  const add = `<message type='chat' to='${HOST}' id='a'><body>add ann</body></message>`;
  stage.sends(ROMEO, add);
  await stage.receives(
    ROMEO,
    `<message from='${HOST}'><body>${ANN} is on your contact list now.\nxmpp:${ANN}</body></message>`,
  );
  assert.equal(vhost.roster(BARE).get(ANN)?.subscription, 'both');
  await stage.asked('contact');
  stage.sends(ROMEO, add);
  await stage.receives(
    ROMEO,
    `<message from='${HOST}'><body>${ANN} is on your contact list already.\nxmpp:${ANN}</body></message>`,
  );
  assert.equal(vhost.set.filter((jid) => jid === ANN).length, 1);
  stage.sends(ROMEO, `<message type='chat' to='${HOST}' id='b'><body>remove ann</body></message>`);
  await until(() => !vhost.roster(BARE).has(ANN));
  await stage.asked('contact', 2);
});

test('a client that subscribes before it answers the suggestion stays subscribed', async () => {
  await using stage = await Stage.open();
  const subscribe = `<presence type='subscribe' from='${BARE}' to='${ANN}'/>`;
  takesSuggestions(stage, subscribe);
  await signIn(stage);
  await listed(stage, 'ann');
  await stage.asked('contact');
  await stage.settled();
  assert.equal((await stage.registry.contacts.get(BARE, HOST, 'ann'))?.sees, true);
});
