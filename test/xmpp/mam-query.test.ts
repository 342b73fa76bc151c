/** Queries of archives, as XEP-0313 writes them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveForm, readArchiveQuery } from '#src/xmpp/mam-query.ts';
import { assertWellFormed, element } from './elements.ts';

const MAM = 'urn:xmpp:mam:2';

function read(inside: string, attributes = '') {
  return readArchiveQuery(element(`<query xmlns='${MAM}' ${attributes}>${inside}</query>`));
}
function form(fields: string, type = MAM, action = 'submit') {
  const hidden = `<field var='FORM_TYPE' type='hidden'><value>${type}</value></field>`;
  return `<x xmlns='jabber:x:data' type='${action}'>${hidden}${fields}</x>`;
}
function field(name: string, ...values: string[]) {
  return `<field var='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</field>`;
}
const NOTHING = { page: {}, descending: false, flip: false };

test('a query that names nothing asks for everything', () => {
  assert.deepEqual(read(''), NOTHING);
  assert.deepEqual(read(form('')), NOTHING);
  assert.deepEqual(read(form(field('ids'))), NOTHING);
});

test('every field, the page, the order and the flip are read', () => {
  const fields = [
    field('with', 'Nurse@irc.example.com/x'),
    field('start', '2010-06-07T00:00:00Z'),
    field('end', '2010-07-07T15:23:54.5+02:00'),
    field('after-id', 'a'),
    field('before-id', 'b'),
    field('ids', 'c', 'd'),
    field('include-groupchat', 'false'),
  ];
  const set = "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max><before/></set>";
  const order = "<order xmlns='urn:xmpp:order-by:1' by='creation' desc='1'/>";
  const { with: jid, ...rest } = read(`${form(fields.join(''))}${set}${order}<flip-page/>`, "queryid='f27'");
  assert.equal(jid?.full, 'nurse@irc.example.com/x');
  assert.deepEqual(rest, {
    queryid: 'f27',
    start: new Date('2010-06-07T00:00:00Z'),
    end: new Date('2010-07-07T13:23:54.500Z'),
    afterId: 'a',
    beforeId: 'b',
    ids: ['c', 'd'],
    page: { max: 10, before: '' },
    descending: true,
    flip: true,
  });
});

test('what makes no sense is refused, and what is not known is not served', () => {
  const refused: [string, string][] = [
    [form('', 'urn:xmpp:mam:1'), 'invalid'],
    ["<x xmlns='jabber:x:data' type='submit'/>", 'invalid'],
    [form('', MAM, 'result'), 'invalid'],
    [form(field('with', 'a@b@c')), 'invalid'],
    [form(field('start', 'yesterday')), 'invalid'],
    [form(field('start', '2010-06-07')), 'invalid'],
    [form(field('end', '2010-13-07T00:00:00Z')), 'invalid'],
    [form(field('include-groupchat', 'perhaps')), 'invalid'],
    [form(field('{http://example.com/}free-text-search', 'x')), 'unsupported'],
    ["<set xmlns='http://jabber.org/protocol/rsm'><max>1</max><index>7</index></set>", 'unsupported'],
    ["<order xmlns='urn:xmpp:order-by:1' by='modification'/>", 'unsupported'],
    [form(field('ids', ...Array.from({ length: 251 }, String))), 'too-long'],
  ];
  for (const [inside, why] of refused) assert.throws(() => read(inside), { name: 'Refusal', why }, inside);
  assert.throws(() => read('', "node='urn:xmpp:microblog:0'"), { why: 'not-found' });
  assert.throws(() => read('', `queryid='${'q'.repeat(1024)}'`), { why: 'invalid' });
});

test('the form names every field, and ids may be any', () => {
  const xml = archiveForm();
  assertWellFormed(xml);
  const names = [...xml.matchAll(/var='([^']+)' type='([^']+)'/g)].map(([, name, type]) => `${name} ${type}`);
  assert.deepEqual(names, [
    'FORM_TYPE hidden',
    'with jid-single',
    'start text-single',
    'end text-single',
    'before-id text-single',
    'after-id text-single',
    'ids list-multi',
    'include-groupchat boolean',
  ]);
  assert.match(xml, /<validate xmlns='http:\/\/jabber.org\/protocol\/xdata-validate' datatype='xs:string'><open\/>/);
});
