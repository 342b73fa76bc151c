/** Whatever stands in a database of biboumi, it ends no import, breaks no stanza and comes into no line of IRC. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ircNetwork } from '#bridges/irc/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import { type Row, settingsOf } from '#bridges/irc/settings/biboumi.ts';
import { lineReader } from '#src/import/biboumi-lines.ts';
import { Report } from '#src/import/report.ts';
import { targetOf } from '#src/import/target.ts';
import type { AccountId } from '#src/network.ts';
import { archiveResult } from '#src/xmpp/write/archived.ts';
import { parseTree } from '#test/xml-tree.ts';
import { HOST, ROMEO, SERVER, THEN, UNTOUCHED } from './old.ts';

const options = ircOptions.parse({});
const NOW = (THEN + 1) * 1000;

/** What SQLite can hold in any column, and what often breaks things. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    null,
    '',
    '\u0000',
    '\r\nQUIT',
    ']]>',
    '\u{ffff}',
    '\ud800',
    'a/b',
    '6697;;x',
    "'/><x",
    '/me ',
    'utf-16',
  ),
  fc.bigInt(),
  fc.double(),
  fc.uint8Array({ maxLength: 4 }),
);

function rows(known: Row): fc.Arbitrary<Row> {
  const column = (usual: unknown) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: value });
  return fc.record(Object.fromEntries(Object.entries(known).map(([name, usual]) => [name, column(usual)])));
}

test('any row of settings gives settings that can be sent', () => {
  const all = fc.tuple(rows(UNTOUCHED), fc.array(fc.string({ unit: 'binary' })), rows(UNTOUCHED), fc.string());
  const property = fc.property(all, ([server, commands, room, name]) => {
    const told: string[] = [];
    const settings = settingsOf(
      { server, commands, rooms: { '#x': room } },
      { id: SERVER as AccountId, name, options, realnames: true, lost: (sentence) => told.push(sentence) },
    );
    assert.deepEqual(JSON.parse(JSON.stringify(settings)), settings);
    const { nick, username = '', realname = '', password = '', sasl, afterConnect = [], ports = [] } = settings;
    for (const text of [
      nick,
      username,
      realname,
      password,
      sasl?.account ?? '',
      sasl?.password ?? '',
      ...afterConnect,
    ]) {
      assert.doesNotMatch(text, /[\r\n\0]/);
    }
    for (const { port } of ports) assert.ok(Number.isInteger(port) && port > 0 && port < 65_536);
    assert.ok(nick !== '' && told.every((sentence) => sentence.endsWith('.') || sentence.endsWith(').')));
  });
  fc.assert(property, { numRuns: 500 });
});

test('any message gives a stanza that a parser of others takes, or a line of the report', () => {
  const known = {
    id_: 1,
    uuid_: 'e3e70682-c209-4cac-a29f-6fbed82c07cd',
    owner_: ROMEO,
    ircchanname_: '#balcony',
    ircservername_: SERVER,
    date_: THEN,
    body_: 'Ay me!',
    nick_: 'Juliet',
  };
  const report = new Report();
  const target = targetOf(HOST, ircNetwork(options), options, 0);
  const entryOf = lineReader({ target, occupantId: () => 'x', report, now: NOW });
  let shown = 0;
  const property = fc.property(rows(known), (row) => {
    const entry = entryOf(row);
    if (!entry) return;
    shown += 1;
    assert.ok(entry.at.getTime() > 0 && entry.at.getTime() <= NOW);
    const { head, tail } = archiveResult(`#balcony@${HOST}`, 'q', { ...entry, seq: -1, received: entry.at });
    const forwarded = parseTree(head + ROMEO + tail).children[0]?.children[0];
    const [body, stanzaId] = forwarded?.children[1]?.children ?? [];
    assert.ok(body?.text && stanzaId?.attributes['id'] === entry.id);
  });
  fc.assert(property, { numRuns: 1_000 });
  assert.ok(shown > 50, `${shown} were shown`);
  assert.ok(report.lines().length > 3);
});
