/** Who somebody is: WHOIS as a profile. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Peer } from '#test/fakes/ircd.ts';
import { contact, Stage } from './stage.ts';

const SIGNED_ON = Date.UTC(2026, 0, 2, 3, 4) / 1000;

function answers(peer: Peer): void {
  peer.numeric(
    '311 Juliet ~j balcony.test * :Juliet \x02Capulet\x02',
    '378 Juliet :is connecting from *@192.0.2.7 192.0.2.7',
    '312 Juliet verona.test :Fair Verona',
    '313 Juliet :is a Network Service',
    `317 Juliet 60 ${SIGNED_ON} :seconds idle, signon time`,
    '319 Juliet :#verona @#balcony',
    '330 Juliet jcapulet :is logged in as',
    '335 Juliet :is a Bot on TestNet',
    '671 Juliet :is using a secure connection',
    '275 Juliet :is using a secure connection',
    '310 Juliet :is available for help.',
    '569 Juliet 64500 :is connecting from AS64500',
    '276 Juliet :has client certificate fingerprint 00ff',
    '301 Juliet :asleep',
    '318 Juliet :End of /WHOIS list.',
  );
}

const look = (stage: Stage, nick = 'juliet') => {
  assert.ok(stage.session.profile);
  return stage.session.profile(contact(nick));
};

test('WHOIS is a profile of the real name and a note in plain lines, without addresses', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = answers;
  const { name, note = '' } = await look(stage);
  assert.equal(await stage.peer.next(/^WHOIS/), 'WHOIS juliet juliet');
  assert.equal(name, 'Juliet Capulet');
  assert.match(note, /^Idle since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/m);
  assert.deepEqual(
    note.split('\n').filter((line) => !line.startsWith('Idle')),
    [
      'Comes from ~j@balcony.test.',
      'Uses the server verona.test (Fair Verona).',
      'Is a Network Service.',
      'Connected since 2026-01-02 03:04 UTC.',
      'In the channels #verona, @#balcony.',
      'Logged in as jcapulet.',
      'Is a bot.',
      'Is connected by TLS.',
      'Away: asleep',
    ],
  );
  await stage.say('#nowhere', 'x').catch(() => undefined);
  const told = stage.ear.events.filter(({ type }) => type === 'notice');
  assert.deepEqual(told, [], 'nothing of it is told to the user');
});

test('who is not there is not found, and is looked for again next time', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = (peer) => peer.numeric('401 juliet :No such nick', '318 juliet :End of /WHOIS list.');
  await assert.rejects(look(stage), { why: 'not-found', message: 'juliet is not on this server now.' });
  stage.ircd.replies['WHOIS'] = (peer) => peer.numeric('402 juliet :No such server');
  await assert.rejects(look(stage), { why: 'not-found' });
  stage.ircd.replies['WHOIS'] = answers;
  assert.equal((await look(stage)).name, 'Juliet Capulet');
  assert.deepEqual(
    stage.ear.events.filter(({ type }) => type === 'notice'),
    [],
  );
});

test('a server that does not answer now is not waited for', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = (peer) => peer.numeric('263 WHOIS :Rate-limited.', '318 juliet :End of /WHOIS list.');
  await assert.rejects(look(stage), { why: 'too-fast' });
  stage.ircd.replies['WHOIS'] = answers;
  assert.equal((await look(stage)).name, 'Juliet Capulet');
});

test('one WHOIS at a time, each person once a minute, and no more than a few wait', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = () => undefined;
  const nicks = ['juliet', 'paris', 'juliet'];
  const looks = nicks.map((nick) => look(stage, nick));
  await stage.peer.next(/^WHOIS juliet/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('WHOIS')).length, 1);
  const more = Array.from({ length: 8 }, (_, at) => look(stage, `citizen${at}`));
  await assert.rejects(more.at(-1) ?? Promise.resolve(), { why: 'too-fast' });
  stage.ircd.replies['WHOIS'] = (peer, [nick]) =>
    peer.numeric(`311 ${nick} u h * :${nick} of Verona`, `318 ${nick} :End`);
  stage.peer.numeric('311 juliet j h * :Juliet', '318 juliet :End');
  const found = await Promise.all(looks);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['Juliet', 'paris of Verona', 'Juliet'],
  );
  await Promise.allSettled(more);
  assert.equal(stage.peer.lines.filter((line) => line === 'WHOIS juliet juliet').length, 1);
});

test('lines about somebody else are no answer, and too many are cut', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = (peer) => {
    peer.numeric('311 tybalt t h * :Tybalt', '311 juliet j h * :Juliet', '318 tybalt :End');
    for (let line = 0; line < 300; line += 1) peer.numeric(`319 juliet :${'#channel '.repeat(60)}`);
    peer.numeric('318 juliet :End');
  };
  const { name, note = '' } = await look(stage);
  assert.equal(name, 'Juliet');
  assert.ok(note.length <= 3_000);
});

test('SETNAME corrects what was shown of somebody, and is silent of the others', async () => {
  await using stage = await Stage.online({ caps: 'setname' });
  await stage.join('#verona', 'juliet paris');
  stage.ircd.replies['WHOIS'] = answers;
  const { note } = await look(stage);
  stage.peer.send(':paris!p@p SETNAME :County Paris', ':Juliet!j@balcony SETNAME :Juliet \x02Montague');
  const told = await stage.ear.next('profile');
  assert.deepEqual(told, { type: 'profile', contact: contact('juliet'), profile: { name: 'Juliet Montague', note } });
  assert.equal((await look(stage)).name, 'Juliet Montague');
});

test('without setname nothing changes until somebody is looked at again', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = answers;
  assert.equal((await look(stage)).name, 'Juliet Capulet');
  assert.ok(!stage.peer.lines.some((line) => /setname/i.test(line)));
});

test('a look-up ends with the connection', async () => {
  await using stage = await Stage.online();
  stage.ircd.replies['WHOIS'] = () => undefined;
  const looking = look(stage);
  const waiting = look(stage, 'paris');
  await stage.peer.next(/^WHOIS/);
  stage.peer.cut();
  await assert.rejects(looking, { why: 'network' });
  await assert.rejects(waiting, { why: 'network' });
});
