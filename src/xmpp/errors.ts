/** Stanza errors (RFC 6120 §8.3): the one table from why something was refused to what an XMPP client is told. */

import { Refusal, type Why } from '#src/network.ts';
import { speak } from '#src/text/locale.ts';
import { NS } from './ns.ts';
import { attr, type Element, escapeXml, tag, type Xml } from './xml.ts';

export interface StanzaError {
  readonly type: 'auth' | 'cancel' | 'modify' | 'wait';
  readonly condition: string;
  /** The number old clients go by (XEP-0086). */
  readonly code?: number;
  /** For people. */
  readonly text?: string;
  /** A condition of the application's own (RFC 6120 §8.3.4). */
  readonly detail?: Xml;
}

/** An expected failure for which an extension prescribes the very error. */
export class StanzaRefusal extends Error {
  override readonly name = 'StanzaRefusal';
  readonly error: StanzaError;

  constructor(error: StanzaError) {
    super(error.text ?? error.condition);
    this.error = error;
  }
}

const ERRORS: Readonly<Record<Why, StanzaError>> = {
  /** XEP-0100 §4.8.2 */
  offline: { type: 'wait', condition: 'remote-server-timeout', code: 504 },
  /** XEP-0100 §4.8.2; not `not-authorized`, at which a client asks for a room's password. */
  'sign-in': { type: 'auth', condition: 'registration-required', code: 407 },
  /** XEP-0045 §8.2, §9.1: privileges too low. */
  forbidden: { type: 'auth', condition: 'forbidden', code: 403 },
  /** XEP-0045 §8.2, §9.1: nobody's privileges are enough. */
  'not-allowed': { type: 'cancel', condition: 'not-allowed', code: 405 },
  /** RFC 6120 §8.3.3.7 */
  'not-found': { type: 'cancel', condition: 'item-not-found', code: 404 },
  /** XEP-0045 §7.4, XEP-0410 §3.2: this condition makes a client join again. */
  'not-joined': { type: 'modify', condition: 'not-acceptable', code: 406 },
  /** XEP-0045 §7.2.6 */
  'members-only': { type: 'auth', condition: 'registration-required', code: 407 },
  /** XEP-0045 §7.2.7 */
  banned: { type: 'auth', condition: 'forbidden', code: 403 },
  /** XEP-0191 §3.3 */
  blocked: {
    type: 'cancel',
    condition: 'not-acceptable',
    code: 406,
    detail: tag('blocked', { xmlns: NS.blockingErrors }),
  },
  /** XEP-0045 §7.2.5 */
  password: { type: 'auth', condition: 'not-authorized', code: 401 },
  /** XEP-0045 §7.2.9 */
  full: { type: 'wait', condition: 'service-unavailable', code: 503 },
  /** XEP-0045 §7.2.8 */
  'nick-taken': { type: 'cancel', condition: 'conflict', code: 409 },
  /** RFC 6120 §8.3.3.12 */
  'too-long': { type: 'modify', condition: 'policy-violation' },
  /** RFC 6120 §8.3.3.18 */
  'too-fast': { type: 'wait', condition: 'resource-constraint', code: 500 },
  /** RFC 6120 §8.3.3.3 */
  unsupported: { type: 'cancel', condition: 'feature-not-implemented', code: 501 },
  /** RFC 6120 §8.3.3.1 */
  invalid: { type: 'modify', condition: 'bad-request', code: 400 },
  /** RFC 6120 §8.3.3.16 */
  timeout: { type: 'wait', condition: 'remote-server-timeout', code: 504 },
  /** RFC 6120 §8.3.3.21 */
  network: { type: 'cancel', condition: 'undefined-condition', code: 500 },
};

/** What another entity's error means to us; any other condition is `network`. */
const CONDITIONS: ReadonlyMap<string, Why> = new Map([
  ['item-not-found', 'not-found'],
  ['feature-not-implemented', 'unsupported'],
  ['service-unavailable', 'unsupported'],
  ['forbidden', 'forbidden'],
  ['not-allowed', 'not-allowed'],
  ['not-authorized', 'forbidden'],
  ['policy-violation', 'forbidden'],
  ['resource-constraint', 'too-fast'],
  ['remote-server-not-found', 'not-found'],
  ['remote-server-timeout', 'timeout'],
]);

/** What an XMPP client is told about a failure; of a bug it learns no more than that there is one. */
export function stanzaError(failure: unknown): StanzaError {
  if (failure instanceof Refusal) return { ...ERRORS[failure.why], text: failure.message };
  if (failure instanceof StanzaRefusal) return failure.error;
  return {
    type: 'cancel',
    condition: 'internal-server-error',
    code: 500,
    text: 'Something went wrong in the gateway. Try again; if it stays so, tell its administrator.',
  };
}

/**
 * The whole error stanza; `payload` stands before the error, as `<x/>` does when a join failed (XEP-0045 §7.2). The text
 * is in the language `lang` where there is a translation.
 */
export function errorStanza(
  kind: 'iq' | 'message' | 'presence',
  address: { readonly id: string | undefined; readonly from: string; readonly to: string },
  error: StanzaError | Refusal,
  payload: Xml | '' = '',
  lang?: string,
): Xml {
  const { type, condition, code, text, detail } = error instanceof Refusal ? stanzaError(error) : error;
  const { id, from, to } = address;
  return tag(
    kind,
    { type: 'error', id, from, to },
    payload,
    tag(
      'error',
      { type, code },
      tag(condition, { xmlns: NS.stanzas }),
      text === undefined ? '' : errorText(text, lang),
      detail,
    ),
  );
}

function errorText(text: string, lang: string | undefined): Xml {
  const spoken = speak(text, lang);
  return tag('text', { xmlns: NS.stanzas, 'xml:lang': spoken.lang }, escapeXml(spoken.text));
}

/** The condition in an error stanza (RFC 6120 §8.3.2); undefined where it has none. */
export function conditionOf(stanza: Element): string | undefined {
  const parts = stanza.getChild('error')?.getChildElements() ?? [];
  return parts.find((part) => part.getNS() === NS.stanzas && part.name !== 'text')?.name;
}

/**
 * Why another entity refused, from its error stanza. ejabberd answers a request in the name of a user (XEP-0356 §6.3) with
 * an error that has no condition itself, but wraps the one that has.
 */
export function refusalOf(stanza: Element): Refusal {
  const forwarded = stanza.getChild('privilege', NS.privilege)?.getChild('forwarded', NS.forward);
  const error = stanza.getChild('error');
  const condition = conditionOf(forwarded?.getChild('iq') ?? stanza) ?? 'error';
  const next = error && attr(error, 'type') === 'wait' ? 'Try again later.' : 'Ask its administrator.';
  const text = `${attr(stanza, 'from') ?? 'The server'} answered “${condition}”. ${next}`;
  return new Refusal(CONDITIONS.get(condition) ?? 'network', text);
}
