/** Charsets beside UTF-8, both ways. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { charsetsOf, checkEncoding, type EncodingSettings } from '#bridges/irc/connection/encodings.ts';
import { readLines } from '#bridges/irc/connection/transport.ts';
import { idsOf } from '#bridges/irc/ids.ts';
import { room, SERVER, Stage } from './stage.ts';

const ids = idsOf(SERVER, false);
const charsets = (settings: EncodingSettings, utf8Only = false) => charsetsOf(settings, ids, () => utf8Only);
const read = (bytes: Buffer, settings: EncodingSettings) => readLines(bytes, charsets(settings));

test('UTF-8 is read as that, whatever is set; the rest as windows-1252 when nothing is', () => {
  assert.deepEqual(readLines(Buffer.from('PRIVMSG #a :grüße\r\n')), ['PRIVMSG #a :grüße']);
  assert.deepEqual(read(Buffer.from('PRIVMSG #a :grüße\r\n'), { encodingIn: 'koi8-r' }), ['PRIVMSG #a :grüße']);
  assert.deepEqual(readLines(iconv.encode('PRIVMSG #a :“grüße”\r\n', 'windows-1252')), ['PRIVMSG #a :“grüße”']);
});

for (const [charset, text] of [
  ['koi8-r', 'Ромео'],
  ['windows-1251', 'Ромео'],
  ['iso-8859-2', 'příliš žluťoučký'],
  ['iso-8859-15', '10 €'],
  ['shift_jis', 'ロミオ'],
  ['gbk', '罗密欧'],
  ['euc-kr', '로미오'],
] as const) {
  test(`${charset} is read and written`, () => {
    const line = `PRIVMSG #verona :${text}`;
    const bytes = iconv.encode(line, charset);
    assert.deepEqual(read(bytes, { encodingIn: charset }), [line]);
    assert.deepEqual(charsets({ encodingOut: charset })?.encode(line), bytes);
  });
}

test('ISO-2022-JP is read though its bytes are those of ASCII', () => {
  const bytes = Buffer.from('PRIVMSG #a :\u001b$B%m%_%*\u001b(B\r\nPRIVMSG #a :plain\r\n');
  assert.deepEqual(read(bytes, { encodingIn: 'iso-2022-jp' }), ['PRIVMSG #a :ロミオ', 'PRIVMSG #a :plain']);
});

test('a room has its own charset before that of the account', () => {
  const settings = { encodingIn: 'koi8-r', rooms: { [room('#praha')]: { encodingIn: 'iso-8859-2' } } };
  const lines = (to: string, text: string, charset: string) =>
    read(iconv.encode(`:a!b@c PRIVMSG ${to} :${text}`, charset), settings);
  assert.deepEqual(lines('#Praha', 'žluť', 'iso-8859-2'), [':a!b@c PRIVMSG #Praha :žluť']);
  assert.deepEqual(lines('@#praha', 'žluť', 'iso-8859-2'), [':a!b@c PRIVMSG @#praha :žluť']);
  assert.deepEqual(lines('#moskva', 'Ромео', 'koi8-r'), [':a!b@c PRIVMSG #moskva :Ромео']);
  assert.deepEqual(read(iconv.encode(':s 332 me #praha :žluť', 'iso-8859-2'), settings), [':s 332 me #praha :žluť']);
});

test('tags are UTF-8 whatever the rest is', () => {
  const tags = '@+draft/reply=příliš ';
  const rest = 'PRIVMSG #a :žluť';
  const bytes = Buffer.concat([Buffer.from(tags), iconv.encode(rest, 'iso-8859-2')]);
  assert.deepEqual(read(bytes, { encodingIn: 'iso-8859-2' }), [tags + rest]);
  assert.deepEqual(charsets({ encodingOut: 'iso-8859-2' })?.encode(tags + rest), bytes);
});

for (const [text, written] of [
  ['“romeo” – it’s … ok', '"romeo" - it\'s ... ok'],
  ['Žižkov', 'Zizkov'],
  ['5 €, Łódź', '5 EUR, Lódz'],
  ['❤️ 👩‍💻 ロ', '? ?? ?'],
  ['ﷺ', '?'],
  ['né', 'né'],
] as const) {
  test(`what a charset has not is written otherwise: ${text}`, () => {
    const bytes = charsets({ encodingOut: 'iso-8859-1' })?.encode(`PRIVMSG #a :${text}`);
    assert.equal(bytes?.toString('latin1'), `PRIVMSG #a :${written}`);
    assert.ok((bytes?.length ?? 0) <= Buffer.byteLength(`PRIVMSG #a :${text}`));
  });
}

test('the bytes of a text are those it goes out with', () => {
  const found = charsets({ encodingOut: 'koi8-r', rooms: { [room('#u')]: { encodingOut: 'big5' } } });
  assert.deepEqual([found?.bytes('Ромео', '#verona'), found?.bytes('羅密歐', '#u')], [5, 6]);
});

test('a server that wants UTF-8 alone gets it', () => {
  const found = charsets({ encodingOut: 'koi8-r' }, true);
  assert.deepEqual(found?.encode('PRIVMSG #a :Ромео'), Buffer.from('PRIVMSG #a :Ромео'));
  assert.equal(found?.bytes('Ромео', '#a'), 10);
});

test('what can not be on IRC is no charset', () => {
  for (const label of [
    'utf-16',
    'utf-16le',
    'ucs2',
    'utf7',
    'utf-7',
    'base64',
    'hex',
    'binary-soup',
    '__proto__',
    'replacement',
  ]) {
    assert.throws(() => checkEncoding(label, 'in'), { why: 'invalid' }, label);
    assert.throws(() => checkEncoding(label, 'out'), { why: 'invalid' }, label);
  }
  assert.throws(() => checkEncoding('iso-2022-jp', 'out'), { why: 'invalid' });
  assert.deepEqual(
    [checkEncoding('UTF-8', 'in'), checkEncoding(' ', 'out'), checkEncoding('KOI8-R ', 'in')],
    ['', '', 'koi8-r'],
  );
});

test('a charset that is stored and unknown is as none', () => {
  const found = charsets({ encodingIn: 'no-such', encodingOut: 'utf-16' });
  assert.deepEqual(found?.encode('PRIVMSG #a :é'), Buffer.from('PRIVMSG #a :é'));
  assert.equal(found?.decode(Buffer.from([0xe9])), 'é');
  assert.equal(charsets({}), undefined);
  assert.equal(charsets({ rooms: { [room('#a')]: {} } }), undefined);
});

test('any bytes are read as some lines', () => {
  const found = charsets({ encodingIn: 'shift_jis', rooms: { [room('#a')]: { encodingIn: 'iso-2022-jp' } } });
  for (let seed = 0; seed < 300; seed += 1) {
    const bytes = Buffer.from(Array.from({ length: 40 }, (_, at) => (seed * 7919 + at * at * 104_729) & 0xff));
    for (const line of readLines(bytes, found)) assert.ok(!/[\n]/.test(line));
  }
});

test('a session speaks the charset of its room, and UTF-8 elsewhere', async () => {
  const rooms = { [room('#praha')]: { encodingIn: 'iso-8859-2', encodingOut: 'iso-8859-2' } };
  await using stage = await Stage.online({ settings: { rooms } });
  await stage.join('#praha');
  await stage.join('#verona');
  stage.peer.sendBytes(iconv.encode(':juliet!j@j PRIVMSG #praha :žluť\r\n', 'iso-8859-2'));
  assert.equal((await stage.ear.next('message')).content.text, 'žluť');
  await stage.say('#verona', 'žluť');
  assert.equal(await stage.peer.next(/^PRIVMSG/), 'PRIVMSG #verona :žluť');
  await stage.say('#praha', 'žluť');
  // The fake server reads UTF-8: what is not becomes U+FFFD.
  assert.equal(await stage.peer.next(/^PRIVMSG/), 'PRIVMSG #praha :\ufffdlu\ufffd');
});

for (const charset of ['gb18030', 'euc-jp', 'koi8-r', 'iso-8859-1', 'big5', 'euc-kr', 'shift_jis']) {
  test(`nothing grows in ${charset}`, () => {
    const found = charsets({ encodingOut: charset });
    for (let point = 0x20; point < 0x3000; point += point < 0x500 ? 1 : 41) {
      const character = String.fromCodePoint(point);
      assert.ok((found?.bytes(character, '#a') ?? 9) <= Buffer.byteLength(character), `U+${point.toString(16)}`);
    }
  });
}

test('a long text in a short charset takes fewer lines', async () => {
  await using stage = await Stage.online({ settings: { encodingOut: 'koi8-r' } });
  await stage.join('#verona');
  await stage.say('#verona', 'я'.repeat(600));
  stage.peer.send('PING :end');
  await stage.peer.next(/^PONG/);
  assert.equal(stage.peer.lines.filter((line) => line.startsWith('PRIVMSG')).length, 2);
});
