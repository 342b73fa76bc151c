/** Scenes of what the host tells of who runs it and of what becomes of data. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, ROMEO, Stage } from '#test/stage.ts';

/** The fields of a form in the host's disco#info, by name; undefined where there is no such form. */
async function form(stage: Stage, type: string): Promise<Record<string, string[]> | undefined> {
  stage.sends(ROMEO, `<iq type='get' id='d' to='${HOST}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`);
  const iq = await stage.receives(ROMEO, `<iq type='result' id='d'/>`);
  const forms = (iq.children[0]?.children ?? [])
    .filter(({ ns }) => ns === 'jabber:x:data')
    .map(({ children }) =>
      Object.fromEntries(children.map((field) => [field.attributes['var'], field.children.map(({ text }) => text)])),
    );
  return forms.find((fields) => fields['FORM_TYPE']?.[0] === type);
}

test('whom to turn to is told, and only for what there is an address', async () => {
  const contact = {
    admin: ['mailto:a@example.com', 'xmpp:a@example.com'],
    abuse: ['mailto:b@example.com'],
    support: [],
  };
  await using stage = await Stage.open({ contact });
  assert.deepEqual(await form(stage, 'http://jabber.org/network/serverinfo'), {
    FORM_TYPE: ['http://jabber.org/network/serverinfo'],
    'admin-addresses': ['mailto:a@example.com', 'xmpp:a@example.com'],
    'abuse-addresses': ['mailto:b@example.com'],
  });
});

test('what becomes of data is told of the gateway and of its network', async () => {
  const policy = {
    terms: 'https://example.com/terms',
    transmission: 'encrypted',
    network: { about: 'Channels <may> be logged.' },
  } as const;
  await using stage = await Stage.open({ policy });
  assert.deepEqual(await form(stage, 'urn:xmpp:data-policy:0'), {
    FORM_TYPE: ['urn:xmpp:data-policy:0'],
    auth_data: ['plain'],
    data_transmission: ['encrypted'],
    data_retention: ['720'],
    data_deletion: ['true'],
    encryption_at_rest: ['false'],
    access_policy: ['admins'],
    tos: ['https://example.com/terms'],
  });
  assert.deepEqual(await form(stage, 'urn:xmpp:data-policy:identity:gateway:irc:0'), {
    FORM_TYPE: ['urn:xmpp:data-policy:identity:gateway:irc:0'],
    extra_info: ['Channels <may> be logged.'],
  });
});

test('what the administrator does not say is not told', async () => {
  await using stage = await Stage.open();
  assert.equal(await form(stage, 'http://jabber.org/network/serverinfo'), undefined);
  assert.equal(await form(stage, 'urn:xmpp:data-policy:identity:gateway:irc:0'), undefined);
});
