/** Scenes of what programs ask each other: ping, version and time of people, and of our users' clients. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContactId, type Question, Refusal } from '#src/network.ts';
import { FakeNetwork, member, truth } from '#test/fakes/network.ts';
import { until } from '#test/fakes/xmpp-server.ts';
import { HOST, join, occupant, ROMEO, Stage } from '#test/stage.ts';

const BARE = 'romeo@example.net';
const PHONE = `${BARE}/phone`;
const PAYLOADS = {
  ping: "<ping xmlns='urn:xmpp:ping'/>",
  version: "<query xmlns='jabber:iq:version'/>",
  time: "<time xmlns='urn:xmpp:time'/>",
} as const;
const NO_ANSWER = { name: '', version: '' };

type Answer = NonNullable<FakeNetwork['answer']>;

/** Romeo is in a room with Ann, whose program answers. */
async function inRoom(answer?: Answer): Promise<Stage> {
  const network = new FakeNetwork();
  network.answer = answer;
  const stage = await Stage.open({ network });
  stage.sends(ROMEO, join('#dev', 'romeo'));
  await stage.receives(ROMEO, occupant('#dev', 'romeo', 110));
  await network.session.emit(truth('#dev', [member('romeo', { self: true }), member('Ann')]));
  await stage.skips(ROMEO);
  return stage;
}

function asks(stage: Stage, to: string, what: Question, id: string = what): void {
  stage.sends(ROMEO, `<iq type='get' id='${id}' to='${to}'>${PAYLOADS[what]}</iq>`);
}

const error = (id: string, condition: string) =>
  `<iq type='error' id='${id}'><error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`;

test('a person is pinged, as a contact and as an occupant', async () => {
  const asked: string[] = [];
  await using stage = await inRoom(async (contact, what) => {
    asked.push(`${what} ${contact}`);
    return '';
  });
  for (const to of [`ann@${HOST}`, `ann@${HOST}/any`, `#dev@${HOST}/Ann`]) {
    asks(stage, to, 'ping');
    await stage.receives(ROMEO, `<iq type='result' id='ping' from='${to}'/>`);
  }
  assert.deepEqual(asked, ['ping ann', 'ping ann', 'ping ann']);
});

test('a version is cut where a number begins; a text without one is the name', async () => {
  const answers = ['WeeChat 4.1.0 (git: v4.1)', 'mIRC v7.5', 'Some <client>'];
  await using stage = await inRoom(async () => answers.shift() ?? '');
  const told = (name: string, version: string) =>
    stage.receives(
      ROMEO,
      `<iq type='result' id='version'><query xmlns='jabber:iq:version'><name>${name}</name><version>${version}</version></query></iq>`,
    );
  for (const [name, version] of [
    ['WeeChat', '4.1.0 (git: v4.1)'],
    ['mIRC', 'v7.5'],
    ['Some &lt;client>', ''],
  ] as const) {
    asks(stage, `ann@${HOST}`, 'version');
    await told(name, version);
  }
});

test('a time is told in UTC with the offset of the place', async () => {
  await using stage = await inRoom(async () => '2026-11-21T16:30:35+01:00');
  asks(stage, `#dev@${HOST}/Ann`, 'time');
  await stage.receives(
    ROMEO,
    `<iq type='result' id='time'><time xmlns='urn:xmpp:time'><tzo>+01:00</tzo><utc>2026-11-21T15:30:35Z</utc></time></iq>`,
  );
});

test('the own occupant is pinged here (XEP-0410), and asked for the rest', async () => {
  const asked: string[] = [];
  await using stage = await inRoom(async (contact, what) => {
    asked.push(`${what} ${contact}`);
    return 'Gajim 2.0 (through Isthmus)';
  });
  asks(stage, `#dev@${HOST}/romeo`, 'ping');
  await stage.receives(ROMEO, `<iq type='result' id='ping'/>`);
  asks(stage, `#dev@${HOST}/romeo`, 'version');
  await stage.receives(
    ROMEO,
    `<iq type='result' id='version'><query xmlns='jabber:iq:version'><name>Gajim</name></query></iq>`,
  );
  assert.deepEqual(asked, ['version romeo']);
});

test('host and room answer for themselves', async () => {
  await using stage = await inRoom(async () => {
    throw new Error('nobody is to be asked');
  });
  for (const to of [HOST, `#dev@${HOST}`]) {
    asks(stage, to, 'ping');
    await stage.receives(ROMEO, `<iq type='result' id='ping' from='${to}'/>`);
    asks(stage, to, 'version');
    await stage.receives(
      ROMEO,
      `<iq type='result' id='version'><query xmlns='jabber:iq:version'><name>Isthmus</name></query></iq>`,
    );
    asks(stage, to, 'time');
    await stage.receives(
      ROMEO,
      `<iq type='result' id='time'><time xmlns='urn:xmpp:time'><tzo>+00:00</tzo></time></iq>`,
    );
  }
});

test('who does not answer, is not there or can not be asked is an error of its own', async () => {
  const refusals = [new Refusal('timeout', 'late'), new Refusal('not-found', 'gone')];
  await using stage = await inRoom(async () => {
    throw refusals.shift();
  });
  asks(stage, `ann@${HOST}`, 'ping', 'a');
  await stage.receives(ROMEO, error('a', 'remote-server-timeout'));
  asks(stage, `ann@${HOST}`, 'ping', 'b');
  await stage.receives(ROMEO, error('b', 'item-not-found'));
  asks(stage, `#dev@${HOST}/Nobody`, 'version', 'c');
  await stage.receives(ROMEO, error('c', 'item-not-found'));
  asks(stage, `#other@${HOST}/Ann`, 'version', 'd');
  await stage.receives(ROMEO, error('d', 'not-acceptable'));
  asks(stage, `not\\20here@${HOST}`, 'ping', 'e');
  await stage.receives(ROMEO, error('e', 'item-not-found'));
});

