/** What the server says to the user that no feature takes, as readable text. */

import type { Line } from '../line.ts';
import { refusalOf } from '../refusals.ts';

/** Greetings, statistics and ends of lists, of interest only to someone who asked. */
const QUIET = new Set(
  `001 002 003 004 005 042 221 250 251 252 253 254 255 265 266 301 305 306 315 318 323 329 333 353 366 368 372 375 376 396 421 422
   900 903`.split(/\s+/),
);
/** Standard replies (IRCv3) and words of operators to everyone. */
const WORDS: Readonly<Record<string, (line: Line) => string>> = {
  FAIL: ({ params }) => params.at(-1) ?? '',
  WARN: ({ params }) => params.at(-1) ?? '',
  NOTE: ({ params }) => params.at(-1) ?? '',
  WALLOPS: ({ source, params }) => `${source} to all: ${params[0] ?? ''}`,
};

/** Undefined for what isn't to be shown; `curious`: the user asked for something just now. */
export function noticeOf(line: Line, curious: boolean): string | undefined {
  if (/^\d{3}$/.test(line.command)) return !curious && QUIET.has(line.command) ? undefined : numericText(line);
  return WORDS[line.command]?.(line) || undefined;
}

/** The first parameter is our own nick. */
function numericText(line: Line): string | undefined {
  return refusalOf(line)?.message ?? (line.params.slice(1).join(' ').trim() || undefined);
}
