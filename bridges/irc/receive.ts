/** What each line of the server means: one table from command to the feature that takes it. */

import { accountLines, noteTags } from './accounts.ts';
import { awayLines } from './away.ts';
import type { Batch, BatchTypes } from './batch.ts';
import { contactLines } from './contacts.ts';
import { isEcho } from './echo.ts';
import { historyBatches } from './history.ts';
import { inviteLines } from './invite.ts';
import { joinLines } from './join.ts';
import { leaveLines } from './leave.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';
import { messageLines } from './messages.ts';
import { modeLines } from './modes.ts';
import { multilineBatches } from './multiline.ts';
import { netsplitLines } from './netsplit.ts';
import { nickLines } from './nick.ts';
import { noticeOf } from './notices.ts';
import { occupantLines } from './occupants.ts';
import { playbackBatches } from './playback.ts';
import { readMarkerLines } from './read-marker.ts';
import { redactionLines } from './redaction.ts';
import { loginLines } from './sasl.ts';
import { setnameLines } from './setname.ts';
import { tagmsgLines } from './tagmsg.ts';
import { topicLines } from './topic.ts';
import { whoLines } from './whox.ts';

export type Lines = Readonly<Record<string, (link: Link, line: Line) => void>>;

const FEATURES = new Map(
  Object.entries({
    ...accountLines,
    ...awayLines,
    ...contactLines,
    ...inviteLines,
    ...joinLines,
    ...leaveLines,
    ...loginLines,
    ...messageLines,
    ...modeLines,
    ...netsplitLines,
    ...nickLines,
    ...occupantLines,
    ...readMarkerLines,
    ...redactionLines,
    ...tagmsgLines,
    ...setnameLines,
    ...topicLines,
    ...whoLines,
  } satisfies Lines),
);

const BATCHES = new Map(
  Object.entries({ ...historyBatches, ...multilineBatches, ...playbackBatches } satisfies BatchTypes),
);

/** Takes a line, or when its batch has ended the whole of that. */
export function receive(link: Link, line: Line): void {
  if (line.tags === '' && line.command !== 'BATCH') return receiveLine(link, line);
  for (const item of link.batches.take(line, BATCHES)) receiveItem(link, item);
}

function receiveItem(link: Link, item: Line | Batch): void {
  if ('items' in item) BATCHES.get(item.type)?.(link, item);
  else receiveLine(link, item);
}

/** The feature first, so that a command resolves after its events; what nobody takes is shown to the user. */
function receiveLine(link: Link, line: Line): void {
  if (isEcho(link, line)) return;
  if (line.tags !== '') noteTags(link, line);
  const feature = FEATURES.get(line.command);
  feature?.(link, line);
  if (link.answers(line)) return;
  // Replies about contacts come by themselves at any time: nobody asked for them.
  const curious = Date.now() < link.curiousUntil && !Object.hasOwn(contactLines, line.command);
  const text = feature && !curious ? undefined : noticeOf(line, curious);
  if (text !== undefined) link.notice(text);
}
