/** Service discovery and capabilities. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Jid } from '#src/address.ts';
import { capsElement, capsHash } from '#src/xmpp/caps.ts';
import type { Description } from '#src/xmpp/description.ts';
import { disco } from '#src/xmpp/disco.ts';
import { iqRouter } from '#src/xmpp/iq.ts';
import { attr, type Element } from '#src/xmpp/xml.ts';
import { until } from '../fakes/xmpp-server.ts';
import { assertWellFormed, element } from './elements.ts';
import { recordingLog } from './recording-log.ts';

const FEATURES = [
  'http://jabber.org/protocol/muc',
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/caps',
  'http://jabber.org/protocol/disco#items',
];
/** XEP-0115 §5.2. */
const EXODUS: Description = {
  identities: [{ category: 'client', type: 'pc', name: 'Exodus 0.9.1' }],
  features: FEATURES,
};
/** XEP-0115 §5.3. */
const PSI: Description = {
  identities: [
    { category: 'client', type: 'pc', name: 'Psi 0.11', lang: 'en' },
    { category: 'client', type: 'pc', name: 'Ψ 0.11', lang: 'el' },
  ],
  features: FEATURES,
  forms: [
    {
      type: 'urn:xmpp:dataforms:softwareinfo',
      fields: {
        ip_version: ['ipv6', 'ipv4'],
        os: ['Mac'],
        os_version: ['10.5.1'],
        software: ['Psi'],
        software_version: ['0.11'],
      },
    },
  ],
};

test('the hash is that of the specification', () => {
  assert.equal(capsHash(EXODUS), 'QgayPKawpkPSDYmwT/WM94uAlu0=');
  assert.equal(capsHash(PSI), 'q07IKJEyjvHSyhy//CH0CxmKi8w=');
});

test('the hash does not depend on order or repetition', () => {
  assert.equal(capsHash({ ...EXODUS, features: [...FEATURES, ...FEATURES].reverse() }), capsHash(EXODUS));
});

test('texts are ordered by octets, not by UTF-16', () => {
  const described = (names: string[]) => capsHash({ identities: [], features: names });
  assert.equal(described(['\u{10000}', '\uffee']), described(['\uffee', '\u{10000}']));
  assert.equal(described(['\u{10000}', '\uffee']), 'i9KWhrZKfwv61QzSy/of+Dp6tUw=');
});

const romeoOnly = (from: Jid) => from.bare === 'romeo@example.com';
const table = disco(
  (to, from, node) => {
    if (to.local !== '' || !romeoOnly(from)) return undefined;
    if (node === 'commands') return { identities: [], features: ['urn:commands'] };
    return node === undefined ? PSI : undefined;
  },
  async (to, _from, node) => {
    if (to.local !== '') return undefined;
    return node === undefined ? [{ jid: '#a&b@irc.example.com', name: "Ann's <room>" }] : undefined;
  },
);

async function ask(kind: 'info' | 'items', node?: string, to = 'irc.example.com', from = 'romeo@example.com/orchard') {
  const answers: Element[] = [];
  const { log } = recordingLog();
  const send = (xml: string) => {
    assertWellFormed(xml);
    answers.push(element(xml));
  };
  const query = `<query xmlns='http://jabber.org/protocol/disco#${kind}'${node === undefined ? '' : ` node='${node}'`}/>`;
  iqRouter({ table, send, log })(element(`<iq type='get' id='d' from='${from}' to='${to}'>${query}</iq>`));
  await until(() => answers.length > 0);
  return answers[0]!;
}

function refused(answer: Element): string | undefined {
  return answer.getChild('error')?.getChildElements()[0]?.name;
}

test('info tells identities, features once, and forms', async () => {
  const query = (await ask('info')).getChild('query', 'http://jabber.org/protocol/disco#info')!;
  assert.equal(attr(query, 'node'), undefined);
  assert.deepEqual(
    query.getChildren('identity').map((identity) => identity.attrs),
    [
      { category: 'client', type: 'pc', name: 'Psi 0.11', 'xml:lang': 'en' },
      { category: 'client', type: 'pc', name: 'Ψ 0.11', 'xml:lang': 'el' },
    ],
  );
  assert.deepEqual(
    query.getChildren('feature').map((feature) => attr(feature, 'var')),
    FEATURES,
  );
  const fields = query.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  assert.deepEqual(
    fields.map((field) => [attr(field, 'var'), field.getChildren('value').map((value) => value.getText())]),
    [['FORM_TYPE', ['urn:xmpp:dataforms:softwareinfo']], ...Object.entries(PSI.forms?.[0]?.fields ?? {})],
  );
});

test('the node of the capabilities describes the same, in its version only', async () => {
  const caps = element(capsElement(PSI));
  assert.equal(attr(caps, 'ver'), 'q07IKJEyjvHSyhy//CH0CxmKi8w=');
  const node = `${attr(caps, 'node')}#${attr(caps, 'ver')}`;
  const query = (await ask('info', node)).getChild('query');
  assert.equal(query && attr(query, 'node'), node);
  assert.equal(query?.getChildren('feature').length, FEATURES.length);
  assert.equal(refused(await ask('info', `${attr(caps, 'node')}#old`)), 'item-not-found');
});

test('items are listed, with any name', async () => {
  const items = (await ask('items')).getChild('query')?.getChildElements() ?? [];
  assert.deepEqual(
    items.map((item) => item.attrs),
    [{ jid: '#a&b@irc.example.com', name: "Ann's <room>" }],
  );
});

test('other nodes are asked for, and unknown ones and unknown addresses are not found', async () => {
  assert.ok((await ask('info', 'commands')).getChild('query')?.getChild('feature'));
  for (const kind of ['info', 'items'] as const) {
    assert.equal(refused(await ask(kind, 'nowhere')), 'item-not-found');
    assert.equal(refused(await ask(kind, undefined, 'nobody@irc.example.com')), 'item-not-found');
  }
  assert.equal(refused(await ask('info', undefined, 'irc.example.com', 'juliet@example.com/a')), 'item-not-found');
});
