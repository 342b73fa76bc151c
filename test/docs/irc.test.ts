/** docs/irc.md names tests that are there, all scenarios of biboumi's suite, all capabilities, and all networks. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const page = read('docs/irc.md');
/** `file` "beginning of a test's name". */
const CITED = /`([\w/-]+)` "([^"]+)"/g;
/** The rows of the table under that heading, as cells. */
const rowsOf = (heading: string) =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim()),
    );

/** Each test's name, and what stands in it after something that only running it tells. */
const titles = new Map<string, readonly string[]>();
function titlesOf(file: string): readonly string[] {
  const known = titles.get(file);
  if (known) return known;
  const path = `test/${file}.test.ts`;
  assert.ok(existsSync(new URL(path, root)), `There is no ${path}.`);
  const found = read(path).matchAll(/(?<![.\w])(?:test|parity)\(\s*(['"`])(.*?)\1[,\s]/gs);
  const parts = [...found].flatMap(([, , title = '']) => title.split(/\$\{.*?\}:?\s*/));
  titles.set(file, parts);
  return parts;
}

const SCENARIOS =
  `basic_handshake_success basic_subscribe_unsubscribe channel_custom_topic channel_force_join channel_history
  channel_history_on_fixed_server channel_join_on_fixed_irc_server channel_join_with_different_nick
  channel_join_with_password channel_join_with_two_users channel_list_escaping channel_list_with_rsm channel_messages
  client_error complete_channel_list_with_pages_of_3 configure_bad_value default_channel_list_limit default_mam_limit
  encoded_channel_join execute_admin_disconnect_from_server_adhoc_command execute_disconnect_user_adhoc_command
  execute_forbidden_adhoc_command execute_hello_adhoc_command execute_incomplete_hello_adhoc_command
  execute_ping_adhoc_command execute_reload_adhoc_command fixed_irc_server_subscription fixed_muc_disco_info
  get_irc_connection_info get_irc_connection_info_fixed global_configure global_configure_fixed
  global_configure_persistent_by_default invite_other irc_channel_configure irc_channel_configure_fixed
  irc_channel_configure_xep0045 irc_server_configure irc_server_connection irc_server_connection_failure
  irc_server_presence_in_roster irc_server_presence_subscription irc_tls_connection join_history_limit leave_unjoined_chan
  list_adhoc list_adhoc_fixed_server list_adhoc_irc list_admin_adhoc list_admin_adhoc_fixed_server list_muc_user_adhoc
  mam_on_fixed_server mam_with_timestamps mode_change muc_disco_info muc_message_from_unjoined_resource muc_traffic_info
  multiline_message multiline_topic multiple_channels_join multisession_kick multisessionnick nick_change
  nick_change_in_join not_connected_error notices persistent_channel quit raw_message raw_message_fixed_irc_server
  resource_is_removed_from_server_when_last_chan_is_left sasl self_disco_info self_ping_fixed_server self_ping_not_in_muc
  self_ping_on_real_channel self_ping_with_error self_version simple_channel_join simple_channel_join_fixed
  simple_channel_list simple_kick simple_mam slash_me_channel_message stable_id`.split(/\s+/);

test('every test that docs/irc.md names is there', () => {
  const cited = [...page.matchAll(CITED)];
  assert.ok(cited.length > 250, `only ${cited.length}`);
  for (const [, file = '', name = ''] of cited) {
    // Names of scenarios may stand in a list.
    const isThere =
      titlesOf(file).some((title) => title.startsWith(name)) || read(`test/${file}.test.ts`).includes(`'${name}'`);
    assert.ok(isThere, `No test in test/${file}.test.ts begins with: ${name}`);
  }
});

test('every yes of docs/irc.md names its test', () => {
  for (const heading of ['Side by side', 'What users of biboumi ask for']) {
    const claims = rowsOf(heading).filter(([, , ours = '']) => /^(yes|partly)\b/.test(ours));
    assert.ok(claims.length >= 12, heading);
    for (const [what, , ours, proof = ''] of claims) assert.match(proof, new RegExp(CITED.source), `${what}: ${ours}`);
  }
});

test('docs/irc.md has the 85 scenarios in their order, each with its test', () => {
  const rows = rowsOf('The 85 scenarios').slice(2);
  assert.deepEqual(
    rows.map(([name]) => name),
    SCENARIOS.map((name, at) => `${at + 1}. ${name}`),
  );
  for (const [name, , proof = ''] of rows) assert.match(proof, new RegExp(CITED.source), name);
});

test('docs/irc.md has every capability that is asked for, and every script of a network', () => {
  const wanted =
    /WANTED[^(]*\(\[(.*?)\]\)/s
      .exec(read('bridges/irc/connection/capabilities.ts'))?.[1]
      ?.match(/(?<=')[^']+(?=',)/g) ?? [];
  assert.ok(wanted.length > 20);
  const rows = rowsOf('IRCv3').slice(2);
  const told = rows.map(([name]) => name).join();
  for (const name of wanted) assert.ok(told.includes(`\`${name}\``), name);
  for (const [name, , , proof = ''] of rows) assert.match(proof, new RegExp(CITED.source), name);
  const files = readdirSync(new URL('test/bridges/irc/networks/', root)).filter((name) => name.endsWith('.txt'));
  const networks = rowsOf('Thirty networks')
    .slice(2)
    .map(([name]) => `${name?.replaceAll('`', '')}.txt`);
  assert.deepEqual(networks, files.toSorted());
});
