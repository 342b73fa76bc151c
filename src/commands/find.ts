/** Finding people and rooms of a network. */

import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import type { Command, CommandTarget, QuestionField, Run, Table } from '#src/commands/command.ts';
import { type AccountId, Refusal, type RoomListing } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Users } from '#src/users.ts';

export interface FindParts {
  readonly places: Places;
  readonly users: Users;
  /** Rooms of the account's network that fit the text. */
  readonly searchRooms: (account: LiveAccount, text: string) => Promise<readonly RoomListing[]>;
}

/** Results that are shown; who wants more asks more precisely. */
const MOST = 50;

const COLUMNS: Table['columns'] = [
  { name: 'jid', label: 'Address', jid: true },
  { name: 'name', label: 'Name' },
  { name: 'people', label: 'People' },
];

export function find(parts: FindParts): Command {
  return {
    name: 'find',
    node: 'find',
    title: 'Find people and rooms',
    summary: 'find people and rooms',
    usage: '<text>',
    who: 'user',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const accounts = accountsOf(parts, user, at);
      const text: QuestionField = { name: 'text', label: 'What to look for', type: 'text' };
      const answers = yield { title: 'Find people and rooms', fields: [text, ...choiceOf(accounts)] };
      const account = accounts.find(({ id }) => id === answers['account']) ?? accounts[0];
      const wanted = (answers['text'] ?? '').trim();
      if (!account) throw new Refusal('sign-in', 'Sign in first.');
      if (wanted === '') throw new Refusal('invalid', 'Say what to look for.');
      const rows = [...(await people(parts, account, wanted)), ...(await rooms(parts, account, wanted))];
      if (rows.length === 0) return { lines: [`Nothing was found for “${wanted}”.`] };
      const more = rows.length > MOST ? ['There is more. Look for something longer to see it.'] : [];
      return { lines: [`Found for “${wanted}”:`, ...more], table: { columns: COLUMNS, rows: rows.slice(0, MOST) } };
    },
  };
}

function accountsOf({ users }: FindParts, user: Jid, at: CommandTarget): LiveAccount[] {
  const accounts = [...(users.find(user.bare)?.accounts.values() ?? [])];
  return accounts.filter(({ id }) => at.account === undefined || id === at.account);
}

function choiceOf(accounts: readonly LiveAccount[]): QuestionField[] {
  const [first, ...more] = accounts;
  if (!first || more.length === 0) return [];
  const choices: AccountId[] = accounts.map(({ id }) => id);
  const labels = accounts.map(({ label }) => label);
  return [{ name: 'account', label: 'Account', type: 'choice', value: first.id, choices, labels }];
}

async function people({ places }: FindParts, account: LiveAccount, text: string): Promise<Table['rows']> {
  const found = (await account.lookUps.find?.(text)) ?? [];
  return found.slice(0, MOST + 1).map(({ contact, name = '' }) => ({ jid: places.of(contact) ?? '', name }));
}

async function rooms({ places, searchRooms }: FindParts, account: LiveAccount, text: string): Promise<Table['rows']> {
  const found = account.lookUps.rooms ? await searchRooms(account, text) : [];
  return found.slice(0, MOST + 1).map(({ room, name, topic, members }) => ({
    jid: places.of(room) ?? '',
    name: name ?? topic ?? '',
    people: members === undefined ? '' : String(members),
  }));
}
