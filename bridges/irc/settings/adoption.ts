/** Settings that are changed while a connection is there: which of them need a new one, and what becomes of the others. */

import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '#src/network.ts';
import type { Link } from '../link.ts';
import { changeNick } from '../rooms/nick.ts';
import type { IrcSettings } from './account.ts';

/** A connection is made with these; the others are looked at when they are needed. */
const OF_THE_CONNECTION = [
  'address',
  'ports',
  'verify',
  'fingerprint',
  'certificate',
  'password',
  'username',
  'realname',
] as const satisfies readonly (keyof IrcSettings)[];

export function needsRenewal(before: IrcSettings, after: IrcSettings, link: Link): boolean {
  if (OF_THE_CONNECTION.some((name) => !isDeepStrictEqual(before[name], after[name]))) return true;
  if (isDeepStrictEqual(before.sasl, after.sasl)) return false;
  // Whoever has just registered is logged in already; whoever takes an account away is meant to be logged out.
  return after.sasl === undefined || link.isupport.fold(after.sasl.account) !== link.isupport.fold(link.account);
}

/** Brings a link to settings that it can have as it is. */
export function adoptSettings(link: Link, settings: IrcSettings): void {
  const { guest, throttle } = settings;
  link.adopt({ encodings: settings, throttle });
  if (guest || link.isMe(link.wishes.nick)) return;
  changeNick(link, link.wishes.nick).catch((error: unknown) => {
    if (error instanceof Refusal) return link.notice(error.message);
    link.fail(error);
  });
}
