/** Charsets beside UTF-8: what older channels are read in, and written in where the user says so. */

import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';
import { Refusal, type RoomId } from '#src/network.ts';
import type { Ids } from '../ids.ts';
import { parseLine } from '../line.ts';

/** Names of charsets, as in the settings of an account or for one room of it. */
interface Encoding {
  readonly encodingIn?: string;
  readonly encodingOut?: string;
}
export interface EncodingSettings extends Encoding {
  readonly rooms?: Readonly<Record<RoomId, Encoding>>;
}

export interface Charsets {
  /** Some text looks like ASCII until it is decoded, and has ESC in it (ISO-2022-JP). */
  readonly escapes: boolean;
  /** A line that is not UTF-8, or has an ESC. */
  decode(line: Buffer): string;
  encode(line: string): Buffer;
  /** How many bytes the text has when it goes to that channel or nick. */
  bytes(text: string, target: string): number;
}

/** What a line of IRC is held together by has to be the same in a charset as in ASCII. */
const SKELETON = ' !#$&()*+,-./0123456789:;<=>?@ABCXYZabcxyz\r\n\0\u0001\u0002\u0003';
const FALLBACK = 'windows-1252';

/** What a user typed, as it is kept; empty for UTF-8. Throws `Refusal('invalid')` for what can't be used on IRC. */
export function checkEncoding(typed: string, way: 'in' | 'out'): string {
  const label = typed.trim().toLowerCase();
  if (label === '' || isUtf8Label(label)) return '';
  if (way === 'in' ? decoderOf(label) : isEncodable(label)) return label;
  throw new Refusal('invalid', `“${typed}” is no charset that IRC can be in. Write one such as iso-8859-15 or koi8-r.`);
}

/** Undefined where nothing is set: then what is not UTF-8 is read as windows-1252, and all is written in UTF-8. */
export function charsetsOf(settings: EncodingSettings, ids: Ids, utf8Only: () => boolean): Charsets | undefined {
  const rooms = new Map(Object.entries(settings.rooms ?? {}));
  const used = [settings, ...rooms.values()];
  if (used.every(({ encodingIn, encodingOut }) => !encodingIn && !encodingOut)) return undefined;
  const ofName = (name: string) => rooms.get(ids.room(name.replace(/^[@+%~]+(?=[#&])/, '')));
  const ofLine = (line: string) =>
    parseLine(line)
      ?.params.map(ofName)
      .find((room) => room !== undefined);
  const outOf = (room: Encoding | undefined) => {
    const label = room?.encodingOut || settings.encodingOut;
    return label && !utf8Only() && isEncodable(label) ? label : undefined;
  };
  return {
    escapes: used.some(({ encodingIn = '' }) => /^(cs)?iso-?2022-?jp$/i.test(encodingIn)),
    decode(line) {
      const [tags, rest] = splitTags(line);
      const usual = decoderOf(settings.encodingIn || FALLBACK) ?? latin1;
      const text = usual.decode(rest);
      const own = decoderOf(ofLine(text)?.encodingIn ?? '');
      return tags.toString('utf8') + (own ? own.decode(rest) : text);
    },
    encode(line) {
      const label = isAscii(Buffer.from(line)) ? undefined : outOf(ofLine(line));
      if (label === undefined) return Buffer.from(line);
      const [tags, rest] = splitTags(Buffer.from(line));
      return Buffer.concat([tags, encode(rest.toString('utf8'), label)]);
    },
    bytes(text, target) {
      const label = outOf(ofName(target));
      return label === undefined ? Buffer.byteLength(text) : encode(text, label).length;
    },
  };
}

/** Tags are in UTF-8 whatever the rest is in (IRCv3 message-tags). */
function splitTags(line: Buffer): [tags: Buffer, rest: Buffer] {
  const end = line[0] === 0x40 ? line.indexOf(0x20) + 1 : 0;
  const tags = line.subarray(0, end);
  return isUtf8(tags) ? [tags, line.subarray(end)] : [Buffer.alloc(0), line];
}

const latin1 = new TextDecoder('latin1');
const decoders = new Map<string, TextDecoder | undefined>();
/** Labels remembered; users may set any. */
const LABELS = 200;

function decoderOf(label: string): TextDecoder | undefined {
  if (!decoders.has(label)) {
    if (decoders.size >= LABELS) decoders.clear();
    decoders.set(label, makeDecoder(label));
  }
  return decoders.get(label);
}

function makeDecoder(label: string): TextDecoder | undefined {
  try {
    const decoder = new TextDecoder(label);
    return !isUtf8Label(label) && decoder.decode(Buffer.from(SKELETON)) === SKELETON ? decoder : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isEncodable(label: string): boolean {
  if (isUtf8Label(label) || !iconv.encodingExists(label)) return false;
  return iconv.encode(SKELETON, label).equals(Buffer.from(SKELETON)) && iconv.decode(Buffer.from([0xe4]), label) !== '';
}

function isUtf8Label(label: string): boolean {
  return /^utf-?8$/i.test(label);
}

/**
 * Characters that the charset has not are written as others that mean about the same, else as a question mark. So are
 * those that it writes longer than UTF-8 does: what was measured to fit a line in UTF-8 still does.
 */
function encode(text: string, label: string): Buffer {
  const whole = iconv.encode(text, label);
  if (whole.length <= Buffer.byteLength(text) && iconv.decode(whole, label) === text) return whole;
  return Buffer.concat([...text].map((character) => encodeCharacter(character, label)));
}

function encodeCharacter(character: string, label: string): Buffer {
  const most = Buffer.byteLength(character);
  for (const text of [character, ALIKE.get(character), withoutMarks(character)]) {
    if (text === undefined) continue;
    const bytes = iconv.encode(text, label);
    if (bytes.length <= most && iconv.decode(bytes, label) === text) return bytes;
  }
  return Buffer.from('?');
}

/** `ř` is `r`, `ﬁ` is `fi`. */
function withoutMarks(character: string): string | undefined {
  return character.normalize('NFKD').replace(/\p{M}/gu, '') || undefined;
}

const ALIKE = new Map([
  ...[...'“”„‟«»'].map((quote) => [quote, '"'] as const),
  ...[...'‘’‚‛′'].map((quote) => [quote, "'"] as const),
  ...[...'–—−‐‑'].map((dash) => [dash, '-'] as const),
  ...[...'\u00a0\u2009\u202f'].map((space) => [space, ' '] as const),
  // What only joins or shapes the characters beside it.
  ...[...'\u200b\u200c\u200d\ufe0e\ufe0f'].map((joiner) => [joiner, ''] as const),
  ['€', 'EUR'],
  ['•', '*'],
  ['ß', 'ss'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['ø', 'o'],
  ['Ø', 'O'],
  ['đ', 'd'],
  ['Đ', 'D'],
]);
