/** Scenes of finding rooms and people: disco#items in pages, search by form, channel search. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AccountId,
  type ContactId,
  type Network,
  type Place,
  Refusal,
  type RoomId,
  type RoomListing,
} from '#src/network.ts';
import { FakeNetwork } from '#test/fakes/network.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';
import type { Tree } from '#test/xml-tree.ts';

const ITEMS = 'http://jabber.org/protocol/disco#items';
const INFO = 'http://jabber.org/protocol/disco#info';
const CHANNELS = 'urn:xmpp:channel-search:0:search';

/** A network with one server, whose address is the host. */
class OneServer extends FakeNetwork {
  /** How often its list was asked for. */
  asked = 0;
  /** Why it gives none. */
  excuse: Refusal | undefined;

  override place(local: string): Place | undefined {
    const place = super.place(local);
    return place && { ...place, account: 'main' as AccountId };
  }

  override open(...given: Parameters<Network['open']>) {
    const session = super.open(...given);
    session.rooms = async () => {
      this.asked += 1;
      if (this.excuse) throw this.excuse;
      return this.listings;
    };
    return session;
  }
}

function listing(name: string, members: number, topic = ''): RoomListing {
  return { room: `#${name}` as RoomId, members, ...(topic && { topic }) };
}

/** Romeo is in #dev of a network with those rooms. */
async function among(...listings: readonly RoomListing[]): Promise<Stage & { readonly network: OneServer }> {
  const network = new OneServer();
  network.listings.push(...listings);
  const stage = await Stage.open({ network });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.receives(ROMEO, `<message type='groupchat'><subject/></message>`);
  return stage as Stage & { readonly network: OneServer };
}

async function ask(stage: Stage, payload: string, type = 'get', to = HOST): Promise<Tree> {
  stage.sends(ROMEO, `<iq type='${type}' to='${to}' id='q'>${payload}</iq>`);
  return (await stage.receives(ROMEO, `<iq type='result' id='q'/>`)).children[0] as Tree;
}

const rsm = (content: string) => `<set xmlns='http://jabber.org/protocol/rsm'>${content}</set>`;
const items = (stage: Stage, page = '') => ask(stage, `<query xmlns='${ITEMS}'>${page && rsm(page)}</query>`);
const jids = (query: Tree) => query.children.flatMap(({ attributes: { jid, address } }) => jid ?? address ?? []);
const names = (query: Tree) => jids(query).map((jid) => jid.split('@')[0]);
const setOf = (query: Tree) =>
  Object.fromEntries(
    (query.children.find(({ name }) => name === 'set')?.children ?? []).map(({ name, text }) => [name, text]),
  );

test('a server lists the rooms one is in, then the others, the largest first, each once', async () => {
  await using stage = await among(listing('tea', 3), listing('dev', 5), listing('war', 90));
  const query = await items(stage);
  assert.deepEqual(names(query), ['#dev', '#war', '#tea']);
  assert.deepEqual(setOf(query), {});
  const info = await ask(stage, `<query xmlns='${INFO}'/>`, 'get', `#war@${HOST}`);
  assert.match(JSON.stringify(info), /muc#roominfo_occupants.*"90"/);
});

test('50,000 rooms are paged forth and back, the network being asked once', async () => {
  await using stage = await among(...Array.from({ length: 50_000 }, (_, n) => listing(`room${n}`, n)));
  const first = await items(stage, '<max>3</max>');
  assert.deepEqual(names(first), ['#dev', '#room49999', '#room49998']);
  assert.deepEqual(setOf(first), { first: `#dev@${HOST}`, last: `#room49998@${HOST}`, count: '50001' });
  for (let n = 0; n < 3; n += 1) {
    const page = await items(stage, `<max>2</max><after>#room${49_998 - n}@${HOST}</after>`);
    assert.deepEqual(names(page), [`#room${49_997 - n}`, `#room${49_996 - n}`]);
  }
  assert.deepEqual(names(await items(stage, '<max>2</max><before/>')), ['#room1', '#room0']);
  assert.deepEqual(names(await items(stage, `<max>2</max><before>#room1@${HOST}</before>`)), ['#room3', '#room2']);
  assert.deepEqual(names(await items(stage, `<max>5</max><before>#room49999@${HOST}</before>`)), ['#dev']);
  assert.deepEqual(names(await items(stage, '<max>1</max><index>50000</index>')), ['#room0']);
  assert.deepEqual(setOf(await items(stage, '<max>0</max>')), { count: '50001' });
  const all = await items(stage);
  assert.equal(jids(all).length, 1_000);
  assert.equal(setOf(all)['count'], '50001');
  assert.equal(stage.network.asked, 1);
});

test('a page after a room that is not listed is not found, and an odd page a bad request', async () => {
  await using stage = await among(listing('tea', 3));
  for (const [page, condition] of [
    [`<after>#gone@${HOST}</after>`, 'item-not-found'],
    ['<max>many</max>', 'bad-request'],
  ]) {
    stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='q'><query xmlns='${ITEMS}'>${rsm(page ?? '')}</query></iq>`);
    await stage.receives(
      ROMEO,
      `<iq type='error' id='q'><error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
    );
  }
});

