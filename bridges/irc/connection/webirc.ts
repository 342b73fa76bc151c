/** Telling a server who is behind a connection of the gateway, where its administrators have agreed to that (IRCv3 WEBIRC). */

import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { domainToASCII } from 'node:url';
import { isPublic } from '#src/net/public-address.ts';
import { formatLine } from '../line.ts';
import type { ServerOptions } from '../options.ts';

/** Gives the address of a host. */
export type Resolve = (host: string) => Promise<{ readonly address: string }>;

/** How long a name may take to be resolved; the server waits meanwhile. */
const RESOLVE_MS = 3_000;
/** What servers have room for. */
const HOST_LENGTH = 63;
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** The line that has to be the first of the connection, where there is one; `owner` is the bare JID of the user. */
export async function webircLine(
  { password, gateway, cloak }: ServerOptions['webirc'],
  owner: string,
  resolve: Resolve = lookup,
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  const domain = domainToASCII(owner.slice(owner.lastIndexOf('@') + 1));
  const known = cloak === undefined ? await publicAddress(domain, resolve) : undefined;
  const { host, address } = known ?? madeUp(owner, cloak ?? `${gateway}.invalid`);
  // A parameter that begins with a colon would be the last.
  return formatLine('WEBIRC', [password, gateway, host, address.replace(/^:/, '0:')]);
}

/** Asked for each connection, so that no user is taken for another. An address of the server's own site would open doors there. */
async function publicAddress(host: string, resolve: Resolve) {
  if (host.length > HOST_LENGTH || !HOST.test(host)) return undefined;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, RESOLVE_MS);
  const found = await Promise.race([resolve(host).catch(() => undefined), late.promise]);
  clearTimeout(timer);
  return found && isPublic(found.address) ? { host, address: found.address } : undefined;
}

/** The same for one user at any time, so that bans hold; an address that is nobody's (RFC 4193). */
function madeUp(owner: string, domain: string) {
  const code = createHash('sha256').update(owner).digest('hex');
  const groups = code.slice(16, 46).match(/.{1,4}/g) ?? [];
  return { host: `${code.slice(0, 16)}.${domain}`, address: `fd${code.slice(46, 48)}:${groups.slice(0, 7).join(':')}` };
}
