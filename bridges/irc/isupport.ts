/** What the server said of itself in RPL_ISUPPORT (005), in the form the bridge uses. */

import { type Fold, foldOf } from './casemapping.ts';
import { CHANNEL_TYPES } from './names.ts';

export interface Isupport {
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
}

/** `tokens` is what the library collected: of any shape, as a server may send anything. */
export function readIsupport(tokens: Readonly<Record<string, unknown>>): Isupport {
  const [lists = '', keyed = '', whenSet = ''] = textOf(tokens['CHANMODES'], 'b,k,l').split(',');
  return {
    fold: foldOf(typeof tokens['CASEMAPPING'] === 'string' ? tokens['CASEMAPPING'] : undefined),
    prefixes: readPrefixes(tokens['PREFIX']),
    channelTypes: textOf(tokens['CHANTYPES'], CHANNEL_TYPES, ''),
    statusPrefixes: textOf(tokens['STATUSMSG'], '', ''),
    parameterModes: { always: lists + keyed, whenSet },
    modesPerLine: Math.max(1, countOf(tokens['MODES'], 3)),
    monitor: countOf(tokens['MONITOR'], 100),
    watch: countOf(tokens['WATCH'], 100),
  };
}

function textOf(token: unknown, absent: string, joint = ','): string {
  if (Array.isArray(token)) return token.filter((part) => typeof part === 'string').join(joint);
  return typeof token === 'string' ? token : absent;
}

/** A token without a value means that there is no limit; `unbounded` is the one we keep to then. */
function countOf(token: unknown, unbounded: number): number {
  if (token === undefined) return 0;
  const count = Number(token);
  return typeof token === 'string' && Number.isSafeInteger(count) && count > 0 ? count : unbounded;
}

function readPrefixes(token: unknown): Isupport['prefixes'] {
  if (!Array.isArray(token)) return [];
  return token.filter(
    (entry): entry is Isupport['prefixes'][number] =>
      typeof entry?.mode === 'string' && typeof entry.symbol === 'string' && entry.mode !== '' && entry.symbol !== '',
  );
}
