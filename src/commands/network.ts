/** Commands that only one network has, given like all others. */

import type { AccountSettings } from '#src/account-settings.ts';
import type { Jid } from '#src/address.ts';
import type { Command, CommandTarget, Outcome, Question, Run } from '#src/commands/command.ts';
import { onlyOf } from '#src/commands/contacts.ts';
import { type AccountId, type Answers, type Network, type NetworkCommand, Refusal } from '#src/network.ts';
import type { Users } from '#src/users.ts';

export interface NetworkCommandParts {
  readonly network: Network;
  readonly users: Users;
  readonly settings: AccountSettings;
}

export function networkCommands(parts: NetworkCommandParts): readonly Command[] {
  return (parts.network.commands ?? []).map(({ run, ...words }) => ({
    ...words,
    who: 'anyone',
    run: ({ user, at }) => carryOut(user, at, run, parts),
  }));
}

async function* carryOut(user: Jid, at: CommandTarget, run: NetworkCommand['run'], parts: NetworkCommandParts): Run {
  const { users, settings } = parts;
  const id = at.account ?? onlyOf(users, user.bare)?.id ?? (yield* chosenAccount(user, users));
  const account = await settings.of(user, id);
  const session = users.live(user.bare, id)?.session;
  const room = at.type === 'room' ? { room: at.room } : {};
  // However this ends, what the network holds open for it is let go.
  await using steps = run({ account, ...room, ...(session && { session }) });
  let step = await steps.next({});
  while (!step.done) step = await steps.next(yield step.value);
  const { text, change } = step.value;
  if (change) await settings.change(user, id, change);
  return { lines: text.split('\n') } satisfies Outcome;
}

async function* chosenAccount(user: Jid, users: Users): AsyncGenerator<Question, AccountId, Answers> {
  const choices = [...(users.find(user.bare)?.accounts.keys() ?? [])];
  if (choices.length === 0) {
    throw new Refusal('offline', 'You are connected to no server. Give this command to the address of one.');
  }
  const answers = yield {
    title: 'Account',
    fields: [{ name: 'server', label: 'Account', type: 'choice', choices, value: choices[0] ?? '' }],
  };
  return (answers['server'] ?? '') as AccountId;
}
