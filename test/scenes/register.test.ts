/** Scenes of registering with the gateway (XEP-0077, XEP-0100) and of asking it for an address. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#src/network.ts';
import { HOST, join, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const REGISTER = 'jabber:iq:register';

function form(values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`);
  return `<iq type='set' to='${HOST}' id='r2'><query xmlns='${REGISTER}'><x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x></query></iq>`;
}

test('romeo asks for the form, fills it in, and the gateway asks to be on his roster', async () => {
  await using stage = await Stage.open();
  stage.network.open_ = false;
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='r1'><query xmlns='${REGISTER}'/></iq>`);
  await stage.receives(
    ROMEO,
    `<iq type='result' id='r1'><query xmlns='${REGISTER}'><instructions/><nick/><password/>
      <x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'><value>${REGISTER}</value></field>
      <field var='nick' type='text-single'><required/></field><field var='password' type='text-private'/></x></query></iq>`,
  );
  stage.sends(ROMEO, form({ nick: 'romeo', password: 'swordfish' }));
  await stage.receives(ROMEO, `<iq type='result' id='r2'/>`);
  await stage.receives(BARE, `<presence type='subscribe' from='${HOST}'/>`);
  assert.deepEqual(stage.network.session.account.settings, { nick: 'romeo', password: 'swordfish' });
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='r3'><query xmlns='${REGISTER}'/></iq>`);
  const known = await stage.receives(
    ROMEO,
    `<iq type='result' id='r3'><query xmlns='${REGISTER}'><registered/><nick>romeo</nick></query></iq>`,
  );
  assert.equal(JSON.stringify(known).includes('swordfish'), false);
});

test('the legacy fields serve as well as the form', async () => {
  await using stage = await Stage.open();
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='r2'><query xmlns='${REGISTER}'><nick>romeo</nick><password>x</password></query></iq>`,
  );
  await stage.receives(ROMEO, `<iq type='result' id='r2'/>`);
});

test('a wrong answer is refused with the sentence that says what is wrong', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, form({ nick: '' }));
  await stage.receives(
    ROMEO,
    `<iq type='error' id='r2'><error type='modify'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Give a nick.</text></error></iq>`,
  );
});

test('registering twice at once leaves one session', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<presence to='${HOST}'/>`);
  stage.sends(ROMEO, form({ nick: 'romeo' }));
  stage.sends(ROMEO, form({ nick: 'montague' }));
  await stage.receives(ROMEO, `<iq type='result' id='r2'/>`);
  await stage.receives(ROMEO, `<iq type='result' id='r2'/>`);
  await stage.settled();
  assert.equal(stage.network.sessions.filter((session) => session.running).length, 1);
});

test('where registering is needed, a join says so', async () => {
  await using stage = await Stage.open();
  stage.network.open_ = false;
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(
    ROMEO,
    `<presence type='error' id='join'><error type='auth'><registration-required xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
  );
});

test('logging in with a presence to the host connects, and logging out with the last client disconnects', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, form({ nick: 'romeo' }));
  await stage.receives(ROMEO, `<iq type='result' id='r2'/>`);
  stage.sends(ROMEO, `<presence to='${HOST}'/>`);
  await stage.settled();
  assert.equal(stage.network.session.runs, 1);
});

test('unregistering disconnects, forgets, and takes everything off the roster', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, form({ nick: 'romeo' }));
  await stage.receives(ROMEO, `<iq type='result' id='r2'/>`);
  await stage.receives(BARE, `<presence type='subscribe' from='${HOST}'/>`);
  stage.sends(BARE, `<presence type='subscribe' to='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='subscribed' from='${HOST}'/>`);
  await stage.receives(BARE, `<presence from='${HOST}/isthmus'/>`);
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='r4'><query xmlns='${REGISTER}'><remove/></query></iq>`);
  await stage.receives(ROMEO, `<iq type='result' id='r4'/>`);
  await stage.receives(BARE, `<presence type='unsubscribe' from='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unsubscribed' from='${HOST}'/>`);
  await stage.receives(BARE, `<presence type='unavailable' from='${HOST}/isthmus'/>`);
  assert.deepEqual(await stage.registry.accounts.list(BARE, HOST), []);
  assert.deepEqual(await stage.registry.contacts.list(BARE, HOST), []);
  stage.sends(ROMEO, `<iq type='set' to='${HOST}' id='r5'><query xmlns='${REGISTER}'><remove/></query></iq>`);
  await stage.receives(ROMEO, `<iq type='error' id='r5'><error type='auth'/></iq>`);
});

test('jabber:iq:gateway says what to type and turns it into a JID', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='g1'><query xmlns='jabber:iq:gateway'/></iq>`);
  await stage.receives(
    ROMEO,
    `<iq type='result' id='g1'><query xmlns='jabber:iq:gateway'><desc>Type a name.</desc><prompt>Name</prompt></query></iq>`,
  );
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='g2'><query xmlns='jabber:iq:gateway'><prompt>ann</prompt></query></iq>`,
  );
  await stage.receives(
    ROMEO,
    `<iq type='result' id='g2'><query xmlns='jabber:iq:gateway'><jid>ann@${HOST}</jid></query></iq>`,
  );
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='g3'><query xmlns='jabber:iq:gateway'><prompt>4 2!</prompt></query></iq>`,
  );
  await stage.receives(ROMEO, `<iq type='error' id='g3'><error type='modify'/></iq>`);
});

test('service discovery tells a gateway, never a chat service, and its caps match', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='d1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`);
  const info = await stage.receives(
    ROMEO,
    `<iq type='result' id='d1'><query xmlns='http://jabber.org/protocol/disco#info'>
      <identity category='gateway' type='irc'/><feature var='jabber:iq:register'/><feature var='jabber:iq:gateway'/></query></iq>`,
  );
  assert.equal(JSON.stringify(info).includes('"type":"text"'), false);
  stage.sends(
    ROMEO,
    `<iq type='get' to='#dev@${HOST}' id='d2'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
  );
  await stage.receives(
    ROMEO,
    `<iq type='result' id='d2'><query xmlns='http://jabber.org/protocol/disco#info'>
      <identity category='conference'/><feature var='http://jabber.org/protocol/muc'/></query></iq>`,
  );
  stage.sends(ROMEO, `<iq type='get' to='a%20b@${HOST}' id='d3'><query xmlns='urn:x:unknown'/></iq>`);
  await stage.receives(ROMEO, `<iq type='error' id='d3'/>`);
});

test('what won’t do is not acceptable, and nothing is stored', async () => {
  await using stage = await Stage.open();
  const notAcceptable = (text: string) =>
    `<iq type='error' id='r2'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${text}</text></error></iq>`;
  stage.sends(ROMEO, form({ nick: '' }));
  await stage.receives(ROMEO, notAcceptable('Give a nick.'));
  stage.network.unreachable = new Refusal('sign-in', 'The password is wrong. Sign in again.');
  stage.sends(ROMEO, form({ nick: 'romeo', password: 'guess' }));
  await stage.receives(ROMEO, notAcceptable('The password is wrong. Sign in again.'));
  stage.network.unreachable = undefined;
  stage.network.asksCode = true;
  stage.sends(ROMEO, form({ nick: 'romeo' }));
  await stage.receives(
    ROMEO,
    notAcceptable('More is asked than this form can hold. Use the command “Sign in”, or chat with this address.'),
  );
  assert.deepEqual(await stage.registry.accounts.list(BARE, HOST), []);
});

test('the form, its errors and the prompt are in the language of the stanza', async () => {
  await using stage = await Stage.open();
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='r1' xml:lang='cs'><query xmlns='${REGISTER}'/></iq>`);
  await stage.receives(
    ROMEO,
    `<iq type='result' id='r1'><query xmlns='${REGISTER}'><x xmlns='jabber:x:data' type='form'>
      <instructions>Vyplňte, co je označeno jako povinné; ostatní může zůstat prázdné.</instructions></x></query></iq>`,
  );
  stage.sends(
    ROMEO,
    `<iq type='set' to='${HOST}' id='r4' xml:lang='de'><query xmlns='${REGISTER}'><remove/></query></iq>`,
  );
  await stage.receives(
    ROMEO,
    `<iq type='error' id='r4'><error type='auth'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='de'>Du bist bei ${HOST} nicht registriert.</text></error></iq>`,
  );
});

test('where an invitation is needed the form asks for it', async () => {
  await using stage = await Stage.open({ allow: [], invites: true });
  stage.sends(ROMEO, `<iq type='get' to='${HOST}' id='r1'><query xmlns='${REGISTER}'/></iq>`);
  await stage.receives(
    ROMEO,
    `<iq type='result' id='r1'><query xmlns='${REGISTER}'><x xmlns='jabber:x:data' type='form'><field var='isthmus-invitation'/></x></query></iq>`,
  );
  stage.sends(ROMEO, form({ nick: 'romeo', 'isthmus-invitation': 'made up' }));
  await stage.receives(
    ROMEO,
    `<iq type='error' id='r2'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  );
});
