/** Search for rooms by words, with what is known of each (XEP-0433): one request in place of one per room. */

import { Refusal, type RoomListing } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { RoomList } from '#src/room-list.ts';
import { wordsOf } from '#src/room-list.ts';
import type { Users } from '#src/users.ts';
import { readFlag, readForm, writeForm } from './forms.ts';
import type { IqRequest, IqTable } from './iq.ts';
import { NS } from './ns.ts';
import { indexed, pageOf } from './paged.ts';
import { readRsm } from './rsm.ts';
import { accountsAt } from './search.ts';
import { child, type Element, escapeXml, tag, type Xml } from './xml.ts';

export interface ChannelSearchOptions {
  readonly places: Places;
  readonly users: Users;
  readonly roomList: RoomList;
}
interface Channel extends RoomListing {
  readonly jid: string;
}
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
  return { [`get ${NS.channelSearch}`]: (request) => answer(request, options) };
}

/** §4.2: an empty request is one for the form. */
async function answer(request: IqRequest, options: ChannelSearchOptions): Promise<Xml> {
  const accounts = accountsAt(request, options);
  const x = child(request.payload, 'x', NS.dataForms);
  if (!x) return tag('search', { xmlns: NS.channelSearch }, form());
  const wanted = read(x);
  const rsm = readRsm(request.payload);
  const channels: Channel[] = [];
  for (const account of accounts) {
    const listings = wanted.all
      ? (await options.roomList.of(account)).listings
      : await options.roomList.search(account, wanted.text, wanted.where);
    for (const listing of listings) {
      const jid = (listing.members ?? wanted.fewest) >= wanted.fewest ? options.places.of(listing.room) : undefined;
      if (jid !== undefined) channels.push({ ...listing, jid });
    }
  }
  const { items, set } = pageOf(
    indexed(sorted(channels, wanted), ({ jid }) => jid),
    { ...rsm, max: Math.min(rsm.max ?? PAGE, PAGE) },
  );
  return tag('result', { xmlns: NS.channelSearch }, ...items.map(item), set);
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
    throw new Refusal('unsupported', 'Rooms are ordered by their number of people or by address.');
  }
  const [text, all] = [value('q').trim(), readFlag(value('all')) ?? false];
  if (all && text !== '') throw new Refusal('invalid', 'Either all rooms or those with some words: not both.');
  if (!all && (wordsOf(text).length === 0 || text.length > TEXT_LENGTH)) {
    throw new Refusal('invalid', `Give words to search for, in no more than ${TEXT_LENGTH} characters.`);
  }
  const flag = (name: string) => readFlag(value(name)) ?? true;
  const where = { name: flag('sinname'), topic: flag('sindescription'), address: flag('sinaddress') };
  return { text, all, where, fewest: Number(value('min_users')) || 0, byAddress: key === BY_ADDRESS };
}

/** §5.1: by address there are neither gaps nor repetitions between pages. */
function sorted(channels: readonly Channel[], { byAddress }: Wanted): readonly Channel[] {
  if (byAddress) return channels.toSorted((a, b) => (a.jid < b.jid ? -1 : Number(a.jid > b.jid)));
  return channels.toSorted((a, b) => (b.members ?? 0) - (a.members ?? 0));
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
