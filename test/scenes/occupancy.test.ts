/** Scenes in rooms: entering, leaving, nicks, kicks, several clients, and what each is shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContactId, Refusal, type RoomId } from '#src/network.ts';
import { member, said, truth } from '#test/fakes/network.ts';
import { groupchat, HOST, JULIET, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const DEV = '#dev';
const PHONE = 'romeo@example.net/phone';
const MUC = 'http://jabber.org/protocol/muc#user';

/** Romeo is in #dev, and has seen so. */
async function inRoom(stage: Stage): Promise<void> {
  stage.sends(ROMEO, join(DEV, 'romeo'));
  await stage.receives(ROMEO, occupant(DEV, 'romeo', 110));
  await stage.receives(ROMEO, `<message type='groupchat' from='${DEV}@${HOST}'><subject/></message>`);
}

test('romeo joins: others first, then himself with 110, then the subject', async () => {
  await using stage = await Stage.open();
  stage.network.refuse = { join: new Refusal('network', 'not this way') };
  stage.sends('warm@example.net/up', join('#other', 'warm'));
  await stage.receives('warm@example.net/up', `<presence type='error' from='#other@${HOST}/warm' id='join'/>`);
  stage.network.refuse = {};
  await inRoom(stage);
  await stage.network.session.emit(
    truth(DEV, [member('romeo', { self: true }), member('Ann', { rank: 'admin', origin: '~ann@host' })], 'Hi'),
  );
  await stage.receives(
    ROMEO,
    `<presence from='${DEV}@${HOST}/Ann'><x xmlns='${MUC}'><item affiliation='admin' role='moderator' jid='ann@${HOST}/~ann@host'/></x></presence>`,
  );
  await stage.receives(ROMEO, `<message from='${DEV}@${HOST}' type='groupchat'><subject>Hi</subject></message>`);
  await stage.receivesNoMore(ROMEO);
});

test('the nick the network gave instead of the one asked for comes with 210', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.sends(PHONE, join(DEV, 'other'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110, 210));
});

test('a second client of romeo is shown the room without the network being asked again', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  await stage.network.session.emit(truth(DEV, [member('romeo', { self: true }), member('Ann')], 'Hi'));
  await stage.skips(ROMEO);
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.receives(PHONE, occupant(DEV, 'Ann'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110));
  await stage.receives(PHONE, `<message type='groupchat' from='${DEV}@${HOST}'><subject>Hi</subject></message>`);
  await stage.receivesNoMore(ROMEO);
  assert.equal(stage.network.session.actions.filter(({ type }) => type === 'join').length, 1);
});

test('a client that joins again is shown everything again', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  await inRoom(stage);
});

test('the first of two clients leaves quietly, the last one takes the account out', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.sends(PHONE, join(DEV, 'romeo'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110));
  await stage.receives(PHONE, `<message type='groupchat' from='${DEV}@${HOST}'><subject/></message>`);
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/romeo'><x xmlns='${MUC}'><status code='110'/></x></presence>`,
  );
  await stage.receivesNoMore(PHONE);
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'leave'),
    false,
  );
  stage.sends(PHONE, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'><status>bye</status></presence>`);
  await stage.asked('leave');
  const leaves = stage.network.session.actions.filter(({ type }) => type === 'leave');
  assert.deepEqual(leaves, [{ type: 'leave', room: DEV as RoomId, reason: 'bye' }]);
});

test('leaving a room that one is not in is answered by nothing', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.receivesNoMore(ROMEO);
});

test('each refusal of a join is a presence error with its condition and a sentence', async () => {
  await using stage = await Stage.open();
  const table = [
    ['password', 'auth', 'not-authorized'],
    ['banned', 'auth', 'forbidden'],
    ['members-only', 'auth', 'registration-required'],
    ['full', 'wait', 'service-unavailable'],
    ['nick-taken', 'cancel', 'conflict'],
    ['not-found', 'cancel', 'item-not-found'],
  ] as const;
  for (const [why, type, condition] of table) {
    stage.network.refuse = { join: new Refusal(why, `Because of ${why}.`) };
    stage.sends(ROMEO, join(DEV, 'romeo'));
    await stage.receives(
      ROMEO,
      `<presence type='error' from='${DEV}@${HOST}/romeo' id='join'><x xmlns='http://jabber.org/protocol/muc'/><error type='${type}'>
        <${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
        <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Because of ${why}.</text></error></presence>`,
    );
  }
  await stage.receivesNoMore(ROMEO);
});

