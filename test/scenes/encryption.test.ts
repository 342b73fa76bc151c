/** Scenes of messages that no network could read (XEP-0380): refused in words, and never sent. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROMEO, Stage } from '#test/stage.ts';
import { ANN_AT, inRoom, ROOM, toAnn, toRoom } from './talk.ts';

const BODY = `<body>I sent you an encrypted message</body>`;
const OMEMO = (payload: string) =>
  `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/>${payload}</encrypted>`;
const ENCRYPTED: readonly (readonly [string, string])[] = [
  [
    'OMEMO',
    `${BODY}${OMEMO('<payload>abcd</payload>')}<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/>`,
  ],
  ['OMEMO', `<encrypted xmlns='urn:xmpp:omemo:2'><header/><payload>abcd</payload></encrypted>`],
  ['OMEMO', `<body>aesgcm://example.net/a#b</body>`],
  ['OpenPGP', `${BODY}<openpgp xmlns='urn:xmpp:openpgp:0'>abcd</openpgp>`],
  ['OpenPGP', `${BODY}<x xmlns='jabber:x:encrypted'>abcd</x>`],
  ['OTR', `<body>?OTRv3?</body>`],
  ['Secret', `${BODY}<encryption xmlns='urn:xmpp:eme:0' namespace='urn:example' name='Secret'/>`],
];

test('an encrypted message is refused with a sentence that says what to do, and nothing of it is sent', async () => {
  await using stage = await Stage.open();
  await inRoom(stage, ROMEO);
  for (const [method, children] of ENCRYPTED) {
    for (const stanza of [toAnn('c1', children), toRoom('c1', children)]) {
      stage.sends(ROMEO, stanza);
      const text = `Fake can't read messages with ${method}, so this one was not sent. Switch ${method} off in this chat, then send it again.`;
      await stage.receives(
        ROMEO,
        `<message type='error' id='c1' from='${stanza.includes('groupchat') ? ROOM : ANN_AT}'><error type='cancel'>
          <feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
          <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${text.replace("'", '&apos;')}</text></error></message>`,
      );
    }
  }
  assert.equal(
    stage.network.session.actions.some(({ type }) => type === 'message'),
    false,
  );
});

test('messages that only exchange keys are passed over in silence', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, toAnn('c1', `${BODY}${OMEMO('')}`));
  await stage.receivesNoMore(ROMEO);
  assert.equal(stage.network.sessions.length, 0);
});
