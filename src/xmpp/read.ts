/** From a message or presence stanza to what its sender means by it. Pure. */

import { parseJid } from '#src/address.ts';
import type { HistoryWanted, Intent, Origin } from '#src/intent.ts';
import type { Presence } from '#src/network.ts';
import { conditionOf } from '#src/xmpp/errors.ts';
import { NS } from '#src/xmpp/ns.ts';
import { readMessage } from '#src/xmpp/read-message.ts';
import { attr, child, childText, type Element } from '#src/xmpp/xml.ts';

/** The sender and receiver of a stanza; undefined where an address is none, which a server bounces by itself. */
function readOrigin(stanza: Element): Origin | undefined {
  const from = parseJid(attr(stanza, 'from') ?? '');
  const to = parseJid(attr(stanza, 'to') ?? '');
  if (!from || !to) return undefined;
  const lang = attr(stanza, 'xml:lang');
  return { from, to, id: attr(stanza, 'id'), ...(lang !== undefined && { lang }) };
}

/** What a message or presence means; undefined when it asks for nothing that we do. */
export function read(stanza: Element): Intent | undefined {
  const origin = readOrigin(stanza);
  if (!origin) return undefined;
  const type = attr(stanza, 'type');
  if (type === 'error')
    return { type: 'bounce', origin, stanza: nameOf(stanza), condition: conditionOf(stanza) ?? 'undefined-condition' };
  return nameOf(stanza) === 'message' ? readMessage(stanza, origin, type) : readPresence(stanza, origin, type);
}

function readPresence(stanza: Element, origin: Origin, type: string | undefined): Intent | undefined {
  switch (type) {
    case undefined: {
      const muc = child(stanza, 'x', NS.muc);
      const presence = availability(stanza);
      return muc
        ? { type: 'join', origin, password: childText(muc, 'password'), presence, history: historyWanted(muc) }
        : { type: 'presence', origin, presence };
    }
    case 'unavailable': {
      const status = childText(stanza, 'status');
      return { type: 'presence', origin, presence: { show: 'offline', ...(status !== undefined && { status }) } };
    }
    case 'subscribe':
    case 'subscribed':
    case 'unsubscribe':
    case 'unsubscribed':
      return { type: 'subscription', origin, verb: type };
    case 'probe':
      return { type: 'probe', origin };
    default:
      return undefined;
  }
}

/** XEP-0045 §7.2.14. */
function historyWanted(muc: Element): HistoryWanted {
  const history = child(muc, 'history', NS.muc);
  if (!history) return {};
  const count = (name: string) => {
    const value = attr(history, name);
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  };
  const [maxStanzas, maxChars, seconds] = [count('maxstanzas'), count('maxchars'), count('seconds')];
  const stamp = Date.parse(attr(history, 'since') ?? '');
  const ago = seconds === undefined ? Number.NEGATIVE_INFINITY : Date.now() - seconds * 1000;
  const since = Math.max(ago, Number.isNaN(stamp) ? Number.NEGATIVE_INFINITY : stamp);
  return {
    ...(maxStanzas !== undefined && { maxStanzas }),
    ...(maxChars !== undefined && { maxChars }),
    ...(Number.isFinite(since) && { since: new Date(since) }),
  };
}

function availability(stanza: Element): Presence {
  const show = childText(stanza, 'show');
  const status = childText(stanza, 'status');
  const known = show === 'away' || show === 'xa' || show === 'dnd' || show === 'chat' ? show : 'online';
  return { show: known, ...(status !== undefined && { status }) };
}

function nameOf(stanza: Element): 'message' | 'presence' {
  return stanza.name === 'message' ? 'message' : 'presence';
}
