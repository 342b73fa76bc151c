/** After a start of the gateway: accounts go where they stay; after a crash clients are brought back into their rooms. */

import { pause } from '#src/backoff.ts';
import type { Log } from '#src/log.ts';
import { Refusal } from '#src/network.ts';
import type { Occupancy } from '#src/occupancy.ts';
import type { Registry } from '#src/registry/database.ts';
import type { Occupant } from '#src/registry/occupants.ts';
import type { Sleep } from '#src/sleep.ts';
import type { Stays } from '#src/stays.ts';

export interface RestoreOptions {
  readonly host: string;
  readonly registry: Registry;
  readonly occupancy: Occupancy;
  readonly stays: Pick<Stays, 'adopt'>;
  readonly sleep: Pick<Sleep, 'revive'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** How long, in ms, before the next client: connections and joins must not come as a flood. */
const APART = 25;

/** Resolves with how many clients are on their way back. Who can't be brought back is told and forgotten. */
export async function restore(options: RestoreOptions): Promise<number> {
  const { host, registry, occupancy, stays, log, signal } = options;
  await stays.adopt(signal);
  let restored = 0;
  for await (const row of registry.occupants.list(host, (refusal) =>
    log.warn({ why: refusal.message }, 'A row is lost'),
  )) {
    if (signal.aborted) break;
    // The account itself; it comes with all rooms that it stays in.
    if (row.resource === '') {
      if (await stayed(row, options)) await pause(APART, signal);
      continue;
    }
    try {
      await occupancy.restore(row);
      restored += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error }, 'A client could not be brought back');
      await registry.occupants.remove(row.user, row.host, row.room, row.resource);
    }
    await pause(APART, signal);
  }
  return restored;
}

/** Whether the account was brought back; one that can't be must not keep the others out. */
async function stayed(row: Occupant, { sleep, log }: RestoreOptions): Promise<boolean> {
  try {
    return await sleep.revive(row);
  } catch (error) {
    log.error({ err: error, user: row.user }, 'An account that stays in rooms could not be brought back');
    return false;
  }
}
