/** Scenes of settings of accounts: how they take effect, two forms at once, and the network's own commands. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completed, executing, give, list, nodes } from '#test/scenes/commands.ts';
import { fieldsOf, NAME, note, SERVER, typesOf, Verona } from '#test/scenes/verona.ts';
import { groupchat, HOST, occupant, ROMEO } from '#test/stage.ts';

test('settings take effect: another real name by a new connection that brings nick and rooms back, another nick at once', async () => {
  await using verona = await Verona.open();
  const { stage, ircd } = verona;
  await verona.enter(`#dev%${NAME}`, 'mercutio');
  await ircd.peer();
  const name = await give(stage, 'configure', { to: SERVER }, executing());
  await give(stage, 'configure', { to: SERVER, session: name.session, form: { realname: 'Queen Mab' } }, note());
  const peer = await ircd.peer();
  assert.match(await peer.next(/^USER/), /:Queen Mab$/);
  assert.ok(peer.lines.includes('NICK mercutio'));
  assert.equal(await peer.next(/^JOIN/), 'JOIN #dev');
  await stage.skips(ROMEO);
  const nick = await give(stage, 'configure', { to: SERVER }, executing());
  await give(stage, 'configure', { to: SERVER, session: nick.session, form: { nick: 'Mab' } }, note());
  assert.equal(await peer.next(/^NICK Mab/), 'NICK Mab');
  await stage.receives(ROMEO, occupant(`#dev%${NAME}`, 'mercutio', 303));
  await stage.receives(ROMEO, occupant(`#dev%${NAME}`, 'Mab', 110));
  const charset = await give(stage, 'configure', { to: `#dev%${SERVER}` }, executing());
  const form = { encoding_out: 'iso-8859-1', encoding_in: 'iso-8859-1' };
  await give(stage, 'configure', { to: `#dev%${SERVER}`, session: charset.session, form }, note());
  stage.sends(ROMEO, groupchat(`#dev%${NAME}`, 'grün'));
  assert.equal(await peer.next(/^PRIVMSG/), 'PRIVMSG #dev :gr\ufffdn');
  assert.equal(ircd.peers.length, 2);
});

test('what was set without signing in is forgotten by signing out', async () => {
  await using verona = await Verona.open();
  const { stage } = verona;
  const set = await give(stage, 'configure', { to: SERVER }, executing());
  await give(stage, 'configure', { to: SERVER, session: set.session, form: { pass: 'sesame' } }, note());
  const out = await give(stage, 'unregister', {}, executing());
  await give(stage, 'unregister', { session: out.session, form: { sure: '1' } }, note('You are signed out.'));
  assert.deepEqual(await verona.settings(), {});
});

test('what was set without signing in goes on to hold for who signs in', async () => {
  await using verona = await Verona.open();
  const { stage } = verona;
  const set = await give(stage, 'configure', { to: SERVER }, executing());
  await give(stage, 'configure', { to: SERVER, session: set.session, form: { pass: 'sesame' } }, note());
  const { session } = await give(stage, 'jabber:iq:register', { to: SERVER }, executing());
  await give(stage, 'jabber:iq:register', { to: SERVER, session, form: { nick: 'montague' } }, completed());
  assert.deepEqual(await verona.settings(), { nick: 'montague', password: 'sesame' });
});

test('commands of the network itself: a certificate is made and kept; an account needs a connection to be registered', async () => {
  await using verona = await Verona.open();
  const { stage } = verona;
  const offered = nodes(await list(stage, ROMEO, SERVER));
  for (const node of ['certificate', 'register-account', 'verify-account']) assert.ok(offered.includes(node), node);
  const { tree, session } = await give(stage, 'certificate', { to: SERVER }, executing());
  assert.deepEqual(fieldsOf(tree)['action']?.options, ['make']);
  const made = await give(stage, 'certificate', { to: SERVER, session, form: { action: 'make' } }, note());
  assert.match(JSON.stringify(made.tree), /SHA-256 fingerprint [0-9a-f]{64}/);
  assert.match((await verona.settings()).certificate?.key ?? '', /PRIVATE KEY/);
  const again = await give(stage, 'certificate', { to: SERVER }, executing());
  assert.deepEqual(fieldsOf(again.tree)['action']?.options, ['show', 'replace', 'remove']);
  await give(stage, 'register-account', { to: SERVER }, completed("<note type='error'/>"));
  await verona.enter(`#dev%${NAME}`);
  const asked = await give(stage, 'register-account', { to: SERVER }, executing());
  assert.deepEqual(typesOf(asked.tree), { email: 'text-single', password: 'text-private' });
});

test('settings can be changed in a chat by their names; a password in it is to be deleted', async () => {
  await using verona = await Verona.open({ fixed: true });
  const { stage } = verona;
  const say = (text: string) => stage.sends(ROMEO, `<message type='chat' to='${HOST}'><body>${text}</body></message>`);
  const hear = (text: string) => stage.receives(ROMEO, `<message type='chat'><body>${text}</body></message>`);
  say('!server-configure realname Queen Mab');
  await hear('Your settings are stored.');
  assert.equal((await verona.settings()).realname, 'Queen Mab');
  say('!server-configure pass sesame');
  await hear('Your settings are stored.');
  await hear('Now delete the line with your password from this chat.');
  assert.equal((await verona.settings()).password, 'sesame');
  say('!server-configure after_connect_commands "MODE Mab +x" "PRIVMSG Q hi"');
  await hear('Your settings are stored.');
  assert.deepEqual((await verona.settings()).afterConnect, ['MODE Mab +x', 'PRIVMSG Q hi']);
});

test('a form that was open meanwhile undoes nothing that was changed beside it, and brings back nothing that was forgotten', async () => {
  await using verona = await Verona.open();
  const { stage } = verona;
  const at = { to: SERVER };
  const pass = await give(stage, 'configure', at, executing());
  await give(stage, 'configure', { ...at, session: pass.session, form: { pass: 'sesame' } }, note());
  const open = await give(stage, 'configure', at, executing());
  const choice = await give(stage, 'certificate', at, executing());
  const other = await give(stage, 'configure', at, executing());
  await give(stage, 'configure', { ...at, session: other.session, form: { username: 'mab' } }, note());
  await give(stage, 'certificate', { ...at, session: choice.session, form: { action: 'make' } }, note());
  await give(stage, 'configure', { ...at, session: open.session, form: { realname: 'Queen Mab' } }, note());
  const { certificate, ...settings } = await verona.settings();
  assert.deepEqual(settings, {
    nick: 'romeo',
    guest: true,
    password: 'sesame',
    username: 'mab',
    realname: 'Queen Mab',
  });
  assert.ok(certificate);
  const late = await give(stage, 'configure', at, executing());
  const out = await give(stage, 'unregister', {}, executing());
  await give(stage, 'unregister', { session: out.session, form: { sure: '1' } }, note('You are signed out.'));
  await give(stage, 'configure', { ...at, session: late.session, form: { username: 'tybalt' } }, note());
  assert.deepEqual(await verona.settings(), { nick: 'romeo', guest: true, username: 'tybalt' });
});
