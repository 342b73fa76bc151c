/** Scenes of power in rooms: lists, bans, ranks (XEP-0045 §8–10). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContactId, Refusal, type RoomId, type UserAction } from '#src/network.ts';
import { member, truth } from '#test/fakes/network.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const DEV = '#dev';
const ADMIN = 'http://jabber.org/protocol/muc#admin';
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

/** Romeo leads #dev, in which there are Ann, who has a voice, and Bob. */
async function leading(): Promise<Stage> {
  const stage = await Stage.open();
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  const members = [member('romeo', { self: true, rank: 'admin' }), member('Ann', { rank: 'member' }), member('Bob')];
  await stage.network.session.emit(truth(DEV, members));
  await stage.skips(ROMEO);
  return stage;
}

function query(type: 'get' | 'set', ...items: readonly string[]): string {
  return `<iq type='${type}' to='${DEV}@${HOST}' id='q'><query xmlns='${ADMIN}'>${items.join('')}</query></iq>`;
}

/** The items of a list as lines. */
async function listOf(stage: Stage, wanted: string): Promise<string[]> {
  stage.sends(ROMEO, query('get', `<item ${wanted}/>`));
  const answer = await stage.receives(ROMEO, `<iq type='result' id='q'><query xmlns='${ADMIN}'/></iq>`);
  return (answer.children[0]?.children ?? []).map(
    ({ attributes: { affiliation, role = '-', nick = '-', jid }, children }) =>
      [affiliation, role, nick, jid, ...children.map(({ text }) => text)].join(' '),
  );
}

async function changed(stage: Stage, ...items: readonly string[]): Promise<UserAction[]> {
  const before = stage.network.session.actions.length;
  stage.sends(ROMEO, query('set', ...items));
  await stage.receives(ROMEO, `<iq type='result' id='q'/>`);
  return stage.network.session.actions.slice(before);
}

test('a list holds who is present and who the network keeps on it, each once', async () => {
  await using stage = await leading();
  stage.network.lists.push(
    { rank: 'member', contact: 'ann' as ContactId, nick: 'Ann' },
    { rank: 'member', contact: 'cyd' as ContactId },
    { rank: 'moderator', contact: 'dan' as ContactId, nick: 'Dan', reason: 'helps' },
    { rank: 'banned', mask: '*!*@Bad.example', reason: 'spam' },
    { rank: 'banned', contact: 'eve' as ContactId, nick: 'Eve' },
    { rank: 'banned', mask: `no\u{fffd}address` },
  );
  assert.deepEqual(await listOf(stage, `affiliation='member'`), [
    `member participant Ann ann@${HOST}`,
    `member - - cyd@${HOST}`,
    `member - Dan dan@${HOST} helps`,
  ]);
  assert.deepEqual(await listOf(stage, `affiliation='outcast'`), [
    `outcast - - *!*\\40bad.example@${HOST} spam`,
    `outcast - Eve eve@${HOST}`,
    `outcast - -  no\u{fffd}address`,
  ]);
  assert.deepEqual(await listOf(stage, `role='moderator'`), [`admin moderator romeo romeo@${HOST}`]);
  assert.deepEqual(await listOf(stage, `affiliation='none'`), [`none participant Bob bob@${HOST}`]);
});

test('a list that does not exist is a bad request, and one of a room that one is not in not acceptable', async () => {
  await using stage = await leading();
  for (const item of [`<item/>`, `<item affiliation='friend'/>`, `<item role='clown'/>`, '']) {
    stage.sends(ROMEO, query('get', item));
    await stage.receives(ROMEO, `<iq type='error' id='q'><error><bad-request xmlns='${STANZAS}'/></error></iq>`);
  }
  stage.sends(ROMEO, query('get', `<item role='visitor'/>`).replace(DEV, '#other'));
  await stage.receives(ROMEO, `<iq type='error' id='q'><error><not-acceptable xmlns='${STANZAS}'/></error></iq>`);
});

test('whoever is present is moderated, whoever is not goes on a list, by the address that the list showed', async () => {
  await using stage = await leading();
  const room = DEV as RoomId;
  const actions = await changed(
    stage,
    `<item affiliation='outcast' jid='bob@${HOST}'><reason>rude</reason></item>`,
    `<item affiliation='outcast' jid='eve@${HOST}'/>`,
    `<item affiliation='none' jid='*!*\\40bad.example@${HOST}'/>`,
    `<item affiliation='member' nick='Bob'/>`,
    `<item role='participant' nick='Ann'/>`,
    `<item role='visitor' nick='Bob'/>`,
  );
  assert.deepEqual(actions, [
    { type: 'moderate', room, nick: 'Bob', change: 'ban', reason: 'rude' },
    { type: 'enlist', room, who: { contact: 'eve' }, as: 'banned' },
    { type: 'enlist', room, who: { mask: '*!*@bad.example' }, as: 'none' },
    { type: 'moderate', room, nick: 'Bob', change: 'member' },
    { type: 'moderate', room, nick: 'Ann', change: 'member' },
    { type: 'moderate', room, nick: 'Bob', change: 'listener' },
  ]);
});

test('a change that makes no sense is refused before any is made', async () => {
  await using stage = await leading();
  const good = `<item role='none' nick='Bob'/>`;
  const table = [
    [`<item nick='Ann'/>`, 'bad-request'],
    [`<item nick='Ann' role='none' affiliation='none'/>`, 'bad-request'],
    [`<item nick='Ann' affiliation='friend'/>`, 'bad-request'],
    [`<item affiliation='outcast'/>`, 'bad-request'],
    [`<item jid='eve@${HOST}' role='visitor'/>`, 'item-not-found'],
    [`<item jid='juliet@example.net' affiliation='outcast'/>`, 'item-not-found'],
    [`<item jid='#other@${HOST}' affiliation='outcast'/>`, 'item-not-found'],
  ] as const;
  for (const [item, condition] of table) {
    stage.sends(ROMEO, query('set', good, item));
    await stage.receives(ROMEO, `<iq type='error' id='q'><error><${condition} xmlns='${STANZAS}'/></error></iq>`);
  }
  assert.deepEqual(
    stage.network.session.actions.filter(({ type }) => type === 'moderate'),
    [],
  );
});

test('the refusal of the network is the answer', async () => {
  await using stage = await leading();
  stage.network.refuse = { enlist: new Refusal('forbidden', 'You are no operator.') };
  stage.sends(ROMEO, query('set', `<item affiliation='outcast' jid='eve@${HOST}'/>`));
  await stage.receives(
    ROMEO,
    `<iq type='error' id='q'><error type='auth'><forbidden xmlns='${STANZAS}'/></error></iq>`,
  );
});
