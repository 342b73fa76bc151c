/** What the server makes of a message of ours (https://ircv3.net/specs/extensions/echo-message, labeled-response). */

import { type MessageId, Refusal, type Session } from '#src/network.ts';
import { labelOf, nextLabel } from '../connection/labels.ts';
import { refusalOfFail } from '../connection/standard-replies.ts';
import { formatLine, type Line, parseLine, type Tags, tagOf } from '../line.ts';
import type { Link } from '../link.ts';
import type { Answer } from '../questions.ts';
import { MESSAGE_ERRORS, refusalOf } from '../refusals.ts';
import { withoutFormat } from './format.ts';
import { idOf } from './tags.ts';

export type Sent = Awaited<ReturnType<Session['send']>>;

/** Something that we send and the server gives back. */
export interface Utterance {
  readonly command: 'PRIVMSG' | 'NOTICE' | 'TAGMSG' | 'REDACT';
  readonly target: string;
  /** The second parameter, as it comes back; a TAGMSG has none, and is known by its tags. */
  readonly text: string;
  readonly tags: Tags;
  /** Its lines, the first of them with the tags given. */
  readonly write: (tags: Tags) => readonly string[];
}
interface Taken {
  readonly id?: MessageId;
  readonly at: Date;
}

type Verdict = ReturnType<Answer>;

/** Numerics of errors (modern.ircdocs.horse, "Numerics"). */
const ERROR = /^[45]\d\d$/;
/** Messages of the bridge's own whose echo has not come yet. */
const UNSPOKEN = 100;
const COMMANDS = new Set(['PRIVMSG', 'NOTICE', 'TAGMSG', 'REDACT']);

/** Whether the server says what became of a message. */
export function tells({ caps }: Link): boolean {
  return caps.has('echo-message') || (caps.has('labeled-response') && caps.has('batch'));
}

/** Writes at once; resolves when the server gave it back, or said that it took it. Only for servers that tell. */
export async function utter(link: Link, utterance: Utterance): Promise<Taken> {
  const label = nextLabel(link);
  let taken: Taken = { at: new Date() };
  const done = link.ask((line) => {
    const verdict = label === undefined ? judge(link, utterance, line) : judgeLabelled(link, utterance, label, line);
    if (verdict === 'done') taken = takenOf(link, line);
    return verdict;
  });
  for (const line of utterance.write({ ...(label !== undefined && { label }), ...utterance.tags })) link.write(line);
  await done;
  return taken;
}

/** True for a message of ours that somebody waits for, or that the user did not write: it is no news. */
export function isEcho(link: Link, line: Line): boolean {
  if (!COMMANDS.has(line.command) || !link.isMe(line.source)) return false;
  return link.answers(line) || link.unspoken.delete(line.params[1] ?? '');
}

/**
 * A line of the bridge's own, to be written now: its echo is not shown, be it a password. A service has other names than
 * the one it is written to, and the server's own NICKSERV comes back as a message: the text alone says which it is.
 */
export function unspoken(link: Link, line: string): string {
  const { command = '', params = [] } = (link.caps.has('echo-message') && parseLine(line)) || {};
  const text = COMMANDS.has(command) ? params[1] : params.join(' ');
  if (!text) return line;
  if (link.unspoken.size >= UNSPOKEN) link.unspoken.clear();
  link.unspoken.add(text);
  return line;
}

/** A message of the bridge's own, when it is its turn. */
export function quietly(link: Link, command: 'PRIVMSG' | 'NOTICE', target: string, text: string): void {
  link.later(() => unspoken(link, formatLine(command, [target], text)));
}

/** What an error of the server says of a message to `target`. */
export function refusalFor({ isupport }: Link, line: Line, target: string): Refusal | undefined {
  const isIt = (name: string) => isupport.fold(name) === isupport.fold(target);
  return MESSAGE_ERRORS.has(line.command) && line.params.slice(1, -1).some(isIt) ? refusalOf(line) : undefined;
}

function judge(link: Link, sent: Utterance, line: Line): Verdict {
  const isIt = line.command === sent.command && link.isMe(line.source) && isSame(link, sent, line);
  return isIt ? 'done' : refusalFor(link, line, sent.target);
}

/** Whatever became of the text: the label says what it is. */
function judgeLabelled(link: Link, sent: Utterance, label: string, line: Line): Verdict {
  const about = labelOf(link, line);
  if (about !== undefined && about !== label) return undefined;
  // Ergo labels neither what it forwards to all of a user's clients, nor some errors.
  if (about === undefined)
    return sent.command === 'REDACT' ? judge(link, sent, line) : refusalFor(link, line, sent.target);
  if (line.command === 'ACK' || line.command === sent.command) return 'done';
  if (line.command === 'FAIL') return refusalOfFail(line);
  return ERROR.test(line.command) ? (refusalOf(line) ?? unknown(line)) : undefined;
}

function isSame({ isupport }: Link, { target, text, tags, command }: Utterance, line: Line): boolean {
  const [to = '', raw = ''] = line.params;
  if (isupport.fold(to) !== isupport.fold(target)) return false;
  if (command === 'TAGMSG') return Object.entries(tags).every(([name, value]) => tagOf(line, name) === value);
  // Some channels take colours and the like out (mode +c).
  return raw === text || withoutFormat(raw) === withoutFormat(text);
}

function unknown({ params }: Line): Refusal {
  return new Refusal('not-allowed', `The server did not take your message: ${params.at(-1) ?? ''}`);
}

function takenOf(link: Link, line: Line): Taken {
  const id = idOf(line);
  return { at: link.clock.timeOf(line), ...(id !== undefined && { id }) };
}
