/** Who is a bot, and wears a hat that says so (IRCv3 bot-mode). */

import type { Member } from '#src/network.ts';
import { type Line, tagOf } from '../line.ts';
import type { Link } from '../link.ts';

export const BOT_HATS: NonNullable<Member['hats']> = [{ id: 'bot', title: 'bot' }];

/** The line is from a bot; the tag's value means nothing. */
export function isBot(line: Line): boolean {
  return tagOf(line, 'bot') !== undefined;
}

/** What the flags of WHO say of it, where ISUPPORT names the letter of bots. */
export function factsOfFlags({ isupport }: Link, flags: string): { bot?: boolean } {
  const letter = isupport.tokens.get('BOT');
  return letter ? { bot: flags.includes(letter) } : {};
}
