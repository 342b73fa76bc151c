/** Search for rooms by words, with what is known of each (XEP-0433): one request in place of one per room. */

import type { LiveAccount } from '#src/account.ts';
import { escapeLocal } from '#src/address.ts';
import type { RoomListing } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { RoomList, Rooms } from '#src/room-list.ts';
import type { Users } from '#src/users.ts';
import { StanzaRefusal } from './errors.ts';
import { readFlag, readForm, writeForm } from './forms.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { type Indexed, indexed, pageOf } from './paged.ts';
import { readRsm } from './rsm.ts';
import { accountsAt, fromEach } from './search.ts';
import { child, type Element, escapeXml, tag, type Xml } from './xml.ts';

export interface ChannelSearchOptions {
  readonly places: Places;
  readonly users: Users;
  readonly roomList: RoomList;
}
interface Channel extends RoomListing {
  readonly jid: string;
}
/** Whole lists as they were asked for last. */
type AllChannels = WeakMap<Rooms, { readonly byAddress: boolean; readonly list: Indexed<Channel> }>;
interface Wanted {
  readonly text: string;
  readonly all: boolean;
  readonly where: { readonly name: boolean; readonly topic: boolean; readonly address: boolean };
  readonly fewest: number;
  readonly byAddress: boolean;
}

const BY_USERS = `{${NS.channelSearchOrder}}nusers`;
const BY_ADDRESS = `{${NS.channelSearchOrder}}address`;
const TEXT_LENGTH = 200;
/** Rooms of one page, whose topics are long. */
const PAGE = 200;

export function channelSearch(options: ChannelSearchOptions): IqTable {
  const all: AllChannels = new WeakMap();
  return { [`get ${NS.channelSearch}`]: (request) => answer(request, options, all) };
}

/** §4.2: an empty request is one for the form. */
async function answer(request: IqRequest, options: ChannelSearchOptions, all: AllChannels): Promise<Xml> {
  const accounts = accountsAt(request, options);
  const x = child(request.payload, 'x', NS.dataForms);
  if (!x) return tag('search', { xmlns: NS.channelSearch }, form());
  const wanted = read(x);
  const rsm = readRsm(request.payload);
  const [first, ...more] = accounts;
  const list =
    first && more.length === 0 && wanted.all && wanted.fewest === 0
      ? await everything(first, wanted, options, all)
      : channelsOf(await found(accounts, wanted, options), wanted, options);
  const { items, set } = pageOf(list, { ...rsm, max: Math.min(rsm.max ?? PAGE, PAGE) });
  return tag('result', { xmlns: NS.channelSearch }, ...items.map(item), set);
}

/** The whole of one server, put in order once for all pages of it. */
async function everything(
  account: LiveAccount,
  wanted: Wanted,
  options: ChannelSearchOptions,
  all: AllChannels,
): Promise<Indexed<Channel>> {
  const rooms = await options.roomList.of(account);
  const known = all.get(rooms);
  if (known?.byAddress === wanted.byAddress) return known.list;
  const list = channelsOf(rooms.listings, wanted, options);
  all.set(rooms, { byAddress: wanted.byAddress, list });
  return list;
}

async function found(
  accounts: readonly LiveAccount[],
  { all, text, where }: Wanted,
  { roomList }: ChannelSearchOptions,
): Promise<readonly RoomListing[]> {
  const found = await fromEach(accounts, async (account) =>
    all ? (await roomList.of(account)).listings : roomList.search(account, text, where),
  );
  return found.flat();
}

/** §5.1: by address there are neither gaps nor repetitions between pages. */
function channelsOf(
  listings: readonly RoomListing[],
  wanted: Wanted,
  { places }: ChannelSearchOptions,
): Indexed<Channel> {
  const channels: Channel[] = [];
  for (const listing of listings) {
    // Not by Places: a long list would drive the addresses that are in use out of its memory.
    const local = (listing.members ?? wanted.fewest) < wanted.fewest ? undefined : escapeLocal(listing.room);
    if (local !== undefined) channels.push({ ...listing, jid: `${local}@${places.host}` });
  }
  const order = wanted.byAddress
    ? (a: Channel, b: Channel) => (a.jid < b.jid ? -1 : Number(a.jid > b.jid))
    : (a: Channel, b: Channel) => (b.members ?? 0) - (a.members ?? 0);
  return indexed(channels.sort(order), ({ jid }) => jid);
}

/** §5.1; only the fields that do something here. */
function form(): Xml {
  const flag = (name: string, label: string) => ({ name, label, type: 'boolean' as const, values: ['true'] });
  return writeForm({
    kind: 'form',
    type: NS.channelSearchParameters,
    fields: [
      { name: 'q', label: 'Search for' },
      { name: 'all', label: 'All rooms', type: 'boolean' },
      flag('sinname', 'Search in names'),
      flag('sindescription', 'Search in topics'),
      flag('sinaddress', 'Search in addresses'),
      { name: 'min_users', label: 'Fewest people', values: ['0'] },
      {
        name: 'key',
        label: 'Order',
        type: 'list-single',
        values: [BY_USERS],
        options: [
          { value: BY_USERS, label: 'Number of people' },
          { value: BY_ADDRESS, label: 'Address' },
        ],
      },
    ],
  });
}

function read(x: Element): Wanted {
  const { values } = readForm(x);
  const value = (name: string) => values.get(name)?.[0] ?? '';
  const key = value('key') || BY_USERS;
  if (key !== BY_USERS && key !== BY_ADDRESS) {
    throw refused('invalid-sort-key', 'Rooms are ordered by their number of people or by address.');
  }
  const [text, all] = [value('q').trim(), readFlag(value('all')) ?? false];
  if (all && text !== '') throw refused('conflicting-fields', 'Either all rooms or those with some words: not both.');
  if (!all && text === '') throw refused('no-search-conditions', 'Give words to search for, or ask for all rooms.');
  if (text.length > TEXT_LENGTH) {
    throw refused('invalid-search-terms', `Search for words of no more than ${TEXT_LENGTH} characters in all.`);
  }
  const flag = (name: string) => readFlag(value(name)) ?? true;
  const where = { name: flag('sinname'), topic: flag('sindescription'), address: flag('sinaddress') };
  return { text, all, where, fewest: Number(value('min_users')) || 0, byAddress: key === BY_ADDRESS };
}

/** §4.2.2 prescribes the errors, which say by an element of its own what is wrong. */
function refused(detail: string, text: string): StanzaRefusal {
  const unsupported = detail === 'invalid-sort-key';
  const [condition, code] = unsupported ? (['feature-not-implemented', 501] as const) : (['bad-request', 400] as const);
  return new StanzaRefusal({
    type: 'modify',
    condition,
    code,
    text,
    detail: tag(detail, { xmlns: NS.channelSearchError }),
  });
}

function item({ jid, room, name, topic, members }: Channel): Xml {
  return tag(
    'item',
    { address: jid },
    tag('name', {}, escapeXml(name ?? room)),
    topic ? tag('description', {}, escapeXml(topic)) : '',
    members !== undefined && tag('nusers', {}, escapeXml(String(members))),
    tag('service-type', {}, escapeXml('xep-0045')),
  );
}
