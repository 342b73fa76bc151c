/** What the server said of itself in RPL_ISUPPORT (005), in the form the bridge uses. */

import { type Fold, foldOf } from '../casemapping.ts';
import { LINE_BYTES } from '../line.ts';
import { CHANNEL_TYPES } from '../names.ts';

export interface Isupport {
  /** What is not read below. */
  readonly tokens: Tokens;
  readonly fold: Fold;
  /** Modes that members hold, the highest first, and the sign each has before a nick. */
  readonly prefixes: readonly { readonly mode: string; readonly symbol: string }[];
  readonly channelTypes: string;
  /** Signs that may stand before a channel to reach only members of that rank. */
  readonly statusPrefixes: string;
  /** Channel modes with a parameter: always (lists and keys), and when set. */
  readonly parameterModes: { readonly always: string; readonly whenSet: string };
  /** Changes that one MODE may carry. */
  readonly modesPerLine: number;
  /** How many nicks MONITOR and WATCH take; 0 where the server has it not. */
  readonly monitor: number;
  readonly watch: number;
  /** Bytes of a line without its end (LINELEN; RFC 1459 §2.3: 512 with it). */
  readonly lineBytes: number;
  /** Longest of each, in bytes; those that the server does not tell are what all take. */
  readonly longest: { readonly topic: number; readonly kick: number };
}

/** As the server writes them; a token that it takes back is gone. */
export type Tokens = ReadonlyMap<string, string>;
/** Tokens kept of one server; it may say anything. */
const TOKENS = 256;
const PREFIXES = '(ov)@+';
/** What a line of 512 bytes holds beside its command, a long channel and who says it. */
const LONGEST = 390;
const MOST_LINE_BYTES = 16_384;

/** `me TOKEN TOKEN=value -TOKEN :are supported by this server` */
export function addTokens(known: Tokens, params: readonly string[]): Tokens {
  const tokens = new Map(known);
  for (const word of params.slice(1, -1)) {
    const [, gone, name = '', value = ''] = /^(-?)([^=]+)=?(.*)$/.exec(word) ?? [];
    if (gone) tokens.delete(name);
    else if (name !== '' && tokens.size < TOKENS) tokens.set(name, unescapeToken(value));
  }
  return tokens;
}

/** modern.ircdocs.horse, "RPL_ISUPPORT Parameters": `\x20` is a space. */
function unescapeToken(value: string): string {
  return value.replace(/\\x([\da-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export function readIsupport(tokens: Tokens): Isupport {
  const [lists = '', keyed = '', whenSet = ''] = (tokens.get('CHANMODES') ?? 'b,k,l').split(',');
  return {
    tokens,
    fold: foldOf(tokens.get('CASEMAPPING')),
    prefixes: readPrefixes(tokens.get('PREFIX') ?? PREFIXES),
    channelTypes: tokens.get('CHANTYPES') ?? CHANNEL_TYPES,
    statusPrefixes: tokens.get('STATUSMSG') ?? '',
    parameterModes: { always: lists + keyed, whenSet },
    modesPerLine: Math.max(1, countOf(tokens.get('MODES') ?? '3', 3)),
    monitor: countOf(tokens.get('MONITOR'), 100),
    watch: countOf(tokens.get('WATCH'), 100),
    lineBytes: Math.min(Math.max(countOf(tokens.get('LINELEN'), 512) - 2, LINE_BYTES), MOST_LINE_BYTES),
    longest: {
      topic: Math.min(countOf(tokens.get('TOPICLEN') ?? '', LONGEST), LONGEST),
      kick: Math.min(countOf(tokens.get('KICKLEN') ?? '300', LONGEST), LONGEST),
    },
  };
}

/** A token without a value means that there is no limit; `unbounded` is the one we keep to then. */
function countOf(token: string | undefined, unbounded: number): number {
  if (token === undefined) return 0;
  const count = Number(token);
  return Number.isSafeInteger(count) && count > 0 ? count : unbounded;
}

/** `(ohv)@%+`: modes, then their signs in the same order; without either no member has a rank. */
function readPrefixes(token: string): Isupport['prefixes'] {
  const [, modes = '', symbols = ''] = /^\(([^)]*)\)(.*)$/.exec(token) ?? [];
  return [...modes].slice(0, symbols.length).map((mode, at) => ({ mode, symbol: symbols[at] ?? '' }));
}
