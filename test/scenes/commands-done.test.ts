/** Scenes of what each command does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, ContactId, Host, RoomId } from '#src/network.ts';
import { FakeNetwork, type FakeSession } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { BARE, completed, error, executing, give, NS, signedIn, submit } from '#test/scenes/commands.ts';
import { HOST, JULIET, join, occupant, ROMEO, Stage } from '#test/stage.ts';

test('signing out asks first, and then forgets', async () => {
  await using stage = await signedIn();
  await stage.registry.preferences.put({ user: BARE, host: HOST, local: '', name: 'typing', value: 'false' });
  const asked = await give(stage, 'unregister', {}, executing());
  await give(
    stage,
    'unregister',
    { session: asked.session, form: { sure: '0' } },
    completed('<note>Nothing was changed.</note>'),
  );
  assert.equal((await stage.registry.accounts.list(BARE, HOST)).length, 1);
  const sure = await give(stage, 'unregister', {}, executing());
  await give(stage, 'unregister', { session: sure.session, form: { sure: '1' } }, completed());
  assert.deepEqual(await stage.registry.accounts.list(BARE, HOST), []);
  assert.deepEqual(await stage.registry.preferences.list(BARE, HOST), []);
  await give(stage, 'unregister', {}, error('auth', 'registration-required'));
});

test('who signs out while a sign-in is under way is signed out in the end', async () => {
  const gate = Promise.withResolvers<void>();
  let slow = false;
  class Slow extends FakeNetwork {
    override open(account: Account, host: Host): FakeSession {
      const session = super.open(account, host);
      const run = session.run.bind(session);
      if (slow) session.run = (signal) => gate.promise.then(() => run(signal));
      return session;
    }
  }
  const network = new Slow();
  await using stage = await signedIn({ network });
  slow = true;
  const { session } = await give(stage, 'jabber:iq:register', {}, executing());
  const form = submit({ nick: 'montague' });
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='in'><command xmlns='${NS}' node='jabber:iq:register' sessionid='${session}'>${form}</command></iq>`,
  );
  await until(() => network.sessions.length === 2);
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='out'><query xmlns='jabber:iq:register'><remove/></query></iq>`);
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='after'><query xmlns='jabber:iq:register'/></iq>`);
  await stage.server.received(/type='result' id='after'/);
  gate.resolve();
  for (const id of ['in', 'out']) await stage.server.received((xml) => xml.includes(`type='result' id='${id}'`));
  assert.deepEqual(await stage.registry.accounts.list(BARE, HOST), []);
});

test('contacts are added, listed and removed', async () => {
  await using stage = await signedIn();
  await give(stage, 'contacts', {}, completed('<note>You have no contacts here. “add” adds one.</note>'));
  const add = await give(
    stage,
    'add',
    {},
    executing(`<x xmlns='jabber:x:data' type='form'><instructions>Type a name.</instructions></x>`),
  );
  await give(stage, 'add', { session: add.session, form: { contact: 'bob' } }, completed('<note/>'));
  await stage.receives(BARE, `<presence type='subscribe' from='bob@${HOST}'/>`);
  await give(
    stage,
    'contacts',
    {},
    completed(
      `<x xmlns='jabber:x:data' type='result'><item><field var='jid'><value>bob@${HOST}</value></field></item></x>`,
    ),
  );
  const remove = await give(stage, 'remove', {}, executing());
  await give(stage, 'remove', { session: remove.session, form: { contact: `bob@${HOST}` } }, completed());
  assert.equal(await stage.registry.contacts.get(BARE, HOST, 'bob'), undefined);
  const again = await give(stage, 'remove', {}, executing());
  await give(stage, 'remove', { session: again.session, form: { contact: 'bob' } }, executing("<note type='error'/>"));
});

test('rooms are brought, listed and left', async () => {
  await using stage = await signedIn();
  const asked = await give(stage, 'join', {}, executing());
  await give(stage, 'join', { session: asked.session, form: { room: '#dev' } }, completed());
  await stage.receives(BARE, `<message><x xmlns='jabber:x:conference' jid='#dev@${HOST}'/></message>`);
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await stage.skips(ROMEO);
  await give(
    stage,
    'rooms',
    {},
    completed(
      `<x xmlns='jabber:x:data' type='result'><item><field var='jid'><value>#dev@${HOST}</value></field></item></x>`,
    ),
  );
  const leave = await give(
    stage,
    'leave',
    {},
    executing(
      `<x xmlns='jabber:x:data' type='form'><field var='room' type='list-single'><option><value>#dev</value></option></field></x>`,
    ),
  );
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='leave'><command xmlns='${NS}' node='leave' sessionid='${leave.session}'>${submit({ room: '#dev' })}</command></iq>`,
  );
  await stage.receives(ROMEO, `<presence type='unavailable' from='#dev@${HOST}/romeo'/>`);
  await stage.receives(ROMEO, completed());
  await stage.asked('leave');
});

test('people and rooms are found', async () => {
  await using stage = await signedIn();
  stage.network.people.push({ contact: 'bobby' as ContactId, name: 'Bob B.' });
  stage.network.listings.push({ room: '#bobsleigh' as RoomId, topic: 'Ice', members: 3 }, { room: '#dev' as RoomId });
  const asked = await give(stage, 'find', {}, executing());
  const { tree } = await give(stage, 'find', { session: asked.session, form: { text: 'bob' } }, completed());
  const text = JSON.stringify(tree);
  assert.ok(text.includes(`bobby@${HOST}`) && text.includes(`#bobsleigh@${HOST}`) && !text.includes('#dev'));
});

test('preferences show what holds, take what is changed, and may be of one room', async () => {
  await using stage = await Stage.open();
  const asked = await give(
    stage,
    'preferences',
    {},
    executing(
      `<x xmlns='jabber:x:data' type='form'><field var='history' type='boolean'><value>true</value></field><field var='crowd' type='list-single'><value>auto</value><option label='Everyone'><value>full</value></option></field></x>`,
    ),
  );
  await give(
    stage,
    'preferences',
    { session: asked.session, form: { history: '0', crowd: 'all' } },
    executing("<note type='error'/>"),
  );
  await give(
    stage,
    'preferences',
    { session: asked.session, form: { history: '0', crowd: 'full', language: 'cs' } },
    completed(),
  );
  const stored = await stage.registry.preferences.list(BARE, HOST);
  assert.deepEqual(stored.map(({ name, value }) => `${name}=${value}`).sort(), [
    'crowd=full',
    'history=false',
    'language=cs',
  ]);
  const room = await give(
    stage,
    'preferences',
    { to: `#dev@${HOST}`, lang: 'de' },
    executing("<x xmlns='jabber:x:data' type='form'><title>Nastavení této místnosti</title></x>"),
  );
  await give(stage, 'preferences', { to: `#dev@${HOST}`, session: room.session, form: { read: '0' } }, completed());
  const rows = await stage.registry.preferences.list(BARE, HOST);
  assert.ok(rows.some(({ local, name, value }) => local === '#dev' && name === 'read' && value === 'false'));
});

test('the status tells of each account whether it is connected, and why not', async () => {
  await using stage = await signedIn();
  const row = (inner: string) => `<x xmlns='jabber:x:data' type='result'><item>${inner}</item></x>`;
  await give(stage, 'status', {}, completed(row("<field var='state'><value>connected</value></field>")));
  stage.network.unreachable = new Error('no route to host');
  stage.network.session.cut(new Error('the cable broke'));
  await stage.skips(BARE);
  await give(
    stage,
    'status',
    {},
    completed(
      row(
        "<field var='state'><value>not connected</value></field><field var='trouble'><value>the cable broke</value></field>",
      ),
    ),
  );
});

test('blocking and erasing', async () => {
  await using stage = await signedIn();
  const asked = await give(stage, 'block', {}, executing());
  await give(stage, 'block', { session: asked.session, form: { contact: 'bob' } }, completed());
  await stage.asked('block');
  await give(
    stage,
    'blocked',
    {},
    completed(`<x xmlns='jabber:x:data' type='result'><item><field><value>bob@${HOST}</value></field></item></x>`),
  );
  const lifted = await give(stage, 'unblock', {}, executing());
  await give(stage, 'unblock', { session: lifted.session, form: { contact: `bob@${HOST}` } }, completed());
  const erase = await give(stage, 'erase', {}, executing());
  await give(
    stage,
    'erase',
    { session: erase.session, form: { address: 'bob@elsewhere.example', sure: '1' } },
    executing("<note type='error'/>"),
  );
  await give(stage, 'erase', { session: erase.session, form: { sure: '1' } }, completed());
});

test('an admin invites; whoever has no invitation is not let in, and can sign in with one', async () => {
  await using stage = await Stage.open({
    allow: ['juliet@example.net'],
    admins: ['juliet@example.net'],
    invites: true,
  });
  await give(stage, 'status', {}, completed());
  await give(stage, 'invite', {}, error('auth', 'forbidden'));
  const asked = await give(
    stage,
    'invite',
    { from: JULIET },
    executing("<x xmlns='jabber:x:data' type='form'><field var='days'><value>7</value></field></x>"),
  );
  const { tree } = await give(
    stage,
    'invite',
    { from: JULIET, session: asked.session, form: { days: '3' } },
    completed(),
  );
  const token = /Invitation: (\S+)/.exec(JSON.stringify(tree))?.[1]?.replace(/\\n.*/, '') ?? '';
  const sign = await give(
    stage,
    'jabber:iq:register',
    {},
    executing("<x xmlns='jabber:x:data' type='form'><field var='isthmus-invitation'/></x>"),
  );
  const form = { nick: 'romeo' };
  await give(
    stage,
    'jabber:iq:register',
    { session: sign.session, form: { ...form, 'isthmus-invitation': 'no' } },
    executing("<note type='error'/>"),
  );
  await give(
    stage,
    'jabber:iq:register',
    { session: sign.session, form: { ...form, 'isthmus-invitation': token } },
    completed(),
  );
  const revoke = await give(stage, 'revoke', { from: JULIET }, executing());
  await give(
    stage,
    'revoke',
    { from: JULIET, session: revoke.session, form: { token } },
    completed(`<note>${BARE} may not come any more.</note>`),
  );
  assert.equal(stage.network.session.running, false);
});
