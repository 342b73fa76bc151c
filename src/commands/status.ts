/** How the user's accounts are doing. */

import type { LiveAccount } from '#src/account.ts';
import type { Command, Run, Table } from '#src/commands/command.ts';
import type { SignIn } from '#src/commands/sign-in.ts';
import type { Account } from '#src/network.ts';
import type { Users } from '#src/users.ts';

const COLUMNS: Table['columns'] = [
  { name: 'account', label: 'Account' },
  { name: 'state', label: 'State', ours: true },
  { name: 'since', label: 'Since' },
  { name: 'rooms', label: 'Rooms' },
  { name: 'trouble', label: 'Trouble' },
];

export function status(signIn: SignIn, users: Users): Command {
  return {
    name: 'status',
    node: 'status',
    title: 'Status',
    summary: 'see whether you are connected, and why not',
    who: 'anyone',
    at: ['host', 'account'],
    async *run({ user, at }): Run {
      const live = new Map(
        [...(users.find(user.bare)?.accounts.values() ?? [])].map((account) => [account.id, account]),
      );
      const known = await signIn.known(user.bare, at.account);
      const guests = [...live.values()].filter(
        ({ id, registered }) => !registered && (at.account === undefined || id === at.account),
      );
      const rows = [
        ...known.map((account) => rowOf(account, live.get(account.id))),
        ...guests.map((one) => rowOf(one, one)),
      ];
      if (rows.length === 0) return { lines: ['You have no account here. “sign-in” makes one.'] };
      const used = [...live.values()].filter(({ id }) => at.account === undefined || id === at.account).flatMap(usedOf);
      return { lines: ['Your accounts:', ...used], table: { columns: COLUMNS, rows } };
    },
  };
}

/** How much of a server is left, where there is not enough for everybody. */
export function usedOf({ label, connections }: LiveAccount): readonly string[] {
  return connections ? [`${connections.used} of ${connections.most} connections to ${label} are in use.`] : [];
}

function rowOf({ label }: Pick<Account, 'label'>, live: LiveAccount | undefined): Readonly<Record<string, string>> {
  return {
    account: label,
    state: live?.online ? 'connected' : 'not connected',
    since: (live?.online && live.since?.toISOString().replace(/\.\d+Z$/, 'Z')) || '',
    rooms: String(live?.rooms.size ?? 0),
    trouble: live?.trouble ?? '',
  };
}
