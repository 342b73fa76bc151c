/** What each line of the server means: one table from command to the feature that takes it. */

import { awayLines } from './away.ts';
import { contactLines } from './contacts.ts';
import { inviteLines } from './invite.ts';
import { joinLines } from './join.ts';
import { leaveLines } from './leave.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';
import { messageLines } from './messages.ts';
import { modeLines } from './modes.ts';
import { nickLines } from './nick.ts';
import { noticeOf } from './notices.ts';
import { occupantLines } from './occupants.ts';
import { loginLines } from './sasl.ts';
import { topicLines } from './topic.ts';

export type Lines = Readonly<Record<string, (link: Link, line: Line) => void>>;

const FEATURES = new Map(
  Object.entries({
    ...awayLines,
    ...contactLines,
    ...inviteLines,
    ...joinLines,
    ...leaveLines,
    ...loginLines,
    ...messageLines,
    ...modeLines,
    ...nickLines,
    ...occupantLines,
    ...topicLines,
  } satisfies Lines),
);

/** The feature first, so that a command resolves after its events; what nobody takes is shown to the user. */
export function receive(link: Link, line: Line): void {
  const feature = FEATURES.get(line.command);
  feature?.(link, line);
  if (link.answers(line)) return;
  // Replies about contacts come by themselves at any time: nobody asked for them.
  const curious = Date.now() < link.curiousUntil && !Object.hasOwn(contactLines, line.command);
  const text = feature && !curious ? undefined : noticeOf(line, curious);
  if (text !== undefined) link.notice(text);
}
