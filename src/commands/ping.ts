/** Whether the gateway is there. */

import type { Command, Run } from '#src/commands/command.ts';

export const ping: Command = {
  name: 'ping',
  node: 'ping',
  title: 'Ping',
  summary: 'see whether the gateway answers',
  who: 'anyone',
  // biome-ignore lint/correctness/useYield: it asks nothing.
  async *run(): Run {
    return { lines: ['Pong'] };
  },
};
