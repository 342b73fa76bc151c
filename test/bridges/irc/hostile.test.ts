/** A server that sends anything: the session stays up, and nothing it sends ends the process. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from './stage.ts';

const SEED = 4242;
const CAPS =
  'multi-prefix batch message-tags echo-message labeled-response draft/multiline=max-bytes=99 draft/read-marker';
const LINES = [
  '@time=2026-01-01T00:00:00Z;msgid=x :juliet!j@balcony PRIVMSG #verona :hello \x02there\x02',
  ':romeo!~romeo@host.test JOIN #verona',
  ':juliet!j@balcony MODE #verona +ov-k juliet tybalt key',
  ':fake.test 353 romeo = #verona :@juliet +tybalt romeo',
  ':fake.test 366 romeo #verona :End',
  ':fake.test 352 romeo #verona ~j balcony fake.test juliet H@ :0 Juliet',
  ':fake.test 333 romeo #verona prince!p@p 1700000000',
  ':juliet!j@balcony NICK :giulietta',
  ':juliet!j@balcony KICK #verona tybalt :away',
  ':fake.test CAP romeo NEW :sasl=PLAIN batch',
  ':fake.test CAP romeo DEL :batch',
  ':fake.test 005 romeo PREFIX=(ov)@+ CHANMODES=b,k,l,imnst CHANTYPES=# :are supported',
  ':fake.test 900 romeo romeo!r@h account :logged in',
  ':fake.test PONG fake.test :123',
  ':fake.test 730 romeo :juliet!j@balcony,tybalt',
  ':fake.test 303 romeo :juliet tybalt',
  'PING :token',
  'AUTHENTICATE +',
  ':juliet!j@balcony QUIT :a.b c.d',
  ':juliet!j@balcony TOPIC #verona :peace',
  '@label=1;msgid=y :juliet!j@balcony BATCH +1 draft/multiline #verona',
  '@batch=1;draft/multiline-concat :juliet!j@balcony PRIVMSG #verona :more',
  '@batch=1 :fake.test BATCH +2 labeled-response',
  ':fake.test BATCH -1',
  ':fake.test BATCH -2',
  '@+typing=active;+reply=x;+draft/react=y :juliet!j@balcony TAGMSG #verona',
  ':juliet!j@balcony REDACT #verona x :oops',
  ':fake.test MARKREAD #verona timestamp=2026-01-01T00:00:00.000Z',
  '@label=2 :fake.test FAIL PRIVMSG CODE #verona :no',
  '@label=3 :fake.test ACK',
  '@msgid=z :romeo!~romeo@host.test PRIVMSG #verona :hello',
];

/** Park and Miller's generator: the same lines on every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function mutate(line: string, random: (below: number) => number): string {
  const words = line.split(' ');
  const at = random(words.length);
  switch (random(5)) {
    case 0:
      return words.toSpliced(at, 1).join(' ');
    case 1:
      return words.slice(0, at).join(' ');
    case 2:
      return words.with(at, words[random(words.length)] ?? '').join(' ');
    case 3:
      return words.with(at, '').join(' ');
    default:
      return line.slice(0, random(line.length)) + String.fromCharCode(random(256)) + line.slice(random(line.length));
  }
}

test('a thousand mutated lines leave the session up and say nothing of a bug', async () => {
  await using stage = await Stage.online({ caps: CAPS, isupport: 'MONITOR=10' });
  await stage.join('#verona', 'juliet tybalt');
  const random = generator(SEED);
  const lines = Array.from({ length: 1000 }, () => mutate(LINES[random(LINES.length)] ?? '', random));
  stage.peer.send(...lines.map((line) => line.replace(/[\r\n]/g, '')), 'PING :still-there');
  await stage.peer.next(/^PONG :still-there/);
  assert.deepEqual(stage.ear.warnings, []);
});

test('ISUPPORT of any shape does no harm', async () => {
  const isupport =
    'CHANTYPES PREFIX STATUSMSG CHANMODES CASEMAPPING NETWORK MODES=-1 MONITOR=many =x PREFIX=( PREFIX=)';
  await using stage = await Stage.online({ isupport });
  await stage.join('#verona', 'juliet');
});

test('a line in ISO-8859-1 is read as such, next to one in UTF-8', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const line = ':juliet!j@j PRIVMSG #verona :Grüße\r\n';
  stage.peer.sendBytes(Buffer.concat([Buffer.from(line, 'latin1'), Buffer.from(line, 'utf8')]));
  assert.equal((await stage.ear.next('message')).content.text, 'Grüße');
  assert.equal((await stage.ear.next('message')).content.text, 'Grüße');
});

test('a line in many pieces is one line, also where a character is cut', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  for (const byte of Buffer.from(':juliet!j@j PRIVMSG #verona :💚\r\n')) stage.peer.sendBytes(Buffer.of(byte));
  assert.equal((await stage.ear.next('message')).content.text, '💚');
});

test('an over-long line is dropped, and one without an end closes the connection', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  stage.peer.send(`:juliet!j@j PRIVMSG #verona :${'x'.repeat(20_000)}`, ':juliet!j@j PRIVMSG #verona :short');
  assert.equal((await stage.ear.next('message')).content.text, 'short');
  stage.peer.sendBytes(Buffer.alloc(300_000, 'x'));
  await assert.rejects(stage.life, /the server sent a line without an end/);
});

test('a host that takes events slowly makes the server wait, and gets them all in order', async () => {
  await using stage = await Stage.online();
  await stage.join('#verona');
  const texts: string[] = [];
  const gate = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  stage.ear.emit = async (event) => {
    if (event.type === 'message') texts.push(event.content.text);
    if (texts.length === 2000) done.resolve();
    await gate.promise;
  };
  for (let count = 0; count < 2000; count += 1)
    stage.peer.send(`:juliet!j@j PRIVMSG #verona :${count} ${'x'.repeat(300)}`);
  while (texts.length < 512) await new Promise(setImmediate);
  assert.ok(texts.length < 2000);
  gate.resolve();
  await done.promise;
  assert.deepEqual(
    texts.map((text) => Number.parseInt(text, 10)),
    Array.from({ length: 2000 }, (_, count) => count),
  );
});
