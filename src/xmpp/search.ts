/** Search for people and rooms on the host or one of its servers (XEP-0055), by a form or by the field of old clients. */

import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import { type Network, Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { RoomList } from '#src/room-list.ts';
import type { Users } from '#src/users.ts';
import { within } from '#src/within.ts';
import { readFlag, readForm, writeForm, writeTable } from './forms.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { child, childText, type Element, escapeXml, tag, type Xml } from './xml.ts';

export interface SearchOptions {
  readonly network: Network;
  readonly places: Places;
  readonly users: Users;
  readonly roomList: RoomList;
}
interface Wanted {
  readonly text: string;
  readonly people: boolean;
  readonly rooms: boolean;
}
interface Found {
  readonly jid: string;
  readonly nick: string;
  readonly about: string;
}

/** How long, in ms, a network may take to look for people. */
const FIND_WITHIN = 20_000;
const TEXT_LENGTH = 200;
/** Results of one search. */
const RESULTS = 200;
const INSTRUCTIONS = 'Type a name, or a part of one.';

export function search(options: SearchOptions): IqTable {
  return {
    [`get ${NS.search}`]: (request) => {
      accountsAt(request, options);
      return questions(options.network);
    },
    [`set ${NS.search}`]: (request) => answer(request, options),
  };
}

function questions({ title }: Network): Xml {
  const form = writeForm({
    kind: 'form',
    type: NS.search,
    title: `Search ${title}`,
    instructions: INSTRUCTIONS,
    fields: [
      { name: 'nick', label: 'Name', required: true },
      { name: 'people', label: 'People', type: 'boolean', values: ['1'] },
      { name: 'rooms', label: 'Rooms', type: 'boolean', values: ['1'] },
    ],
  });
  return tag('query', { xmlns: NS.search }, tag('instructions', {}, escapeXml(INSTRUCTIONS)), tag('nick', {}), form);
}

/** The user's connected accounts that an address stands for: one, or all of the host's. */
export function accountsAt(
  { from, to }: { readonly from: Jid; readonly to: Jid },
  { places, users }: Pick<SearchOptions, 'places' | 'users'>,
): readonly LiveAccount[] {
  const target = places.read(to);
  if (target?.type !== 'host' && target?.type !== 'account') {
    throw new Refusal('not-found', `Nothing can be searched at ${to.bare}. Search at ${places.host}.`);
  }
  const all = [...(users.find(from.bare)?.accounts.values() ?? [])];
  return all.filter(({ id, online }) => online && (target.account ?? id) === id);
}

async function answer(request: IqRequest, options: SearchOptions): Promise<Xml> {
  const accounts = accountsAt(request, options);
  if (accounts.length === 0) throw new Refusal('offline', 'Connect to a server first: its people are asked.');
  const x = child(request.payload, 'x', NS.dataForms);
  const wanted = x ? readWanted(x) : { text: childText(request.payload, 'nick') ?? '', people: true, rooms: true };
  const text = wanted.text.trim();
  if (text === '' || text.length > TEXT_LENGTH) throw new Refusal('invalid', INSTRUCTIONS);
  const found = await fromEach(accounts, async (account) => [
    ...(wanted.people ? await people(account, text, options) : []),
    ...(wanted.rooms ? await rooms(account, text, options) : []),
  ]);
  return results(found.flat().slice(0, RESULTS), x !== undefined);
}

/** Asks all at once; one that refuses hides nothing of the others, unless all do. */
export async function fromEach<Account, Answer>(
  accounts: readonly Account[],
  ask: (account: Account) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const refusals: Refusal[] = [];
  for (const result of await Promise.allSettled(accounts.map(ask))) {
    if (result.status === 'fulfilled') answers.push(result.value);
    else if (result.reason instanceof Refusal) refusals.push(result.reason);
    else throw result.reason;
  }
  const [first] = refusals;
  if (first && answers.length === 0) throw first;
  return answers;
}

function readWanted(x: Element): Wanted {
  const { values } = readForm(x);
  const wants = (name: string) => readFlag(values.get(name)?.[0]) ?? true;
  return { text: values.get('nick')?.[0] ?? '', people: wants('people'), rooms: wants('rooms') };
}

async function people(account: LiveAccount, text: string, { places }: SearchOptions): Promise<Found[]> {
  const late = () => new Refusal('timeout', `${account.label} did not answer in time. Try again later.`);
  const found = (await within(account.lookUps.find?.(text), FIND_WITHIN, late)) ?? [];
  return found.slice(0, RESULTS).flatMap(({ contact, name }) => {
    const jid = places.of(contact);
    return jid === undefined ? [] : [{ jid, nick: name ?? contact, about: '' }];
  });
}

async function rooms(account: LiveAccount, text: string, { places, roomList }: SearchOptions): Promise<Found[]> {
  const found = await roomList.search(account, text);
  return found.slice(0, RESULTS).flatMap(({ room, name, topic }) => {
    const jid = places.of(room);
    return jid === undefined ? [] : [{ jid, nick: name ?? room, about: topic ?? '' }];
  });
}

function results(found: readonly Found[], asForm: boolean): Xml {
  if (!asForm) {
    const items = found.map(({ jid, nick }) => tag('item', { jid }, tag('nick', {}, escapeXml(nick))));
    return tag('query', { xmlns: NS.search }, ...items);
  }
  const columns = [
    { name: 'jid', label: 'Address', type: 'jid-single' as const },
    { name: 'nick', label: 'Name' },
    { name: 'about', label: 'About' },
  ];
  const rows = found.map(({ jid, nick, about }) => ({ jid, nick, about: about.slice(0, TEXT_LENGTH) }));
  return tag('query', { xmlns: NS.search }, writeTable({ type: NS.search, columns, rows }));
}
