/** Scenes of ad-hoc commands (XEP-0050): the list, the stages, the errors. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountId, Refusal } from '#src/network.ts';
import { BARE, completed, error, executing, give, list, NS, nodes } from '#test/scenes/commands.ts';
import { HOST, JULIET, ROMEO, Stage } from '#test/stage.ts';

test('the list of commands is what the user can do, in the user’s language', async () => {
  await using stage = await Stage.open({ admins: ['juliet@example.net'], invites: true });
  const guest = await list(stage, ROMEO, HOST, 'de');
  assert.ok(nodes(guest).includes('jabber:iq:register'));
  assert.ok(nodes(guest).includes('preferences'));
  assert.ok(!nodes(guest).includes('unregister') && !nodes(guest).includes('invite'));
  assert.equal(
    guest.children[0]?.children.find((item) => item.attributes['node'] === 'status')?.attributes['name'],
    'Zustand',
  );
  assert.ok(nodes(await list(stage, JULIET)).includes('invite'));
});

test('a command’s node is a command, and what is no command is not found', async () => {
  await using stage = await Stage.open();
  const ask = (node: string) =>
    stage.sends(
      ROMEO,
      `<iq type='get' to='${HOST}' id='i'><query xmlns='http://jabber.org/protocol/disco#info' node='${node}'/></iq>`,
    );
  ask('status');
  await stage.receives(
    ROMEO,
    `<iq type='result' id='i'><query xmlns='http://jabber.org/protocol/disco#info' node='status'>
      <identity category='automation' type='command-node' name='Status'/><feature var='${NS}'/><feature var='jabber:x:data'/></query></iq>`,
  );
  ask('nonsense');
  await stage.receives(ROMEO, error('cancel', 'item-not-found'));
  await give(stage, 'nonsense', {}, error('cancel', 'item-not-found'));
});

test('signing in by command: the form, a wrong answer that can be mended, and the end', async () => {
  await using stage = await Stage.open();
  const { session } = await give(
    stage,
    'jabber:iq:register',
    {},
    executing(
      `<actions execute='complete'><complete/></actions><x xmlns='jabber:x:data' type='form'><field var='nick'><required/></field></x>`,
    ),
  );
  const form = { nick: '', password: 'swordfish' };
  const { tree } = await give(
    stage,
    'jabber:iq:register',
    { session, action: 'complete', form },
    executing(`<note type='error'>Give a nick.</note><x xmlns='jabber:x:data' type='form'/>`),
  );
  assert.ok(!JSON.stringify(tree).includes('swordfish'));
  await give(
    stage,
    'jabber:iq:register',
    { session, form: { nick: 'romeo' } },
    completed("<note type='info'>You are signed in to Fake.</note>"),
  );
  assert.deepEqual(
    (await stage.registry.accounts.list(BARE, HOST)).map(({ id }) => id),
    ['main' as AccountId],
  );
  await give(
    stage,
    'jabber:iq:register',
    { session, form: { nick: 'x' } },
    error('modify', 'bad-request', 'bad-sessionid'),
  );
});

test('credentials that the network turns away are not stored, and what was there before stays', async () => {
  await using stage = await Stage.open();
  stage.network.unreachable = new Refusal('sign-in', 'The password is wrong. Sign in again.');
  const { session } = await give(stage, 'jabber:iq:register', {}, executing());
  const form = { nick: 'romeo', password: 'guess' };
  await give(
    stage,
    'jabber:iq:register',
    { session, form },
    executing("<note type='error'>The password is wrong. Sign in again.</note>"),
  );
  assert.deepEqual(await stage.registry.accounts.list(BARE, HOST), []);
  stage.network.unreachable = undefined;
  await give(stage, 'jabber:iq:register', { session, form: { nick: 'romeo', password: 'right' } }, completed());
  stage.network.unreachable = new Refusal('sign-in', 'The password is wrong. Sign in again.');
  const again = await give(stage, 'jabber:iq:register', {}, executing());
  await give(stage, 'jabber:iq:register', { session: again.session, form }, executing("<note type='error'/>"));
  const [kept] = await stage.registry.accounts.list(BARE, HOST);
  assert.deepEqual(kept?.settings, { nick: 'romeo', password: 'right' });
});

test('where the network can’t be reached the account is stored, with a warning', async () => {
  await using stage = await Stage.open();
  stage.network.unreachable = new Error('no route to host');
  const { session } = await give(stage, 'jabber:iq:register', {}, executing());
  await give(stage, 'jabber:iq:register', { session, form: { nick: 'romeo' } }, completed("<note type='warn'/>"));
  assert.equal((await stage.registry.accounts.list(BARE, HOST)).length, 1);
});

test('a command of several stages goes back to what was answered', async () => {
  await using stage = await Stage.open();
  stage.network.asksCode = true;
  const first = await give(stage, 'jabber:iq:register', {}, executing());
  const { session } = first;
  await give(stage, 'jabber:iq:register', { session, action: 'prev' }, error('modify', 'bad-request', 'bad-action'));
  const prev = `<actions execute='complete'><prev/><complete/></actions>`;
  const form = { nick: 'romeo', password: 'swordfish' };
  await give(
    stage,
    'jabber:iq:register',
    { session, action: 'next', form },
    executing(`${prev}<x xmlns='jabber:x:data' type='form'><field var='code'/></x>`),
  );
  const back = await give(
    stage,
    'jabber:iq:register',
    { session, action: 'prev' },
    executing(`<x xmlns='jabber:x:data' type='form'><field var='nick'><value>romeo</value></field></x>`),
  );
  assert.ok(!JSON.stringify(back.tree).includes('swordfish'));
  await give(stage, 'jabber:iq:register', { session, action: 'next', form: { nick: 'montague' } }, executing(prev));
  await give(stage, 'jabber:iq:register', { session, action: 'complete', form: { code: '1' } }, completed());
  assert.equal((stage.network.session.account.settings as { nick: string }).nick, 'montague');
});

test('a command can be cancelled, and is bound to the client that began it', async () => {
  await using stage = await Stage.open();
  const { session } = await give(stage, 'join', {}, executing());
  const stranger = { from: JULIET, session, form: { room: '#dev' } };
  await give(stage, 'join', stranger, error('modify', 'bad-request', 'bad-sessionid'));
  await give(stage, 'join', { session, action: 'dance' }, error('modify', 'bad-request', 'malformed-action'));
  await give(stage, 'join', { session, action: 'complete' }, error('modify', 'bad-request', 'bad-payload'));
  await give(
    stage,
    'join',
    { session, action: 'cancel' },
    `<iq type='result'><command xmlns='${NS}' status='canceled' sessionid='${session}'/></iq>`,
  );
  await give(stage, 'join', { session, form: { room: '#dev' } }, error('modify', 'bad-request', 'bad-sessionid'));
  await give(stage, 'join', { action: 'next' }, error('modify', 'bad-request', 'bad-action'));
});

test('a sixth command of one user ends the oldest', async () => {
  await using stage = await Stage.open();
  const sessions: string[] = [];
  for (let i = 0; i < 6; i += 1) sessions.push((await give(stage, 'join', {}, executing())).session);
  const form = { room: 'nothing' };
  await give(stage, 'join', { session: sessions[0] ?? '', form }, error('modify', 'bad-request', 'bad-sessionid'));
  await give(stage, 'join', { session: sessions[1] ?? '', form }, executing("<note type='error'/>"));
});

test('ten minutes without an answer end a command, and it says so', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await using stage = await Stage.open();
  const { session } = await give(stage, 'join', {}, executing());
  t.mock.timers.tick(600_001);
  await give(stage, 'join', { session, form: { room: '#dev' } }, error('cancel', 'not-allowed', 'session-expired'));
  t.mock.timers.reset();
});
