/** Scenes in large rooms, and of what comes with an occupant: ids, hats, the past. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContactId, Member, RoomId } from '#src/network.ts';
import { PreferenceBook } from '#src/preferences.ts';
import { member, said, told } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { groupchat, HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const DEV = '#dev';
const PHONE = 'romeo@example.net/phone';
const SUBJECT = `<message type='groupchat' from='${DEV}@${HOST}'><subject/></message>`;

/** A room with those members besides, for romeo, who wants to see of a room what `policy` says. */
async function crowd(policy: string, members: readonly Member[]): Promise<Stage> {
  const stage = await Stage.open();
  stage.network.members = members;
  await new PreferenceBook(HOST, stage.registry).set('romeo@example.net', 'crowd', policy);
  return stage;
}

/** The same with romeo in it. */
async function crowded(policy: string, members: readonly Member[]): Promise<Stage> {
  const stage = await crowd(policy, members);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.server.received((stanza) => stanza.includes('<subject>'));
  await stage.skips(ROMEO);
  return stage;
}

function shown(stage: Stage, from: number): string[] {
  const presences = stage.server.stanzas.slice(from).filter((stanza) => stanza.startsWith('<presence'));
  return presences.flatMap((stanza) => /from='[^']*\/([^']+)'/.exec(stanza)?.[1] ?? []);
}

const PEOPLE = [member('Ann', { rank: 'admin' }), member('Bob'), member('Cyd'), member('Dan'), member('Eve')];

test('a room of 10,000 is shown whole to who wants it so', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, n) => member(`m${n}`));
  await using stage = await crowd('full', many);
  const before = stage.server.stanzas.length;
  const startedAt = performance.now();
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await until(() => stage.server.stanzas.length > before + 10_000);
  t.diagnostic(
    `10,001 presences in ${Math.round(performance.now() - startedAt)} ms, the fake server's reading included`,
  );
  assert.equal(shown(stage, before).length, 10_001);
});

test('a room of 10,000 is by itself shown as those who lead it or speak', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, n) => member(`m${n}`, n === 5 ? { rank: 'moderator' } : {}));
  await using stage = await crowd('auto', many);
  const before = stage.server.stanzas.length;
  const startedAt = performance.now();
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'm5'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  t.diagnostic(`joined a room of 10,000 in ${Math.round(performance.now() - startedAt)} ms`);
  assert.deepEqual(shown(stage, before), ['m5', 'romeo']);
  const query = `<query xmlns='http://jabber.org/protocol/disco#info'/>`;
  await stage.skips(ROMEO);
  stage.sends(ROMEO, `<iq type='get' to='${DEV}@${HOST}' id='i'>${query}</iq>`);
  assert.match(JSON.stringify(await stage.receives(ROMEO, `<iq id='i'/>`)), /"10001"/);
});

test('where only the active are shown, others appear before they speak, are named, or rise, and leave as anybody', async () => {
  await using stage = await crowd('active', PEOPLE);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'Ann'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.skips(ROMEO);
  const { session } = stage.network;
  const room = DEV as RoomId;
  await session.emit(said(DEV, 'Bob', 'Cyd: hello'));
  await stage.receives(ROMEO, occupant(DEV, 'Bob'));
  await stage.receives(ROMEO, occupant(DEV, 'Cyd'));
  await stage.receives(ROMEO, `<message from='${DEV}@${HOST}/Bob'><body>Cyd: hello</body></message>`);
  stage.sends(ROMEO, groupchat(DEV, 'Dan, are you here?'));
  await stage.receives(ROMEO, occupant(DEV, 'Dan'));
  await stage.receives(ROMEO, `<message from='${DEV}@${HOST}/romeo'/>`);
  await session.emit({ type: 'presence', contact: 'eve' as ContactId, presence: { show: 'away' } });
  await session.emit({ type: 'member', room, change: 'in', member: member('Eva'), was: 'Eve' });
  await session.emit({ type: 'member', room, change: 'in', member: member('Fay') });
  await session.emit({ type: 'member', room, change: 'out', nick: 'Fay' });
  await stage.receivesNoMore(ROMEO);
  await session.emit({ type: 'member', room, change: 'in', member: member('Eva', { rank: 'moderator' }) });
  await stage.receives(ROMEO, occupant(DEV, 'Eva'));
  await session.emit({ type: 'member', room, change: 'out', nick: 'Bob' });
  await stage.receives(ROMEO, `<presence type='unavailable' from='${DEV}@${HOST}/Bob'/>`);
  stage.sends(PHONE, join(DEV, 'romeo'));
  for (const nick of ['Ann', 'Cyd', 'Dan', 'Eva', 'romeo']) await stage.receives(PHONE, occupant(DEV, nick));
});