test('a join without a nick is an address that lacks something', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, join(DEV, '').replace("/'", "'"));
  await stage.receives(
    ROMEO,
    `<presence type='error' from='${DEV}@${HOST}' id='join'><x xmlns='http://jabber.org/protocol/muc'/>
      <error type='modify'><jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
  );
});

test('a server that can not be reached is a presence error at once, with the reason', async () => {
  await using stage = await Stage.open();
  stage.network.unreachable = new Error('connection refused');
  stage.sends(ROMEO, join(DEV, 'romeo'));
  const error = await stage.receives(ROMEO, `<presence type='error' from='${DEV}@${HOST}/romeo' id='join'/>`);
  assert.match(JSON.stringify(error), /connection refused/);
});

test('ann enters, is voiced, changes her nick, and leaves: each is shown once', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const { session } = stage.network;
  const room = DEV as RoomId;
  await session.emit({ type: 'member', room, change: 'in', member: member('Ann') });
  await session.emit({ type: 'member', room, change: 'in', member: member('Ann', { rank: 'member' }) });
  await session.emit({ type: 'member', room, change: 'in', member: member('Anna', { rank: 'member' }), was: 'Ann' });
  await session.emit({ type: 'member', room, change: 'out', nick: 'Anna', reason: 'Quit: tea' });
  await stage.receives(
    ROMEO,
    `<presence from='${DEV}@${HOST}/Ann'><x xmlns='${MUC}'><item affiliation='none' role='participant'/></x></presence>`,
  );
  await stage.receives(
    ROMEO,
    `<presence from='${DEV}@${HOST}/Ann'><x xmlns='${MUC}'><item affiliation='member' role='participant'/></x></presence>`,
  );
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/Ann'><x xmlns='${MUC}'><item nick='Anna'/><status code='303'/></x></presence>`,
  );
  await stage.receives(ROMEO, occupant(DEV, 'Anna'));
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/Anna'><status>Quit: tea</status><x xmlns='${MUC}'/></presence>`,
  );
  await stage.receivesNoMore(ROMEO);
});

test('romeo changes his nick: 303 and 110, and a taken nick is a conflict', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/Montague' id='n1'/>`);
  await stage.asked('nick');
  await stage.network.session.emit({
    type: 'member',
    room: DEV as RoomId,
    change: 'in',
    member: member('Montague', { self: true }),
    was: 'romeo',
  });
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/romeo'><x xmlns='${MUC}'><item nick='Montague'/><status code='303'/><status code='110'/></x></presence>`,
  );
  await stage.receives(ROMEO, occupant(DEV, 'Montague', 110));
  stage.network.refuse = { nick: new Refusal('nick-taken', 'Ann is taken.') };
  stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/Ann' id='n2'/>`);
  await stage.receives(
    ROMEO,
    `<presence type='error' id='n2' from='${DEV}@${HOST}/Ann'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
  );
});

test('a nick changed and changed back is asked for each time', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const renamed = (nick: string, was: string) =>
    stage.network.session.emit({
      type: 'member',
      room: DEV as RoomId,
      change: 'in',
      member: member(nick, { self: true }),
      was,
    });
  stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/Montague'/>`);
  await stage.asked('nick');
  await renamed('Montague', 'romeo');
  stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/romeo'/>`);
  await stage.asked('nick', 2);
});

test('a client that overlooked the nick it was given may tell its availability in peace', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.sends(PHONE, join(DEV, 'other'));
  await stage.receives(PHONE, occupant(DEV, 'romeo', 110, 210));
  await stage.skips(PHONE);
  stage.network.refuse = { nick: new Refusal('nick-taken', 'It is taken.') };
  stage.sends(PHONE, `<presence to='${DEV}@${HOST}/other'><show>away</show></presence>`);
  await stage.asked('nick');
  await stage.receivesNoMore(PHONE);
});

test('a leave gets through however much waits to be said', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const gate = Promise.withResolvers<void>();
  stage.network.session.gate = gate.promise;
  for (let n = 0; n < 70; n += 1) stage.sends(ROMEO, groupchat(DEV, 'again', `m${n}`));
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.settled();
  gate.resolve();
  await stage.asked('leave');
});

test('an invitation goes to a contact over the network, to anybody else from the room, and never into the void', async () => {
  await using stage = await Stage.open();
  const invite = (to: string, id: string) =>
    `<message to='${DEV}@${HOST}' id='${id}'><x xmlns='${MUC}'><invite to='${to}'><reason>tea</reason></invite></x></message>`;
  stage.sends(ROMEO, invite(`ann@${HOST}`, 'i0'));
  await stage.receives(ROMEO, `<message type='error' id='i0'><error type='modify'/></message>`);
  await inRoom(stage);
  stage.sends(ROMEO, invite(`ann@${HOST}`, 'i1'));
  await stage.asked('invite');
  assert.deepEqual(stage.network.session.actions.at(-1), {
    type: 'invite',
    room: DEV as RoomId,
    contact: 'ann' as ContactId,
  });
  stage.sends(ROMEO, invite('juliet@example.net', 'i2'));
  await stage.receives(
    'juliet@example.net',
    `<message from='${DEV}@${HOST}'><x xmlns='${MUC}'><invite from='romeo@example.net'><reason>tea</reason></invite></x></message>`,
  );
  stage.network.refuse = { invite: new Refusal('forbidden', 'You are no operator.') };
  stage.sends(ROMEO, invite(`ann@${HOST}`, 'i3'));
  await stage.receives(ROMEO, `<message type='error' id='i3'><error type='auth'/></message>`);
});

