/** Looking up servers that no administrator has listed: a public name must not lead into the site's own network. */

import { lookup as resolve } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';

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
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address is one of the public Internet. */
export function isPublic(address: string): boolean {
  return !inside.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** As dns.lookup, but for public addresses alone; at the moment of connecting, so that a name can't change after a check. */
export const publicLookup: LookupFunction = (hostname, options, answer) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found ?? []).filter(({ address }) => isPublic(address));
    const [first] = addresses;
    if (error) answer(error, '', 0);
    else if (!first) answer(new Error(`${hostname} has no public address; ask the gateway's administrator`), '', 0);
    else if (options.all) answer(null, addresses);
    else answer(null, first.address, first.family);
  });
};
