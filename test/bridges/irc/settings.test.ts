/** Settings of channels, both ways; lists of bans and of channels. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomSettings } from '#src/network.ts';
import type { Peer } from '#test/fakes/ircd.ts';
import { contact, room, Stage, type StageOptions } from './stage.ts';

const VERONA = room('#verona');
const PLAIN: RoomSettings = {
  password: '',
  membersOnly: false,
  moderated: false,
  listed: true,
  openTopic: true,
  limit: 0,
};

/** Romeo is in #verona, whose modes are those. */
async function inVerona(modes: string, options: StageOptions = {}): Promise<Stage> {
  const stage = await Stage.online({
    ...options,
    prepare: ({ replies }) => {
      const change = replies['MODE'];
      replies['MODE'] = (peer, params) =>
        params.length > 1 ? change?.(peer, params) : peer.numeric(`324 ${params[0]} ${modes}`);
    },
  });
  await stage.join('#verona', 'juliet');
  return stage;
}

test('the modes of a channel are told as settings, and each change of them', async () => {
  await using stage = await inVerona('+ntmikl sesame 30');
  const known = { password: 'sesame', membersOnly: true, moderated: true, listed: true, openTopic: false, limit: 30 };
  assert.deepEqual((await stage.ear.next('settings')).settings, known);
  stage.peer.send(':juliet!j@j MODE #verona +s-mtk+l sesame 40');
  assert.deepEqual((await stage.ear.next('settings')).settings, {
    password: '',
    moderated: false,
    listed: false,
    openTopic: true,
    limit: 40,
  });
  stage.peer.send(':juliet!j@j MODE #verona +v juliet', ':juliet!j@j MODE #verona -s');
  assert.deepEqual((await stage.ear.next('settings')).settings, { listed: true });
});

test('a channel that is entered again tells its settings with the room', async () => {
  await using stage = await inVerona('+i');
  await stage.ear.next('settings');
  const again = await stage.join('#verona');
  assert.deepEqual(again.settings, { ...PLAIN, membersOnly: true });
});

test('a key that is not shown is known to be there, and one we came in with by its name', async () => {
  await using stage = await inVerona('+k *');
  assert.equal((await stage.ear.next('settings')).settings.password, '*');
  stage.peer.send(':juliet!j@j MODE #verona -k *');
  assert.equal((await stage.ear.next('settings')).settings.password, '');
});

