/**
 * The XMPP extensions that are spoken here, one row each: what service discovery advertises comes from this table, and
 * so do docs/xeps.md and isthmus.doap (`npm run generate`).
 */

import { NS } from './ns.ts';

/** What an address can be, for service discovery. */
export type Place = 'host' | 'account' | 'contact' | 'room';

export interface Xep {
  readonly number: string;
  readonly name: string;
  /** The one it was built from. */
  readonly version: string;
  /** What of it is done, in a few words. */
  readonly what: string;
  /** Features it advertises, by place. */
  readonly features?: Readonly<Partial<Record<Place, readonly string[]>>>;
  /** The file to read first, and the one that proves it. */
  readonly code: string;
  readonly test: string;
}

function everywhere(...features: readonly string[]): NonNullable<Xep['features']> {
  return { host: features, account: features, contact: features, room: features };
}

function onServers(...features: readonly string[]): NonNullable<Xep['features']> {
  return { host: features, account: features };
}

/** By number. */
export const XEPS: readonly Xep[] = [
  {
    number: '0004',
    name: 'Data Forms',
    version: '2.13.2',
    what: 'the registration form',
    code: 'src/xmpp/register.ts',
    test: 'test/scenes/register.test.ts',
  },
  {
    number: '0030',
    name: 'Service Discovery',
    version: '2.5.0',
    what: 'host, servers, rooms, people; the host lists your servers',
    features: everywhere(NS.discoInfo, NS.discoItems),
    code: 'src/xmpp/disco.ts',
    test: 'test/xmpp/disco.test.ts',
  },
  {
    number: '0045',
    name: 'Multi-User Chat',
    version: '1.35.5',
    what: 'join, leave, nick, subject, kick, ban, ranks, lists, private messages, mediated invitations; no configuration form',
    features: { host: [NS.muc], room: [NS.muc, 'http://jabber.org/protocol/muc#stable_id'] },
    code: 'src/xmpp/muc.ts',
    test: 'test/scenes/occupancy.test.ts',
  },
  {
    number: '0077',
    name: 'In-Band Registration',
    version: '2.4',
    what: 'register, change, remove; form and legacy fields',
    features: onServers(NS.register),
    code: 'src/xmpp/register.ts',
    test: 'test/scenes/register.test.ts',
  },
  {
    number: '0092',
    name: 'Software Version',
    version: '1.1',
    what: 'name and version of the gateway',
    features: onServers(NS.version),
    code: 'src/xmpp/version.ts',
    test: 'test/xmpp/iq.test.ts',
  },
  {
    number: '0100',
    name: 'Gateway Interaction',
    version: '1.0',
    what: 'registration, log-in and log-out by presence, contacts, jabber:iq:gateway',
    features: { host: [NS.gateway] },
    code: 'src/roster.ts',
    test: 'test/scenes/roster.test.ts',
  },
  {
    number: '0106',
    name: 'JID Escaping',
    version: '1.1.1',
    what: 'ids in local parts',
    features: { host: ['jid\\20escaping'] },
    code: 'src/address.ts',
    test: 'test/address.test.ts',
  },
  {
    number: '0114',
    name: 'Jabber Component Protocol',
    version: '1.6',
    what: 'the link to the server',
    code: 'src/xmpp/link.ts',
    test: 'test/xmpp/link.test.ts',
  },
  {
    number: '0115',
    name: 'Entity Capabilities',
    version: '1.6.0',
    what: 'in the presence of the host, servers and people',
    features: everywhere(NS.caps),
    code: 'src/xmpp/caps.ts',
    test: 'test/xmpp/disco.test.ts',
  },
  {
    number: '0128',
    name: 'Service Discovery Extensions',
    version: '1.0.1',
    what: 'muc#roominfo: occupants, subject',
    code: 'src/xmpp/describe.ts',
    test: 'test/xmpp/disco.test.ts',
  },
  {
    number: '0184',
    name: 'Message Delivery Receipts',
    version: '1.4.0',
    what: 'for one-to-one messages, once the network took them',
    code: 'src/xmpp/write/message.ts',
    test: 'test/scenes/messages.test.ts',
  },
  {
    number: '0199',
    name: 'XMPP Ping',
    version: '2.0.1',
    what: 'answered; also asked, to see whether the link lives',
    features: everywhere(NS.ping),
    code: 'src/xmpp/muc.ts',
    test: 'test/xmpp/link.test.ts',
  },
  {
    number: '0202',
    name: 'Entity Time',
    version: '2.0',
    what: 'in UTC',
    features: onServers(NS.time),
    code: 'src/xmpp/time.ts',
    test: 'test/xmpp/iq.test.ts',
  },
  {
    number: '0203',
    name: 'Delayed Delivery',
    version: '2.0',
    what: 'topics, and messages that are not new',
    code: 'src/xmpp/write/message.ts',
    test: 'test/scenes/messages.test.ts',
  },
  {
    number: '0245',
    name: 'The /me Command',
    version: '1.0',
    what: 'both ways',
    code: 'src/messages.ts',
    test: 'test/live/rooms.test.ts',
  },
  {
    number: '0280',
    name: 'Carbons',
    version: '1.0',
    what: 'private messages through rooms ask not to be copied',
    code: 'src/xmpp/write/message.ts',
    test: 'test/scenes/messages.test.ts',
  },
  {
    number: '0334',
    name: 'Hints',
    version: '1.0',
    what: 'private messages through rooms ask not to be copied',
    code: 'src/xmpp/write/message.ts',
    test: 'test/scenes/messages.test.ts',
  },
  {
    number: '0359',
    name: 'Unique and Stable Stanza IDs',
    version: '0.7.0',
    what: 'stanza-id by the room, origin-id reflected',
    features: { room: [NS.stableId] },
    code: 'src/xmpp/write/message.ts',
    test: 'test/scenes/messages.test.ts',
  },
  {
    number: '0393',
    name: 'Message Styling',
    version: '1.1.1',
    what: 'bold, italics, strike and monospace of IRC',
    code: 'src/text/styling.ts',
    test: 'test/text/styling.test.ts',
  },
  {
    number: '0410',
    name: 'MUC Self-Ping (Schrödinger’s Chat)',
    version: '1.1.0',
    what: 'answered, and advertised',
    features: { room: [NS.selfPing] },
    code: 'src/xmpp/muc.ts',
    test: 'test/scenes/occupancy.test.ts',
  },
];

/** What an address of that kind advertises whatever its network can do. */
export function featuresOf(place: Place): readonly string[] {
  return XEPS.flatMap(({ features }) => features?.[place] ?? []);
}
