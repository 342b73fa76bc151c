/** Scenes of what a room is like: its settings as a form, and what service discovery tells (XEP-0045 §6.4, §10). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId, RoomSettings } from '#src/network.ts';
import { member, truth } from '#test/fakes/network.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';
import type { Tree } from '#test/xml-tree.ts';

const DEV = '#dev';
const OWNER = 'http://jabber.org/protocol/muc#owner';
const INFO = 'http://jabber.org/protocol/disco#info';
const MUC = 'http://jabber.org/protocol/muc#user';
const SETTINGS: RoomSettings = { name: 'Developers', password: 'sesame', moderated: true, openTopic: false, limit: 42 };

/** Romeo is in #dev. */
async function inside(settings: RoomSettings | undefined, more: object = {}): Promise<Stage> {
  const stage = await Stage.open();
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  const room = truth(DEV, [member('romeo', { self: true }), member('Ann')], 'Tea');
  await stage.network.session.emit({ ...room, ...(settings && { settings }), ...more } as typeof room);
  await stage.skips(ROMEO);
  return stage;
}

function fieldsOf(form: Tree | undefined): Record<string, string[]> {
  const fields = form?.children.filter(({ name }) => name === 'field') ?? [];
  const valuesOf = (field: Tree) => field.children.filter(({ name }) => name === 'value').map(({ text }) => text);
  return Object.fromEntries(fields.map((field) => [field.attributes['var'] ?? '', valuesOf(field)]));
}

