/** Messages: in rooms, one-to-one, invitations, receipts. */

import { randomUUID } from 'node:crypto';
import type { Topic } from '#src/network.ts';
import { NS } from '#src/xmpp/ns.ts';
import { escapeXml } from '#src/xmpp/xml.ts';
import { delay, delayed, type Stanza } from './stanza.ts';

/** What a message in a room has beside its body: the ids one of our users gave it, or when it was said. */
export interface MessageFacts {
  readonly id?: string | undefined;
  readonly originId?: string | undefined;
  readonly at?: Date;
}

/** What was said in a room. */
export function roomMessage(room: string, nick: string, body: string, { id, originId, at }: MessageFacts): Stanza {
  const uuid = randomUUID();
  // XEP-0359 §3: `by` is the room, which vouches for the id.
  const stable = `<stanza-id xmlns='${NS.stableId}' id='${uuid}' by='${escapeXml(room)}'/>`;
  const own = originId === undefined ? '' : `<origin-id xmlns='${NS.stableId}' id='${escapeXml(originId)}'/>`;
  const children = `<body>${escapeXml(body)}</body>${stable}${own}${delayed(room, at)}`;
  return message(nick ? `${room}/${nick}` : room, 'groupchat', id ?? uuid, children);
}

/** A room's subject; with no body, as XEP-0045 §7.2.15 asks. */
export function roomSubject(room: string, { text, by, at }: Topic): Stanza {
  const children = `<subject>${escapeXml(text)}</subject>${at ? delay(room, at) : ''}`;
  return message(by ? `${room}/${by}` : room, 'groupchat', randomUUID(), children);
}

/** A one-to-one message. */
export function chat(from: string, body: string, at?: Date): Stanza {
  return message(from, 'chat', randomUUID(), `<body>${escapeXml(body)}</body>${delayed(from, at)}`);
}

/** The network took a one-to-one message (XEP-0184 §5.2). */
export function receipt(from: string, id: string): Stanza {
  return message(from, 'chat', randomUUID(), `<received xmlns='${NS.receipts}' id='${escapeXml(id)}'/>`);
}

/** A private message through a room (XEP-0045 §7.5), to one of several clients under the nick: not for carbons. */
export function roomWhisper(room: string, nick: string, body: string, at: Date): Stanza {
  const marks = `<x xmlns='${NS.mucUser}'/><private xmlns='${NS.carbons}'/><no-copy xmlns='${NS.hints}'/>`;
  return message(
    `${room}/${nick}`,
    'chat',
    randomUUID(),
    `<body>${escapeXml(body)}</body>${marks}${delayed(room, at)}`,
  );
}

/** An invitation by someone to a room (XEP-0045 §7.8.2). */
export function invitation(room: string, from: string, reason = ''): Stanza {
  const invite = `<invite from='${escapeXml(from)}'>${reason && `<reason>${escapeXml(reason)}</reason>`}</invite>`;
  return {
    head: `<message from='${escapeXml(room)}' id='${randomUUID()}' to='`,
    tail: `'><x xmlns='${NS.mucUser}'>${invite}</x></message>`,
  };
}

function message(from: string, type: string, id: string, children: string): Stanza {
  return {
    head: `<message from='${escapeXml(from)}' type='${type}' id='${escapeXml(id)}' to='`,
    tail: `'>${children}</message>`,
  };
}
