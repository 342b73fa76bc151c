/** Presence of people in rooms (XEP-0045). */

import { domainOf } from '#src/address.ts';
import type { Member, Presence, Rank } from '#src/network.ts';
import { NS } from '#src/xmpp/ns.ts';
import { occupantIdElement } from '#src/xmpp/occupant-id.ts';
import { escapeXml } from '#src/xmpp/xml.ts';
import { type Stanza, show } from './stanza.ts';

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
  /** XEP-0421 */
  readonly id?: string;
  /** SHA-1 of the avatar, empty where there is none (XEP-0153 §3.1). */
  readonly hash?: string;
}

/** What a presence shows of a member; one who never got in has but the nick it asked for. */
export type Shown = Pick<Member, 'nick' | 'rank' | 'origin' | 'hats'>;

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
  const known = facts.id === undefined ? '' : occupantIdElement(facts.id);
  const more = `${known}${hats(room, member)}${type === '' ? photo(facts.hash) : ''}`;
  return {
    head: `<presence from='${escapeXml(`${room}/${member.nick}`)}'${type} to='`,
    tail: `'>${children}${more}<x xmlns='${NS.mucUser}'>${item}${codes}</x></presence>`,
  };
}

/** XEP-0317 §4.1: a hat is known by a URI; a network's id that is none becomes one of its host. */
function hats(room: string, { hats: worn = [] }: Shown): string {
  if (worn.length === 0) return '';
  const host = domainOf(room);
  const uri = (id: string) => (/^[a-z][a-z0-9+.-]*:/i.test(id) ? id : `xmpp:${host}#${encodeURIComponent(id)}`);
  const each = worn.map(({ id, title }) => `<hat uri='${escapeXml(uri(id))}' title='${escapeXml(title)}'/>`).join('');
  return `<hats xmlns='${NS.hats}'>${each}</hats>`;
}

/** XEP-0153 §4: nothing is said of an avatar that is not known. */
export function photo(hash: string | undefined): string {
  if (hash === undefined) return '';
  const content = hash === '' ? '<photo/>' : `<photo>${escapeXml(hash)}</photo>`;
  return `<x xmlns='${NS.vcardUpdate}'>${content}</x>`;
}

function item(member: Shown, affiliation: string, role: string, { contact, nick, by, reason }: OccupantFacts): string {
  const jid =
    contact === undefined ? '' : ` jid='${escapeXml(member.origin ? `${contact}/${member.origin}` : contact)}'`;
  const renamed = nick === undefined ? '' : ` nick='${escapeXml(nick)}'`;
  const actor = by === undefined ? '' : `<actor nick='${escapeXml(by)}'/>`;
  const why = reason ? `<reason>${escapeXml(reason)}</reason>` : '';
  return `<item affiliation='${affiliation}' role='${role}'${jid}${renamed}>${actor}${why}</item>`;
}
