/** Invitations to rooms: by the room (XEP-0045 §7.8.2) and direct ones (XEP-0249); and requests for voice (§7.13). */

import { randomUUID } from 'node:crypto';
import { type Jid, parseJid } from '#src/address.ts';
import { NS } from './ns.ts';
import type { Stanza } from './write/stanza.ts';
import { attr, child, childText, type Element, escapeXml, tag } from './xml.ts';

export interface Invitation {
  readonly invitee: Jid;
  /** Where the invitation was sent to the person and not to the room. */
  readonly room?: Jid;
  readonly reason: string | undefined;
}

const REASON_LENGTH = 1_000;
const VOICE = 'http://jabber.org/protocol/muc#request';

/** Whom a message to `to` invites; a decline (XEP-0045 §7.8.2) invites nobody. */
export function readInvitation(message: Element, to: Jid): Invitation | undefined {
  const muc = child(message, 'x', NS.mucUser);
  const invite = muc && child(muc, 'invite', NS.mucUser);
  const invitee = invite && parseJid(attr(invite, 'to') ?? '');
  if (invitee) return { invitee, reason: childText(invite, 'reason')?.slice(0, REASON_LENGTH) };
  const direct = child(message, 'x', NS.conference);
  const room = direct && parseJid(attr(direct, 'jid') ?? '');
  return room && { invitee: to, room, reason: attr(direct, 'reason')?.slice(0, REASON_LENGTH) };
}

/** Whether it is the form by which a visitor asks to speak. */
export function wantsVoice(message: Element): boolean {
  const form = child(message, 'x', NS.dataForms);
  const field = form?.getChildren('field').find((one) => attr(one, 'var') === 'FORM_TYPE');
  return field?.getChild('value')?.getText() === VOICE;
}

/** An invitation by someone to a room, in both forms, of which clients take the one they know. */
export function invitation(room: string, from: string, reason = ''): Stanza {
  const why = reason === '' ? '' : tag('reason', {}, escapeXml(reason));
  const mediated = tag('x', { xmlns: NS.mucUser }, tag('invite', { from }, why));
  const direct = tag('x', { xmlns: NS.conference, jid: room, reason: reason || undefined });
  return {
    head: `<message from='${escapeXml(room)}' id='${randomUUID()}' to='`,
    tail: `'>${mediated}${direct}</message>`,
  };
}
