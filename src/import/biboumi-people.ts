/** From biboumi's options and roster to ours: accounts, preferences and contacts of its users. */

import { idOf, numberIn, type Row, settingsOf, textIn } from '#bridges/irc/settings/biboumi.ts';
import { escapeLocal, localOf, parseJid } from '#src/address.ts';
import type { AccountId } from '#src/network.ts';
import { MOST_ON_JOIN } from '#src/preferences.ts';
import type { BiboumiDatabase, BiboumiTable } from '#src/registry/biboumi-tables.ts';
import { ownerOf } from './biboumi-lines.ts';
import type { Report } from './report.ts';
import type { Sink } from './sink.ts';
import { accountAt, type Target, unknownServer } from './target.ts';

export interface PeopleOptions {
  readonly database: BiboumiDatabase;
  readonly target: Target;
  readonly sink: Sink;
  readonly report: Report;
  /** `realname_customization`: whether what users set counted. */
  readonly realnames: boolean;
  /** `persistent_by_default`: a user who has set otherwise means it. */
  readonly persistent: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}
/** How many there are, and how many of them are new. */
export interface Count {
  all: number;
  added: number;
}
export interface People {
  readonly users: number;
  readonly accounts: Count;
  readonly preferences: Count;
  readonly contacts: Count;
}
/** What one user has set for one server. */
interface Wishes {
  readonly user: string;
  readonly id: AccountId;
  server: Row;
  readonly rooms: Record<string, Row>;
}

/** Messages that are told on joining, where nobody has set it. */
const ON_JOIN = 20;
/** Conversations for which one user may have settings of their own. */
const CONVERSATIONS = 500;

export async function importPeople(options: PeopleOptions): Promise<People> {
  const wishes = new Map<string, Wishes>();
  const people = {
    names: new Set<string>(),
    accounts: { all: 0, added: 0 },
    preferences: { all: 0, added: 0 },
    contacts: { all: 0, added: 0 },
  };
  await each(options, 'globaloptions_', async (row, user) => {
    people.names.add(user);
    for (const [name, value] of globalPreferences(row, options)) {
      await set(options, people.preferences, { user, local: '', name, value });
    }
  });
  await each(options, 'ircserveroptions_', async (row, user) => {
    const wish = wishesOf(row, user, options, wishes);
    if (wish) wish.server = row;
  });
  const rooms = new Map<string, number>();
  await each(options, 'ircchanneloptions_', async (row, user) => {
    const local = roomOf(row, user, options, wishes);
    const preferences = local === undefined ? [] : roomPreferences(row);
    if (local === undefined || preferences.length === 0) return;
    const count = (rooms.get(user) ?? 0) + 1;
    rooms.set(user, count);
    if (count > CONVERSATIONS) {
      options.report.lost(`Settings of more than ${CONVERSATIONS} rooms of one user are left out.`, user);
      return;
    }
    for (const [name, value] of preferences) await set(options, people.preferences, { user, local, name, value });
  });
  const commands = await readCommands(options.database);
  for (const wish of wishes.values()) {
    people.names.add(wish.user);
    await putAccount(wish, commands.get(textIn(wish.server, 'id_')) ?? [], options, people.accounts);
  }
  await importRoster(options, people.contacts, people.names);
  const { names, ...counts } = people;
  return { users: names.size, ...counts };
}

async function each(
  options: PeopleOptions,
  table: BiboumiTable,
  act: (row: Row, user: string) => Promise<void>,
): Promise<void> {
  for await (const rows of options.database.read(table)) {
    for (const row of rows) {
      const user = ownerOf(row, options);
      if (user !== undefined) await act(row, user);
    }
  }
}

async function readCommands(database: BiboumiDatabase): Promise<Map<string, string[]>> {
  const commands = new Map<string, string[]>();
  for await (const rows of database.read('after_connection_commands_')) {
    for (const row of rows) {
      const server = textIn(row, 'fk_');
      const known = commands.get(server) ?? [];
      known.push(textIn(row, 'afterconnectioncommand_'));
      commands.set(server, known);
    }
  }
  return commands;
}

