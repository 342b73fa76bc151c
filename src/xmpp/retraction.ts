/** Message Retraction (XEP-0424) and, by a moderator, Moderated Message Retraction (XEP-0425). */

import { writeFallback } from './fallback-ranges.ts';
import { writeHint } from './hints.ts';
import { NS } from './ns.ts';
import { attr, child, childText, type Element, escapeXml, tag, type Xml } from './xml.ts';

/** As clients sent it before 2024: inside `<apply-to/>`. */
const OLD_RETRACT = 'urn:xmpp:message-retract:0';
const OLD_MODERATE = 'urn:xmpp:message-moderate:0';

/** Who took somebody else's message out. */
export interface Moderator {
  /** Full JID in the room. */
  readonly jid: string;
  readonly occupantId?: Xml | '';
  readonly reason?: string | undefined;
}
export interface ModerationRequest {
  readonly ref: string;
  readonly reason?: string;
}

/** Which of their messages somebody takes back. */
export function readRetraction(message: Element): string | undefined {
  const retract = child(message, 'retract', NS.retract);
  if (retract) return attr(retract, 'id');
  const apply = child(message, 'apply-to', NS.fasten);
  return apply && child(apply, 'retract', OLD_RETRACT) && attr(apply, 'id');
}

/** The payload of a moderator's iq, in its present form and that of before 2023. */
export function readModeration(payload: Element): ModerationRequest | undefined {
  const old = child(payload, 'moderate', OLD_MODERATE);
  const moderate = old ?? payload;
  const retract = child(moderate, 'retract', old ? OLD_RETRACT : NS.retract);
  const ref = attr(payload, 'id');
  if (!retract || !ref) return undefined;
  const reason = childText(moderate, 'reason');
  return { ref, ...(reason && { reason }) };
}

/** `/me` of a client that knows no retractions. */
const FALLBACK = '/me took back a message, which this client can not show.';

/** The message of that id is taken back: by its author, or by a moderator. */
export function writeRetraction(ref: string, moderator?: Moderator): string {
  const about = moderator ? [moderated(moderator), reasonOf(moderator)] : [];
  const retract = tag('retract', { xmlns: NS.retract, id: ref }, ...about);
  // XEP-0424 §4: the body makes servers keep it, and tells those who would see nothing.
  const body = moderator ? '' : `${writeFallback(NS.retract)}<body>${escapeXml(FALLBACK)}</body>`;
  return `${retract}${body}${writeHint('store')}`;
}

/** What stays of a message in the archive (XEP-0424 §5); `id` is that of the retraction. */
export function writeTombstone(id: string, at: Date, moderator?: Moderator): Xml {
  const about = moderator ? [moderated(moderator), reasonOf(moderator)] : [];
  return tag('retracted', { xmlns: NS.retract, id, stamp: at.toISOString() }, ...about);
}

function moderated({ jid, occupantId = '' }: Moderator): Xml {
  return tag('moderated', { xmlns: NS.moderate, by: jid }, occupantId);
}

function reasonOf({ reason }: Moderator): Xml | '' {
  return reason ? tag('reason', {}, escapeXml(reason)) : '';
}
