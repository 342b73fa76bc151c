/** A room's truth and its differences. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContactId, Member, Rank, RoomId } from '#src/network.ts';
import { type Change, Room } from '#src/rooms.ts';

const ID = '#dev%irc.example' as RoomId;

function member(nick: string, rank: Rank = 'speaker', self = false): Member {
  return { nick, rank, contact: `${nick.toLowerCase()}%irc.example` as ContactId, ...(self && { self }) };
}
function truth(members: readonly Member[], text = '') {
  return { type: 'room', room: ID, topic: { text }, members } as const;
}

test('the first truth shows everybody and the topic', () => {
  const room = new Room(ID);
  const changes = room.replace(truth([member('me', 'speaker', true), member('Ann', 'admin')], 'Hello'));
  assert.deepEqual(
    changes.map((change) => change.type),
    ['in', 'in', 'topic'],
  );
  assert.equal(room.nick, 'me');
  assert.equal(room.state, 'in');
});

test('the same truth again shows nothing', () => {
  const room = new Room(ID);
  room.replace(truth([member('me', 'speaker', true), member('Ann')], 'Hello'));
  assert.deepEqual(room.replace(truth([member('me', 'speaker', true), member('Ann')], 'Hello')), []);
});

test('a truth after an outage shows who left, who came and whose rank changed, and no more', () => {
  const room = new Room(ID);
  room.replace(truth([member('me', 'speaker', true), member('Ann'), member('Bob'), member('Cyd')]));
  const changes = room.replace(
    truth([member('me', 'speaker', true), member('Ann', 'admin'), member('Dan'), member('Cyd')]),
  );
  assert.deepEqual(changes, [
    { type: 'out', how: 'out', member: member('Bob') },
    { type: 'in', member: member('Ann', 'admin') },
    { type: 'in', member: member('Dan') },
  ]);
});

test('a new own nick after an outage is one rename', () => {
  const room = new Room(ID);
  room.replace(truth([member('me', 'speaker', true), member('Ann')]));
  const changes = room.replace(truth([member('me_', 'speaker', true), member('Ann')]));
  assert.deepEqual(changes, [
    { type: 'renamed', was: member('me', 'speaker', true), member: member('me_', 'speaker', true) },
  ]);
  assert.equal(room.nick, 'me_');
});

test('a rename of a member nobody knows is an entry, and a leave of one is nothing', () => {
  const room = new Room(ID);
  room.replace(truth([member('me', 'speaker', true)]));
  assert.deepEqual(room.apply({ type: 'member', room: ID, change: 'in', member: member('Eve'), was: 'Nobody' }), [
    { type: 'in', member: member('Eve') },
  ]);
  assert.deepEqual(room.apply({ type: 'member', room: ID, change: 'out', nick: 'Nobody' }), []);
});

test('a member is found by its contact through renames', () => {
  const room = new Room(ID);
  room.replace(truth([member('me', 'speaker', true), member('Ann')]));
  room.apply({ type: 'member', room: ID, change: 'in', member: member('Anna'), was: 'Ann' });
  assert.equal(room.find('anna%irc.example' as ContactId)?.nick, 'Anna');
  assert.equal(room.find('ann%irc.example' as ContactId), undefined);
});

/** What someone who was shown only changes believes. */
function show(seen: Map<string, Member>, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.type === 'out') seen.delete(change.member.nick);
    if (change.type === 'renamed') seen.delete(change.was.nick);
    if (change.type === 'in' || change.type === 'renamed') seen.set(change.member.nick, change.member);
  }
}

test('whatever happens, who is shown the changes knows the truth', () => {
  const nick = fc.constantFrom('Ann', 'Bob', 'Cyd', 'Dan');
  const rank = fc.constantFrom<Rank>('owner', 'speaker', 'member');
  const event = fc.oneof(
    fc.tuple(fc.constant('in' as const), nick, rank),
    fc.tuple(fc.constant('rename' as const), nick, nick),
    fc.tuple(fc.constant('out' as const), nick, rank),
    fc.tuple(fc.constant('truth' as const), fc.uniqueArray(nick), rank),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const room = new Room(ID);
      const seen = new Map<string, Member>();
      const me = member('me', 'speaker', true);
      show(seen, room.replace(truth([me])));
      for (const [what, who, how] of events) {
        if (what === 'truth') show(seen, room.replace(truth([me, ...who.map((name) => member(name, how))])));
        else if (what === 'in')
          show(seen, room.apply({ type: 'member', room: ID, change: 'in', member: member(who, how) }));
        else if (what === 'out') show(seen, room.apply({ type: 'member', room: ID, change: 'out', nick: who }));
        else show(seen, room.apply({ type: 'member', room: ID, change: 'in', member: member(how), was: who }));
      }
      assert.deepEqual(new Map([...seen].sort()), new Map([...room.members].sort()));
    }),
  );
});
