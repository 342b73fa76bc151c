/** By which ways a server is tried, in their order: its ports, and where it is if the user has said so. */

import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { isPublic } from '#src/net/public-address.ts';
import { Refusal } from '#src/network.ts';
import { foldAscii } from '../casemapping.ts';
import { type IrcOptions, type ServerOptions, serverOptions } from '../options.ts';
import type { IrcSettings } from '../settings/account.ts';
import { readFingerprint } from './pinning.ts';
import type { Wire } from './transport.ts';

export interface Way extends Pick<Wire, 'address' | 'port' | 'secure' | 'listed' | 'trust' | 'from'> {
  /** The administrator has named this very port: only there the secrets may go that they share with the server. */
  readonly known: boolean;
  /** Plain text, though not because the administrator wants it so in any case: the user is told. */
  readonly exposed: boolean;
}

/** Ways that are tried; each may take its time. */
const WAYS = 20;

/** What of a user's settings says how to reach a server. */
export type Wanted = Pick<IrcSettings, 'address' | 'ports' | 'verify' | 'fingerprint'>;

/** `owner` is the user's bare JID. Throws `Refusal('invalid')` where the user wants what is not allowed. */
export function waysTo(options: IrcOptions, server: ServerOptions, wanted: Wanted, owner: string): readonly Way[] {
  const { address, own } = addressOf(options, server, wanted.address);
  const trust = trustOf(options, server, wanted, own);
  const usual = usualPorts(server);
  const named = namedPorts(options, server, address);
  const ways = (wanted.ports?.length ? wanted.ports : usual).flatMap(({ port, tls }) => {
    const known = own && usual.some((each) => each.port === port && each.tls === tls);
    const exposed = !tls && !(known && server.tls === 'off');
    const listed = named.has(port);
    if (!listed && isIP(address) > 0 && !isPublic(address)) throw unreachable(`port ${port} of ${address}`);
    return sources(options.bind, address, owner).map((from) => {
      const way = { address, port, secure: tls, listed, trust, known, exposed };
      return from === undefined ? way : { ...way, from };
    });
  });
  return ways.slice(0, WAYS);
}

/** The administrator's. */
export function usualPorts({ ports, plain_ports, tls }: ServerOptions): NonNullable<IrcSettings['ports']> {
  return [
    ...ports.map((port) => ({ port, tls: tls === 'required' })),
    ...plain_ports.map((port) => ({ port, tls: false })),
  ];
}

/** `own`: it is the server's as the administrator has it. Nobody gets by their settings to where they could not go otherwise. */
function addressOf(options: IrcOptions, server: ServerOptions, wanted: string | undefined) {
  const address = foldAscii(wanted ?? server.address);
  if (address === foldAscii(server.address)) return { address, own: true };
  const anywhere = options.server === undefined && options.allow_servers.includes('*');
  const allowed = isIP(address) > 0 ? anywhere && isPublic(address) : serverOptions(options, address) !== undefined;
  if (allowed || namedPorts(options, server, address).size > 0) return { address, own: false };
  throw unreachable(address);
}

/** The administrator's servers may stand in the site's own network: users get to no other ports of the machines there. */
function namedPorts(options: IrcOptions, server: ServerOptions, address: string): ReadonlySet<number> {
  const servers = Object.keys(options.servers).flatMap((name) => serverOptions(options, name) ?? []);
  const there = [server, ...servers].filter((each) => each.listed && foldAscii(each.address) === address);
  return new Set(there.flatMap(usualPorts).map(({ port }) => port));
}

function unreachable(place: string): Refusal {
  const text = `This gateway does not connect to ${place}. Take that out of your settings, or ask its administrator.`;
  return new Refusal('invalid', text);
}

function trustOf(options: IrcOptions, server: ServerOptions, wanted: Wanted, own: boolean): Way['trust'] {
  const pinned = own ? server.fingerprints.flatMap((text) => readFingerprint(text) ?? []) : [];
  const waived = wanted.verify === false && options.user_tls === 'free';
  return {
    verify: !waived && (!own || server.verify),
    fingerprints: wanted.fingerprint === undefined ? pinned : [wanted.fingerprint],
    ...(own && server.ca !== undefined && { ca: server.ca }),
  };
}

/** The addresses of ours that this user comes from: always the same one of each kind; undefined is the system's choice. */
function sources(bind: readonly string[], address: string, owner: string): readonly (string | undefined)[] {
  if (bind.length === 0) return [undefined];
  const spread = createHash('sha256').update(owner).digest().readUInt32BE();
  const found = [6, 4].flatMap((family) => {
    const those = bind.filter((each) => isIP(each) === family);
    const fits = isIP(address) === 0 || isIP(address) === family;
    return fits && those.length > 0 ? [those[spread % those.length]] : [];
  });
  if (found.length > 0) return found;
  throw new Refusal('network', `The gateway has no address of its own from which it could connect to ${address}.`);
}
