/** Failures in the one form that newer commands share (https://ircv3.net/specs/extensions/standard-replies). */

import { Refusal, type Why } from '#src/network.ts';
import { type Line, parseLine, tagOf } from '../line.ts';
import { isChannelName } from '../names.ts';

/** Codes that say more than that it failed; for the others there is the server's own sentence. */
const CODES: Readonly<Record<string, Why>> = {
  ACCOUNT_REQUIRED: 'members-only',
  CANNOT_RENAME: 'not-allowed',
  CHANNEL_NAME_IN_USE: 'not-allowed',
  DISALLOWED: 'forbidden',
  FORBIDDEN: 'forbidden',
  INVALID_MSGREFTYPE: 'invalid',
  INVALID_PARAMS: 'invalid',
  INVALID_TARGET: 'not-found',
  INVALID_UTF8: 'invalid',
  MESSAGE_ERROR: 'network',
  MULTILINE_MAX_BYTES: 'too-long',
  MULTILINE_MAX_LINES: 'too-long',
  NEED_MORE_PARAMS: 'invalid',
  NEED_REGISTRATION: 'not-allowed',
  NO_SUCH_CHANNEL: 'not-found',
  NO_SUCH_NICK: 'not-found',
  PRIVS_NEEDED: 'forbidden',
  RATE_LIMITED: 'too-fast',
  REDACT_FORBIDDEN: 'forbidden',
  REDACT_WINDOW_EXPIRED: 'not-allowed',
  TEMPORARILY_UNAVAILABLE: 'too-fast',
  UNKNOWN_MSGID: 'not-found',
};
/** Where the server's words leave open what to do. */
const SENTENCES: Readonly<Record<string, string>> = {
  REDACT_FORBIDDEN: 'The server does not let you take this message back. Log in to your account there, then try again.',
  REDACT_WINDOW_EXPIRED: 'This message is too old to be taken back.',
  UNKNOWN_MSGID: 'The server does not know this message any more, so it can not be taken back.',
};

/** `FAIL command code context… :description` */
export function refusalOfFail({ params }: Line): Refusal {
  const code = (params[1] ?? '').toUpperCase();
  const text = (Object.hasOwn(SENTENCES, code) && SENTENCES[code]) || params.at(-1) || 'The server did not do that.';
  return new Refusal((Object.hasOwn(CODES, code) && CODES[code]) || 'not-allowed', text);
}

/**
 * Whether a FAIL is about that very line of ours: it has its command and label, and names no channel but one of the
 * line's. What else it tells is for people ("Message Format").
 */
export function failsFor(line: Line, written: string): boolean {
  const ours = line.command === 'FAIL' ? parseLine(written) : undefined;
  if (!ours || line.params[0]?.toUpperCase() !== ours.command) return false;
  if (tagOf(line, 'label') !== tagOf(ours, 'label')) return false;
  const named = line.params.slice(2, -1).filter(isChannelName);
  const words = new Set(ours.params.flatMap((param) => param.toLowerCase().split(',')));
  return named.length === 0 || named.some((name) => words.has(name.toLowerCase()));
}
