/** The table of extensions is in order, names what there is, and its documents are current. */

import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { doap, xepPage } from '#src/xmpp/xep-table.ts';
import { XEPS } from '#src/xmpp/xeps.ts';
import { parseTree } from '#test/xml-tree.ts';

const root = new URL('../../', import.meta.url);

test('docs/xeps.md and isthmus.doap are current (npm run generate)', async () => {
  assert.equal(await readFile(new URL('docs/xeps.md', root), 'utf8'), xepPage(XEPS));
  assert.equal(await readFile(new URL('isthmus.doap', root), 'utf8'), doap(XEPS));
});

test('isthmus.doap is well-formed and names every extension', () => {
  const [project] = parseTree(doap(XEPS).replace(/^<\?.*\?>\n/, '')).children;
  const named = project?.children.filter(({ name, children }) => name === 'implements' && children.length > 0);
  assert.equal(named?.length, XEPS.length);
});

test('each extension stands once, in order of numbers, and its code and test exist', async () => {
  const numbers = XEPS.map(({ number }) => number);
  assert.deepEqual(numbers, [...new Set(numbers)].toSorted());
  for (const { code, test: proof } of XEPS) for (const file of [code, proof]) await access(new URL(file, root));
});
