/** Messages that are taken back, or out of a channel (https://ircv3.net/specs/extensions/message-redaction). */

import type { MessageId, UserAction } from '#src/network.ts';
import { formatLine, type Line, withTags } from '../line.ts';
import type { Link } from '../link.ts';
import type { Lines } from '../receive.ts';
import { channelOf, emitMessage } from '../rooms/channels.ts';
import { targetOf } from '../rooms/command.ts';
import { tells, utter } from './echo.ts';
import { withoutFormat } from './format.ts';
import { authorOf, conversationOf } from './messages.ts';
import { cutShort } from './split.ts';

const REASON_BYTES = 200;
type Redaction = { readonly id: MessageId; readonly to: Parameters<typeof targetOf>[1]; readonly reason?: string };

export function retract(link: Link, action: UserAction & { type: 'retract' }): Promise<void> {
  return redact(link, action);
}

export function erase(link: Link, { room, ...action }: UserAction & { type: 'erase' }): Promise<void> {
  return redact(link, { ...action, to: { room } });
}

/** Without echoes or labels a server says only what it does not do, and that is shown to the user when it comes. */
async function redact(link: Link, { id, to, reason }: Redaction): Promise<void> {
  const target = targetOf(link, to);
  const line = formatLine('REDACT', [target, id], reason ? cutShort(reason, REASON_BYTES) : undefined);
  await link.pace();
  if (!tells(link)) return link.written(line);
  await utter(link, { command: 'REDACT', target, text: id, tags: {}, write: (tags) => [withTags(line, tags)] });
}

function redacted(link: Link, line: Line): void {
  const [target = '', id = '', reason] = line.params;
  const conversation = conversationOf(link, line, target);
  if (!conversation || id === '') return;
  emitMessage(link, channelOf(link, target), {
    ...({ type: 'retract', in: conversation, id: id as MessageId } as const),
    from: authorOf(link, line.source),
    at: link.clock.timeOf(line),
    ...(reason && { reason: withoutFormat(reason) }),
  });
}

export const redactionLines: Lines = { REDACT: redacted };
