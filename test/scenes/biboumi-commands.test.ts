/** Scenes of the commands that biboumi has, under its own nodes and fields. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BARE, error, executing, give, list, nodes, submit } from '#test/scenes/commands.ts';
import { fieldsOf, NAME, note, SERVER, typesOf, Verona } from '#test/scenes/verona.ts';
import { HOST, JULIET, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const ADMIN = 'juliet@example.net';
const OWNER = 'http://jabber.org/protocol/muc#owner';

test('list_adhoc, list_admin_adhoc, list_adhoc_irc: each address lists the nodes that biboumi has there', async () => {
  await using open = await Verona.open({ admins: [ADMIN] });
  const has = async (from: string, to: string, wanted: readonly string[]) => {
    const offered = nodes(await list(open.stage, from, to));
    assert.deepEqual(
      wanted.filter((node) => !offered.includes(node)),
      [],
      to,
    );
    return offered;
  };
  const user = ['ping', 'hello', 'disconnect-from-irc-server', 'configure'];
  const guest = await has(ROMEO, HOST, user);
  for (const node of ['reload', 'disconnect-user', 'server-configure']) assert.ok(!guest.includes(node), node);
  await has(JULIET, HOST, [...user, 'disconnect-user']);
  await has(ROMEO, SERVER, ['configure', 'get-irc-connection-info']);
  await has(ROMEO, `#dev%${SERVER}`, ['configure']);
});

test('list_adhoc_fixed_server, list_admin_adhoc_fixed_server: the host lists what is else given to the server', async () => {
  await using fixed = await Verona.open({ fixed: true, admins: [ADMIN] });
  assert.ok(nodes(await list(fixed.stage, JULIET)).includes('disconnect-user'));
  const offered = nodes(await list(fixed.stage));
  assert.ok(!offered.includes('disconnect-user'));
  for (const node of ['server-configure', 'global-configure', 'get-irc-connection-info', 'ping', 'hello']) {
    assert.ok(offered.includes(node), node);
  }
});

test('list_muc_user_adhoc: an occupant has no commands, for they are those of the room', async () => {
  await using verona = await Verona.open();
  const { stage } = verona;
  await verona.enter(`#dev%${NAME}`);
  const someone = `#dev%${NAME}@${HOST}/mercutio`;
  assert.deepEqual(nodes(await list(stage, ROMEO, someone)), []);
  assert.ok(nodes(await list(stage, ROMEO, `#dev%${NAME}@${HOST}`)).includes('configure'));
  await give(stage, 'configure', { to: someone }, error('cancel', 'item-not-found'));
});

test('execute_ping_adhoc_command, execute_hello_adhoc_command, execute_incomplete_hello_adhoc_command', async () => {
  await using verona = await Verona.open();
  await give(verona.stage, 'ping', {}, note('Pong'));
  const { tree, session } = await give(verona.stage, 'hello', {}, executing());
  assert.deepEqual(typesOf(tree), { name: 'text-single' });
  await give(
    verona.stage,
    'hello',
    { session, form: { other: 'x' } },
    executing("<note type='error'>Give a name.</note>"),
  );
  await give(verona.stage, 'hello', { session, form: { name: 'Romeo' } }, note('Hello Romeo!'));
});

test('execute_forbidden_adhoc_command: what is for administrators is forbidden to others', async () => {
  await using verona = await Verona.open({ admins: [ADMIN], reload: () => ['Read.'] });
  for (const node of ['disconnect-user', 'reload']) await give(verona.stage, node, {}, error('auth', 'forbidden'));
});

test('execute_reload_adhoc_command: an administrator is told what was read', async () => {
  await using verona = await Verona.open({ admins: [ADMIN], reload: () => ['Changed: admins.'] });
  await give(verona.stage, 'reload', { from: JULIET }, note('Changed: admins.'));
});

test('global_configure: what was submitted stands in the form again, and what was left out stays', async () => {
  await using verona = await Verona.open();
  const { tree, session } = await give(verona.stage, 'configure', {}, executing());
  assert.deepEqual(typesOf(tree), {
    max_history_length: 'text-single',
    record_history: 'boolean',
    persistent: 'boolean',
  });
  assert.deepEqual(fieldsOf(tree)['max_history_length']?.values, ['20']);
  await give(verona.stage, 'configure', { session, form: { max_history_length: '42', record_history: '0' } }, note());
  const again = await give(verona.stage, 'configure', {}, executing());
  const values = Object.entries(fieldsOf(again.tree)).map(([name, field]) => [name, field.values[0]]);
  assert.deepEqual(Object.fromEntries(values), {
    max_history_length: '42',
    record_history: 'false',
    persistent: 'false',
  });
  await give(
    verona.stage,
    'configure',
    { session: again.session, action: 'cancel' },
    "<iq type='result'><command status='canceled' xmlns='http://jabber.org/protocol/commands'/></iq>",
  );
  const cancelled = await give(verona.stage, 'configure', {}, executing());
  assert.deepEqual(fieldsOf(cancelled.tree)['max_history_length']?.values, ['42']);
});

test('irc_server_configure: all fields with their types; what was set stays, but for what is submitted', async () => {
  await using verona = await Verona.open({ irc: { user_tls: 'free' } });
  const at = { to: SERVER };
  const { tree, session } = await give(verona.stage, 'configure', at, executing());
  const types = typesOf(tree);
  for (const [name, type] of Object.entries({
    address: 'text-single',
    ports: 'text-multi',
    tls_ports: 'text-multi',
    verify_cert: 'boolean',
    fingerprint: 'text-single',
    sasl_password: 'text-private',
    nick: 'text-single',
    pass: 'text-private',
    after_connect_commands: 'text-multi',
    username: 'text-single',
    realname: 'text-single',
    throttle_limit: 'text-single',
    max_history_length: 'text-single',
    encoding_out: 'text-single',
    encoding_in: 'text-single',
  })) {
    assert.equal(types[name], type, name);
  }
  assert.equal(fieldsOf(tree)['address']?.values[0], NAME);
  const form = {
    nick: 'Mercutio',
    pass: 'queen mab',
    realname: 'M',
    username: 'mer cutio',
    encoding_in: 'iso-8859-15',
  };
  await give(verona.stage, 'configure', { ...at, session, form }, note());
  const stored = await verona.settings();
  assert.deepEqual(stored, {
    nick: 'Mercutio',
    password: 'queen mab',
    realname: 'M',
    username: 'mer_cutio',
    encodingIn: 'iso-8859-15',
  });
  const second = await give(verona.stage, 'configure', at, executing());
  assert.equal(fieldsOf(second.tree)['pass']?.values.length, 0);
  assert.ok(!JSON.stringify(second.tree).includes('queen mab'));
  await give(
    verona.stage,
    'configure',
    { ...at, session: second.session, form: { realname: '', nick: 'Mab' } },
    note(),
  );
  assert.deepEqual(await verona.settings(), {
    nick: 'Mab',
    password: 'queen mab',
    username: 'mer_cutio',
    encodingIn: 'iso-8859-15',
  });
  const third = await give(verona.stage, 'configure', at, executing());
  assert.deepEqual(fieldsOf(third.tree)['forget']?.options, ['pass']);
  await give(verona.stage, 'configure', { ...at, session: third.session, form: { forget: 'pass' } }, note());
  assert.equal((await verona.settings()).password, undefined);
});

test('configure_bad_value: a number that is none is refused with a sentence, and nothing is stored', async () => {
  await using verona = await Verona.open();
  for (const form of [
    { throttle_limit: 'many' },
    { tls_ports: '99999' },
    { max_history_length: 'x' },
    { fingerprint: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3' },
    { encoding_in: 'klingon' },
    { address: '127.0.0.2' },
  ]) {
    const { session } = await give(verona.stage, 'configure', { to: SERVER }, executing());
    const given = { to: SERVER, session, form: form as unknown as Record<string, string> };
    await give(verona.stage, 'configure', given, executing("<note type='error'/>"));
  }
  assert.deepEqual(await verona.settings(), {});
});

test('irc_channel_configure: a form of its own, where history is as everywhere until it is set', async () => {
  await using verona = await Verona.open();
  const at = { to: `#dev%${SERVER}` };
  const { tree, session } = await give(verona.stage, 'configure', at, executing());
  assert.deepEqual(typesOf(tree), {
    encoding_in: 'text-single',
    encoding_out: 'text-single',
    record_history: 'list-single',
    persistent: 'boolean',
  });
  assert.deepEqual(fieldsOf(tree)['record_history'], {
    type: 'list-single',
    values: ['unset'],
    options: ['unset', 'true', 'false'],
  });
  const form = { record_history: 'false', encoding_in: 'koi8-r', persistent: '1' };
  await give(verona.stage, 'configure', { ...at, session, form }, note());
  const again = await give(verona.stage, 'configure', at, executing());
  assert.deepEqual(fieldsOf(again.tree)['record_history']?.values, ['false']);
  assert.deepEqual(fieldsOf(again.tree)['persistent']?.values, ['true']);
  assert.deepEqual((await verona.settings()).rooms, { [`#dev%${NAME}`]: { encodingIn: 'koi8-r' } });
  await give(verona.stage, 'configure', { ...at, session: again.session, form: { record_history: 'unset' } }, note());
  const third = await give(verona.stage, 'configure', at, executing());
  assert.deepEqual(fieldsOf(third.tree)['record_history']?.values, ['unset']);
});

test('irc_channel_configure_xep0045: the same fields stand in the form of the room, in it or not', async () => {
  await using verona = await Verona.open();
  const { stage } = verona;
  const room = `#dev%${SERVER}`;
  const ask = async () => {
    stage.sends(ROMEO, `<iq type='get' to='${room}' id='f'><query xmlns='${OWNER}'/></iq>`);
    return fieldsOf(await stage.receives(ROMEO, `<iq type='result' id='f'/>`));
  };
  const outside = await ask();
  assert.deepEqual(Object.keys(outside), ['FORM_TYPE', 'encoding_in', 'encoding_out', 'record_history', 'persistent']);
  const form = (type: string) => submit({ record_history: 'true', encoding_in: 'iso-8859-1' }).replace('submit', type);
  const send = async (type: string) => {
    stage.sends(ROMEO, `<iq type='set' to='${room}' id='s'><query xmlns='${OWNER}'>${form(type)}</query></iq>`);
    await stage.receives(ROMEO, `<iq type='result' id='s'/>`);
  };
  await send('cancel');
  assert.deepEqual((await ask())['record_history']?.values, ['unset']);
  await send('submit');
  assert.deepEqual((await ask())['record_history']?.values, ['true']);
  const wrong = submit({ encoding_in: 'klingon' });
  stage.sends(ROMEO, `<iq type='set' to='${room}' id='w'><query xmlns='${OWNER}'>${wrong}</query></iq>`);
  await stage.receives(ROMEO, `<iq type='error' id='w'><error type='modify'/></iq>`);
  await verona.enter(`#dev%${NAME}`);
  const inside = await ask();
  assert.ok('muc#roomconfig_moderatedroom' in inside);
  assert.deepEqual(inside['encoding_in']?.values, ['iso-8859-1']);
});

test('who is no administrator any more can not finish what they began as one', async () => {
  const admins = [ADMIN];
  await using verona = await Verona.open({ admins });
  const { stage } = verona;
  await verona.enter(`#dev%${NAME}`);
  const say = (body: string) => stage.sends(JULIET, `<message type='chat' to='${HOST}'><body>${body}</body></message>`);
  const { session } = await give(stage, 'disconnect-user', { from: JULIET }, executing());
  say('disconnect-user');
  await stage.receives(JULIET, `<message type='chat'/>`);
  await stage.receives(JULIET, `<message type='chat'><body>Users</body></message>`);
  admins.length = 0;
  await give(stage, 'disconnect-user', { from: JULIET, session, form: { jids: BARE } }, error('auth', 'forbidden'));
  say(BARE);
  await stage.receives(JULIET, `<message type='chat'/>`);
  say('-');
  await stage.receives(
    JULIET,
    `<message type='chat'><body>Only administrators of the gateway may do this.</body></message>`,
  );
  await give(stage, 'get-irc-connection-info', { to: SERVER }, note());
});

test('an administrator reaches every user where there are more than a list holds', async () => {
  await using stage = await Stage.open({ admins: [ADMIN] });
  const citizens = Array.from({ length: 201 }, (_, at) => `citizen${at}`);
  for (const name of citizens) stage.sends(`${name}@example.net/x`, join(`#${name}`, name));
  await stage.receives('citizen200@example.net/x', occupant('#citizen200', 'citizen200', 110));
  const { tree, session } = await give(stage, 'disconnect-user', { from: JULIET }, executing());
  assert.deepEqual(fieldsOf(tree)['jids'], { type: 'text-multi', values: [], options: [] });
  const form = { jids: 'citizen200@example.net' };
  await stage.skips('citizen200@example.net/x');
  await give(stage, 'disconnect-user', { from: JULIET, session, form }, note('One connection was ended.'));
  await stage.receives('citizen200@example.net/x', "<presence type='unavailable'/>");
});

test('global_configure_fixed, irc_channel_configure_fixed: server-configure and global-configure at the host, without an address', async () => {
  await using verona = await Verona.open({ fixed: true });
  const server = await give(verona.stage, 'server-configure', {}, executing());
  const names = Object.keys(fieldsOf(server.tree));
  assert.ok(names.includes('nick') && !names.includes('address'));
  await give(verona.stage, 'server-configure', { session: server.session, form: { nick: 'Mab' } }, note());
  assert.equal((await verona.settings()).nick, 'Mab');
  const all = await give(verona.stage, 'global-configure', {}, executing());
  assert.deepEqual(Object.keys(fieldsOf(all.tree)), ['max_history_length', 'record_history', 'persistent']);
  const channel = await give(verona.stage, 'configure', { to: `#dev@${HOST}` }, executing());
  assert.ok('record_history' in fieldsOf(channel.tree));
});

test('get_irc_connection_info: port, encryption, time and channels with their clients', async () => {
  await using verona = await Verona.open();
  const at = { to: SERVER };
  await give(verona.stage, 'get-irc-connection-info', at, note(`You are not connected to ${NAME}.`));
  await verona.enter(`#dev%${NAME}`);
  const { tree } = await give(verona.stage, 'get-irc-connection-info', at, note());
  const text = tree.children[0]?.children.find(({ name }) => name === 'note')?.text ?? '';
  assert.match(text, new RegExp(`Connected to ${NAME} on port ${verona.ircd.port} as romeo`));
  assert.match(text, /not encrypted/);
  assert.match(text, /Since \d{4}-\d\d-\d\dT/);
  assert.ok(text.includes(`#dev%${NAME}: orchard`));
});

test('get_irc_connection_info_fixed: the same of the host', async () => {
  await using verona = await Verona.open({ fixed: true });
  await give(verona.stage, 'get-irc-connection-info', {}, note(`You are not connected to ${NAME}.`));
  await verona.enter('#dev');
  const { tree } = await give(verona.stage, 'get-irc-connection-info', {}, note());
  const text = tree.children[0]?.children.find(({ name }) => name === 'note')?.text ?? '';
  assert.match(text, /^Connected to irc.test .*\n.*\n.*\nSince .*\n#dev: orchard$/);
});

test('global_configure_persistent_by_default: the administrator’s default stands in the form', async () => {
  await using verona = await Verona.open({ persistence: { byDefault: true } });
  const { tree, session } = await give(verona.stage, 'configure', {}, executing());
  assert.deepEqual(fieldsOf(tree)['persistent']?.values, ['true']);
  await give(verona.stage, 'configure', { session, form: { persistent: 'false' } }, note());
  const again = await give(verona.stage, 'configure', {}, executing());
  assert.deepEqual(fieldsOf(again.tree)['persistent']?.values, ['false']);
});

test('execute_admin_disconnect_from_server_adhoc_command: two steps for a user, three for an administrator', async () => {
  await using verona = await Verona.open({ admins: [ADMIN] });
  const { stage, ircd } = verona;
  const node = 'disconnect-from-irc-server';
  await verona.enter(`#dev%${NAME}`);
  const peer = ircd.peers[0]!;
  const first = await give(stage, node, {}, executing());
  assert.deepEqual(typesOf(first.tree), { 'irc-servers': 'list-multi', 'quit-message': 'text-single' });
  assert.deepEqual(fieldsOf(first.tree)['irc-servers']?.options, [NAME]);
  const form = { 'irc-servers': NAME, 'quit-message': 'A plague on both' };
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='q'><command xmlns='http://jabber.org/protocol/commands' node='${node}' sessionid='${first.session}'>${submit(form)}</command></iq>`,
  );
  assert.equal(await peer.next(/^QUIT/), 'QUIT :A plague on both');
  await stage.receives(ROMEO, `<presence type='unavailable' from='#dev%${NAME}@${HOST}/romeo'/>`);
  await stage.skips(ROMEO);

  await verona.enter(`#dev%${NAME}`);
  const who = await give(stage, node, { from: JULIET }, executing());
  assert.deepEqual(fieldsOf(who.tree)['jid'], { type: 'list-single', values: [BARE], options: [BARE] });
  const jid = { from: JULIET, session: who.session, form: { jid: BARE } };
  const which = await give(stage, node, jid, executing());
  assert.deepEqual(fieldsOf(which.tree)['irc-servers']?.options, [NAME]);
  const last = { from: JULIET, session: who.session, form: { 'irc-servers': NAME } };
  await give(stage, node, last, note('One connection was ended.'));
});

test('execute_disconnect_user_adhoc_command: an administrator ends all connections of a user', async () => {
  await using verona = await Verona.open({ admins: [ADMIN] });
  await verona.enter(`#dev%${NAME}`);
  const { tree, session } = await give(verona.stage, 'disconnect-user', { from: JULIET }, executing());
  assert.deepEqual(fieldsOf(tree)['jids']?.options, [BARE]);
  assert.deepEqual(fieldsOf(tree)['quit-message']?.values, ['Disconnected by admin']);
  await give(verona.stage, 'disconnect-user', { from: JULIET, session, form: { jids: BARE } }, note());
  assert.equal(await verona.ircd.peers[0]!.next(/^QUIT/), 'QUIT :Disconnected by admin');
  await give(verona.stage, 'disconnect-user', { from: JULIET }, note('Nobody is connected.'));
});
