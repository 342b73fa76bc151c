/** How far the user has read, told between the user's own clients (https://ircv3.net/specs/extensions/read-marker). */

import type { ContactId, Conversation, MessageId, UserAction } from '#src/network.ts';
import { formatLine, type Line } from '../line.ts';
import type { Link } from '../link.ts';
import { isPerson } from '../names.ts';
import type { Lines } from '../receive.ts';
import { channelOf, emitMessage } from '../rooms/channels.ts';
import { targetOf } from '../rooms/command.ts';

interface Said {
  readonly id: MessageId;
  readonly at: number;
}

/** Conversations of which messages are known, and how many of each. */
const CONVERSATIONS = 1_000;
const MESSAGES = 100;

export class ReadMarkers {
  /** By folded target, in the order they came. */
  readonly #said = new Map<string, Said[]>();
  /** What the server is to be told, or was told last, by folded target. */
  readonly #told = new Map<string, number>();

  /** A message that a marker may stand at. */
  note(link: Link, conversation: Conversation, id: MessageId, at: Date): void {
    if (!link.caps.has('read-marker')) return;
    const key = keyOf(link, conversation);
    const said = this.#said.get(key) ?? this.#begin(link, key, conversation);
    said.push({ id, at: at.getTime() });
    if (said.length > MESSAGES) said.shift();
  }

  /** The server tells where the marker stands by itself for channels alone. */
  #begin(link: Link, key: string, conversation: Conversation): Said[] {
    const [oldest] = this.#said.size < CONVERSATIONS ? [] : this.#said.keys();
    if (oldest !== undefined) this.#said.delete(oldest);
    const said: Said[] = [];
    this.#said.set(key, said);
    if ('with' in conversation) link.background(formatLine('MARKREAD', [nickOf(link, conversation.with)]));
    return said;
  }

  /** Of several that come at once only the last is told. */
  tell(link: Link, conversation: Conversation, at: number): void {
    const key = keyOf(link, conversation);
    if (at <= (this.#told.get(key) ?? 0)) return;
    if (this.#told.size >= CONVERSATIONS) this.#told.clear();
    this.#told.set(key, at);
    const target = targetOf(link, conversation);
    link.later(() => {
      const isLast = this.#told.get(key) === at;
      return isLast ? formatLine('MARKREAD', [target, `timestamp=${link.clock.write(new Date(at))}`]) : undefined;
    });
  }

  /** When that message was said. */
  async timeOf(link: Link, conversation: Conversation, id: MessageId): Promise<number | undefined> {
    const said = this.#said.get(keyOf(link, conversation))?.find((one) => one.id === id);
    if (said) return said.at;
    const latest = await link.host.latest(conversation);
    return latest?.id === id ? latest.at.getTime() : undefined;
  }

  /** The newest message up to a time. One of the server's own words to us is no news. */
  async upTo(link: Link, conversation: Conversation, at: number): Promise<MessageId | undefined> {
    const key = keyOf(link, conversation);
    if (at <= (this.#told.get(key) ?? 0)) return undefined;
    const said = this.#said.get(key)?.findLast((one) => one.at <= at);
    if (said) return said.id;
    const latest = await link.host.latest(conversation);
    return latest && latest.at.getTime() <= at ? latest.id : undefined;
  }
}

/** The user has read up to a message; of one that is long past nobody knows when it was. */
export async function tellRead(link: Link, { to, id }: UserAction & { type: 'read' }): Promise<void> {
  const at = await link.readMarkers.timeOf(link, to, id);
  if (at !== undefined) link.readMarkers.tell(link, to, at);
}

/** `target timestamp=2026-01-02T03:04:05.678Z`, or an asterisk where nothing is known. */
function marked(link: Link, { params }: Line): void {
  const [target = '', stamp = ''] = params;
  const channel = channelOf(link, target);
  const at = link.clock.read(new Date(stamp.replace(/^timestamp=/, ''))).getTime();
  if (Number.isNaN(at) || !(channel || isPerson(target))) return;
  const conversation = channel ? { room: channel.room } : { with: link.ids.contact(target) };
  link.readMarkers.upTo(link, conversation, at).then(
    (id) => {
      if (id === undefined || (channel && channelOf(link, target) !== channel)) return;
      emitMessage(link, channelOf(link, target), { type: 'read', in: conversation, from: { self: true }, id });
    },
    (error) => link.host.log.warn({ err: error }, 'How far was read could not be looked up'),
  );
}

function keyOf({ ids, isupport }: Link, conversation: Conversation): string {
  return isupport.fold(ids.name('room' in conversation ? conversation.room : conversation.with));
}

function nickOf({ ids }: Link, contact: ContactId): string {
  return ids.name(contact);
}

export const readMarkerLines: Lines = { MARKREAD: marked };
