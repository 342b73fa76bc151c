/** What a client asks an archive for: the form, its page, its order (XEP-0313 1.1.3 §4, XEP-0413 0.2.0). Pure. */

import { type Jid, parseJid } from '#src/address.ts';
import { Refusal } from '#src/network.ts';
import { readFlag, readForm } from '#src/xmpp/forms.ts';
import { NS } from '#src/xmpp/ns.ts';
import { type Rsm, readRsm } from '#src/xmpp/rsm.ts';
import { attr, child, type Element, escapeXml, tag, type Xml } from '#src/xmpp/xml.ts';

export interface ArchiveQuery {
  readonly queryid?: string;
  readonly with?: Jid;
  readonly start?: Date;
  readonly end?: Date;
  readonly afterId?: string;
  readonly beforeId?: string;
  readonly ids?: readonly string[];
  readonly page: Rsm;
  /** The newest first, and pages go from there to the oldest. */
  readonly descending: boolean;
  /** The results of the page the other way round. */
  readonly flip: boolean;
}

/** Ids asked for at once; as many as are sent at once. */
const IDS = 250;
const LONGEST = 1023;
/** XEP-0082 §3.2. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const FIELDS = ['with', 'start', 'end', 'after-id', 'before-id', 'ids', 'include-groupchat'];

/** Throws `Refusal`: `invalid` for what makes no sense, `unsupported` for a field that is not known (§4.1.5). */
export function readArchiveQuery(query: Element): ArchiveQuery {
  if (attr(query, 'node') !== undefined) throw new Refusal('not-found', 'This archive has no nodes.');
  const queryid = attr(query, 'queryid');
  if (queryid && queryid.length > LONGEST) throw new Refusal('invalid', 'The queryid is too long.');
  const form = child(query, 'x', NS.dataForms);
  return {
    ...(form && readFilter(form)),
    ...(queryid !== undefined && { queryid }),
    page: readPage(query),
    descending: readOrder(query),
    flip: child(query, 'flip-page', NS.mam) !== undefined,
  };
}

function readPage(query: Element): Rsm {
  const page = readRsm(query);
  // XEP-0059 §2.4 allows it.
  if (page.index !== undefined) throw new Refusal('unsupported', 'Pages are found by message, not by number.');
  return page;
}

function readFilter(x: Element): Partial<ArchiveQuery> {
  const { action, type, values } = readForm(x);
  if (action !== 'submit' || type !== NS.mam) throw new Refusal('invalid', `The form has to be one of ${NS.mam}.`);
  for (const name of values.keys()) {
    if (name === 'FORM_TYPE' || FIELDS.includes(name)) continue;
    throw new Refusal('unsupported', `The archive can't be searched by “${name}”.`);
  }
  const text = (name: string) => values.get(name)?.[0];
  const [afterId, beforeId, ids] = [text('after-id'), text('before-id'), values.get('ids')];
  const [withJid, start, end] = [readJid(text('with')), readTime(text('start')), readTime(text('end'))];
  if (ids && ids.length > IDS) throw new Refusal('too-long', `No more than ${IDS} messages by id at once.`);
  const groupchat = text('include-groupchat');
  // Messages of rooms are in the rooms' archives, whatever it says; see `urn:xmpp:mam:2#groupchat-field`.
  if (groupchat !== undefined && readFlag(groupchat) === undefined) {
    throw new Refusal('invalid', 'include-groupchat has to be true or false.');
  }
  return {
    ...(withJid && { with: withJid }),
    ...(start && { start }),
    ...(end && { end }),
    ...(afterId !== undefined && { afterId }),
    ...(beforeId !== undefined && { beforeId }),
    ...(ids && ids.length > 0 && { ids }),
  };
}

function readJid(text: string | undefined): Jid | undefined {
  if (text === undefined) return undefined;
  const jid = parseJid(text);
  if (!jid) throw new Refusal('invalid', `“${text}” is no address.`);
  return jid;
}

function readTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Refusal('invalid', `“${text}” is no time. Write it as 2010-07-10T23:08:25Z.`);
  return new Date(time);
}

/** XEP-0413 §4.3–4.4: whether the newest come first. */
function readOrder(query: Element): boolean {
  const order = child(query, 'order', NS.orderBy);
  if (!order) return false;
  if (attr(order, 'by') !== 'creation')
    throw new Refusal('unsupported', 'The archive can only be ordered by creation.');
  return readFlag(attr(order, 'desc')) ?? false;
}

/** The fields that can be asked by (§4.1.5). */
export function archiveForm(): Xml {
  const field = (name: string, type: string, ...children: Xml[]) => tag('field', { var: name, type }, ...children);
  const open = tag('validate', { xmlns: NS.validate, datatype: 'xs:string' }, tag('open', {}));
  return tag(
    'x',
    { xmlns: NS.dataForms, type: 'form' },
    field('FORM_TYPE', 'hidden', tag('value', {}, escapeXml(NS.mam))),
    field('with', 'jid-single'),
    field('start', 'text-single'),
    field('end', 'text-single'),
    field('before-id', 'text-single'),
    field('after-id', 'text-single'),
    field('ids', 'list-multi', open),
    field('include-groupchat', 'boolean'),
  );
}
