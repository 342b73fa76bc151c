/** Invitations to use a network, which administrators make and take back. */

import type { Command, Run, Table } from '#src/commands/command.ts';
import type { Invites } from '#src/invites.ts';
import { Refusal } from '#src/network.ts';
import type { Places } from '#src/place.ts';
import type { Users } from '#src/users.ts';

const DAYS = { min: 1, max: 365 };

export function invite(invites: Invites, places: Places): Command {
  return {
    name: 'invite',
    node: 'invite',
    title: 'Make an invitation',
    summary: 'make an invitation to use this gateway',
    usage: '<days>',
    who: 'admin',
    async *run({ user }): Run {
      const days = { name: 'days', label: 'Days it is good for', type: 'text', value: '7', range: DAYS } as const;
      const answers = yield { title: 'Make an invitation', fields: [days] };
      const { token } = await invites.create(user.bare, Number(answers['days'] || days.value));
      return {
        lines: [`Invitation: ${token}`, `Whoever registers with ${places.host} and gives it may use the gateway.`],
      };
    },
  };
}

const COLUMNS: Table['columns'] = [
  { name: 'token', label: 'Invitation' },
  { name: 'user', label: 'Taken by' },
  { name: 'creator', label: 'Made by' },
  { name: 'expires', label: 'Good until' },
];

export function invitations(invites: Invites): Command {
  return {
    name: 'invitations',
    node: 'invitations',
    title: 'List invitations',
    summary: 'list the invitations and who took them',
    who: 'admin',
    async *run(): Run {
      const rows = invites
        .list()
        .map(({ token, user = '', creator, expires }) => ({ token, user, creator, expires: expires.toISOString() }));
      if (rows.length === 0) return { lines: ['There are no invitations.'] };
      return { lines: ['Invitations:'], table: { columns: COLUMNS, rows } };
    },
  };
}

/** Whoever may not come any more is disconnected. */
export function revoke(invites: Invites, users: Users): Command {
  return {
    name: 'revoke',
    node: 'revoke',
    title: 'Take back an invitation',
    summary: 'take back an invitation',
    usage: '<invitation>',
    who: 'admin',
    async *run(): Run {
      const answers = yield {
        title: 'Take back an invitation',
        fields: [{ name: 'token', label: 'Invitation', type: 'text' }],
      };
      const token = (answers['token'] ?? '').trim();
      if (token === '') throw new Refusal('invalid', 'Give the invitation.');
      const user = await invites.revoke(token);
      const accounts = user === undefined ? [] : [...(users.find(user)?.accounts.values() ?? [])];
      await Promise.all(accounts.map((account) => account.stop(true)));
      return { lines: [user === undefined ? 'The invitation is no longer good.' : `${user} may not come any more.`] };
    },
  };
}
