/** Stable ids of the people in a room (XEP-0421): one and the same for ever, and telling nobody outside who it is. */

import { createHmac, type KeyObject } from 'node:crypto';
import type { ContactId, RoomId } from '#src/network.ts';
import { recent } from '#src/recent.ts';
import { NS } from './ns.ts';
import { tag, type Xml } from './xml.ts';

/** The id of a contact in a room. It changes with the contact, which on IRC is the nick: there is nothing steadier. */
export type OccupantId = (room: RoomId, contact: ContactId) => string;

/** Making one costs some microseconds, and a room's messages need it again and again. */
const KEPT = 50_000;
/** Characters of base64url, of 6 bits each. */
const LENGTH = 22;

/** XEP-0421 §5: made by a secret key, so that it can't be guessed from the person's address. */
export function occupantIds(key: KeyObject, host: string): OccupantId {
  const known = recent<string, string>(KEPT);
  return (room, contact) => {
    const name = `${room}\0${contact}`;
    const id = known.get(name);
    if (id !== undefined) return id;
    const made = createHmac('sha256', key).update(`${host}\0${name}`).digest('base64url').slice(0, LENGTH);
    known.set(name, made);
    return made;
  };
}

/** The element that a room puts in an occupant's presence and messages. */
export function occupantIdElement(id: string): Xml {
  return tag('occupant-id', { xmlns: NS.occupantId, id });
}