const CHANGES: readonly (readonly [string, RoomSettings, readonly string[]])[] = [
  ['+nt', { openTopic: true }, ['MODE #verona -t']],
  ['+n', { membersOnly: true, moderated: true, limit: 12 }, ['MODE #verona +iml 12']],
  ['+mil 5', { membersOnly: false, limit: 0, listed: false }, ['MODE #verona -i+s-l']],
  ['+n', { password: 'sesame' }, ['MODE #verona +k sesame']],
  ['+k old', { password: 'sesame' }, ['MODE #verona -k+k old sesame']],
  ['+k old', { password: '' }, ['MODE #verona -k old']],
  ['+k old', { password: 'old' }, []],
];
for (const [modes, settings, lines] of CHANGES) {
  test(`from ${modes} to ${JSON.stringify(settings)} is ${lines.join(', ') || 'nothing'}`, async () => {
    await using stage = await inVerona(modes);
    await stage.ear.next('settings');
    await stage.session.send({ type: 'configure', room: VERONA, settings });
    assert.deepEqual(
      stage.peer.lines.filter((line) => /^MODE #verona [+-]/.test(line)),
      lines,
    );
  });
}

test('a password of two words, a refusal, and a list that IRC has not are refused', async () => {
  await using stage = await inVerona('+n');
  const set = (settings: RoomSettings) => stage.session.send({ type: 'configure', room: VERONA, settings });
  await assert.rejects(set({ password: 'open sesame' }), { why: 'invalid' });
  stage.ircd.replies['MODE'] = (peer) => peer.numeric('482 #verona :You are no operator');
  await assert.rejects(set({ moderated: true }), { why: 'forbidden' });
  const who = { contact: contact('juliet') };
  await assert.rejects(stage.session.send({ type: 'enlist', room: VERONA, who, as: 'admin' }), { why: 'unsupported' });
});

test('a voice can be given where a channel is moderated, and taken only there', async () => {
  await using stage = await inVerona('+m');
  await stage.ear.next('settings');
  const change = (wanted: 'speaker' | 'listener') =>
    stage.session.send({ type: 'moderate', room: VERONA, nick: 'juliet', change: wanted });
  await change('speaker');
  assert.equal(await stage.peer.next(/^MODE #verona [+-]/), 'MODE #verona +v juliet');
  await change('listener');
  assert.equal(await stage.peer.next(/^MODE #verona [+-]/), 'MODE #verona -v juliet');
  stage.peer.send(':juliet!j@j MODE #verona -m');
  await stage.ear.next('settings');
  await assert.rejects(change('listener'), { why: 'not-allowed' });
});

function bans(...masks: readonly string[]) {
  return (peer: Peer, [name = '', modes = '', ...rest]: readonly string[]): void => {
    if (rest.length > 0) peer.send(`:${peer.prefix} MODE ${name} ${modes} ${rest.join(' ')}`);
    else if (modes === '+b') {
      peer.numeric(...masks.map((mask) => `367 ${name} ${mask} prince!p@p 1700000000`), `368 ${name} :End`);
    } else peer.numeric(`324 ${name} +n`);
  };
}

test('the bans of a channel are listed, and none of another one', async () => {
  await using stage = await inVerona('+n');
  stage.ircd.replies['MODE'] = (peer, params) => {
    if (params[1] === '+b') peer.numeric('367 #mantua *!*@x prince 1', '368 #mantua :End');
    bans('*!*@Bad.example', 'Tybalt!*@*')(peer, params);
  };
  assert.deepEqual(await stage.session.listed?.(VERONA, 'banned'), [
    { rank: 'banned', mask: '*!*@Bad.example', reason: 'Banned by prince' },
    { rank: 'banned', mask: 'Tybalt!*@*', nick: 'Tybalt', contact: contact('tybalt'), reason: 'Banned by prince' },
  ]);
  assert.deepEqual(await stage.session.listed?.(VERONA, 'owner'), []);
});

test('a ban is lifted as the list spells it, and who is absent can be banned', async () => {
  await using stage = await inVerona('+n');
  stage.ircd.replies['MODE'] = bans('*!*@Bad.example', 'Tybalt!*@*');
  const enlist = (who: { mask: string } | { contact: ReturnType<typeof contact> }, as: 'banned' | 'none') =>
    stage.session.send({ type: 'enlist', room: VERONA, who, as });
  await enlist({ mask: '*!*@bad.example' }, 'none');
  assert.equal(await stage.peer.next(/^MODE #verona -b/), 'MODE #verona -b *!*@Bad.example');
  await enlist({ contact: contact('tybalt') }, 'none');
  assert.equal(await stage.peer.next(/^MODE #verona -b/), 'MODE #verona -b Tybalt!*@*');
  await enlist({ contact: contact('paris') }, 'banned');
  assert.equal(await stage.peer.next(/^MODE #verona \+b ./), 'MODE #verona +b paris!*@*');
  await assert.rejects(enlist({ mask: '*!*@good.example' }, 'none'), { why: 'not-found' });
  await assert.rejects(enlist({ mask: 'two words' }, 'banned'), { why: 'invalid' });
});

test('a password that was given for nothing is none of the channel', async () => {
  await using stage = await inVerona('+n');
  await stage.ear.next('settings');
  await stage.session.send({ type: 'join', room: room('#mantua'), nick: 'romeo', password: 'sesame' });
  const { room: place, settings } = await stage.ear.next('settings');
  assert.deepEqual([place, settings.password], [room('#mantua'), '']);
});

test('two who ask for the bans of a channel at once both get them, each once', async () => {
  await using stage = await inVerona('+n');
  const list = (n: number) => [`367 #verona *!*@${n} prince 1`, '368 #verona :End'];
  let asked = 0;
  stage.ircd.replies['MODE'] = (peer, params) => {
    if (params[1] === '+b') asked += 1;
    // Both answers come in one piece.
    if (params[1] === '+b' && asked === 2) peer.numeric(...list(1), ...list(2));
  };
  const masks = async () => (await stage.session.listed?.(VERONA, 'banned'))?.map(({ mask }) => mask);
  assert.deepEqual(await Promise.all([masks(), masks()]), [['*!*@1'], ['*!*@2']]);
});

test('the channels of a server are listed without its formatting, and not shown as words of the server', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['LIST'] = (peer) =>
    peer.numeric(
      '321 Channel :Users  Name',
      '322 #Verona 12 :[+nt] \x02Fair\x02 city',
      '322 * 3 :',
      '322 #mantua many :',
      '323 :End of /LIST',
    );
  assert.deepEqual(await stage.session.rooms?.(), [
    { room: room('#verona'), name: '#Verona', members: 12, topic: 'Fair city' },
    { room: room('#mantua'), name: '#mantua' },
  ]);
  assert.deepEqual(
    stage.ear.events.filter((event) => event.type === 'notice' && event.text.includes('12')),
    [],
  );
});

test('50,000 channels are read in one go', async (t) => {
  await using stage = await Stage.online();
  const lines = Array.from({ length: 50_000 }, (_, n) => `322 #room${n} ${n} :Topic number ${n}`);
  stage.ircd.replies['LIST'] = (peer) => peer.numeric(...lines, '323 :End');
  const startedAt = performance.now();
  assert.equal((await stage.session.rooms?.())?.length, 50_000);
  t.diagnostic(`50,000 channels in ${Math.round(performance.now() - startedAt)} ms`);
});

test('a server that gives no list now, or never answers, is a refusal', async () => {
  await using stage = await Stage.online({ timing: { list: 50 } });
  const rooms = async () => stage.session.rooms?.();
  stage.ircd.replies['LIST'] = (peer) => peer.numeric('263 LIST :Wait a while.');
  await assert.rejects(rooms, { why: 'too-fast' });
  stage.ircd.replies['LIST'] = (peer) => {
    peer.send(
      ':fake.test NOTICE romeo :*** You cannot list within the first 60 seconds of connecting. Please try again later.',
    );
    peer.numeric('323 :End');
  };
  await assert.rejects(rooms, { why: 'too-fast' });
  stage.ircd.replies['LIST'] = (peer) => peer.numeric('323 :End');
  assert.deepEqual(await rooms(), []);
  stage.ircd.replies['LIST'] = () => undefined;
  await assert.rejects(rooms, { why: 'timeout' });
});
