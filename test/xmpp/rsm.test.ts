/** Pages of long answers, as XEP-0059 writes them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRsm, writeRsm } from '#src/xmpp/rsm.ts';
import { assertWellFormed, element } from './elements.ts';

const RSM = 'http://jabber.org/protocol/rsm';

function read(set: string) {
  return readRsm(element(`<query xmlns='jabber:iq:search'><nick>Pete</nick>${set}</query>`));
}

test('the requests of XEP-0059 are read as they are meant', () => {
  const cases: [string, object][] = [
    ['', {}],
    [`<set xmlns='${RSM}'><max>10</max></set>`, { max: 10 }],
    [`<set xmlns='${RSM}'><max>0</max></set>`, { max: 0 }],
    [`<set xmlns='${RSM}'><max>10</max><after>a&amp;b</after></set>`, { max: 10, after: 'a&b' }],
    [`<set xmlns='${RSM}'><max>10</max><before>x</before></set>`, { max: 10, before: 'x' }],
    [`<set xmlns='${RSM}'><max> 10 </max><before/></set>`, { max: 10, before: '' }],
    [`<set xmlns='${RSM}'><index>371</index></set>`, { index: 371 }],
    ["<set xmlns='urn:other'><max>10</max></set>", {}],
  ];
  for (const [set, wanted] of cases) assert.deepEqual(read(set), wanted, set);
});

test('what makes no sense is refused', () => {
  const refused: [string, string][] = [
    ['<max>-1</max>', 'invalid'],
    ['<max>ten</max>', 'invalid'],
    ['<max/>', 'invalid'],
    ['<max>1e3</max>', 'invalid'],
    [`<max>${'9'.repeat(16)}</max>`, 'invalid'],
    ['<index>0x1</index>', 'invalid'],
    ['<after/>', 'invalid'],
    [`<after>${'a'.repeat(1024)}</after>`, 'not-found'],
  ];
  for (const [inside, why] of refused) {
    assert.throws(() => read(`<set xmlns='${RSM}'>${inside}</set>`), { name: 'Refusal', why }, inside);
  }
});

test('a page tells its ends, its place and the whole', () => {
  const cases: [object, string][] = [
    [{}, `<set xmlns='${RSM}'/>`],
    [{ count: 0 }, `<set xmlns='${RSM}'><count>0</count></set>`],
    [
      { first: "<'a'>", last: 'b&', index: 0, count: 800 },
      `<set xmlns='${RSM}'><first index='0'>&lt;&apos;a&apos;&gt;</first><last>b&amp;</last><count>800</count></set>`,
    ],
    [{ first: 'a', last: 'a' }, `<set xmlns='${RSM}'><first>a</first><last>a</last></set>`],
  ];
  for (const [page, wanted] of cases) {
    const xml = writeRsm(page);
    assertWellFormed(xml);
    assert.equal(xml, wanted);
  }
});