test('a network without such questions leaves them to the gateway, but for a ping', async () => {
  await using stage = await inRoom();
  asks(stage, `#dev@${HOST}/Ann`, 'version');
  await stage.receives(
    ROMEO,
    `<iq type='result' id='version'><query xmlns='jabber:iq:version'><name>Isthmus</name></query></iq>`,
  );
  asks(stage, `#dev@${HOST}/Ann`, 'ping');
  await stage.receives(ROMEO, error('ping', 'feature-not-implemented'));
});

test('a few questions at a time, and a question that is answered makes room', async () => {
  const answers: (() => void)[] = [];
  await using stage = await inRoom(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answers.push(resolve);
    await promise;
    return 'x 1';
  });
  for (const id of ['1', '2', '3', '4']) asks(stage, `ann@${HOST}`, 'version', id);
  await stage.receives(ROMEO, error('4', 'resource-constraint'));
  answers[0]?.();
  await stage.receives(ROMEO, `<iq type='result' id='1'/>`);
  asks(stage, `ann@${HOST}`, 'version', '5');
  await until(() => answers.length === 4);
  for (const answer of answers) answer();
  for (const id of ['2', '3', '5']) await stage.receives(ROMEO, `<iq type='result' id='${id}'/>`);
});

test('whom the user has blocked is asked nothing, and the network knows that they are ignored', async () => {
  await using stage = await inRoom(async () => {
    throw new Error('nobody is to be asked');
  });
  assert.equal(stage.network.session.ignores('ann' as ContactId), false);
  stage.sends(
    ROMEO,
    `<iq type='set' id='b' to='${HOST}'><block xmlns='urn:xmpp:blocking'><item jid='ann@${HOST}'/></block></iq>`,
  );
  await stage.receives(ROMEO, `<iq type='result' id='b'/>`);
  for (const to of [`ann@${HOST}`, `#dev@${HOST}/Ann`]) {
    asks(stage, to, 'version');
    await stage.receives(
      ROMEO,
      `<iq type='error' id='version'><error><blocked xmlns='urn:xmpp:blocking:errors'/></error></iq>`,
    );
  }
  assert.equal(stage.network.session.ignores('ann' as ContactId), true);
});

/** What the client at that address is asked next; it answers with that payload, or an error. */
async function answers(stage: Stage, client: string, question: string, answer: string | undefined): Promise<void> {
  const iq = await stage.receives(client, `<iq type='get' from='${HOST}'>${question}</iq>`);
  const id = iq.attributes['id'];
  const error = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  const type = answer === undefined ? 'error' : 'result';
  stage.sends(client, `<iq type='${type}' id='${id}' to='${HOST}'>${answer ?? error}</iq>`);
}

const versionOf = ({ name, version }: typeof NO_ANSWER) =>
  `<query xmlns='jabber:iq:version'><name>${name}</name><version>${version}</version><os>secret</os></query>`;

test('the most available client is asked, and says its name and version but not its system', async () => {
  await using stage = await inRoom();
  stage.sends(ROMEO, `<presence to='#dev@${HOST}/romeo'><show>away</show></presence>`);
  stage.sends(PHONE, join('#dev', 'romeo'));
  await stage.receives(PHONE, `<presence from='#dev@${HOST}/Ann'/>`);
  await stage.skips(PHONE);
  const told = stage.network.session.asksClient('version');
  await answers(stage, PHONE, PAYLOADS.version, versionOf({ name: ' Gajim\n&amp; co ', version: '2.0' }));
  assert.equal(await told, 'Gajim & co 2.0');
});

test('a client tells its time with its offset', async () => {
  await using stage = await inRoom();
  const times: readonly (readonly [string, string, string | undefined])[] = [
    ['2026-11-21T15:30:35Z', '+01:00', '2026-11-21T16:30:35+01:00'],
    ['2026-11-21T02:30:35.123Z', '-05:30', '2026-11-20T21:00:35-05:30'],
    ['2026-11-21T15:30:35Z', 'Z', '2026-11-21T15:30:35+00:00'],
    ['2026-11-21T15:30:35Z', '+99:00', undefined],
    ['yesterday', '+01:00', undefined],
  ];
  for (const [utc, tzo, wanted] of times) {
    const told = stage.network.session.asksClient('time').catch((reason: Refusal) => reason.why);
    await answers(stage, ROMEO, PAYLOADS.time, `<time xmlns='urn:xmpp:time'><tzo>${tzo}</tzo><utc>${utc}</utc></time>`);
    assert.equal(await told, wanted ?? 'unsupported', `${utc} ${tzo}`);
  }
});

test('a client that refuses, or says nothing, is no answer; and none is there when all have gone', async () => {
  await using stage = await inRoom();
  const { session } = stage.network;
  const refused = assert.rejects(session.asksClient('version'), { name: 'Refusal' });
  await answers(stage, ROMEO, PAYLOADS.version, undefined);
  await refused;
  const empty = assert.rejects(session.asksClient('version'), { name: 'Refusal' });
  await answers(stage, ROMEO, PAYLOADS.version, versionOf(NO_ANSWER));
  await empty;
  const pinged = session.asksClient('ping');
  await answers(stage, ROMEO, PAYLOADS.ping, '');
  assert.equal(await pinged, '');
  stage.sends(ROMEO, `<presence type='unavailable' to='#dev@${HOST}/romeo'/>`);
  await stage.receives(ROMEO, `<presence type='unavailable'/>`);
  await assert.rejects(session.asksClient('version'), { why: 'not-found' });
});
