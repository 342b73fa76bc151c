/** What servers tell of people beside their nicks: accounts, real names, hosts, bots, who is away, who was invited. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contact, inRoom, room, Stage } from './stage.ts';

const BOT = { hats: [{ id: 'bot', title: 'bot' }] };
const WHOX = 'WHOX MONITOR=10 BOT=B';

const member = (nick: string, more: object = {}) => ({ nick, contact: contact(nick), rank: 'speaker', ...more });
const others = ({ members }: { members: readonly { readonly self?: boolean }[] }) =>
  members.filter(({ self }) => !self);
async function cameIn(stage: Stage) {
  const told = await stage.ear.next('member');
  return told.change === 'in' ? told.member : undefined;
}
const find = (stage: Stage, text: string) => {
  assert.ok(stage.session.find);
  return stage.session.find(text);
};

test('WHOX tells host, account, real name, who is away and who is a bot', async () => {
  await using stage = await Stage.online({ isupport: WHOX, caps: 'away-notify' });
  stage.ircd.replies['WHO'] = (peer) =>
    peer.numeric(
      '354 152 #verona j balcony juliet G jcapulet :Juliet Capulet',
      '354 152 #verona m moor merc HB 0 :Mercutio the bot',
      '354 7 #verona x x merc HB 0 :not for us',
      '354 152 #verona short',
      '315 #verona :End of /WHO list.',
    );
  await stage.join('#verona', 'juliet merc');
  assert.equal(await stage.peer.next(/^WHO/), 'WHO #verona %tcuhnfar,152');
  assert.deepEqual(others(await stage.ear.next('room')), [
    member('juliet', { origin: 'j@balcony' }),
    member('merc', { origin: 'm@moor', ...BOT }),
  ]);
  const away = await stage.ear.next('presence');
  assert.deepEqual([away.contact, away.presence], [contact('juliet'), { show: 'away' }]);
  assert.deepEqual(await find(stage, 'CAPULET'), [{ contact: contact('juliet'), name: 'juliet (Juliet Capulet)' }]);
  assert.deepEqual(await find(stage, 'the bot'), [{ contact: contact('merc'), name: 'merc (Mercutio the bot)' }]);
  assert.deepEqual(await find(stage, 'romeo'), []);
});

test('without WHOX the plain WHO tells as much as it can', async () => {
  await using stage = await Stage.online({ isupport: 'BOT=B' });
  stage.ircd.replies['WHO'] = (peer) =>
    peer.numeric('352 #verona m moor fake.test merc H+B :3 Mercutio the bot', '315 #verona :End');
  await stage.join('#verona', '+merc');
  assert.equal(await stage.peer.next(/^WHO/), 'WHO #verona');
  const [merc] = others(await stage.ear.next('room'));
  assert.deepEqual(merc, member('merc', { rank: 'member', origin: 'm@moor', ...BOT }));
  assert.equal((await find(stage, 'mercutio')).length, 1);
});

test('one channel is asked after the other, and one that is not answered does not stop them', async () => {
  await using stage = await Stage.online({ isupport: WHOX, timing: { answer: 50 } });
  for (const name of ['#a', '#b', '#c', '#d']) await stage.join(name);
  assert.match(await stage.peer.next(/^WHO/), /^WHO #a/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('WHO ')).length, 1);
  stage.peer.numeric('315 #a :End');
  assert.match(await stage.peer.next(/^WHO/), /^WHO #b/);
  stage.peer.numeric('263 WHO :Please wait a while and try again.');
  assert.match(await stage.peer.next(/^WHO/), /^WHO #c/);
  assert.match(await stage.peer.next(/^WHO/), /^WHO #d/, 'after a while without an end');
  assert.deepEqual(
    stage.ear.events.filter(({ type }) => type === 'notice'),
    [],
  );
});

test('a huge channel is not asked who is in it', async () => {
  await using stage = await Stage.online({ isupport: WHOX });
  const crowd = Array.from({ length: 1_001 }, (_, at) => `citizen${at}`);
  stage.ircd.replies['JOIN'] = (peer) => {
    peer.send(`:${peer.prefix} JOIN #verona`);
    for (let at = 0; at < crowd.length; at += 20) peer.numeric(`353 = #verona :${crowd.slice(at, at + 20).join(' ')}`);
    peer.numeric('366 #verona :End');
  };
  await stage.join('#verona');
  await stage.session.send({ type: 'raw', text: 'VERSION' });
  await stage.peer.next(/^VERSION/);
  assert.ok(!stage.peer.lines.some((line) => line.startsWith('WHO ')));
});

test('extended-join tells account and real name of who joins, and ACCOUNT what changes', async () => {
  await using stage = await Stage.online({ caps: 'extended-join account-notify' });
  await stage.join('#verona');
  stage.peer.send(':juliet!j@balcony JOIN #verona jcapulet :Juliet Capulet');
  assert.deepEqual(await cameIn(stage), member('juliet', { origin: 'j@balcony' }));
  assert.equal((await find(stage, 'jcap')).length, 1);
  stage.peer.send(':juliet!j@balcony ACCOUNT *', ':paris!p@p JOIN #verona * :County');
  await stage.ear.next('member');
  assert.equal((await find(stage, 'jcap')).length, 0);
  stage.peer.send(':juliet!j@balcony ACCOUNT montague', ':benvolio!b@b JOIN #verona * :B');
  await stage.ear.next('member');
  assert.equal((await find(stage, 'montague')).length, 1);
});

test('without extended-join a JOIN is as it always was', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.peer.send(':juliet!j@balcony JOIN :#verona');
  assert.deepEqual(await cameIn(stage), member('juliet', { origin: 'j@balcony' }));
});

test('our own ACCOUNT is what we are logged in to', async () => {
  await using stage = await Stage.online({ caps: 'account-notify' });
  stage.peer.send(':romeo!r@r ACCOUNT montague', 'PING :x');
  await stage.peer.next(/^PONG/);
  assert.match(stage.session.about?.().join(' ') ?? '', /logged in as montague/);
});

test('the account tag of what somebody says is their account, and none is none', async () => {
  await using stage = await Stage.online({ caps: 'account-tag message-tags' });
  await stage.join('#verona', 'juliet');
  stage.peer.send('@account=jcapulet :juliet!j@balcony PRIVMSG #verona :hello');
  await stage.ear.next('message');
  assert.equal((await find(stage, 'jcap')).length, 1);
  stage.peer.send('@msgid=1 :juliet!j@balcony PRIVMSG #verona :hello again');
  await stage.ear.next('message');
  assert.equal((await find(stage, 'jcap')).length, 0);
});

test('without account-tag the tags of a line say nothing of accounts', async () => {
  await using stage = await Stage.online({ caps: 'extended-join message-tags' });
  await stage.join('#verona');
  stage.peer.send(':juliet!j@balcony JOIN #verona jcapulet :J', '@msgid=1 :juliet!j@balcony PRIVMSG #verona :hello');
  await stage.ear.next('message');
  assert.equal((await find(stage, 'jcap')).length, 1);
});

test('what a bot says gives it a hat, before it is heard; the value of the tag means nothing', async () => {
  await using stage = await Stage.online({ caps: 'message-tags' });
  await stage.join('#verona', 'merc juliet');
  stage.peer.send(
    '@bot=1 :merc!m@moor PRIVMSG #verona :!help',
    '@bot :merc!m@moor PRIVMSG #verona :more help',
    '@msgid=1 :juliet!j@j PRIVMSG #verona :hi',
  );
  await stage.ear.next('message');
  assert.deepEqual(await cameIn(stage), member('merc', BOT));
  await stage.ear.next('message');
  await stage.ear.next('message');
  const kinds = stage.ear.events.map(({ type }) => type).filter((type) => type === 'member' || type === 'message');
  assert.deepEqual(kinds, ['member', 'message', 'message', 'message']);
});

test('names that are asked for again take nothing of what is known away', async () => {
  await using stage = await Stage.online({ isupport: WHOX });
  stage.ircd.replies['WHO'] = (peer) =>
    peer.numeric('354 152 #verona m moor merc HB mercutio :Mercutio', '315 #verona :End');
  await stage.join('#verona', 'merc');
  await stage.ear.next('room');
  stage.peer.numeric('353 = #verona :romeo @merc', '366 #verona :End');
  const [merc] = others(await stage.ear.next('room'));
  assert.deepEqual(merc, member('merc', { rank: 'admin', origin: 'm@moor', ...BOT }));
  assert.equal((await find(stage, 'mercutio')).length, 1);
});

test('multi-prefix and userhost-in-names: the highest rank and the host of each', async () => {
  await using stage = await Stage.online({ caps: 'multi-prefix userhost-in-names' });
  const { members } = await stage.join('#verona', '@+juliet!j@balcony +@merc!m@moor %+nurse!n@n');
  assert.deepEqual(others({ members }), [
    member('juliet', { rank: 'admin', origin: 'j@balcony' }),
    member('merc', { rank: 'admin', origin: 'm@moor' }),
    member('nurse', { rank: 'moderator', origin: 'n@n' }),
  ]);
});

test('CHGHOST is another origin in every room', async () => {
  await using stage = await Stage.online({ caps: 'chghost' });
  await stage.join('#verona', 'juliet!j@balcony');
  await stage.join('#mantua', 'juliet!j@balcony');
  stage.peer.send(':juliet!j@balcony CHGHOST ~j tomb', ':juliet!~j@tomb CHGHOST ~j tomb');
  for (const name of ['#verona', '#mantua']) {
    const told = await stage.ear.next('member');
    assert.deepEqual([told.room, told.change === 'in' && told.member.origin], [room(name), '~j@tomb']);
  }
  assert.equal(stage.ear.events.filter(({ type }) => type === 'member').length, 2);
});

test('who was invited by whom is told in the room, with invite-notify', async () => {
  await using stage = await Stage.online({ caps: 'invite-notify' });
  await stage.join('#verona', 'juliet');
  stage.peer.send(
    ':juliet!j@balcony INVITE paris #mantua',
    ':juliet!j@balcony INVITE paris #verona',
    ':juliet!j@balcony INVITE romeo #mantua',
  );
  const told = await stage.ear.next('message');
  assert.deepEqual(told.in, inRoom('#verona'));
  assert.deepEqual(told.content, { text: 'juliet invited paris.', style: 'notice' });
  assert.equal((await stage.ear.next('invite')).room, room('#mantua'));
  assert.equal(stage.ear.events.filter(({ type }) => type === 'message').length, 1);
});

test('with pre-away one who is away is so before anybody sees them', async () => {
  await using stage = await Stage.connecting({ caps: 'draft/pre-away' });
  await stage.ear.ready();
  await stage.session.send({ type: 'presence', presence: { show: 'xa', status: 'in exile' } });
  await stage.peer.next(/^AWAY :in exile/);
  stage.peer.cut();
  await stage.life.catch(() => undefined);
  await stage.connect();
  await stage.ear.ready();
  const lines = stage.peer.lines.filter((line) => /^(AWAY|CAP END)/.test(line));
  assert.deepEqual(lines, ['AWAY :in exile', 'CAP END']);
});

test('without pre-away they are so as soon as they are in', async () => {
  await using stage = await Stage.online();
  await stage.session.send({ type: 'presence', presence: { show: 'xa', status: 'in exile' } });
  await stage.peer.next(/^AWAY :in exile/);
  stage.peer.cut();
  await stage.life.catch(() => undefined);
  await stage.connect();
  await stage.peer.next(/^AWAY/);
  const lines = stage.peer.lines.filter((line) => /^(AWAY|CAP END)/.test(line));
  assert.deepEqual(lines, ['CAP END', 'AWAY :in exile']);
});

test('the text of being away is cut to what the server takes', async () => {
  await using stage = await Stage.online({ isupport: 'AWAYLEN=10' });
  await stage.session.send({ type: 'presence', presence: { show: 'away', status: 'in exile in Mantua' } });
  assert.equal(await stage.peer.next(/^AWAY/), 'AWAY :in exile ');
});

test('everything of this is asked for', async () => {
  const caps = [
    ...['account-notify', 'account-tag', 'away-notify', 'chghost', 'extended-join', 'extended-monitor'],
    ...['invite-notify', 'message-tags', 'multi-prefix', 'setname', 'userhost-in-names', 'draft/pre-away'],
  ].join(' ');
  await using stage = await Stage.online({ caps });
  assert.equal(await stage.peer.next(/^CAP REQ/), `CAP REQ :${caps}`);
});
