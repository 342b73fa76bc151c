/** Message archives (XEP-0313 1.1.3): what a user saw in a room at the room, one-to-one messages at the host. */

import { escapeLocal } from '#src/address.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { PreferenceBook } from '#src/preferences.ts';
import type { Archived } from '#src/registry/archive.ts';
import type { Page, Query } from '#src/registry/archive-page.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Users } from '#src/users.ts';
import type { IqRequest, IqTable } from '#src/xmpp/iq.ts';
import { archivePreferences, setArchivePreferences } from '#src/xmpp/mam-preferences.ts';
import { type ArchiveQuery, archiveForm, readArchiveQuery } from '#src/xmpp/mam-query.ts';
import { scan, scopeOf } from '#src/xmpp/mam-with.ts';
import { NS } from '#src/xmpp/ns.ts';
import { writeRsm } from '#src/xmpp/rsm.ts';
import { archiveResult } from '#src/xmpp/write/archived.ts';
import type { Send } from '#src/xmpp/write/stanza.ts';
import { tag, type Xml } from '#src/xmpp/xml.ts';

export interface MamOptions {
  readonly places: Places;
  readonly users: Pick<Users, 'check'>;
  readonly registry: Pick<Registry, 'archive' | 'preferences'>;
  readonly preferences: Pick<PreferenceBook, 'load' | 'of' | 'set' | 'unset'>;
  readonly send: Send;
  readonly drained: () => Promise<void>;
}

/** Messages in a page: as a client wants, or so many. */
const USUAL = 50;
const MOST = 250;
/** Results between two looks at whether the server keeps up. */
const AT_ONCE = 25;

type Answer = (request: IqRequest, options: MamOptions) => Xml | Promise<Xml>;
/** One namespace for many questions; each is told by the name of its element. */
const ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['get query', fields],
  ['get metadata', metadata],
  ['get prefs', archivePreferences],
  ['set query', search],
  ['set prefs', setArchivePreferences],
]);

export function mam(options: MamOptions): IqTable {
  const answer = (request: IqRequest) => {
    const found = ANSWERS.get(`${request.type} ${request.payload.name}`);
    if (!found) throw new Refusal('unsupported', 'This can not be asked of an archive.');
    return found(request, options);
  };
  return { [`get ${NS.mam}`]: answer, [`set ${NS.mam}`]: answer };
}

/** Which archive is asked: always the user's own part of it. */
function archiveOf({ from, to }: IqRequest, { places, users }: MamOptions): Pick<Query, 'user' | 'host' | 'room'> {
  users.check(from);
  const owned = { user: from.bare, host: places.host };
  const target = places.read(to);
  if (target?.type === 'host' && to.resource === '') return owned;
  const room = target?.type === 'room' && to.resource === '' ? escapeLocal(target.room) : undefined;
  if (room === undefined) throw new Refusal('unsupported', `Only rooms and ${places.host} have an archive.`);
  return { ...owned, room };
}

/** XEP-0313 §4.1.5. */
function fields(request: IqRequest, options: MamOptions): Xml {
  archiveOf(request, options);
  return tag('query', { xmlns: NS.mam }, archiveForm());
}

/** XEP-0313 §5. */
async function metadata(request: IqRequest, options: MamOptions): Promise<Xml> {
  const query = { ...archiveOf(request, options), max: 1 };
  const { archive } = options.registry;
  const [oldest, newest] = await Promise.all([archive.page(query), archive.page({ ...query, fromEnd: true })]);
  const ends: [string, Page][] = [
    ['start', oldest],
    ['end', newest],
  ];
  return tag(
    'metadata',
    { xmlns: NS.mam },
    ...ends.flatMap(([name, { entries }]) =>
      entries.map(({ id, received }) => tag(name, { id, timestamp: received.toISOString() })),
    ),
  );
}

/** XEP-0313 §4: the results, then the end of them as the answer. */
async function search(request: IqRequest, options: MamOptions): Promise<Xml> {
  const asked = readArchiveQuery(request.payload);
  const query = queryOf(asked, archiveOf(request, options));
  const page = await find(asked, query, options);
  const entries = asked.descending ? page.entries.toReversed() : page.entries;
  const archive = request.to.bare;
  // XEP-0313 §4.3.4: a flipped page is the same page, told from its end.
  for (const [n, entry] of (asked.flip ? entries.toReversed() : entries).entries()) {
    if (n % AT_ONCE === 0) await options.drained();
    options.send(archiveResult(archive, asked.queryid, entry), request.from.full);
  }
  // An index is optional (§4.3.2). Of a last page that has one slixmpp, which is in poezio, thinks that there is nothing
  // before it.
  const { index: _, ...backwards } = page;
  return fin(entries, asked.page.before === undefined ? page : backwards, asked.descending);
}

/** In descending order (XEP-0413) what comes after is what was said before. */
function queryOf({ page, descending, ...asked }: ArchiveQuery, archive: ReturnType<typeof archiveOf>): Query {
  // XEP-0059 §2.5: an empty `before` is the end.
  const before = page.before === '' ? undefined : page.before;
  const [first, last] = descending ? [before, page.after] : [page.after, before];
  const { start, end, afterId, beforeId, ids } = asked;
  return {
    ...archive,
    ...(start && { start }),
    ...(end && { end }),
    ...(afterId !== undefined && { afterId }),
    ...(beforeId !== undefined && { beforeId }),
    ...(ids && { ids }),
    ...(first !== undefined && { after: first }),
    ...(last !== undefined && { before: last }),
    fromEnd: (page.before !== undefined) !== descending,
    max: Math.min(page.max ?? USUAL, MOST),
  };
}

async function find(asked: ArchiveQuery, query: Query, { registry, places }: MamOptions): Promise<Page> {
  const scope = asked.with && scopeOf(asked.with, query, places);
  if (scope === 'nobody') return { entries: [], complete: true, count: 0 };
  if (scope && 'fits' in scope) return scan(registry.archive, query, scope.fits);
  return registry.archive.page({ ...query, ...scope }, true);
}

function fin(entries: readonly Archived[], { complete, count, index }: Page, descending: boolean): Xml {
  const [first, last] = [entries[0], entries.at(-1)];
  const preceding = descending && index !== undefined ? (count ?? 0) - index - entries.length : index;
  return tag(
    'fin',
    { xmlns: NS.mam, complete: complete ? 'true' : undefined, stable: 'true' },
    writeRsm({
      ...(first && { first: first.id }),
      ...(last && { last: last.id }),
      ...(count !== undefined && { count }),
      ...(first && preceding !== undefined && { index: preceding }),
    }),
  );
}
