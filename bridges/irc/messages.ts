/** Messages: PRIVMSG and NOTICE as they come (RFC 1459 §4.4). */

import type { Author, Content, Conversation, MessageId } from '#src/network.ts';
import { channelOf, emitMessage, occupantOf } from './channels.ts';
import { answerCtcp, readCtcp } from './ctcp.ts';
import { readFormat } from './format.ts';
import { type Line, tagOf, timeOf } from './line.ts';
import type { Link } from './link.ts';
import { isPerson } from './names.ts';
import type { Lines } from './receive.ts';

/** A notice of a service that belongs to a channel: `[#channel] text`. */
const FOR_CHANNEL = /^\[([^\]\s]+)\] ?(?=\S)/;

export function authorOf(link: Link, source: string): Author {
  return link.isMe(source) ? { self: true } : { contact: link.ids.contact(source), nick: source };
}

function privmsg(link: Link, line: Line): void {
  const [target = '', raw = ''] = line.params;
  const ctcp = readCtcp(raw);
  if (!ctcp) deliver(link, line, target, raw);
  else if (ctcp.command === 'ACTION') deliver(link, line, target, ctcp.text, 'action');
  else if (link.isMe(target)) answerCtcp(link, line.source, ctcp);
}

function notice(link: Link, line: Line): void {
  const [target = '', raw = ''] = line.params;
  const ctcp = readCtcp(raw);
  if (ctcp) link.notice(`${line.source} answers ${ctcp.command}: ${readFormat(ctcp.text).text}`);
  else if (isServer(line)) link.notice(readFormat(raw).text);
  else deliver(link, line, (link.isMe(target) && channelNamedIn(link, line.source, raw)) || target, raw, 'notice');
}

/** Only a service, or somebody in the channel, is believed that a notice belongs there. */
function channelNamedIn(link: Link, source: string, raw: string): string | undefined {
  const channel = channelOf(link, FOR_CHANNEL.exec(raw)?.[1]);
  return channel && (/serv$/i.test(source) || occupantOf(link, channel, source)) ? channel.name : undefined;
}

/** Only people have a user and a host. */
function isServer({ source, origin }: Line): boolean {
  return origin === '' && (source === '' || source.includes('.'));
}

function deliver(link: Link, line: Line, target: string, raw: string, style?: Content['style']): void {
  const channelName = withoutStatus(link, target);
  const conversation = conversationOf(link, line, channelName);
  // What only operators get must not look as if all had read it.
  const { text, markup } = readFormat(channelName === target ? raw : `[${target}] ${raw}`);
  if (!conversation || text === '') return;
  const id = tagOf(line, 'msgid');
  emitMessage(link, channelOf(link, channelName), {
    type: 'message',
    in: conversation,
    from: authorOf(link, line.source),
    at: timeOf(line),
    content: { text, ...(style && { style }), ...(markup && { markup }) },
    ...(id && { id: id as MessageId }),
  });
}

/** Where a message belongs; nowhere when it is for a channel we are not in. */
function conversationOf(link: Link, { source }: Line, target: string): Conversation | undefined {
  const channel = channelOf(link, target);
  if (channel) return { room: channel.room };
  if (link.isMe(target)) return isPerson(source) ? { with: link.ids.contact(source) } : undefined;
  // What we said ourselves from another client of a bouncer.
  return link.isMe(source) && isPerson(target) ? { with: link.ids.contact(target) } : undefined;
}

/** `@#channel` is for its operators (STATUSMSG). */
function withoutStatus({ isupport }: Link, target: string): string {
  const [first = '', second = ''] = target;
  const status = isupport.statusPrefixes.includes(first) && isupport.channelTypes.includes(second);
  return first !== '' && second !== '' && status ? target.slice(1) : target;
}

export const messageLines: Lines = { PRIVMSG: privmsg, NOTICE: notice };