test('a list that is refused is not asked for again at once, and one that is under way not twice', async () => {
  await using stage = await among(listing('tea', 3));
  const request = `<iq type='get' to='${HOST}' id='q'><query xmlns='${ITEMS}'/></iq>`;
  stage.network.excuse = new Refusal('too-fast', 'Wait a minute.');
  for (let n = 0; n < 3; n += 1) {
    stage.sends(ROMEO, request);
    await stage.receives(ROMEO, `<iq type='error' id='q'><error type='wait'/></iq>`);
  }
  assert.equal(stage.network.asked, 1);
  await using other = await among(listing('tea', 3));
  for (let n = 0; n < 3; n += 1) other.sends(ROMEO, request);
  for (let n = 0; n < 3; n += 1) await other.receives(ROMEO, `<iq type='result' id='q'/>`);
  assert.equal(other.network.asked, 1);
});

test('a host that one login serves lists its rooms itself', async () => {
  const network = new FakeNetwork();
  network.listings.push(listing('tea', 3));
  await using stage = await Stage.open({ network });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.skips(ROMEO);
  assert.deepEqual(names(await items(stage)), ['#dev', '#tea']);
});

test('whoever has no connection sees no rooms, and none is made for them', async () => {
  await using stage = await Stage.open({ network: new OneServer() });
  assert.deepEqual(jids(await items(stage)), []);
  assert.equal(stage.network.sessions.length, 0);
});

test('people and rooms are found by a part of their names, in a form and without one', async () => {
  await using stage = await among(listing('teatime', 3), listing('war', 9, 'no tea'), listing('dev', 1));
  stage.network.people.push({ contact: 'teodora' as ContactId, name: 'Teodora the teamaker' });
  const query = (content: string) => `<query xmlns='jabber:iq:search'>${content}</query>`;
  const form = await ask(stage, query(''));
  assert.deepEqual(
    form.children.map(({ name }) => name),
    ['instructions', 'nick', 'x'],
  );
  const plain = await ask(stage, query('<nick>TEA</nick>'), 'set');
  assert.deepEqual(jids(plain), [`#war@${HOST}`, `#teatime@${HOST}`]);
  const field = (name: string, value: string) => `<field var='${name}'><value>${value}</value></field>`;
  const filled = `<x xmlns='jabber:x:data' type='submit'>${field('nick', 'teo')}${field('rooms', '0')}</x>`;
  const found = await ask(stage, query(filled), 'set');
  assert.match(JSON.stringify(found), /"text":"teodora@irc\.example\.com".*"text":"Teodora the teamaker"/);
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='q'>${query('<nick> </nick>')}</iq>`);
  await stage.receives(ROMEO, `<iq type='error' id='q'><error type='modify'/></iq>`);
});

test('channel search finds words, orders and pages, and says what it knows of each room', async () => {
  await using stage = await among(listing('b-tea', 3), listing('a-tea', 2), listing('war', 9, 'tea & sympathy'));
  const field = (name: string, value: string) => `<field var='${name}'><value>${value}</value></field>`;
  const search = (fields: string, page = '') =>
    `<search xmlns='${CHANNELS}'>${page && rsm(page)}${fields && `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`}</search>`;
  assert.match(JSON.stringify(await ask(stage, search(''))), /sindescription/);
  const found = await ask(stage, search(field('q', 'tea')));
  assert.deepEqual(names(found), ['#war', '#b-tea', '#a-tea']);
  assert.deepEqual(
    found.children[0]?.children.map(({ name, text }) => [name, text]),
    [
      ['name', '#war'],
      ['description', 'tea & sympathy'],
      ['nusers', '9'],
      ['service-type', 'xep-0045'],
    ],
  );
  const order = field('key', '{urn:xmpp:channel-search:0:order}address');
  assert.deepEqual(names(await ask(stage, search(field('all', '1') + order, '<max>2</max>'))), ['#a-tea', '#b-tea']);
  assert.deepEqual(names(await ask(stage, search(field('q', 'tea') + field('sindescription', '0')))), [
    '#b-tea',
    '#a-tea',
  ]);
  for (const [fields, condition, detail] of [
    [field('key', 'colour') + field('q', 'tea'), 'feature-not-implemented', 'invalid-sort-key'],
    [field('all', '1') + field('q', 'tea'), 'bad-request', 'conflicting-fields'],
    [field('q', 'tea'.repeat(100)), 'bad-request', 'invalid-search-terms'],
    [order, 'bad-request', 'no-search-conditions'],
  ] as const) {
    stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='q'>${search(fields)}</iq>`);
    await stage.receives(
      ROMEO,
      `<iq type='error' id='q'><error type='modify'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><${detail} xmlns='urn:xmpp:channel-search:0:error'/></error></iq>`,
    );
  }
});
