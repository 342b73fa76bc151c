/** A greeting, to try forms with. */

import type { Command, Run } from '#src/commands/command.ts';
import { Refusal } from '#src/network.ts';

export const hello: Command = {
  name: 'hello',
  node: 'hello',
  title: 'Hello',
  summary: 'have the gateway greet you',
  usage: '<name>',
  who: 'anyone',
  async *run(): Run {
    const answers = yield { title: 'Hello', fields: [{ name: 'name', label: 'Your name', type: 'text' }] };
    const name = answers['name']?.trim();
    if (!name) throw new Refusal('invalid', 'Give a name.');
    return { lines: [`Hello ${name}!`] };
  },
};
