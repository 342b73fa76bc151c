/** Messages: PRIVMSG and NOTICE as they come (RFC 1459 §4.4). */

import type { Author, Content, Conversation, RemoteEvent, Span } from '#src/network.ts';
import type { Line } from '../line.ts';
import type { Link } from '../link.ts';
import { isPerson } from '../names.ts';
import { answerCtcp, ctcpAnswered, readCtcp } from '../people/ctcp.ts';
import type { Lines } from '../receive.ts';
import { channelOf, emitMessage, occupantOf } from '../rooms/channels.ts';
import { readFormat } from './format.ts';
import { answeredBy, idOf } from './tags.ts';

/** A notice of a service that belongs to a channel: `[#channel] text`, of srvx `(#channel) text`. */
const FOR_CHANNEL = /^[[(](\S+)[\])] ?(?=\S)/;

export function authorOf(link: Link, source: string): Author {
  return link.isMe(source) ? { self: true } : { contact: link.ids.contact(source), nick: source };
}

function privmsg(link: Link, line: Line): void {
  const ctcp = readCtcp(line.params[1] ?? '');
  // Our own questions come back where the server echoes.
  const asked = ctcp && ctcp.command !== 'ACTION';
  if (!asked) deliver(link, line);
  else if (link.isMe(line.params[0] ?? '') && !link.isMe(line.source)) answerCtcp(link, line.source, ctcp);
}

function notice(link: Link, line: Line): void {
  const [, raw = ''] = line.params;
  const ctcp = readCtcp(raw);
  if (ctcp && link.isMe(line.source)) return;
  if (ctcp) ctcpAnswered(link, line.source, ctcp);
  else if (isServer(line)) link.notice(raw);
  else deliver(link, line);
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

function deliver(link: Link, line: Line): void {
  const said = messageOf(link, line);
  if (!said) return;
  const message = link.clock.isPast(said.at) ? ({ ...said, past: true } as const) : said;
  const { in: where, from, id, at } = message;
  if ('contact' in from) link.typing.forget(typistOf(link, line));
  if (id !== undefined) link.readMarkers.note(link, where, id, at);
  emitMessage(link, 'room' in where ? channelOf(link, link.ids.name(where.room)) : undefined, message);
}

/** The message that a PRIVMSG or NOTICE is; undefined where it is for nobody here, or a question of programs. */
export function messageOf(link: Link, line: Line): (RemoteEvent & { type: 'message' }) | undefined {
  const [to = '', whole = ''] = line.params;
  const ctcp = readCtcp(whole);
  // In what a server or bouncer says again other things may stand.
  if (!Object.hasOwn(messageLines, line.command) || (ctcp && ctcp.command !== 'ACTION')) return undefined;
  const raw = ctcp?.text ?? whole;
  const style = ctcp ? 'action' : line.command === 'NOTICE' ? 'notice' : undefined;
  const target = (style === 'notice' && link.isMe(to) && channelNamedIn(link, line.source, raw)) || to;
  const channelName = withoutStatus(link, target);
  const conversation = conversationOf(link, line, channelName);
  if (!conversation) return undefined;
  // What only operators get must not look as if all had read it.
  const ranked = channelName === target ? '' : `[${target}] `;
  // In a room a bot's notice would look like a word of a person's; one-to-one it is plain who says it.
  const noticed = style === 'notice' && 'room' in conversation && target === to ? '[notice] ' : '';
  const { text, markup } = readLines((ranked || noticed) + raw);
  if (text === '') return undefined;
  const [id, answered] = [idOf(line), answeredBy(line)];
  return {
    ...({ type: 'message', in: conversation, from: authorOf(link, line.source), at: link.clock.timeOf(line) } as const),
    content: { text, ...(style && { style }), ...(markup && { markup }), ...(answered && { reply: { to: answered } }) },
    ...(id && { id }),
  };
}

/** Of several lines each has a formatting of its own. */
function readLines(raw: string): Pick<Content, 'text' | 'markup'> {
  if (!raw.includes('\n')) return readFormat(raw);
  let text = '';
  const markup: Span[] = [];
  for (const [index, line] of raw.split('\n').entries()) {
    if (index > 0) text += '\n';
    const read = readFormat(line);
    const { length } = text;
    for (const span of read.markup ?? []) markup.push({ ...span, from: span.from + length, to: span.to + length });
    text += read.text;
  }
  return markup.length === 0 ? { text } : { text, markup };
}

/** Where a message belongs; nowhere when it is for a channel we are not in. */
export function conversationOf(link: Link, { source }: Line, target: string): Conversation | undefined {
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

/** Who says it where; see typing.ts. */
export function typistOf({ isupport }: Link, { source, params }: Line): string {
  return `${isupport.fold(source)} ${isupport.fold(params[0] ?? '')}`;
}

export const messageLines: Lines = { PRIVMSG: privmsg, NOTICE: notice };
