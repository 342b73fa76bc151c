/** What each line of the server means: one table from command to the feature that takes it. */

import type { Batch, BatchTypes } from './connection/batch.ts';
import type { Line } from './line.ts';
import type { Link } from './link.ts';
import { loginLines } from './login/sasl.ts';
import { isEcho } from './messages/echo.ts';
import { historyBatches } from './messages/history.ts';
import { messageLines } from './messages/messages.ts';
import { multilineBatches } from './messages/multiline.ts';
import { noticeOf } from './messages/notices.ts';
import { playbackBatches } from './messages/playback.ts';
import { readMarkerLines } from './messages/read-marker.ts';
import { redactionLines } from './messages/redaction.ts';
import { tagmsgLines } from './messages/tagmsg.ts';
import { accountLines, noteTags } from './people/accounts.ts';
import { awayLines } from './people/away.ts';
import { contactLines } from './people/contacts.ts';
import { setnameLines } from './people/setname.ts';
import { whoLines } from './people/whox.ts';
import { inviteLines } from './rooms/invite.ts';
import { joinLines } from './rooms/join.ts';
import { leaveLines } from './rooms/leave.ts';
import { modeLines } from './rooms/modes.ts';
import { netsplitLines } from './rooms/netsplit.ts';
import { nickLines } from './rooms/nick.ts';
import { occupantLines } from './rooms/occupants.ts';
import { topicLines } from './rooms/topic.ts';

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
