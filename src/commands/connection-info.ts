/** How the connection of an account is, and which clients are in which rooms. */

import type { LiveAccount } from '#src/account.ts';
import type { Command, Run } from '#src/commands/command.ts';
import { usedOf } from '#src/commands/status.ts';
import type { AccountId, Network } from '#src/network.ts';
import type { Users } from '#src/users.ts';

/** Rooms that are listed. */
const ROOMS = 200;

export function connectionInfo(network: Network, users: Users, at: Command['at']): Command {
  return {
    name: 'connection',
    node: `get-${network.id}-connection-info`,
    title: 'Connection',
    summary: 'see how you are connected, and with which clients',
    who: 'anyone',
    ...(at && { at }),
    // biome-ignore lint/correctness/useYield: it asks nothing.
    async *run({ user, at: { account } }): Run {
      const live = users.live(user.bare, account);
      return { lines: live?.online ? described(live) : [offline(account ?? network.title, live)] };
    },
  };
}

function offline(name: AccountId | string, live: LiveAccount | undefined): string {
  return live?.trouble ? `You are not connected to ${name}: ${live.trouble}.` : `You are not connected to ${name}.`;
}

function described(live: LiveAccount): string[] {
  const rooms = [...live.rooms.values()].slice(0, ROOMS);
  return [
    ...(live.session?.about?.() ?? [`Connected to ${live.label}.`]),
    ...usedOf(live),
    ...(live.since ? [`Since ${live.since.toISOString().replace(/\.\d+Z$/, 'Z')}`] : []),
    ...rooms.map(
      ({ id, occupants }) => `${id}: ${resources([...occupants.keys()], live.user) || 'no client of yours'}`,
    ),
    ...(live.rooms.size > ROOMS ? [`And ${live.rooms.size - ROOMS} more rooms.`] : []),
  ];
}

function resources(clients: readonly string[], user: string): string {
  return clients.map((client) => client.slice(user.length + 1)).join(', ');
}
