/** Ranks, kicks, bans and other modes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rank } from '#src/network.ts';
import { room, Stage, type StageOptions } from './stage.ts';

const VERONA = room('#verona');

async function moderating(names: string, options: StageOptions = {}) {
  const stage = await Stage.online(options);
  await stage.join('#verona', names);
  const change = (nick: string, wanted: Rank | 'kick' | 'ban', reason?: string) =>
    stage.session.send({
      type: 'moderate',
      room: VERONA,
      nick,
      change: wanted,
      ...(reason !== undefined && { reason }),
    });
  return { stage, change, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

const RANKS = [
  ['juliet', 'member', 'MODE #verona +v juliet'],
  ['juliet', 'owner', 'MODE #verona +q juliet'],
  ['@juliet', 'moderator', 'MODE #verona +h-o juliet juliet'],
  ['@+juliet', 'member', 'MODE #verona -o juliet'],
  ['~@+juliet', 'speaker', 'MODE #verona -qov juliet juliet juliet'],
] as const;
for (const [name, rank, line] of RANKS) {
  test(`from ${name} to ${rank} is ${line}`, async () => {
    await using scene = await moderating(name);
    await scene.change('juliet', rank);
    assert.equal(await scene.stage.peer.next(/^MODE #verona [+-]/), line);
    const event = await scene.stage.ear.next('member');
    assert.equal(event.change === 'in' && event.member.rank, rank);
  });
}

test('a rank that is held already needs no word to the server', async () => {
  await using scene = await moderating('+juliet');
  await scene.change('juliet', 'member');
  assert.ok(!scene.stage.peer.lines.some((line) => /^MODE #verona [+-]/.test(line)));
});

test('more changes than one MODE may carry go in several', async () => {
  await using scene = await moderating('~@%+juliet', { isupport: 'MODES=2' });
  await scene.change('juliet', 'speaker');
  const lines = scene.stage.peer.lines.filter((line) => /^MODE #verona [+-]/.test(line));
  assert.deepEqual(lines, ['MODE #verona -qo juliet juliet', 'MODE #verona -hv juliet juliet']);
});

test('a rank that the server does not have is refused', async () => {
  await using scene = await moderating('juliet', { isupport: 'PREFIX=(ov)@+' });
  await assert.rejects(scene.change('juliet', 'owner'), { why: 'unsupported' });
});

for (const [numeric, why] of [
  ['482 #verona :Not an operator', 'forbidden'],
  ['441 juliet #verona :Not on that channel', 'not-found'],
  ['401 juliet :No such nick', 'not-found'],
  ['472 v :is unknown mode char to me', 'unsupported'],
] as const) {
  test(`a rank answered with ${numeric} is refused as ${why}`, async () => {
    await using scene = await moderating('juliet');
    scene.stage.ircd.replies['MODE'] = (peer, params) => params.length > 1 && peer.numeric(numeric);
    await assert.rejects(scene.change('juliet', 'member'), { why });
  });
}

test('an error about another channel is no answer', async () => {
  await using scene = await moderating('juliet', { timing: { answer: 40 } });
  scene.stage.ircd.replies['KICK'] = (peer) => peer.numeric('482 #mantua :Not an operator');
  await assert.rejects(scene.change('juliet', 'kick'), { why: 'timeout' });
});

test('a kick gives the reason in one line and resolves at its echo', async () => {
  await using scene = await moderating('juliet');
  await scene.change('juliet', 'kick', 'go\nhome');
  assert.equal(await scene.stage.peer.next(/^KICK/), 'KICK #verona juliet :go home');
  assert.equal((await scene.stage.ear.next('member')).change, 'kick');
});

test('a ban is a mask and a kick, and is told as a ban', async () => {
  await using scene = await moderating('tybalt');
  await scene.change('tybalt', 'ban');
  assert.equal(await scene.stage.peer.next(/^MODE #verona \+b/), 'MODE #verona +b tybalt!*@*');
  assert.equal((await scene.stage.ear.next('member')).change, 'ban');
});

test('who is not in the room can get no rank, and no nick can carry a second command', async () => {
  await using scene = await moderating('juliet');
  await assert.rejects(scene.change('paris', 'member'), { why: 'not-found' });
  await assert.rejects(scene.change('juliet\r\nQUIT', 'kick'), { why: 'not-found' });
  await assert.rejects(scene.change('juliet,romeo', 'kick'), { why: 'not-found' });
});

test('ranks given by others are told; other modes are a line in the room', async () => {
  await using scene = await moderating('@prince juliet');
  scene.stage.peer.send(':prince!p@p MODE #verona +ovl-k juliet juliet 20 secret');
  const event = await scene.stage.ear.next('member');
  assert.equal(event.change === 'in' && event.member.rank, 'admin');
  const note = await scene.stage.ear.next('message');
  assert.deepEqual(note.content, { text: 'Mode #verona [+l-k 20 secret] by prince', style: 'notice' });
});
