/** Reactions to messages (https://ircv3.net/specs/client-tags/react): told one by one, kept as the sets the gateway speaks of. */

import type { MessageId, UserAction } from '#src/network.ts';
import { formatLine, type Line, tagOf, withTags } from '../line.ts';
import type { Link } from '../link.ts';
import { channelOf, emitMessage } from '../rooms/channels.ts';
import { targetOf } from '../rooms/command.ts';
import { type Sent, tells, utter } from './echo.ts';
import { authorOf, conversationOf } from './messages.ts';
import { answeredBy, replyTags } from './tags.ts';

const REACT = '+draft/react';
const UNREACT = '+draft/unreact';
/** Sets of one person on one message that are remembered, and what is in one. */
const SETS = 5_000;
const MOST = 50;
/** In UTF-16 code units; people may send anything. */
const LENGTH = 64;
/** In place of our nick, which may change. */
const OURSELVES = '';

/** What everybody has reacted with; outlives the link. */
export class Reactions {
  readonly #sets = new Map<string, ReadonlySet<string>>();

  /** `who` is a folded nick, or `OURSELVES`. */
  of(id: MessageId, who: string): ReadonlySet<string> {
    return this.#sets.get(`${id} ${who}`) ?? new Set();
  }

  put(id: MessageId, who: string, reactions: ReadonlySet<string>): void {
    const key = `${id} ${who}`;
    this.#sets.delete(key);
    const [oldest] = this.#sets.size < SETS ? [] : this.#sets.keys();
    if (oldest !== undefined) this.#sets.delete(oldest);
    if (reactions.size > 0) this.#sets.set(key, reactions);
  }
}

/** Tells what is new, and what is taken back. */
export async function react(link: Link, { to, id, reactions }: UserAction & { type: 'react' }): Promise<Sent> {
  const target = targetOf(link, to);
  const wanted = new Set(reactions);
  const before = link.reactions.of(id, OURSELVES);
  const steps = [
    ...[...before].filter((reaction) => !wanted.has(reaction)).map((reaction) => ({ tag: UNREACT, reaction })),
    ...[...wanted].filter((reaction) => !before.has(reaction)).map((reaction) => ({ tag: REACT, reaction })),
  ];
  for (const [count, { tag, reaction }] of steps.entries()) {
    await link.pace(count > 0);
    await tell(link, target, { ...replyTags(link, id), [tag]: reaction });
    link.reactions.put(id, OURSELVES, changed(link.reactions.of(id, OURSELVES), tag, reaction));
  }
  return {};
}

async function tell(link: Link, target: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const line = formatLine('TAGMSG', [target]);
  if (!tells(link)) return link.written(withTags(line, tags));
  await utter(link, { command: 'TAGMSG', target, text: '', tags, write: (all) => [withTags(line, all)] });
}

function changed(set: ReadonlySet<string>, tag: string, reaction: string): ReadonlySet<string> {
  const others = [...set].filter((one) => one !== reaction);
  return new Set(tag === REACT ? [...others, reaction] : others);
}

/** TAGMSG */
export function reactionHeard(link: Link, line: Line): void {
  const id = answeredBy(line);
  const tag = tagOf(line, REACT) === undefined ? UNREACT : REACT;
  const reaction = tagOf(line, tag) ?? '';
  const [target = ''] = line.params;
  const conversation = conversationOf(link, line, target);
  if (id === undefined || reaction === '' || reaction.length > LENGTH || !conversation) return;
  const who = link.isMe(line.source) ? OURSELVES : link.isupport.fold(line.source);
  const set = changed(link.reactions.of(id, who), tag, reaction);
  if (set.size > MOST) return;
  link.reactions.put(id, who, set);
  const [from, at] = [authorOf(link, line.source), link.clock.timeOf(line)];
  emitMessage(link, channelOf(link, target), { type: 'react', in: conversation, from, id, at, reactions: [...set] });
}
