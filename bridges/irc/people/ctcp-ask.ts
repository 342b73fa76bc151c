/** Questions to the programs of people, by CTCP. */

import { randomUUID } from 'node:crypto';
import { type ContactId, type Question, Refusal } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';
import { isPerson } from '../names.ts';
import { MESSAGE_ERRORS, refusalOf } from '../refusals.ts';
import { formatCtcp, readCtcp, tellVersion } from './ctcp.ts';
import { readTime } from './ctcp-time.ts';

/** Characters of an answer; it may be anything. */
const ANSWER = 300;
const LATE = 'did not answer. Their program may not answer such questions at all.';

export async function ask(link: Link, contact: ContactId, what: Question): Promise<string> {
  const nick = link.ids.name(contact);
  if (link.isMe(nick)) return askSelf(link, what);
  if (!isPerson(nick)) throw new Refusal('not-found', `${nick} can't be a nick on IRC.`);
  const told = await question(link, nick, what.toUpperCase(), what === 'ping' ? randomUUID().slice(0, 8) : '');
  if (what === 'ping') return '';
  if (what === 'version') return told;
  const time = readTime(told);
  if (time !== undefined) return time;
  throw new Refusal('network', `${nick} answered “${told}”, which can't be read as a time.`);
}

/** What others would be answered. */
async function askSelf(link: Link, what: Question): Promise<string> {
  if (what === 'ping') return '';
  return what === 'version' ? tellVersion(link) : link.host.ask(what);
}

/** A ping's answer has to bear its `token`. */
async function question(link: Link, nick: string, command: string, token: string): Promise<string> {
  const key = link.isupport.fold(nick);
  const isThem = (name: string | undefined) => link.isupport.fold(name ?? '') === key;
  await link.pace();
  using _ = link.ctcp.waitFor(key);
  let told = '';
  const late = new Refusal('timeout', `${nick} ${LATE}`);
  const answered = link.ask(
    (line) => {
      if (MESSAGE_ERRORS.has(line.command) && isThem(line.params[1])) return refusalOf(line);
      const answer = isThem(line.source) ? answerIn(line, command) : undefined;
      if (answer === undefined || (token !== '' && answer.trim() !== token)) return undefined;
      told = withoutFormat(answer).trim().slice(0, ANSWER);
      return 'done';
    },
    link.timing.ctcp,
    late,
  );
  link.write(formatLine('PRIVMSG', [nick], formatCtcp(command, token || undefined)));
  await answered;
  return told;
}

function answerIn({ command, params }: Line, asked: string): string | undefined {
  const ctcp = command === 'NOTICE' ? readCtcp(params[1] ?? '') : undefined;
  return ctcp?.command === asked ? ctcp.text : undefined;
}
