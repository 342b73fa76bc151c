import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableText, toldRows } from '#src/commands/outcome-text.ts';
import { outcomeTable } from '#src/xmpp/command-form.ts';

const columns = [{ name: 'jid', label: 'Address' }];
/** Servers close the whole link at a stanza of half a mebibyte. */
const STANZA = 2 ** 19;

for (const [what, jid] of Object.entries({
  short: "o'neill@irc.example",
  long: "'".repeat(3_000),
  immense: "'".repeat(99_999),
})) {
  test(`ten thousand ${what} rows fit in one stanza, and what is left out is counted`, () => {
    const table = { columns, rows: Array.from({ length: 10_000 }, () => ({ jid })) };
    const { rows, more } = toldRows(table, 'form', 'de');
    assert.ok(outcomeTable({ columns, rows }, 'Contacts', 'de').length < STANZA);
    assert.deepEqual(more, [`… und ${10_000 - rows.length} weitere.`]);
    const text = tableText(table, undefined);
    assert.ok(text.length < 20_000);
    assert.match(text, /… and \d+ more\.$/);
  });
}

test('a table that fits is told whole', () => {
  const table = { columns, rows: [{ jid: 'a' }, { jid: 'b' }] };
  assert.deepEqual(toldRows(table, 'form', undefined), { rows: table.rows, more: [] });
  assert.equal(tableText(table, undefined), '• a\n• b');
});
