/** What the user wants from the server, whether connected or not; each new link is brought to it. */

import type { ContactId, RoomId, UserAction } from '#src/network.ts';

/** A channel to be in. */
export interface Wish {
  readonly room: RoomId;
  readonly name: string;
  readonly key?: string;
}

export interface Wishes {
  nick: string;
  guest: boolean;
  /** Logins by SASL that were refused since one succeeded; undefined until one has. */
  refusedLogins?: number;
  /** An account that is registered but for its code. */
  registering?: { readonly name: string; readonly password: string };
  /** The user knows that the password goes in plain text. */
  warned?: boolean;
  /** Text of AWAY; empty when here. */
  away: string;
  readonly rooms: Map<RoomId, Wish>;
  readonly contacts: Set<ContactId>;
}

/** Keeps what holds beyond this link; false for an action that needs one. */
export function remember(wishes: Wishes, action: UserAction): boolean {
  switch (action.type) {
    case 'presence':
      wishes.away = awayText(action.presence);
      return true;
    case 'contact':
      if (action.change === 'add') wishes.contacts.add(action.contact);
      else wishes.contacts.delete(action.contact);
      return true;
    case 'leave':
      wishes.rooms.delete(action.room);
      return true;
    default:
      return false;
  }
}

function awayText({ show, status }: { show: string; status?: string }): string {
  return show === 'online' || show === 'chat' ? '' : status?.trim() || 'Away';
}