function submit(fields: Readonly<Record<string, string>>, type = 'submit'): string {
  const values = Object.entries({ FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...fields });
  const content = values.map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`).join('');
  const x = `<x xmlns='jabber:x:data' type='${type}'>${content}</x>`;
  return `<iq type='set' to='${DEV}@${HOST}' id='c'><query xmlns='${OWNER}'>${x}</query></iq>`;
}

test('the form has what the network lets one set, as it is now', async () => {
  await using stage = await inside(SETTINGS);
  stage.sends(ROMEO, `<iq type='get' to='${DEV}@${HOST}' id='f'><query xmlns='${OWNER}'/></iq>`);
  const answer = await stage.receives(ROMEO, `<iq type='result' id='f'/>`);
  assert.deepEqual(fieldsOf(answer.children[0]?.children[0]), {
    FORM_TYPE: ['http://jabber.org/protocol/muc#roomconfig'],
    'muc#roomconfig_roomname': ['Developers'],
    'muc#roomconfig_roomdesc': [''],
    'muc#roomconfig_passwordprotectedroom': ['1'],
    'muc#roomconfig_roomsecret': ['sesame'],
    'muc#roomconfig_membersonly': ['0'],
    'muc#roomconfig_moderatedroom': ['1'],
    'muc#roomconfig_changesubject': ['0'],
    'muc#roomconfig_maxusers': ['42'],
    record_history: ['unset'],
    persistent: ['false'],
  });
});

const CHANGES: readonly (readonly [string, Readonly<Record<string, string>>, RoomSettings | undefined])[] = [
  ['nothing', { 'muc#roomconfig_roomname': 'Developers', 'muc#roomconfig_moderatedroom': 'true' }, undefined],
  ['a name', { 'muc#roomconfig_roomname': 'Devs', 'muc#roomconfig_moderatedroom': '1' }, { name: 'Devs' }],
  ['what was not known', { 'muc#roomconfig_membersonly': '1' }, { membersOnly: true }],
  ['what was not known, as it was shown', { 'muc#roomconfig_membersonly': '0' }, undefined],
  ['no password', { 'muc#roomconfig_passwordprotectedroom': '0', 'muc#roomconfig_roomsecret': 'x' }, { password: '' }],
  ['another password', { 'muc#roomconfig_roomsecret': 'open' }, { password: 'open' }],
  ['no limit', { 'muc#roomconfig_maxusers': 'none' }, { limit: 0 }],
  ['nothing of the kind', { 'muc#roomconfig_colour': 'blue' }, undefined],
];
test('only what was changed is asked for', async () => {
  await using stage = await inside(SETTINGS);
  for (const [what, fields, settings] of CHANGES) {
    const before = stage.network.session.actions.length;
    stage.sends(ROMEO, submit(fields));
    await stage.receives(ROMEO, `<iq type='result' id='c'/>`);
    const asked = settings ? [{ type: 'configure', room: DEV as RoomId, settings }] : [];
    assert.deepEqual(stage.network.session.actions.slice(before), asked, what);
  }
  stage.sends(ROMEO, submit({ 'muc#roomconfig_roomname': 'Devs' }, 'cancel'));
  await stage.receives(ROMEO, `<iq type='result' id='c'/>`);
  assert.notDeepEqual(stage.network.session.actions.at(-1), {
    type: 'configure',
    room: DEV,
    settings: { name: 'Devs' },
  });
});

test('a form that can not be is a bad request', async () => {
  await using stage = await inside(SETTINGS);
  for (const fields of [
    { 'muc#roomconfig_maxusers': 'many' },
    { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': '' },
  ]) {
    stage.sends(ROMEO, submit(fields as Record<string, string>));
    await stage.receives(ROMEO, `<iq type='error' id='c'><error type='modify'/></iq>`);
  }
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'configure'),
    false,
  );
});

test('a change of the settings is told by 104, what is learned of them at first is not', async () => {
  await using stage = await inside(undefined);
  const room = DEV as RoomId;
  const { session } = stage.network;
  await session.emit({ type: 'settings', room, settings: SETTINGS });
  await session.emit({ type: 'settings', room, settings: { limit: 42 } });
  await stage.receivesNoMore(ROMEO);
  await session.emit({ type: 'settings', room, settings: { moderated: false } });
  await stage.receives(
    ROMEO,
    `<message type='groupchat' from='${DEV}@${HOST}'><x xmlns='${MUC}'><status code='104'/></x></message>`,
  );
  await session.emit({
    ...truth(DEV, [member('romeo', { self: true }), member('Ann')], 'Tea'),
    private: true,
  } as never);
  await stage.receives(
    ROMEO,
    `<message type='groupchat' from='${DEV}@${HOST}'><x xmlns='${MUC}'><status code='104'/><status code='172'/></x></message>`,
  );
  await stage.receivesNoMore(ROMEO);
});

async function described(stage: Stage, node = ''): Promise<Tree> {
  stage.sends(ROMEO, `<iq type='get' to='${DEV}@${HOST}' id='i'><query xmlns='${INFO}'${node}/></iq>`);
  return (await stage.receives(ROMEO, `<iq type='result' id='i'/>`)).children[0] as Tree;
}

test('service discovery tells what kind of room it is', async () => {
  await using stage = await inside({ ...SETTINGS, description: 'Where it is made', listed: false });
  const query = await described(stage);
  const kinds = query.children
    .map(({ attributes }) => attributes['var'] ?? '')
    .filter((name) => name.startsWith('muc_'));
  assert.deepEqual(kinds.toSorted(), [
    'muc_hidden',
    'muc_moderated',
    'muc_open',
    'muc_passwordprotected',
    'muc_persistent',
    'muc_semianonymous',
  ]);
  assert.deepEqual(query.children.find(({ name }) => name === 'identity')?.attributes, {
    category: 'conference',
    type: 'text',
    name: 'Developers',
  });
  assert.deepEqual(fieldsOf(query.children.find(({ name }) => name === 'x')), {
    FORM_TYPE: ['http://jabber.org/protocol/muc#roominfo'],
    'muc#roominfo_description': ['Where it is made'],
    'muc#roominfo_subject': ['Tea'],
    'muc#roominfo_subjectmod': ['0'],
    'muc#roominfo_occupants': ['2'],
  });
});

test('a private room is for members, who see who they are', async () => {
  await using stage = await inside({}, { private: true });
  const features = (await described(stage)).children.map(({ attributes }) => attributes['var']);
  for (const kind of ['muc_membersonly', 'muc_nonanonymous', 'muc_hidden']) assert.ok(features.includes(kind), kind);
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'Ann'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110, 100));
});

test('the nick in a room is told to who asks for it', async () => {
  await using stage = await inside({});
  const query = await described(stage, ` node='x-roomuser-item'`);
  assert.deepEqual(query.children[0]?.attributes, { category: 'conference', type: 'text', name: 'romeo' });
});
