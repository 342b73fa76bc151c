/** What the gateway tells its users, as stanzas. Pure: each is made once and sent to many. */

import { randomUUID } from 'node:crypto';
import type { Member, Presence, Rank, Topic } from '#src/network.ts';
import { NS } from '#src/xmpp/ns.ts';
import { escapeXml } from '#src/xmpp/xml.ts';

/** A stanza but for its receiver, whose escaped address goes between `head` and `tail`. */
export interface Stanza {
  readonly head: string;
  readonly tail: string;
}

/** Sends a stanza to one JID. */
export type Send = (stanza: Stanza, to: string) => void;

/** What a presence of an occupant says beside the member. */
export interface OccupantFacts {
  /** XEP-0045 §15.6 status codes. */
  readonly codes?: readonly number[];
  readonly reason?: string;
  /** Nick of the one who did it (XEP-0045 §8.2). */
  readonly by?: string;
  /** The new nick, in the presence that ends the old one (XEP-0045 §7.6). */
  readonly nick?: string;
  readonly presence?: Presence;
  /** Bare JID of the member's own address. */
  readonly contact?: string;
}

/** What a presence shows of a member; one who never got in has but the nick it asked for. */
export type Shown = Pick<Member, 'nick' | 'rank' | 'origin'>;

/** XEP-0045 §5: what a rank is called there, as affiliation and role. */
export const RANKS: Readonly<Record<Rank, readonly [affiliation: string, role: string]>> = {
  owner: ['owner', 'moderator'],
  admin: ['admin', 'moderator'],
  moderator: ['member', 'moderator'],
  member: ['member', 'participant'],
  speaker: ['none', 'participant'],
  listener: ['none', 'visitor'],
};

/** An occupant who is in the room. */
export function occupant(room: string, member: Shown, facts: OccupantFacts): Stanza {
  const [affiliation, role] = RANKS[member.rank];
  return occupantPresence(room, member, '', item(member, affiliation, role, facts), show(facts.presence), facts);
}

/** An occupant who has left, been removed, or goes on under another nick. */
export function absent(room: string, member: Shown, facts: OccupantFacts): Stanza {
  const banned = facts.codes?.includes(301);
  const affiliation = banned ? 'outcast' : RANKS[member.rank][0];
  const role = facts.nick === undefined ? 'none' : RANKS[member.rank][1];
  const status = facts.reason && !facts.codes?.some((code) => code === 307 || code === 301) ? facts.reason : '';
  const children = status && `<status>${escapeXml(status)}</status>`;
  return occupantPresence(room, member, " type='unavailable'", item(member, affiliation, role, facts), children, facts);
}

function occupantPresence(
  room: string,
  member: Shown,
  type: string,
  item: string,
  children: string,
  facts: OccupantFacts,
): Stanza {
  const codes = (facts.codes ?? []).map((code) => `<status code='${code}'/>`).join('');
  return {
    head: `<presence from='${escapeXml(`${room}/${member.nick}`)}'${type} to='`,
    tail: `'>${children}<x xmlns='${NS.mucUser}'>${item}${codes}</x></presence>`,
  };
}

function item(member: Shown, affiliation: string, role: string, { contact, nick, by, reason }: OccupantFacts): string {
  const jid =
    contact === undefined ? '' : ` jid='${escapeXml(member.origin ? `${contact}/${member.origin}` : contact)}'`;
  const renamed = nick === undefined ? '' : ` nick='${escapeXml(nick)}'`;
  const actor = by === undefined ? '' : `<actor nick='${escapeXml(by)}'/>`;
  const why = reason ? `<reason>${escapeXml(reason)}</reason>` : '';
  return `<item affiliation='${affiliation}' role='${role}'${jid}${renamed}>${actor}${why}</item>`;
}

/** What a message in a room has beside its body: the ids one of our users gave it, or when it was said. */
export interface MessageFacts {
  readonly id?: string | undefined;
  readonly originId?: string | undefined;
  readonly at?: Date;
}

/** A message this old, in ms, tells when it was said. */
const OLD = 30_000;

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

/** When it was said, where that is not about now. */
function delayed(from: string, at: Date | undefined): string {
  return at && Date.now() - at.getTime() >= OLD ? delay(from, at) : '';
}

/** XEP-0203 §3. */
function delay(from: string, at: Date): string {
  return `<delay xmlns='${NS.delay}' from='${escapeXml(from)}' stamp='${at.toISOString()}'/>`;
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

/** Resource of the host, of accounts and contacts: some clients take whoever has none for offline. */
export const RESOURCE = 'isthmus';

/** Presence of the host, an account or a contact by its bare JID; `caps` is its XEP-0115 element. */
export function presence(jid: string, state: Presence, caps = ''): Stanza {
  const type = state.show === 'offline' ? " type='unavailable'" : '';
  const from = `${jid}/${RESOURCE}`;
  return {
    head: `<presence from='${escapeXml(from)}'${type} to='`,
    tail: `'>${show(state)}${type ? '' : caps}</presence>`,
  };
}

function show(state: Presence | undefined): string {
  if (!state) return '';
  const show = state.show === 'online' || state.show === 'offline' ? '' : `<show>${state.show}</show>`;
  return show + (state.status ? `<status>${escapeXml(state.status)}</status>` : '');
}

/** A step of the subscription dance (RFC 6121 §3), or a probe (§4.3). */
export function subscription(
  from: string,
  type: 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed' | 'probe',
): Stanza {
  return { head: `<presence from='${escapeXml(from)}' type='${type}' to='`, tail: "'/>" };
}
