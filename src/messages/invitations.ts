/** Invitations to rooms, both ways: by the room (XEP-0045 §7.8.2) and direct ones (XEP-0249). */

import type { LiveAccount } from '#src/account.ts';
import { answerTo, type Intent, type Refuse } from '#src/intent.ts';
import { type Network, Refusal, type RemoteEvent } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Places, Target } from '#src/place.ts';
import { invitation } from '#src/xmpp/invitations.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';

export interface InvitationsOptions {
  readonly network: Network;
  readonly places: Places;
  readonly occupancy: Occupancy;
  readonly send: Send;
  readonly refuse: Refuse;
}
type Invite = Intent & { type: 'invite' };

export class Invitations {
  readonly #options: InvitationsOptions;

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** To a contact over its network, to anybody else from the room. */
  take(intent: Invite, target: Target): void {
    const { places, send, occupancy, refuse } = this.#options;
    const { origin, invitee, reason } = intent;
    const to = this.#roomOf(intent, target);
    const { account, room } = occupancy.seatOf(origin, to);
    if (invitee.domain !== places.host) {
      return send(invitation(places.of(room.id) ?? places.host, origin.from.bare, reason), invitee.full);
    }
    const whom = places.read(invitee);
    if (whom?.type !== 'contact') throw new Refusal('not-found', `${invitee.bare} is nobody who can be invited.`);
    account
      .send({ type: 'invite', room: room.id, contact: whom.contact })
      .catch((error: unknown) => refuse('message', answerTo(origin), error));
  }

  /** The room a person is invited to. */
  #roomOf({ room }: Invite, target: Target): Target {
    if (!room) return target;
    const { places, network } = this.#options;
    const to = places.find(room);
    if (to?.type === 'room') return to;
    throw new Refusal(
      'not-found',
      `${room.bare} is no room of ${network.title}, so nobody there can enter it. Invite to a room on ${places.host}.`,
    );
  }

  /** Somebody of the network invites the user. */
  heard(account: LiveAccount, { room, from, reason }: RemoteEvent & { type: 'invite' }): void {
    const { places, send } = this.#options;
    const jid = places.of(room);
    const by = 'self' in from ? places.ofAccount(account.id) : places.of(from.contact);
    if (jid && by) send(invitation(jid, by, reason), account.user);
  }
}
