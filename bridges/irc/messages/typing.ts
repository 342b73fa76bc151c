/** Who is typing (https://ircv3.net/specs/client-tags/typing): told again and again while it lasts, and forgotten where it is not. */

import type { UserAction } from '#src/network.ts';
import { formatLine, type Line, tagOf, withTags } from '../line.ts';
import type { Link } from '../link.ts';
import { channelOf, occupantOf } from '../rooms/channels.ts';
import { targetOf } from '../rooms/command.ts';
import { tells, utter } from './echo.ts';
import { authorOf, conversationOf, typistOf } from './messages.ts';

/** What others were told of our user in one conversation. */
interface Told {
  on: boolean;
  /** Since when, and when it was told last, in ms of `performance.now()`. */
  since: number;
  at: number;
  shown: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Conversations in which we type, and people who type where we are, at once. */
const TARGETS = 100;
const TYPISTS = 500;
/** Who types longer has most likely gone away. */
const LONGEST_MS = 120_000;
const TAG = '+typing';

export class Typing {
  readonly #told = new Map<string, Told>();
  readonly #heard = new Map<string, NodeJS.Timeout>();

  /** Our user began or stopped. */
  tell(link: Link, target: string, on: boolean): void {
    const told = this.#of(link.isupport.fold(target));
    if (told.on === on) return;
    told.on = on;
    told.since = performance.now();
    this.#wait(link, target, told);
  }

  /** A message says by itself that nobody types any more. */
  said(link: Link, target: string): void {
    const told = this.#told.get(link.isupport.fold(target));
    if (told) end(told);
  }

  /** Somebody tells it; true at what is new. */
  hear(link: Link, key: string, on: boolean, over: () => void): boolean {
    const known = this.#heard.get(key);
    clearTimeout(known);
    this.#heard.delete(key);
    if (!on || this.#heard.size >= TYPISTS) return known !== undefined;
    const expire = () => {
      this.#heard.delete(key);
      over();
    };
    this.#heard.set(key, setTimeout(expire, 2 * link.timing.typing));
    return known === undefined;
  }

  /** Their message has come: clients know what that means. */
  forget(key: string): void {
    clearTimeout(this.#heard.get(key));
    this.#heard.delete(key);
  }

  stop(): void {
    for (const { timer } of this.#told.values()) clearTimeout(timer);
    for (const timer of this.#heard.values()) clearTimeout(timer);
    this.#told.clear();
    this.#heard.clear();
  }

  #of(key: string): Told {
    const known = this.#told.get(key);
    if (known) return known;
    const [oldest] = this.#told.size < TARGETS ? [] : this.#told;
    if (oldest) {
      clearTimeout(oldest[1].timer);
      this.#told.delete(oldest[0]);
    }
    const told: Told = { on: false, since: 0, at: Number.NEGATIVE_INFINITY, shown: false, timer: undefined };
    this.#told.set(key, told);
    return told;
  }

  /** Not within 3 seconds of the last word; told again before the 6 seconds are over after which others forget it. */
  #wait(link: Link, target: string, told: Told): void {
    clearTimeout(told.timer);
    const { typing: least } = link.timing;
    const { on, shown, at, since } = told;
    const now = performance.now();
    if (link.signal.aborted || (!on && !shown) || (on && now - since > LONGEST_MS)) return;
    // Most who stop have sent their message, which follows at once.
    const earliest = on ? now : now + least / 6;
    const next = Math.max(earliest, at + (on && shown ? 1.5 * least : least));
    const tell = () => this.#write(link, target, told);
    if (next <= now) tell();
    else told.timer = setTimeout(tell, next - now);
  }

  #write(link: Link, target: string, told: Told): void {
    told.at = performance.now();
    told.shown = told.on;
    link.later(() => {
      // It waited for its turn; meanwhile the message may have gone out.
      if (told.shown !== told.on) return undefined;
      return tag(link, target, told.on, () => end(told));
    });
    this.#wait(link, target, told);
  }
}

/** Nobody need be told any more. */
function end(told: Told): void {
  clearTimeout(told.timer);
  told.on = false;
  told.shown = false;
}

/** The line, or none where it was written already and what the server says of it is nobody's business. */
function tag(link: Link, target: string, on: boolean, refused: () => void): string | undefined {
  const tags = { [TAG]: on ? 'active' : 'done' };
  const line = formatLine('TAGMSG', [target]);
  if (!tells(link)) return withTags(line, tags);
  utter(link, { command: 'TAGMSG', target, text: '', tags, write: (all) => [withTags(line, all)] }).catch(refused);
  return undefined;
}

export function tellTyping(link: Link, { to, on }: UserAction & { type: 'typing' }): void {
  link.typing.tell(link, targetOf(link, to), on);
}

/** TAGMSG */
export function typingHeard(link: Link, line: Line): void {
  const value = tagOf(line, TAG);
  const [target = ''] = line.params;
  const conversation = value === undefined || link.isMe(line.source) ? undefined : conversationOf(link, line, target);
  if (!conversation) return;
  const emit = (on: boolean) => {
    const channel = channelOf(link, target);
    // Who has left types no more.
    if (channel && !occupantOf(link, channel, line.source)) return;
    link.emit({ type: 'typing', in: conversation, from: authorOf(link, line.source), on });
  };
  const on = value === 'active';
  if (link.typing.hear(link, typistOf(link, line), on, () => emit(false))) emit(on);
}
