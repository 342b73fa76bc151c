/**
 * Privileged entity (XEP-0356 0.4.1): what a server lets the component do in the name of its users. ejabberd before 24.10
 * speaks the first version of the protocol, which has no iq.
 */

import { Refusal } from '#src/network.ts';
import { refusalOf } from './errors.ts';
import { NS } from './ns.ts';
import type { Stanza } from './write/stanza.ts';
import { attr, child, type Element, tag, type Xml } from './xml.ts';

type Access = 'get' | 'set' | 'both';

/** What one server grants for its own users. */
export interface Grant {
  /** The version that it speaks. */
  readonly namespace: string;
  /** Its users' rosters. */
  readonly roster: Access | undefined;
  /** Messages in the name of a user. */
  readonly message: boolean;
  /** Requests in the name of a user, by namespace of the payload. */
  readonly iq: ReadonlyMap<string, Access>;
}

/** Elements of an advert that are read. */
const MOST = 200;
const CLIENT = 'jabber:client';

export function allows(access: Access | undefined, type: 'get' | 'set'): boolean {
  return access === 'both' || access === type;
}

/** What a message says is granted (XEP-0356 §4.2, §5.2, §6.2); undefined when it is no advert. */
export function readGrant(message: Element): Grant | undefined {
  const privilege = child(message, 'privilege', NS.privilege) ?? child(message, 'privilege', NS.privilegeOne);
  if (!privilege) return undefined;
  let roster: Access | undefined;
  let sends = false;
  const iq = new Map<string, Access>();
  for (const element of descendants(privilege)) {
    const type = accessOf(attr(element, 'type'));
    const namespace = attr(element, 'ns');
    if (element.name === 'namespace' && namespace !== undefined && type) iq.set(namespace, type);
    if (element.name !== 'perm') continue;
    if (attr(element, 'access') === 'roster') roster = type;
    if (attr(element, 'access') === 'message') sends = attr(element, 'type') === 'outgoing';
  }
  return { namespace: privilege.getNS() ?? NS.privilege, roster, message: sends, iq };
}

/** Prosody 0.12 nests the namespaces of an advert in each other, so they are looked for everywhere. */
function descendants(root: Element): readonly Element[] {
  const found = root.getChildElements().slice(0, MOST);
  for (let at = 0; at < found.length && found.length < MOST; at += 1) {
    found.push(...(found[at]?.getChildElements() ?? []).slice(0, MOST - found.length));
  }
  return found;
}

function accessOf(type: string | undefined): Access | undefined {
  return type === 'get' || type === 'set' || type === 'both' ? type : undefined;
}

/** A message in the name of a user (XEP-0356 §5.3), to the user's server. */
export function privilegedMessage(
  namespace: string,
  addresses: { readonly host: string; readonly user: string; readonly to: string; readonly id: string },
  children: Xml,
): Stanza {
  const { host, user, to, id } = addresses;
  const message = tag('message', { xmlns: CLIENT, from: user, to, id, type: 'chat' }, children);
  const forwarded = tag('forwarded', { xmlns: NS.forward }, message);
  const head = tag('message', { from: host, id }).replace(/\/>$/, " to='");
  return { head, tail: `'>${tag('privilege', { xmlns: namespace }, forwarded)}</message>` };
}

/** The payload of a request in the name of a user (XEP-0356 §6.3), to that user's own account. */
export function privilegedIq(user: string, type: 'get' | 'set', id: string, payload: Xml): Xml {
  const iq = tag('iq', { xmlns: CLIENT, type, id, from: user, to: user }, payload);
  return tag('privileged_iq', { xmlns: NS.privilege }, iq);
}

/** The answer to such a request, out of what it is wrapped in; throws a `Refusal` where it is an error, or none at all. */
export function privilegedAnswer(result: Element): Element {
  const privilege = child(result, 'privilege', NS.privilege);
  const forwarded = privilege && child(privilege, 'forwarded', NS.forward);
  const answer = forwarded?.getChildElements().find(({ name }) => name === 'iq');
  if (!answer) throw new Refusal('network', 'The server gave no answer to a request in the name of its user.');
  if (attr(answer, 'type') !== 'result') throw refusalOf(answer);
  return answer;
}
