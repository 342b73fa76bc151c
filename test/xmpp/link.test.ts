/** The link against a server and a network that misbehave. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attr, childText } from '#src/xmpp/xml.ts';
import { until } from '../fakes/xmpp-server.ts';
import { attach, message, online } from './attach.ts';

test('a link goes online, carries stanzas both ways and ends its stream politely', async (t) => {
  const { server, link, stanzas, events } = await online(t);
  server.inject(message('in'));
  link.send(message('out'));
  await server.received(/out/);
  await until(() => stanzas.length > 0);
  link.send(message('last'));
  await link[Symbol.asyncDispose]();
  await server.received(/last/);
  assert.equal(server.goodbyes, 1);
  assert.deepEqual(server.malformed, []);
  assert.deepEqual(events, ['online', 'offline']);
});

test('trap: characters cut apart by the network arrive whole', async (t) => {
  const { server, stanzas } = await online(t);
  await server.injectBytes(message('žluťoučký 🐎 عربى'));
  await until(() => stanzas.length > 0);
  assert.equal(childText(stanzas[0]!, 'body'), 'žluťoučký 🐎 عربى');
});

test('trap: bad addresses harm neither the link nor the stanzas after them', async (t) => {
  const { server, stanzas } = await online(t);
  const bad = ['@', '@@', '/', '', 'a@', ' ', '\ud83d\ude00', 'a'.repeat(5_000)];
  server.inject(bad.map((jid) => `<message from='${jid}' to='${jid}'/><iq type='result' from='${jid}'/>`).join(''));
  server.inject(message('after'));
  await until(() => stanzas.some((stanza) => childText(stanza, 'body') === 'after'));
  assert.equal(server.connections, 1);
});

for (const [what, xml] of Object.entries({
  'an unknown entity': '<message>&nbsp;</message>',
  'an illegal character reference': "<message id='&#1;'/>",
  'crossed tags': '<message><a></message></a>',
  'an end without a beginning': '</message>',
  'the end of the stream': '</stream:stream>',
  'a stream error': "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
  'a malformed stream error': '<stream:error/>',
})) {
  test(`trap: ${what} ends the stream, and the link comes back`, async (t) => {
    const { server, link, stanzas, events } = await online(t);
    server.inject(xml);
    await until(() => events.filter((event) => event === 'online').length === 2);
    await until(() => server.online);
    server.inject(message('after'));
    await until(() => stanzas.length > 0);
    assert.ok(link.online);
  });
}

test('trap: a stanza for which a server would end the stream is not sent', async (t) => {
  const { server, link, lines } = await online(t);
  link.send(message('\u{1f40e}'.repeat(150_000)));
  link.send(message('after'));
  await server.received(/after/);
  assert.ok(server.stanzas.every((stanza) => stanza.length < 100_000));
  assert.match(lines.join(), /too large/);
});

test('trap: what is sent is cleaned of characters that would close the stream', async (t) => {
  const { server, link } = await online(t);
  link.send(message('a\u0001\u0000\u000b\ufffe\ud800b', 'dirty'));
  assert.match(await server.received(/dirty/), /<body>a\ufffdb<\/body>/);
  assert.deepEqual(server.malformed, []);
});

test('trap: what is sent while the link is down waits and arrives in order', async (t) => {
  const { server, link, events } = await online(t);
  server.drop();
  await until(() => events.includes('offline'));
  for (const body of ['1', '2', '3']) link.send(message(body));
  await server.received(/>3</);
  assert.deepEqual(
    server.stanzas.map((stanza) => /<body>(.*?)</.exec(stanza)?.[1]),
    ['1', '2', '3'],
  );
});

test('trap: what is sent while the connection is being torn down is kept for the next one', async (t) => {
  const { server } = await online(t, { stanza: (_stanza, link) => link.send(message('reply')) });
  server.inject(`${message('question')}</stream:stream>`);
  await server.received(/reply/);
  assert.equal(server.connections, 2);
});

test('trap: a slow header and a slow handshake are waited for', async (t) => {
  const { server, link } = await attach(t, { server: { headerDelay: 40, handshakeDelay: 40 } });
  link.send(message('early'));
  await server.received(/early/);
  assert.equal(server.connections, 1);
});

for (const slow of ['headerDelay', 'handshakeDelay'] as const) {
  test(`trap: without an end to the ${slow} the link is tried again`, async (t) => {
    const { server, link } = await attach(t, {
      server: { [slow]: Number.POSITIVE_INFINITY },
      timing: { handshake: 20 },
    });
    await until(() => server.connections === 3);
    server.options = {};
    await until(() => link.online);
  });
}

test('trap: a server that is not there is tried again and again, with growing waits', async (t) => {
  const { server, link, lines } = await attach(t, { server: { refuse: 'system-shutdown' } });
  await until(() => server.connections >= 4);
  const waits = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg.startsWith('No link'));
  assert.ok(waits.every(({ ms, reason }) => ms <= 10 && reason === 'system-shutdown'));
  server.options = {};
  await until(() => link.online);
});

test('a connection that is refused is told with its cause', async (t) => {
  const { server, events, lines } = await online(t);
  await server[Symbol.asyncDispose]();
  await until(() => events.includes('offline'));
  await until(() => lines.some((line) => line.includes('ECONNREFUSED')));
});

for (const [condition, hint] of Object.entries({
  'not-authorized': /exactly this name with the same secret/,
  'host-unknown': /knows no component irc\.example\.com/,
  conflict: /Something else is connected/,
})) {
  test(`trap: ${condition} stops the link with one sentence`, async (t) => {
    const { server, link, events } = await attach(t, { server: { refuse: condition } });
    await until(() => events.length > 0);
    await link[Symbol.asyncDispose]();
    assert.equal(events.length, 1);
    assert.match(events[0] ?? '', hint);
    assert.equal(server.connections, 1);
  });
}

test('trap: a wrong secret stops the link', async (t) => {
  const { events } = await attach(t, { secret: 'guessed' });
  await until(() => events.length > 0);
  assert.match(events[0] ?? '', /same secret/);
});

test('trap: being pushed out by another program stops the link, so that the two do not push each other', async (t) => {
  const { server, link, events } = await online(t);
  server.fail('conflict');
  await until(() => events.length === 3);
  assert.match(events[2] ?? '', /Something else is connected/);
  assert.ok(!link.online);
  assert.equal(server.connections, 1);
});

test('a conflict with its own lost connection is waited out', async (t) => {
  const { server, link, events } = await online(t);
  server.options = { refuse: 'conflict' };
  server.drop();
  await until(() => server.connections >= 3);
  server.options = {};
  await until(() => link.online);
  assert.deepEqual(events, ['online', 'offline', 'online']);
});

test('trap: stream features before the handshake are passed over, and are no welcome', async (t) => {
  await online(t, { server: { features: true } });
  const { events } = await attach(t, { server: { features: true, refuse: 'not-authorized' } });
  await until(() => events.length > 0);
  assert.match(events[0] ?? '', /same secret/);
});

test('white space between stanzas does not pile up in memory', async (t) => {
  const { server, stanzas } = await online(t);
  for (let count = 0; count < 100; count += 1) server.inject(`\n${message(String(count))}\n`);
  await until(() => stanzas.length === 100);
  assert.ok((stanzas[99]?.parent?.children.length ?? 0) <= 1);
});

test('trap: a secret of any characters is taken', async (t) => {
  await online(t, { server: { secret: 'žluťoučký & 🐎' }, secret: 'žluťoučký & 🐎' });
});

test('trap: what stands in one segment with the handshake is not lost', async (t) => {
  const greeting =
    "<message from='example.com' to='irc.example.com'><privilege xmlns='urn:xmpp:privilege:2'>" +
    "<perm access='roster' type='both'/></privilege></message>";
  const { stanzas } = await online(t, { server: { greeting } });
  await until(() => stanzas.length > 0);
  assert.ok(stanzas[0]?.getChild('privilege', 'urn:xmpp:privilege:2'));
});

test('trap: a stanza that nobody answers is not answered by the link', async (t) => {
  const { server, link, stanzas } = await online(t);
  server.inject("<iq type='get' id='q' from='romeo@example.com/a' to='irc.example.com'><query xmlns='urn:x'/></iq>");
  await until(() => stanzas.length > 0);
  link.send(message('behind'));
  await server.received(/behind/);
  assert.equal(server.stanzas.length, 1);
});

test('trap: a dead connection is noticed and replaced', async (t) => {
  const { server, link, events, lines } = await online(t, { timing: { silence: 20, grace: 20 } });
  server.silent = true;
  await until(() => events.includes('offline'));
  assert.ok(lines.some((line) => line.includes('no sign of life')));
  server.silent = false;
  await until(() => link.online);
});

for (const dropsBare of [false, true]) {
  const where = dropsBare ? ', on an ejabberd that drops bare ones too' : '';
  test(`a quiet connection lives on by its pings, of which nobody hears${where}`, async (t) => {
    const options = { timing: { silence: 10, grace: 1_000 }, server: { dropsBare } };
    const { server, stanzas, events } = await online(t, options);
    await until(() => server.stanzas.filter((stanza) => stanza.includes('urn:xmpp:ping')).length >= 4);
    assert.deepEqual([events, stanzas], [['online'], []]);
  });
}

test('a bug in the treatment of a stanza costs that stanza only', async (t) => {
  const { server, link, stanzas, lines } = await online(t, {
    stanza: (stanza) => {
      if (attr(stanza, 'id') === 'bad') throw new Error('Oh no');
    },
  });
  server.inject(message('1', 'bad') + message('2'));
  await until(() => stanzas.length === 2);
  assert.equal(link.counts.failed, 1);
  assert.match(lines.join(), /Oh no.*link\.test\.ts/);
});

test('a stanza that is too large is refused, and the next one is read', async (t) => {
  const { server, stanzas } = await online(t);
  const large = 'x'.repeat(300_000);
  server.inject(message(large, 'm') + message(large, 'm').replace('<message', "<message type='error'"));
  server.inject(`<presence from='romeo@example.com/a' to='irc.example.com'><status>${large}</status></presence>`);
  server.inject(`<iq type='get' id='q' from='romeo@example.com/a' to='irc.example.com'><a>${large}</a></iq>`);
  server.inject(message('after'));
  await until(() => stanzas.length > 0);
  await server.received(/^<iq/);
  assert.deepEqual(
    server.stanzas.map((stanza) => stanza.replace(/<error.*/, '')),
    [
      "<message type='error' id='m' from='nick%net@irc.example.com' to='romeo@example.com/a'>",
      "<iq type='error' id='q' from='irc.example.com' to='romeo@example.com/a'>",
    ],
  );
  assert.ok(server.stanzas.every((stanza) => stanza.includes('policy-violation')));
  assert.equal(childText(stanzas[0]!, 'body'), 'after');
});

test('a long stanza is read whole, whatever its characters', async (t) => {
  const { server, stanzas } = await online(t);
  const long = 'a🐎'.repeat(30_000);
  server.inject(message(long, 'long'));
  await until(() => stanzas.length > 0);
  assert.equal(childText(stanzas[0]!, 'body'), long);
});

test('a stanza without an end ends the stream', async (t) => {
  const { server, link, events, lines } = await online(t, { limits: { stream: 100_000 } });
  server.inject(`<message><!--${'x'.repeat(200_000)}`);
  await until(() => events.includes('offline'));
  assert.match(lines.join(), /stanza without end/);
  await until(() => link.online);
});

test('disposing works before, while and after connecting', async (t) => {
  const { link } = await attach(t, { server: { headerDelay: Number.POSITIVE_INFINITY } });
  await link[Symbol.asyncDispose]();
  await link[Symbol.asyncDispose]();
  link.start();
  link.send(message('late'));
  await link.drained();
  assert.ok(!link.online);
});
