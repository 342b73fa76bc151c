/** What can be done here, for people who chat with the host. */

import type { Jid } from '#src/address.ts';
import { PREFIX } from '#src/commands/chat-words.ts';
import type { Command, CommandTarget, Run, Table } from '#src/commands/command.ts';
import type { Network } from '#src/network.ts';

const COLUMNS: Table['columns'] = [
  { name: 'command', label: 'Command' },
  { name: 'summary', label: 'What it does', ours: true },
];

/** Where the host is an account too, plain lines are for its network. */
function mark(at: CommandTarget): string {
  return at.type === 'host' && at.account !== undefined ? PREFIX : '';
}

/** `offered` lists the commands somebody may give there. */
export function help(
  network: Network,
  offered: (user: Jid, at: CommandTarget) => Promise<readonly Command[]>,
): Command {
  return {
    name: 'help',
    node: 'help',
    title: 'Help',
    summary: 'see what can be done here',
    who: 'anyone',
    async *run({ user, at }): Run {
      const rows = (await offered(user, at)).map(({ name, usage, summary }) => ({
        command: `${mark(at)}${name}${usage === undefined ? '' : ` ${usage}`}`,
        summary,
      }));
      return {
        lines: [`This is the gateway to ${network.title}. Write one of these words:`],
        table: { columns: COLUMNS, rows },
      };
    },
  };
}
