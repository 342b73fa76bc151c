/** Connecting to what users or networks name: a name of the Internet must not lead into the site's own network. */

import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** The addresses that may be connected to. */
export interface Reach {
  allows(address: string): boolean;
  /**
   * As dns.lookup, but gives only addresses that are allowed; at the moment of connecting, so that a name can't change
   * after a check. Node does not look up what is an address already: ask `allows` about that.
   */
  readonly lookup: LookupFunction;
}

const inside = new BlockList();
// RFC 6890: this host, private, shared, loopback, link-local, benchmarking, multicast, reserved; and IPv6's like.
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
  inside.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6');
}
// Among them those that hold an IPv4 address, to which a translator or tunnel may lead: NAT64, Teredo, 6to4.
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address is one of the public Internet. */
export function isPublic(address: string): boolean {
  return isIP(address) > 0 && !contains(inside, address);
}

/** Public addresses, and those in the networks given (CIDR, such as `10.1.0.0/16`, or single addresses). */
export function reachOf(also: readonly string[]): Reach {
  const allowed = new BlockList();
  for (const network of also) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    allowed.addSubnet(address, prefix === undefined ? bits(family) : Number(prefix), family);
  }
  const allows = (address: string) => isPublic(address) || (isIP(address) > 0 && contains(allowed, address));
  return { allows, lookup: lookupOf(allows) };
}

/** Every address there is, for hosts that an administrator has named. */
export const ANYWHERE: Reach = { allows: () => true, lookup: lookupOf(() => true) };

/** As dns.lookup, but for public addresses alone. */
export const publicLookup: LookupFunction = lookupOf(isPublic);

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function bits(family: 'ipv4' | 'ipv6'): number {
  return family === 'ipv6' ? 128 : 32;
}

function lookupOf(allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (found ?? []).filter(({ address }) => allows(address));
      const [first] = addresses;
      if (error) answer(error, '', 0);
      else if (!first) answer(new Error(`${hostname} has no public address; ask the gateway's administrator`), '', 0);
      else if (options.all) answer(null, addresses);
      else answer(null, first.address, first.family);
    });
  };
}
