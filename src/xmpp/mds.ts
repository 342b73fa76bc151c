/** How far a user has read, for all their clients (XEP-0490 1.0.1). */

import { NS } from './ns.ts';
import { publishPrivate } from './pubsub.ts';
import { tag, type Xml } from './xml.ts';

/** Publishes that a room was read up to the message with that stanza-id of the room (XEP-0490 §3.2). */
export function displayedInRoom(room: string, stanzaId: string): Xml {
  const id = tag('stanza-id', { xmlns: NS.stableId, by: room, id: stanzaId });
  return publishPrivate(NS.displayedSync, room, tag('displayed', { xmlns: NS.displayedSync }, id));
}

/** Inside a message of the user: that the talk was read up to the message with that id (XEP-0333 §4). */
export function displayedMarker(id: string): Xml {
  return tag('displayed', { xmlns: NS.chatMarkers, id });
}
