/** A changed configuration for a gateway that runs: what can be taken over is, the rest is named and waits for a restart. */

import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '#config/error.ts';
import type { Config } from '#config/schema.ts';
import type { Network } from '#src/network.ts';
import { Refusal } from '#src/network.ts';

/** A network that is served. */
export interface Served {
  readonly network: Pick<Network, 'reloads'>;
  /** Who may use it from now on. */
  allow(list: readonly string[]): void;
}

type Values = Record<string, unknown>;

/** Reads and takes over; gives sentences about it. Refuses where the file is not right: then nothing is changed. */
export function reloadFrom(
  read: () => Config,
  running: Config,
  served: ReadonlyMap<string, Served>,
): readonly string[] {
  try {
    return takeOver(running, read(), served);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Refusal('invalid', error.message, { cause: error });
  }
}

/** `running` is what all parts look at, so it is changed in place; what waits for a restart stays in it as it is. */
function takeOver(running: Config, fresh: Config, served: ReadonlyMap<string, Served>): readonly string[] {
  const taken: string[] = [];
  const later: string[] = [];
  for (const key of differing(running, fresh)) {
    if (key === 'networks') continue;
    if (key === 'admins') running.admins.splice(0, running.admins.length, ...fresh.admins);
    (key === 'admins' ? taken : later).push(key);
  }
  const hosts = new Set([...running.networks, ...fresh.networks].map(({ host }) => host));
  for (const host of hosts) {
    const before = running.networks.find((each) => each.host === host);
    const after = fresh.networks.find((each) => each.host === host);
    if (!before || !after) later.push(host);
    else takeOverNetwork(before, after, served.get(host), { taken, later });
  }
  return sentences(taken, later);
}

function takeOverNetwork(
  before: Config['networks'][number],
  after: Config['networks'][number],
  served: Served | undefined,
  { taken, later }: { readonly taken: string[]; readonly later: string[] },
): void {
  const reloads = served?.network.reloads ?? [];
  for (const key of differing(before, after)) {
    const name = `${before.host}: ${key}`;
    if (key === 'access' && served && before.access.invites === after.access.invites) {
      before.access.allow = after.access.allow;
      served.allow(after.access.allow);
    } else if (reloads.includes(key)) {
      replace(before as unknown as Values, after as unknown as Values, key);
    } else {
      later.push(name);
      continue;
    }
    taken.push(name);
  }
}

function replace(before: Values, after: Values, key: string): void {
  if (Object.hasOwn(after, key)) before[key] = after[key];
  else delete before[key];
}

function differing(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual((before as Values)[key], (after as Values)[key]));
}

function sentences(taken: readonly string[], later: readonly string[]): readonly string[] {
  if (taken.length === 0 && later.length === 0) return ['The configuration is what it was.'];
  return [
    ...(taken.length > 0 ? [`Changed: ${taken.join(', ')}. Connections made from now on follow it.`] : []),
    ...(later.length > 0 ? [`Restart the gateway for: ${later.join(', ')}.`] : []),
  ];
}
