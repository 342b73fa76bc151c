/** Reading the configuration again, for administrators. */

import type { Command, Run } from '#src/commands/command.ts';

/** Takes the configuration over; gives sentences about what changed and what needs a restart. Throws where it is not right. */
export type Reload = () => readonly string[];

export function reload(reloadConfig: Reload): Command {
  return {
    name: 'reload',
    node: 'reload',
    title: 'Reload the configuration',
    summary: 'have the configuration read again',
    who: 'admin',
    // biome-ignore lint/correctness/useYield: it asks nothing.
    async *run(): Run {
      return { lines: reloadConfig() };
    },
  };
}
