/** IRCv3 STS: a server that has said so is reached by TLS alone, from then on and for as long as it said. */

import type { Host } from '#src/network.ts';
import type { Link } from '../link.ts';
import type { Way } from './ports.ts';

/** What is kept of a server; times are milliseconds of `Date.now()`. */
interface Policy {
  readonly port: number;
  readonly until: number;
}
type Memory = Pick<Host, 'recall' | 'keep'>;

/** A policy is not written again for less of a difference than this part of its time. */
const WORTH_WRITING = 0.01;

/** The server wants to be reached by TLS on that port; nothing else is to be said to it here. */
export class Upgrade extends Error {
  override readonly name = 'Upgrade';
  readonly port: number;

  constructor(port: number) {
    super('the server wants the connection to be encrypted');
    this.port = port;
  }
}

/** What the server asks for on a connection that is not encrypted. */
export function upgradeOf(link: Link): Upgrade | undefined {
  const port = link.reached.tls ? undefined : numberOf(link, 'port');
  return port !== undefined && port >= 1 && port <= 65535 ? new Upgrade(port) : undefined;
}

/** The same server by TLS. */
export function upgraded(way: Way, port: number): Way {
  return { ...way, port, secure: true, exposed: false };
}

/** The ways that a policy kept before leaves. */
export async function lawful(ways: readonly Way[], memory: Memory): Promise<readonly Way[]> {
  const [first] = ways;
  if (!first || ways.every(({ secure }) => secure)) return ways;
  const policy = await recall(memory, first.address);
  if (!policy) return ways;
  const secure = ways.filter((way) => way.secure);
  return secure.length > 0 ? secure : ways.map((way) => upgraded(way, policy.port));
}

/** Keeps the policy of a server that is connected by TLS, and what it is when the connection ends. */
export async function observe(link: Link, way: Way, memory: Memory): Promise<void> {
  const seconds = numberOf(link, 'duration');
  // Whoever is not asked for a certificate may be anybody.
  if (!way.secure || seconds === undefined || !isTrusted(way)) return;
  // By what the server has said last: it may change its mind (CAP NEW), but not take it back in silence (CAP DEL).
  const renew = () =>
    keep(memory, way, numberOf(link, 'duration') ?? seconds).catch((error: unknown) => {
      link.host.log.warn({ error }, 'The policy of a server (STS) could not be kept');
    });
  link.signal.addEventListener('abort', () => void renew());
  await renew();
}

function isTrusted({ trust }: Way): boolean {
  return trust.verify || trust.fingerprints.length > 0;
}

async function keep(memory: Memory, { address, port }: Way, seconds: number): Promise<void> {
  const known = await recall(memory, address);
  if (seconds === 0) return known && memory.keep(keyOf(address));
  const until = Date.now() + seconds * 1000;
  const differs = Math.abs(until - (known?.until ?? 0)) > seconds * 1000 * WORTH_WRITING;
  if (differs || known?.port !== port) await memory.keep(keyOf(address), JSON.stringify({ port, until }));
}

async function recall(memory: Memory, address: string): Promise<Policy | undefined> {
  const text = await memory.recall(keyOf(address));
  const policy = text === undefined ? undefined : (JSON.parse(text) as Policy);
  return policy && policy.until > Date.now() ? policy : undefined;
}

/** Not longer than a key may be, though a name of DNS can be. */
function keyOf(address: string): string {
  return `sts ${address.slice(-90)}`;
}

/** `port=6697,duration=2592000`: a number of a key; undefined where there is none. */
function numberOf(link: Link, key: string): number | undefined {
  const found = (link.caps.value('sts') ?? '').split(',').find((token) => token.startsWith(`${key}=`));
  const digits = found?.slice(key.length + 1) ?? '';
  return /^\d{1,10}$/.test(digits) ? Number(digits) : undefined;
}
