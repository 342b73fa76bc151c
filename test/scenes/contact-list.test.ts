/** Scenes of a network's list of contacts that comes in a bad moment, or in bad shape. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#src/log.ts';
import { type ContactId, Refusal } from '#src/network.ts';
import { RosterExchange } from '#src/roster/exchange.ts';
import type { Users } from '#src/users.ts';
import { DIALECTS, FakeVhost } from '#test/fakes/vhost.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, ROMEO, Stage } from '#test/stage.ts';
import { element } from '#test/xmpp/elements.ts';

const BARE = 'romeo@example.net';
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

/** A stage where Romeo has signed in; `answer` stands for his server and his client. */
async function open(answer: (stanza: string) => string | undefined, advert = ''): Promise<Stage> {
  const stage = await Stage.open();
  stage.server.options = { ...stage.server.options, answer };
  if (advert) stage.server.inject(advert);
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='r'><query xmlns='jabber:iq:register'><nick>r</nick></query></iq>`,
  );
  await stage.receives(ROMEO, `<iq type='result' id='r'/>`);
  stage.sends(ROMEO, `<presence to='${HOST}'/>`);
  await until(() => stage.network.sessions.length > 0 && stage.network.session.running);
  return stage;
}

function listed(stage: Stage, contact: string, name?: string): void {
  void stage.network.session.emit({
    type: 'contact',
    contact: contact as ContactId,
    ...(name !== undefined && { name }),
  });
}

/** Romeo's client says that it takes suggestions, and answers them with `reply`. */
function client(reply: (id: string) => string): (stanza: string) => string | undefined {
  return (stanza) => {
    const id = / id='([^']*)'/.exec(stanza)?.[1] ?? '';
    if (!stanza.startsWith('<iq') || !stanza.includes(`to='${ROMEO}'`)) return undefined;
    if (stanza.includes('disco#info')) {
      const feature = `<feature var='http://jabber.org/protocol/rosterx'/>`;
      const query = `<query xmlns='http://jabber.org/protocol/disco#info'>${feature}</query>`;
      return `<iq type='result' from='${ROMEO}' to='${HOST}' id='${id}'>${query}</iq>`;
    }
    return stanza.includes('rosterx') ? reply(id) : undefined;
  };
}

test('a contact that no JID can name does not keep the others off the roster', async () => {
  const vhost = new FakeVhost(HOST, DIALECTS['Prosody 13']);
  await using stage = await open(vhost.answer, vhost.advert);
  listed(stage, 'ann');
  listed(stage, 'x'.repeat(2_000));
  listed(stage, 'bea');
  await until(() => vhost.roster(BARE).has(`bea@${HOST}`));
  assert.deepEqual([...vhost.roster(BARE).keys()].sort(), [`ann@${HOST}`, `bea@${HOST}`, HOST]);
});

test('signing out while a long list comes leaves nothing of it on the roster', async () => {
  const vhost = new FakeVhost(HOST, DIALECTS['Prosody 13']);
  let stage: Stage | undefined;
  await using opened = await open((stanza) => {
    const signOut = `<iq type='set' to='${HOST}' id='u'><query xmlns='jabber:iq:register'><remove/></query></iq>`;
    if (stanza.includes(`jid='friend5@`) && stanza.includes(`subscription='both'`)) stage?.sends(ROMEO, signOut);
    return vhost.answer(stanza);
  }, vhost.advert);
  stage = opened;
  for (let n = 0; n < 40; n += 1) listed(stage, `friend${n}`);
  await stage.server.received((stanza) => stanza.includes(" id='u'") && stanza.includes(" type='result'"));
  await until(() => vhost.roster(BARE).size === 0);
  await stage.settled();
  assert.deepEqual([...vhost.roster(BARE).keys()], []);
  assert.deepEqual(await stage.registry.contacts.list(BARE, HOST), []);
});

test('what a client refuses to suggest is asked for, the rest of it at another sign-in', async () => {
  await using stage = await open(
    client((id) => {
      const error = `<error type='auth'><forbidden xmlns='${STANZAS}'/></error>`;
      return `<iq type='error' from='${ROMEO}' to='${HOST}' id='${id}'>${error}</iq>`;
    }),
  );
  for (let n = 0; n < 100; n += 1) listed(stage, `friend${n}`);
  const asked = () =>
    new Set(stage.server.stanzas.flatMap((one) => / from='(friend[^']*)' type='subscribe'/.exec(one)?.[1] ?? []));
  // The host itself has asked as well.
  await until(() => asked().size >= 49);
  await stage.settled();
  for (const jid of asked()) stage.sends(BARE, `<presence type='unsubscribed' to='${jid}'/>`);
  stage.sends(BARE, `<presence type='unsubscribed' to='${HOST}'/>`);
  while ((await stage.registry.contacts.count(BARE, HOST)).asked > 0) await stage.settled();
  for (let n = 0; n < 100; n += 1) listed(stage, `friend${n}`);
  await until(() => asked().size >= 98);
});

test('a name of any length comes in a stanza that every server takes', async () => {
  await using stage = await open(client((id) => `<iq type='result' from='${ROMEO}' to='${HOST}' id='${id}'/>`));
  for (let n = 0; n < 100; n += 1) listed(stage, `friend${n}`, `\u{1f40e}${'\u05d0'.repeat(10_000)}`);
  await stage.server.received((stanza) => stanza.includes('rosterx'));
  const size = Math.max(...stage.server.stanzas.map((stanza) => Buffer.byteLength(stanza)));
  assert.ok(size < 2 ** 18, `A stanza of ${size} bytes`);
});

test('a client that could not be asked in an outage is asked after it', async () => {
  let away = true;
  const info = `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='http://jabber.org/protocol/rosterx'/></query>`;
  const exchange = new RosterExchange({
    users: { find: () => ({ clients: new Map([['orchard', {}]]) }) } as unknown as Users,
    group: 'Fake',
    request: async () => {
      if (away) throw new Refusal('offline', 'The link is away.');
      return element(`<iq type='result'>${info}</iq>`);
    },
    log: createLog('silent'),
  });
  assert.equal(await exchange.client(BARE), undefined);
  away = false;
  assert.equal(await exchange.client(BARE), ROMEO);
  away = true;
  assert.equal(await exchange.suggest(ROMEO, 'add', [{ jid: `ann@${HOST}` }]), false);
  assert.equal(await exchange.client(BARE), ROMEO);
});