test('a change of availability in a room is no change of nick', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.sends(ROMEO, `<presence to='${DEV}@${HOST}/romeo'><show>away</show><status>tea</status></presence>`);
  await stage.asked('presence');
  assert.deepEqual(stage.network.session.actions.at(-1), {
    type: 'presence',
    presence: { show: 'away', status: 'tea' },
  });
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'nick'),
    false,
  );
});

test('a kick shows 307 with actor and reason, and the kicked one may come back', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  await stage.network.session.emit({
    type: 'member',
    room: DEV as RoomId,
    change: 'kick',
    nick: 'romeo',
    by: 'Ann',
    reason: 'behave',
  });
  await stage.receives(
    ROMEO,
    `<presence type='unavailable' from='${DEV}@${HOST}/romeo'><x xmlns='${MUC}'><item role='none'><actor nick='Ann'/><reason>behave</reason></item><status code='110'/><status code='307'/></x></presence>`,
  );
  stage.sends(ROMEO, groupchat(DEV, 'hello?'));
  await stage.receives(
    ROMEO,
    `<message type='error' id='m1' from='${DEV}@${HOST}'><error><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  await inRoom(stage);
});

test('romeo kicks through muc#admin, and a refusal of the network is the answer', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  const nonsense = `<iq type='set' to='${DEV}@${HOST}' id='k0'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='Ann' role='constructor'/></query></iq>`;
  stage.sends(ROMEO, nonsense);
  await stage.receives(ROMEO, `<iq type='error' id='k0'><error type='modify'/></iq>`);
  const kick = `<iq type='set' to='${DEV}@${HOST}' id='k1'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='Ann' role='none'><reason>so</reason></item></query></iq>`;
  stage.sends(ROMEO, kick);
  await stage.receives(ROMEO, `<iq type='result' id='k1' from='${DEV}@${HOST}'/>`);
  assert.deepEqual(stage.network.session.actions.at(-1), {
    type: 'moderate',
    room: DEV as RoomId,
    nick: 'Ann',
    change: 'kick',
    reason: 'so',
  });
  stage.network.refuse = { moderate: new Refusal('forbidden', 'You are no operator.') };
  stage.sends(ROMEO, kick);
  await stage.receives(
    ROMEO,
    `<iq type='error' id='k1'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );
});

test('the lists clients ask for at join hold who has that affiliation', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  await stage.network.session.emit(truth(DEV, [member('romeo', { self: true }), member('Ann', { rank: 'owner' })]));
  await stage.skips(ROMEO);
  stage.sends(
    ROMEO,
    `<iq type='get' to='${DEV}@${HOST}' id='l1'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='owner'/></query></iq>`,
  );
  const list = await stage.receives(ROMEO, `<iq type='result' id='l1'/>`);
  assert.deepEqual(
    list.children[0]?.children.map(({ attributes }) => attributes['nick']),
    ['Ann'],
  );
});

test('a self-ping is answered in the room, and with not-acceptable outside it', async () => {
  await using stage = await Stage.open();
  const ping = `<iq type='get' to='${DEV}@${HOST}/romeo' id='p1'><ping xmlns='urn:xmpp:ping'/></iq>`;
  stage.sends(ROMEO, ping);
  await stage.receives(
    ROMEO,
    `<iq type='error' id='p1'><error><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );
  await inRoom(stage);
  stage.sends(ROMEO, ping);
  await stage.receives(ROMEO, `<iq type='result' id='p1' from='${DEV}@${HOST}/romeo'/>`);
});

test('nothing of a room reaches whose account is not in it', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  await stage.network.session.emit(said('#secret', 'Ann', 'psst'));
  await stage.network.session.emit(truth('#secret', [member('Ann')]));
  stage.sends(JULIET, groupchat(DEV, 'let me in'));
  await stage.receives(
    JULIET,
    `<message type='error' id='m1'><error><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  await stage.network.sessions[0]?.emit(said(DEV, 'Ann', 'hello'));
  await stage.receives(ROMEO, `<message type='groupchat' from='${DEV}@${HOST}/Ann'><body>hello</body></message>`);
  await stage.receivesNoMore(ROMEO);
  await stage.receivesNoMore(JULIET);
});

test('a client whose server answers that it is gone is taken out of the room', async () => {
  await using stage = await Stage.open();
  await inRoom(stage);
  stage.sends(
    ROMEO,
    `<message type='error' to='${DEV}@${HOST}/Ann'><error type='cancel'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  await stage.asked('leave');
});

test('leaving while the join is under way leaves nothing behind', async () => {
  await using stage = await Stage.open();
  stage.sends('warm@example.net/up', join('#other', 'warm'));
  await stage.asked('join');
  stage.sends(ROMEO, join(DEV, 'romeo'));
  stage.sends(ROMEO, `<presence type='unavailable' to='${DEV}@${HOST}/romeo'/>`);
  await stage.asked('leave');
  stage.sends(ROMEO, groupchat(DEV, 'am I in?'));
  await stage.settled();
  await stage.network.session.emit(said(DEV, 'Ann', 'gone'));
  const to = stage.server.stanzas.filter((stanza) => stanza.includes(`to='${ROMEO}'`));
  assert.equal(
    to.some((stanza) => stanza.includes('gone')),
    false,
  );
});
