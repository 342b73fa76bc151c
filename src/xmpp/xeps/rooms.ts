/** Rooms. By number. */

import { NS } from '#src/xmpp/ns.ts';
import type { Xep } from './xep.ts';

export const rooms: readonly Xep[] = [
  {
    number: '0045',
    name: 'Multi-User Chat',
    version: '1.35.5',
    what: 'join with history, leave, nick, subject, kick, ban, ranks, lists both ways, configuration form, private messages, mediated invitations; rooms are made and ended by their network',
    features: { host: [NS.muc], room: [NS.muc, 'http://jabber.org/protocol/muc#stable_id'] },
    code: 'src/xmpp/muc.ts',
    test: 'test/scenes/occupancy.test.ts',
  },
  {
    number: '0249',
    name: 'Direct MUC Invitations',
    version: '1.2',
    what: 'both ways, beside those of the room',
    features: { contact: [NS.conference] },
    needs: 'invite',
    code: 'src/messages/invitations.ts',
    test: 'test/scenes/invitations.test.ts',
  },
  {
    number: '0317',
    name: 'Hats',
    version: '0.3.1',
    what: 'titles that a network gives, in the presence of occupants; none are given out',
    features: { room: [NS.hats] },
    code: 'src/xmpp/write/occupant.ts',
    test: 'test/scenes/room-crowd.test.ts',
  },
  {
    number: '0410',
    name: 'MUC Self-Ping (Schrödinger’s Chat)',
    version: '1.1.0',
    what: 'answered, and advertised',
    features: { room: [NS.selfPing] },
    code: 'src/asking.ts',
    test: 'test/scenes/occupancy.test.ts',
  },
  {
    number: '0421',
    name: 'Occupant identifiers for semi-anonymous MUCs',
    version: '1.0.1',
    what: 'of everybody in a room, the same after each return',
    features: { room: [NS.occupantId] },
    code: 'src/xmpp/occupant-id.ts',
    test: 'test/scenes/room-crowd.test.ts',
  },
  {
    number: '0425',
    name: 'Moderated Message Retraction',
    version: '0.3.0',
    what: 'both ways; the older form is read',
    features: { room: [NS.moderate] },
    needs: 'erase',
    code: 'src/xmpp/moderation.ts',
    test: 'test/scenes/edits.test.ts',
  },
  {
    number: '0486',
    name: 'MUC Avatars',
    version: '0.1.0',
    what: 'vCard and hash of a room; not to be set from here',
    code: 'src/xmpp/vcard.ts',
    test: 'test/scenes/profiles.test.ts',
  },
];
