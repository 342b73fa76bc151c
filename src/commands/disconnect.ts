/** Ending connections: a user's own, or, by an administrator, anybody's. */

import type { LiveAccount } from '#src/account.ts';
import type { Jid } from '#src/address.ts';
import type { Command, Outcome, QuestionField, Run } from '#src/commands/command.ts';
import { type Answers, type Network, Refusal } from '#src/network.ts';
import type { Users } from '#src/users.ts';

export interface DisconnectParts {
  readonly network: Network;
  readonly users: Users;
  /** Bare JIDs. */
  readonly admins: readonly string[];
}

/** Users or accounts that a form offers; of more users the addresses are asked. */
const OFFERED = 200;
const WHY: QuestionField = {
  name: 'quit-message',
  label: 'What others see as the reason',
  type: 'text',
  optional: true,
};
/** As IRC takes it. */
const REASON = 300;

export function disconnect({ network, users, admins }: DisconnectParts): Command {
  const servers = `${network.id}-servers`;
  return {
    name: 'disconnect',
    node: `disconnect-from-${network.id}-server`,
    title: 'Disconnect from a server',
    summary: 'end the connection to a server',
    usage: '<server>',
    who: 'anyone',
    async *run({ user }): Run {
      const whose = admins.includes(user.bare) ? yield* chosenUser(user, users) : user.bare;
      const choices = [...(users.find(whose)?.accounts.values() ?? [])].slice(0, OFFERED).map(({ id }) => id);
      if (choices.length === 0) return { lines: [`${whose} is connected to nothing here.`] };
      const which: QuestionField = { name: servers, label: 'Servers', type: 'choices', choices };
      const answers = yield { title: 'Disconnect from a server', fields: [which, WHY] };
      const chosen = (answers[servers] ?? '').split('\n');
      const live = [...(users.find(whose)?.accounts.values() ?? [])].filter(({ id }) => chosen.includes(id));
      return end(live, answers, 'Choose the servers to disconnect from.');
    },
  };
}

/** Asked even of one who is alone: the form is one of three steps for administrators. */
async function* chosenUser(user: Jid, users: Users): AsyncGenerator<AskedUser, string, Answers> {
  const choices = connected(users);
  if (choices.length === 0) throw new Refusal('not-found', 'Nobody is connected.');
  const value = choices.includes(user.bare) ? user.bare : (choices[0] ?? '');
  const listed: Pick<QuestionField, 'type' | 'choices'> =
    choices.length > OFFERED ? { type: 'text' } : { type: 'choice', choices };
  const answers = yield {
    title: 'Disconnect from a server',
    fields: [{ name: 'jid', label: 'User', value, ...listed }],
  };
  return (answers['jid'] ?? '').trim();
}
interface AskedUser {
  readonly title: string;
  readonly fields: readonly QuestionField[];
}

export function disconnectUser({ users }: DisconnectParts): Command {
  return {
    name: 'disconnect-user',
    node: 'disconnect-user',
    title: 'Disconnect users',
    summary: 'end all connections of users',
    usage: '<address>',
    who: 'admin',
    async *run(): Run {
      const choices = connected(users);
      if (choices.length === 0) return { lines: ['Nobody is connected.'] };
      const listed: Pick<QuestionField, 'type' | 'choices'> =
        choices.length > OFFERED ? { type: 'lines' } : { type: 'choices', choices };
      const answers = yield {
        title: 'Disconnect users',
        fields: [
          { name: 'jids', label: 'Users', ...listed },
          { ...WHY, value: 'Disconnected by admin' },
        ],
      };
      const chosen = (answers['jids'] ?? '').split(/\s+/).filter(Boolean);
      const live = chosen.flatMap((jid) => [...(users.find(jid)?.accounts.values() ?? [])]);
      return end(live, answers, 'Choose the users to disconnect.');
    },
  };
}

/** All of them, or one more than a form offers. */
function connected(users: Users): string[] {
  const found: string[] = [];
  for (const { jid, accounts } of users) {
    if (accounts.size > 0) found.push(jid);
    if (found.length > OFFERED) break;
  }
  return found;
}

async function end(live: readonly LiveAccount[], answers: Answers, nobody: string): Promise<Outcome> {
  if (live.length === 0) throw new Refusal('invalid', nobody);
  const reason = (answers['quit-message'] ?? '').replace(/\s+/g, ' ').trim().slice(0, REASON);
  await Promise.all(live.map((account) => account.stop(true, reason)));
  return { lines: [live.length === 1 ? 'One connection was ended.' : `${live.length} connections were ended.`] };
}
