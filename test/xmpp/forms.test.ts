import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFlag, readForm, writeForm, writeTable } from '#src/xmpp/forms.ts';
import { matches, parseTree } from '#test/xml-tree.ts';
import { assertWellFormed, element } from '#test/xmpp/elements.ts';

const FORM = 'jabber:x:data';

test('a form that was filled in gives its FORM_TYPE and all values by name', () => {
  const form = readForm(
    element(
      `<x xmlns='${FORM}' type='submit'><field var='FORM_TYPE'><value>urn:x</value></field>
       <field var='nick'><value>romeo &amp; co</value></field><field var='rooms'><value>a</value><value>b</value></field>
       <field var='empty'/><field type='fixed'><value>read me</value></field></x>`,
    ),
  );
  assert.equal(form.type, 'urn:x');
  assert.equal(form.action, 'submit');
  assert.deepEqual(
    [...form.values],
    [
      ['FORM_TYPE', ['urn:x']],
      ['nick', ['romeo & co']],
      ['rooms', ['a', 'b']],
      ['empty', []],
    ],
  );
});

test('what is no form, or too large, is refused', () => {
  const form = (fields: string) => element(`<x xmlns='${FORM}' type='submit'>${fields}</x>`);
  assert.throws(() => readForm(element(`<x xmlns='${FORM}' type='toString'/>`)), { why: 'invalid' });
  assert.throws(() => readForm(element(`<x xmlns='${FORM}'/>`)), { why: 'invalid' });
  assert.throws(() => readForm(form("<field var='a'/>".repeat(101))), { why: 'too-long' });
  const large = `<value>${'x'.repeat(40_000)}</value>`;
  assert.throws(() => readForm(form(`<field var='a'>${large}${large}</field>`)), { why: 'too-long' });
  assert.equal(readForm(form("<field var='a'/>".repeat(100))).values.size, 1);
});

test('a form is written with types, options, bounds and escaped text', () => {
  const xml = writeForm({
    kind: 'form',
    type: 'urn:x',
    title: '<Title>',
    instructions: 'Fill in & send',
    fields: [
      { name: 'nick', label: 'Nick', values: ["o'hara"], required: true },
      { name: 'days', type: 'text-single', datatype: { name: 'xs:integer', min: 0, max: 9 } },
      { name: 'crowd', type: 'list-single', options: [{ value: 'full', label: 'All' }], desc: 'Who is shown' },
    ],
  });
  assertWellFormed(xml);
  const wanted = parseTree(
    `<x xmlns='${FORM}' type='form'><title>&lt;Title></title><instructions>Fill in &amp; send</instructions>
     <field var='FORM_TYPE' type='hidden'><value>urn:x</value></field>
     <field var='nick' label='Nick'><required/><value>o'hara</value></field>
     <field var='days' type='text-single'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='0' max='9'/></validate></field>
     <field var='crowd' type='list-single'><desc>Who is shown</desc><option label='All'><value>full</value></option></field></x>`,
  );
  assert.ok(matches(parseTree(xml), wanted), xml);
});

test('a table names its columns once and gives each row its values', () => {
  const xml = writeTable({
    columns: [
      { name: 'jid', label: 'Address', type: 'jid-single' },
      { name: 'state', label: 'State' },
    ],
    rows: [{ jid: 'ann@x', state: 'online' }, { jid: 'bob@x' }],
  });
  const tree = parseTree(xml);
  assert.deepEqual(
    tree.children.map(({ name }) => name),
    ['reported', 'item', 'item'],
  );
  assert.deepEqual(
    tree.children[2]?.children.map(({ children }) => children[0]?.text),
    ['bob@x', ''],
  );
});

test('a flag is 0, 1, true or false', () => {
  assert.deepEqual(['1', 'true', '0', 'false', 'yes', undefined].map(readFlag), [
    true,
    true,
    false,
    false,
    undefined,
    undefined,
  ]);
});
