/** Scenes of invitations both ways (XEP-0045 §7.8, XEP-0249), and of what visitors ask for (§7.13). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '#src/network.ts';
import { HOST, JULIET, ROMEO, Stage } from '#test/stage.ts';
import { ANN, ANN_AT, BARE, DEV, inRoom, lastAction, ROOM } from './talk.ts';

const direct = (room: string) => `<x xmlns='jabber:x:conference' jid='${room}' reason='Tea'/>`;

test('romeo invites ann, by the room and directly', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const invite = `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='${ANN_AT}'/></x>`;
  stage.sends(ROMEO, `<message to='${ROOM}' id='i1'>${invite}</message>`);
  await stage.asked('invite');
  stage.sends(ROMEO, `<message to='${ANN_AT}' id='i2'>${direct(ROOM)}<body>Come!</body></message>`);
  await stage.asked('invite', 2);
  assert.deepEqual(lastAction(stage, 'invite'), { type: 'invite', room: DEV as RoomId, contact: ANN });
  await stage.receivesNoMore(ROMEO);
});

test('romeo invites somebody of XMPP: the room does it in both forms', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  const bare = JULIET.replace(/\/.*/, '');
  const x = (reason: string) => `<x xmlns='http://jabber.org/protocol/muc#user'><invite ${reason}</invite></x>`;
  stage.sends(ROMEO, `<message to='${ROOM}' id='i1'>${x(`to='${bare}'><reason>Tea</reason>`)}</message>`);
  await stage.receives(
    bare,
    `<message from='${ROOM}'>${x(`from='${BARE}'><reason>Tea</reason>`)}${direct(ROOM)}</message>`,
  );
});

test('ann invites romeo in both forms', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  await stage.network.session.emit({ type: 'invite', room: '#tea' as RoomId, from: { contact: ANN }, reason: 'Tea' });
  await stage.receives(
    BARE,
    `<message from='#tea@${HOST}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${ANN_AT}'/></x>${direct(`#tea@${HOST}`)}</message>`,
  );
});

test('nobody can be invited to a room elsewhere, or to one that romeo is not in', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  stage.sends(ROMEO, `<message to='${ANN_AT}' id='i1'>${direct('room@muc.example.org')}</message>`);
  await stage.receives(ROMEO, `<message type='error' id='i1' from='${ANN_AT}'><error type='cancel'/></message>`);
  stage.sends(ROMEO, `<message to='${ANN_AT}' id='i2'>${direct(`#other@${HOST}`)}</message>`);
  await stage.receives(ROMEO, `<message type='error' id='i2'><error type='modify'/></message>`);
});

test('a decline is taken quietly, and to ask for a voice is answered', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  stage.sends(
    ROMEO,
    `<message to='#tea@${HOST}'><x xmlns='http://jabber.org/protocol/muc#user'><decline to='${ANN_AT}'/></x></message>`,
  );
  await stage.receivesNoMore(ROMEO);
  stage.sends(
    ROMEO,
    `<message to='${ROOM}' id='v1'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#request</value></field></x></message>`,
  );
  await stage.receives(ROMEO, `<message type='error' id='v1'><error type='cancel'/></message>`);
});
