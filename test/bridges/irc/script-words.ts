/** The words of scripts: what our user does, and what the gateway is told, each in a line. */

import type {
  Author,
  ContactId,
  Conversation,
  Member,
  Rank,
  RemoteEvent,
  RoomId,
  Session,
  UserAction,
} from '#src/network.ts';
import { contact, inRoom, room, SERVER } from './stage.ts';

/** Does what a `$` line says; resolves with what is to be told of it. */
export async function act(session: Session, text: string): Promise<string> {
  const [verb = '', target = '', ...words] = text.split(' ');
  if (verb === 'rooms') {
    const rooms = (await session.rooms?.()) ?? [];
    return rooms.map(({ name, members, topic = '' }) => `${name}(${members}) ${topic}`).join('; ');
  }
  if (verb === 'bans') {
    const bans = (await session.listed?.(room(target), 'banned')) ?? [];
    return bans.map(({ mask }) => mask).join(' ');
  }
  await session.send(actionOf(verb, target, words));
  return '';
}

function actionOf(verb: string, target: string, words: readonly string[]): UserAction {
  const text = words.join(' ');
  const [first = '', ...others] = words;
  const here = { room: room(target) };
  const to: Conversation = /^[#&+!]/.test(target) ? inRoom(target) : { with: contact(target) };
  switch (verb) {
    case 'join':
      return { type: 'join', ...here, nick: 'romeo', ...(text !== '' && { password: text }) };
    case 'leave':
      return { type: 'leave', ...here, ...(text !== '' && { reason: text }) };
    case 'say':
      return { type: 'message', to, txn: 'txn', content: { text } };
    case 'me':
      return { type: 'message', to, txn: 'txn', content: { text, style: 'action' } };
    case 'nick':
    case 'topic':
      return verb === 'nick' ? { type: 'nick', ...here, nick: text } : { type: 'topic', ...here, topic: text };
    case 'invite':
      return { type: 'invite', ...here, contact: contact(text) };
    case 'kick':
    case 'ban':
      return { type: 'moderate', ...here, nick: first, change: verb, reason: others.join(' ') };
    case 'rank':
      return { type: 'moderate', ...here, nick: first, change: others[0] as Rank };
    case 'away':
      return { type: 'presence', presence: { show: 'away', status: [target, ...words].join(' ') } };
    case 'back':
      return { type: 'presence', presence: { show: 'online' } };
    case 'watch':
      return { type: 'contact', contact: contact(target), change: 'add' };
    case 'raw':
      return { type: 'raw', text: [target, ...words].join(' ') };
    default:
      throw new Error(`Nobody knows how to ${verb}.`);
  }
}

const nameOf = (id: RoomId | ContactId) => id.replace(`%${SERVER}`, '');
const authorOf = (from: Author) => ('self' in from ? 'me' : (from.nick ?? nameOf(from.contact)));
const placeOf = (where: Conversation) => nameOf('room' in where ? where.room : where.with);
const because = (reason: string | undefined) => (reason === undefined ? '' : `: ${reason}`);

function memberOf({ nick, rank, origin }: Member, more: boolean): string {
  return `${nick}(${rank}${more && origin !== undefined ? ` ${origin}` : ''})`;
}

/** An event in few words and, where there is more to it, in all. */
export function tell(event: RemoteEvent): string[] {
  switch (event.type) {
    case 'message': {
      const { in: where, from, content, id = '', at } = event;
      const short = `${content.style ?? 'message'} ${placeOf(where)} ${authorOf(from)}: ${content.text}`;
      return [short, `${short} [${id} ${at.toISOString()}]`];
    }
    case 'room': {
      const { topic, members, settings = {} } = event;
      const sorted = members.toSorted((a, b) => (a.nick < b.nick ? -1 : 1));
      const [few, all] = [false, true].map((more) => sorted.map((member) => memberOf(member, more)).join(' '));
      const head = `room ${nameOf(event.room)} members:`;
      const about = `topic: ${topic.text} by: ${topic.by ?? ''} settings: ${JSON.stringify(settings)}`;
      return [`${head} ${few}`, `${head} ${all} ${about}`];
    }
    case 'member':
      return tellMember(event);
    case 'topic':
      return [`topic ${nameOf(event.room)} ${event.topic.by ?? ''}: ${event.topic.text}`];
    case 'invite':
      return [`invite ${nameOf(event.room)} by ${authorOf(event.from)}`];
    case 'presence':
      return [`presence ${nameOf(event.contact)} ${event.presence.show}${because(event.presence.status)}`];
    case 'notice':
      return [`server: ${event.text}`];
    default:
      return [JSON.stringify(event)];
  }
}

function tellMember(event: RemoteEvent & { type: 'member' }): string[] {
  const place = nameOf(event.room);
  if (event.change === 'in') {
    const { was, member } = event;
    const head = was === undefined ? `in ${place}` : `renamed ${place} ${was} to`;
    return [`${head} ${memberOf(member, false)}`, `${head} ${memberOf(member, true)}`];
  }
  const { change, nick, by, reason } = event;
  const short = `${change} ${place} ${nick}${by === undefined ? '' : ` by ${by}`}`;
  return [short, short + because(reason)];
}