function wishesOf(row: Row, user: string, { target, report }: PeopleOptions, all: Map<string, Wishes>) {
  const server = textIn(row, 'server_');
  const id = accountAt(target, server);
  if (id === undefined) {
    report.lost(unknownServer(target, server) ?? '', user);
    return undefined;
  }
  const name = `${user} ${id}`;
  const wish = all.get(name) ?? { user, id, server: {}, rooms: {} };
  all.set(name, wish);
  return wish;
}

/** The local part of the room a row is about, whose settings are noted with its server's. */
function roomOf(row: Row, user: string, options: PeopleOptions, all: Map<string, Wishes>): string | undefined {
  const { target, report } = options;
  const wish = wishesOf(row, user, options, all);
  if (!wish) return undefined;
  const channel = textIn(row, 'channel_');
  const local = escapeLocal(idOf(channel, wish.id, target.fixed !== undefined));
  const place = local === undefined ? undefined : target.places.read({ local });
  if (place?.type !== 'room') {
    report.lost('Settings of what is no channel are left out.', `${user}: ${channel}`);
    return undefined;
  }
  wish.rooms[place.room] = row;
  return local;
}

function globalPreferences(row: Row, { persistent }: PeopleOptions): [string, string][] {
  const preferences: [string, string][] = [];
  const onJoin = numberIn(row, 'maxhistorylength_');
  if (onJoin !== undefined && onJoin !== ON_JOIN) {
    preferences.push(['onJoin', String(Math.min(MOST_ON_JOIN, Math.max(0, Math.trunc(onJoin))))]);
  }
  if (numberIn(row, 'recordhistory_') === 0) preferences.push(['history', 'false']);
  const kept = numberIn(row, 'persistent_');
  if (kept !== undefined && (kept !== 0) !== persistent) preferences.push(['persistent', String(kept !== 0)]);
  return preferences;
}

/** recordhistory_: 1 is yes, -1 is no, 0 is as everywhere. */
function roomPreferences(row: Row): [string, string][] {
  const preferences: [string, string][] = [];
  const history = numberIn(row, 'recordhistory_') ?? 0;
  if (history !== 0) preferences.push(['history', String(history > 0)]);
  if ((numberIn(row, 'persistent_') ?? 0) !== 0) preferences.push(['persistent', 'true']);
  return preferences;
}

async function set(
  { sink, target }: PeopleOptions,
  count: Count,
  preference: { user: string; local: string; name: string; value: string },
): Promise<void> {
  count.all += 1;
  if (await sink.preference({ host: target.places.host, ...preference })) count.added += 1;
}

/**
 * Kept as of a guest: the settings hold from the next join, and nobody is connected who is in no room, as with biboumi.
 */
async function putAccount(
  { user, id, server, rooms }: Wishes,
  commands: readonly string[],
  { target, sink, report, realnames, now }: PeopleOptions,
  count: Count,
): Promise<void> {
  const settings = settingsOf(
    { server, commands, rooms },
    {
      id,
      name: localOf(user),
      options: target.options,
      realnames,
      lost: (sentence) => report.lost(sentence, `${user} on ${id}`),
    },
  );
  const { nick: _, guest, ...rest } = settings;
  if (guest === true && Object.keys(rest).length === 0) return;
  count.all += 1;
  const account = { user, host: target.places.host, id, label: id, settings, guest: true, created: now };
  if (await sink.account(account)) count.added += 1;
}

/** biboumi asks back everyone who subscribes to it or to a server; it never took out who went. */
async function importRoster(options: PeopleOptions, count: Count, names: Set<string>): Promise<void> {
  const { database, target, sink, report } = options;
  const { host } = target.places;
  for await (const rows of database.read('roster')) {
    for (const row of rows) {
      const user = ownerOf(row, options, 'remote');
      if (user === undefined) continue;
      const jid = parseJid(textIn(row, 'local'));
      const place = target.places.find(jid);
      if (!jid || (place?.type !== 'host' && place?.type !== 'account')) {
        report.lost('A contact that is neither the gateway nor one of its servers is left out.', textIn(row, 'local'));
        continue;
      }
      names.add(user);
      count.all += 1;
      if (await sink.contact({ user, host, local: jid.local, sees: true, seen: true, asked: false })) count.added += 1;
    }
  }
}
