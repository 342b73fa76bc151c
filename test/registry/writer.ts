/** A process for database.test.ts to kill: puts accounts without end and prints the user of each that is stored. */

import { argv, stdout } from 'node:process';
import { openRegistry } from '#src/registry/database.ts';
import { accountOf, KEY } from './scratch.ts';

const [, , file = ''] = argv;
const registry = await openRegistry(file, KEY);
for (let batch = 0; ; batch += 1) {
  const users = Array.from({ length: 20 }, (_, index) => `user${batch}.${index}@example.org`);
  await Promise.all(
    users.map(async (user) => {
      await registry.accounts.put(accountOf(user));
      stdout.write(`${user}\n`);
    }),
  );
}
