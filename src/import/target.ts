/** Where an import goes to: one network of the gateway, as isthmus.yaml has it. */

import type { IrcOptions } from '#bridges/irc/options.ts';
import { Access } from '#src/access.ts';
import { escapeLocal } from '#src/address.ts';
import type { AccountId, Network } from '#src/network.ts';
import { Places } from '#src/place.ts';

export interface Target {
  readonly network: Network;
  readonly options: IrcOptions;
  readonly places: Places;
  /** The host's only server. */
  readonly fixed: AccountId | undefined;
  /** Days that messages are kept; 0: for ever. */
  readonly days: number;
  /** Who may use it. */
  readonly access: Pick<Access, 'allows'>;
}

export function targetOf(
  host: string,
  network: Network,
  options: IrcOptions,
  days: number,
  allow: readonly string[] = ['*'],
): Target {
  const places = new Places(host, network);
  const here = places.read({ local: '' });
  const access = new Access({ allow, invites: undefined });
  return { network, options, places, fixed: here?.type === 'host' ? here.account : undefined, days, access };
}

/** The account at a server, where the gateway connects to it. */
export function accountAt({ fixed, places }: Target, server: string): AccountId | undefined {
  if (fixed !== undefined) return server === fixed ? fixed : undefined;
  const local = escapeLocal(server);
  const place = local === undefined ? undefined : places.read({ local });
  return place?.type === 'account' ? place.account : undefined;
}

/** Why nothing of a server can be brought over; undefined where it can. */
export function unknownServer(target: Target, server: string): string | undefined {
  if (accountAt(target, server) !== undefined) return undefined;
  return target.fixed === undefined
    ? `What belongs to ${server || 'no server'} is left out, for the gateway does not connect there. List it under servers in isthmus.yaml.`
    : `What belongs to ${server || 'no server'} is left out, for the gateway connects to ${target.fixed} alone.`;
}
