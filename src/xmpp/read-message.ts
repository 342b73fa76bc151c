/** From a message stanza to what its sender means by it. Pure. */

import type { Intent, Origin } from '#src/intent.ts';
import { readTyping } from './chat-states.ts';
import { readCorrection } from './correction.ts';
import { looksEncrypted, readEncryption } from './encryption.ts';
import { readInvitation, wantsVoice } from './invitations.ts';
import { readDisplayed } from './markers.ts';
import { readReactions } from './reactions.ts';
import { wantsReceipt } from './receipts.ts';
import { readRetraction } from './retraction.ts';
import { readOriginId } from './stable-ids.ts';
import { isPlain, plainWords, readWords } from './words.ts';
import { childText, type Element } from './xml.ts';

/** What a message means; undefined when it asks for nothing that we do. */
export function readMessage(stanza: Element, origin: Origin, type: string | undefined): Intent | undefined {
  const kind = type === 'groupchat' ? 'groupchat' : 'chat';
  const body = childText(stanza, 'body') ?? '';
  const plain = isPlain(stanza) && !looksEncrypted(body);
  if (!plain) {
    const encryption = readEncryption(stanza, body);
    // Clients exchange keys by messages of which people know nothing.
    if (encryption) return encryption.keysOnly ? undefined : { type: 'encrypted', origin, method: encryption.method };
    const about = readAbout(stanza, origin, kind);
    if (about) return about;
  }
  if (body !== '') return readWritten(stanza, origin, kind, body, plain);
  const text = childText(stanza, 'subject');
  // XEP-0045 §8.1: only a subject without a body sets the room's.
  if (kind === 'groupchat' && text !== undefined) return { type: 'subject', origin, text };
  return readNews(stanza, origin, kind);
}

/** What is about another message, or about a room, whatever body stands in for it. */
function readAbout(stanza: Element, origin: Origin, kind: 'chat' | 'groupchat'): Intent | undefined {
  const retracted = readRetraction(stanza);
  if (retracted) return { type: 'retract', origin, kind, ref: retracted };
  const reactions = readReactions(stanza);
  if (reactions) return { type: 'react', origin, kind, ...reactions };
  const invitation = readInvitation(stanza, origin.to);
  if (invitation) return { type: 'invite', origin, ...invitation };
  return wantsVoice(stanza) ? { type: 'voice', origin } : undefined;
}

function readWritten(
  stanza: Element,
  origin: Origin,
  kind: 'chat' | 'groupchat',
  body: string,
  plain: boolean,
): Intent & { type: 'message' } {
  const originId = readOriginId(stanza);
  const replaces = plain ? undefined : readCorrection(stanza);
  return {
    type: 'message',
    origin,
    kind,
    body,
    words: plain ? plainWords(body) : readWords(stanza, body),
    receipt: kind === 'chat' && wantsReceipt(stanza),
    ...(originId !== undefined && { originId }),
    ...(replaces && { replaces }),
  };
}

/** How far its sender has read, or whether they are typing. */
function readNews(stanza: Element, origin: Origin, kind: 'chat' | 'groupchat'): Intent | undefined {
  const displayed = readDisplayed(stanza);
  if (displayed) return { type: 'displayed', origin, kind, ref: displayed };
  const on = readTyping(stanza);
  return on === undefined ? undefined : { type: 'typing', origin, kind, on };
}
