/** Answers iq requests from a table of functions, exactly once each (RFC 6120 §8.2.3). */

import { type Jid, parseJid } from '#src/address.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import { within } from '#src/within.ts';
import { errorStanza, type StanzaError, StanzaRefusal, stanzaError } from './errors.ts';
import { attr, type Element, tag, type Xml } from './xml.ts';

export interface IqRequest {
  readonly type: 'get' | 'set';
  readonly id: string;
  readonly from: Jid;
  readonly to: Jid;
  readonly payload: Element;
  /** What language the sender reads (RFC 5646). */
  readonly lang: string | undefined;
}

type IqAnswer = Xml | '';
/** Returns the payload of the result, or throws a `Refusal`. */
export type IqFunction = (request: IqRequest) => IqAnswer | Promise<IqAnswer>;
/** By type and namespace of the payload: `get urn:xmpp:ping`. */
export type IqTable = Readonly<Record<string, IqFunction | undefined>>;

export interface IqOptions {
  readonly table: IqTable;
  readonly send: (xml: Xml) => void;
  readonly log: Log;
  /** What language a user reads, whose stanza says `lang`; that of the stanza when absent. */
  readonly languageOf?: (user: string, lang: string | undefined) => string | undefined;
  /** Counts a request of that user; false where it is one too many. */
  readonly rate?: (user: string) => boolean;
  /** How many requests of one user may be under way. */
  readonly perUser?: number;
  /** Milliseconds until a request that got no answer is given up. */
  readonly timeout?: number;
}

/** RFC 6120 §8.3.3.19: what is not in the table is not served here. */
const NOT_SERVED: StanzaError = { type: 'cancel', condition: 'service-unavailable', code: 503 };

/** Makes the function that answers iq stanzas. Those of type result or error it leaves alone. */
export function iqRouter({
  table,
  send,
  log,
  languageOf = (_user, lang) => lang,
  rate,
  perUser = 32,
  timeout = 60_000,
}: IqOptions): (iq: Element) => void {
  const underWay = new Map<string, number>();

  async function serve(request: IqRequest, answer: IqFunction): Promise<void> {
    const { bare } = request.from;
    underWay.set(bare, (underWay.get(bare) ?? 0) + 1);
    const reply = await replyTo(request, answer, timeout, log);
    const left = (underWay.get(bare) ?? 1) - 1;
    if (left > 0) underWay.set(bare, left);
    else underWay.delete(bare);
    send(reply);
  }

  return (iq) => {
    const [from, to] = [parseJid(attr(iq, 'from') ?? ''), parseJid(attr(iq, 'to') ?? '')];
    const type = attr(iq, 'type');
    // Without addresses there is nobody to answer, and neither result nor error may be answered.
    if (!from || !to || type === 'result' || type === 'error') return;
    const lang = languageOf(from.bare, attr(iq, 'xml:lang'));
    const refuse = (error: StanzaError | Refusal) =>
      send(errorStanza('iq', { id: attr(iq, 'id'), from: to.full, to: from.full }, error, '', lang));
    const request = readRequest(iq, from, to, lang);
    if (!request) return refuse(new Refusal('invalid', 'This request is malformed.'));
    if (rate?.(from.bare) === false) {
      return refuse(new Refusal('too-fast', 'You ask faster than the gateway answers. Wait a moment.'));
    }
    const answer = table[`${request.type} ${request.payload.getNS() ?? ''}`];
    if (!answer) return refuse(NOT_SERVED);
    if ((underWay.get(from.bare) ?? 0) >= perUser) {
      return refuse(new Refusal('too-fast', 'Too many of your requests are under way. Wait a moment.'));
    }
    void serve(request, answer);
  };
}

function readRequest(iq: Element, from: Jid, to: Jid, lang: string | undefined): IqRequest | undefined {
  const [type, id] = [attr(iq, 'type'), attr(iq, 'id')];
  const [payload, ...more] = iq.getChildElements();
  if ((type !== 'get' && type !== 'set') || id === undefined || !payload || more.length > 0) return undefined;
  return { type, id, from, to, payload, lang };
}

/** The answer as a stanza, whatever happens; never rejects. */
async function replyTo(request: IqRequest, answer: IqFunction, timeout: number, log: Log): Promise<Xml> {
  const address = { id: request.id, from: request.to.full, to: request.from.full };
  const late = () => new Refusal('timeout', 'This took too long. Try again later.');
  try {
    const payload = await within(Promise.try(answer, request), timeout, late);
    return tag('iq', { type: 'result', ...address }, payload);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof StanzaRefusal)) {
      const stack = error instanceof Error ? error.stack : error;
      log.error({ namespace: request.payload.getNS(), error: stack }, 'An iq request could not be answered.');
    }
    return errorStanza('iq', address, stanzaError(error), '', request.lang);
  }
}
