/** Topics of channels (RFC 1459 §4.2.4). */

import type { UserAction } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { withoutFormat } from '../messages/format.ts';
import { cutShort } from '../messages/split.ts';
import type { Lines } from '../receive.ts';
import { channelOf } from './channels.ts';
import { joinedChannel, judge } from './command.ts';

export async function setTopic(link: Link, action: UserAction & { type: 'topic' }): Promise<void> {
  const channel = joinedChannel(link, action.room);
  // Servers do not answer where nothing changes.
  if (channel.topic.text === action.topic) return;
  await link.pace();
  const done = link.ask(judge(link, channel, (line) => line.command === 'TOPIC'));
  link.write(formatLine('TOPIC', [channel.name], cutShort(action.topic, link.isupport.longest.topic)));
  await done;
}

function topicIs(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[1]);
  if (channel) channel.topic = { text: line.command === '332' ? withoutFormat(line.params[2] ?? '') : '' };
}

/** `me #channel nick!user@host seconds` */
function topicBy(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[1]);
  const by = line.params[2]?.split('!')[0];
  const at = new Date(Number(line.params[3]) * 1000);
  if (!channel || !by) return;
  channel.topic = { text: channel.topic.text, by, ...(!Number.isNaN(at.getTime()) && { at }) };
}

function topicChanged(link: Link, line: Line): void {
  const channel = channelOf(link, line.params[0]);
  if (!channel) return;
  channel.topic = { text: withoutFormat(line.params[1] ?? ''), by: line.source, at: link.clock.timeOf(line) };
  if (channel.state === 'in') link.emit({ type: 'topic', room: channel.room, topic: channel.topic });
}

export const topicLines: Lines = { 331: topicIs, 332: topicIs, 333: topicBy, TOPIC: topicChanged };
