/** HTTP File Upload (XEP-0363) as one who uploads: which service a user's server has, and a slot there. */

import { Refusal } from '#src/network.ts';
import type { Link } from './link.ts';
import { NS } from './ns.ts';
import { attr, child, childText, type Element, tag, type Xml } from './xml.ts';

export interface UploadService {
  readonly jid: string;
  /** Largest file in bytes, where it tells. */
  readonly most?: number;
}
/** What a domain was found to have. */
export interface Found {
  readonly service?: UploadService;
  /** Entities the domain names, where none gave an answer at their bare address; itself where it swallows all. */
  readonly deaf: readonly string[];
}
/** Where to put a file, and where it is then. */
export interface Slot {
  readonly put: string;
  readonly get: string;
  readonly headers: Readonly<Record<string, string[]>>;
}
export interface Upload {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/** More entities of one domain are not asked. */
const MOST_ITEMS = 30;
const TIMEOUT = 10_000;
/** XEP-0363 §5: no other header may be sent. */
const ALLOWED: ReadonlySet<string> = new Set(['authorization', 'cookie', 'expires']);
const MOST_HEADERS = 20;

/** Looks for the service among what the domain lists (XEP-0363 §4). Rejects when the domain itself does not answer. */
export async function findUploadService(domain: string, request: Link['request']): Promise<Found> {
  const ask = (to: string, xmlns: string) => request(to, 'get', tag('query', { xmlns }), { timeout: TIMEOUT });
  const [items] = await Promise.allSettled([ask(domain, NS.discoItems)]);
  // ejabberd 24.10 to 24.12, with mod_privilege, drops this as well, but not what goes to a resource.
  if (isTimeout(items) && (await isThere(ask(`${domain}/isthmus`, NS.discoInfo)))) return { deaf: [domain] };
  if (items.status === 'rejected') throw items.reason;
  const listed = child(items.value, 'query', NS.discoItems)?.getChildren('item') ?? [];
  const jids = new Set(listed.flatMap((item) => (attr(item, 'node') === undefined ? (attr(item, 'jid') ?? []) : [])));
  const asked = [...jids].filter((jid) => jid.length < 1024).slice(0, MOST_ITEMS);
  const info = (jids: readonly string[]) => Promise.allSettled(jids.map((jid) => ask(jid, NS.discoInfo)));
  const answers = await info([...asked, domain]);
  const service = firstService([...asked, domain], answers);
  const answered = asked.length === 0 || answers.slice(0, asked.length).some((answer) => !isTimeout(answer));
  if (service || answered) return { ...(service && { service }), deaf: [] };
  // ejabberd 26.07, with mod_privilege, drops what goes to them, but passes on what goes to a resource of theirs.
  const reached = await anyService(
    asked.map((jid) => `${jid}/isthmus`),
    (jid) => ask(jid, NS.discoInfo),
  );
  return { ...(reached && { service: reached }), deaf: asked };
}

function firstService(
  jids: readonly string[],
  answers: readonly PromiseSettledResult<Element>[],
): UploadService | undefined {
  const services = answers.map((answer, index) =>
    answer.status === 'fulfilled' ? readService(jids[index] ?? '', answer.value) : undefined,
  );
  return services.find((service) => service !== undefined);
}

/** Asks for a slot (XEP-0363 §5). Rejects with a `Refusal` where it is not granted. */
export async function requestSlot({ jid }: UploadService, file: Upload, request: Link['request']): Promise<Slot> {
  const { name, type, size } = file;
  const payload = tag('request', { xmlns: NS.httpUpload, filename: name, size, 'content-type': type });
  const slot = readSlot(await request(jid, 'get', payload as Xml, { timeout: TIMEOUT }));
  if (!slot) throw new Refusal('network', `${jid} gives no usable place for files.`);
  return slot;
}

/** The first that answers, without waiting for those that don't. */
async function anyService(
  jids: readonly string[],
  ask: (jid: string) => Promise<Element>,
): Promise<UploadService | undefined> {
  const services = jids.map(async (jid) => {
    const service = readService(jid, await ask(jid));
    if (!service) throw new Refusal('not-found', `${jid} takes no files.`);
    return service;
  });
  const [found] = await Promise.allSettled([Promise.any(services)]);
  if (found.status === 'fulfilled') return found.value;
  const bug = (found.reason as AggregateError).errors.find((error) => !(error instanceof Refusal));
  if (bug) throw bug;
  return undefined;
}

function readService(jid: string, answer: Element): UploadService | undefined {
  const query = child(answer, 'query', NS.discoInfo);
  if (!query?.getChildren('feature').some((feature) => attr(feature, 'var') === NS.httpUpload)) return undefined;
  const fields = query.getChildren('x', NS.dataForms).flatMap((form) => form.getChildren('field'));
  const field = fields.find((each) => attr(each, 'var') === 'max-file-size');
  const most = field && childText(field, 'value');
  return { jid, ...(most !== undefined && /^\d{1,15}$/.test(most) && { most: Number(most) }) };
}

function readSlot(answer: Element): Slot | undefined {
  const slot = child(answer, 'slot', NS.httpUpload);
  const put = slot && child(slot, 'put', NS.httpUpload);
  const get = slot && child(slot, 'get', NS.httpUpload);
  const [to, at] = [put && attr(put, 'url'), get && attr(get, 'url')];
  return put && to && at ? { put: to, get: at, headers: readHeaders(put) } : undefined;
}

function readHeaders(put: Element): Slot['headers'] {
  const headers: Record<string, string[]> = {};
  for (const header of put.getChildren('header', NS.httpUpload).slice(0, MOST_HEADERS)) {
    const name = attr(header, 'name')?.trim().toLowerCase() ?? '';
    // XEP-0363 §11.2: new lines are taken out; what else a header can't hold is no header.
    const value = header.getText().replace(/[\r\n]/g, '');
    if (!ALLOWED.has(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    headers[name] = [...(headers[name] ?? []), value];
  }
  return headers;
}

/** Whether anybody has answered, be it that nobody has that resource. */
async function isThere(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof Refusal) return error.why !== 'timeout' && error.why !== 'offline';
    throw error;
  }
}

function isTimeout(answer: PromiseSettledResult<unknown> | undefined): boolean {
  return answer?.status === 'rejected' && answer.reason instanceof Refusal && answer.reason.why === 'timeout';
}