test('where only the active are shown, somebody appears before their private message', async () => {
  await using stage = await crowded('active', PEOPLE);
  stage.sends(ROMEO, `<message type='chat' to='${DEV}@${HOST}/Bob'><body>psst</body></message>`);
  await stage.receives(ROMEO, occupant(DEV, 'Bob'));
  const { session } = stage.network;
  await session.emit({ type: 'member', room: DEV as RoomId, change: 'out', nick: 'Bob' });
  await session.emit({ type: 'member', room: DEV as RoomId, change: 'in', member: member('Bob') });
  await stage.receives(ROMEO, `<presence type='unavailable' from='${DEV}@${HOST}/Bob'/>`);
  await session.emit(told('Bob', 'what?'));
  await stage.receives(ROMEO, occupant(DEV, 'Bob'));
  await stage.receives(ROMEO, `<message from='${DEV}@${HOST}/Bob' type='chat'><body>what?</body></message>`);
});

test('where nobody is wanted only oneself is shown, and the lists tell the rest', async () => {
  await using stage = await crowd('none', PEOPLE);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.receives(ROMEO, SUBJECT);
  await stage.network.session.emit(said(DEV, 'Bob', 'hello'));
  await stage.receives(ROMEO, `<message from='${DEV}@${HOST}/Bob'><body>hello</body></message>`);
  const list = `<query xmlns='http://jabber.org/protocol/muc#admin'><item role='participant'/></query>`;
  stage.sends(ROMEO, `<iq type='get' to='${DEV}@${HOST}' id='l'>${list}</iq>`);
  const answer = await stage.receives(ROMEO, `<iq type='result' id='l'/>`);
  const nicks = answer.children[0]?.children.map(({ attributes }) => attributes['nick']);
  assert.deepEqual(nicks, ['romeo', 'Bob', 'Cyd', 'Dan', 'Eve']);
});

test('an occupant is known by an id that outlives leaving, and is another in another room', async () => {
  await using stage = await crowded('full', []);
  const idOf = async (room: string) => {
    stage.sends(PHONE, join(room, 'romeo'));
    const self = await stage.receives(PHONE, occupant(room, 'romeo', 110));
    const id = self.children.find(({ name }) => name === 'occupant-id');
    assert.equal(id?.ns, 'urn:xmpp:occupant-id:0');
    stage.sends(PHONE, `<presence type='unavailable' to='${room}@${HOST}/romeo'/>`);
    await stage.skips(PHONE);
    return id.attributes['id'];
  };
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  const first = await idOf(DEV);
  assert.match(first ?? '', /^[\w-]{22}$/);
  assert.equal(await idOf(DEV), first);
  assert.notEqual(await idOf('#other'), first);
});

test('titles of the network are hats, and a change of one is shown', async () => {
  await using stage = await crowded('full', []);
  const hatted = (title: string) => member('Ann', { hats: [{ id: 'town crier', title }] });
  const room = DEV as RoomId;
  for (const title of ['Crier', 'Crier', 'Chief Crier']) {
    await stage.network.session.emit({ type: 'member', room, change: 'in', member: hatted(title) });
  }
  for (const title of ['Crier', 'Chief Crier']) {
    await stage.receives(
      ROMEO,
      `<presence from='${DEV}@${HOST}/Ann'><hats xmlns='urn:xmpp:hats:0'><hat uri='xmpp:${HOST}#town%20crier' title='${title}'/></hats></presence>`,
    );
  }
  await stage.receivesNoMore(ROMEO);
});

test('a client gets the past, then the subject, then what was said meanwhile; each once', async () => {
  await using stage = await crowded('full', [member('Ann')]);
  const { session } = stage.network;
  await session.emit(said(DEV, 'Ann', 'one'));
  await session.emit(said(DEV, 'Ann', 'two'));
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.server.received((stanza) => stanza.includes(`to='${PHONE}'`) && stanza.includes('/romeo'));
  await session.emit(said(DEV, 'Ann', 'three'));
  await stage.receives(PHONE, occupant(DEV, 'Ann'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110, 170));
  for (const body of ['one', 'two']) {
    await stage.receives(PHONE, `<message><body>${body}</body><delay xmlns='urn:xmpp:delay'/></message>`);
  }
  await stage.receives(PHONE, SUBJECT);
  await stage.receives(PHONE, `<message><body>three</body></message>`);
  await stage.receivesNoMore(PHONE);
});

test('a client that is kicked while its past is read still learns of it', async () => {
  await using stage = await crowded('full', [member('Ann')]);
  await stage.network.session.emit(said(DEV, 'Ann', 'one'));
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.server.received((stanza) => stanza.includes(`to='${PHONE}'`) && stanza.includes('/romeo'));
  await stage.network.session.emit({ type: 'member', room: DEV as RoomId, change: 'kick', nick: 'romeo', by: 'Ann' });
  await stage.server.received((stanza) => stanza.includes(`to='${PHONE}'`) && stanza.includes(`code='307'`));
  stage.sends(PHONE, groupchat(DEV, 'hm?'));
  await stage.server.received((stanza) => stanza.includes(`to='${PHONE}'`) && stanza.includes('not-acceptable'));
});
