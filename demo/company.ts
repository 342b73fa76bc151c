/** Juliet after the conversation: she stays in the channel, greets who joins and answers who speaks to her. */

import type { IrcClient, IrcLine } from '#test/live/irc-client.ts';
import { CHANNEL } from './stage.ts';

// The longest that setTimeout takes.
const FOREVER_MS = 2 ** 31 - 1;
const QUOTED = 80;
const ACTION = '\u0001ACTION ';

/** Prints what she sees; rejects when her connection ends. */
export async function keepCompany(juliet: IrcClient): Promise<never> {
  for (;;) {
    const line = await juliet.expect(
      ({ command }) => ['JOIN', 'PART', 'QUIT', 'PRIVMSG'].includes(command),
      FOREVER_MS,
    );
    if (line.from === juliet.nick) continue;
    console.log(`  Juliet sees: ${shown(line)}`);
    answer(juliet, line);
  }
}

function answer(juliet: IrcClient, { command, from, params: [to, text = ''] }: IrcLine): void {
  if (command === 'JOIN') juliet.say(CHANNEL, `Welcome, ${from}! Say something, here or to me alone, and I answer.`);
  if (command !== 'PRIVMSG') return;
  const quoted = Array.from(plain(text)).slice(0, QUOTED).join('');
  if (to === juliet.nick) juliet.say(from, `I hear you: ${quoted}`);
  else juliet.say(CHANNEL, `${from}: I hear you: ${quoted}`);
}

function shown({ command, from, params: [to, text = ''] }: IrcLine): string {
  if (command !== 'PRIVMSG') return `${from} ${command === 'JOIN' ? 'joins' : 'leaves'}`;
  return `${to === CHANNEL ? '' : '(private) '}<${from}> ${plain(text)}`;
}

/** Without formatting codes and what else could command a terminal. */
function plain(text: string): string {
  const readable = text.startsWith(ACTION) ? `* ${text.slice(ACTION.length)}` : text;
  return readable.replace(/\p{Cc}/gu, '');
}
