/** Free loopback ports, and waiting until one answers. */

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 20;

/** Below those that the system gives to connections and to `listen(0)` (Linux: from 32768 on), which are taken again at once. */
const PORTS = { from: 20_000, to: 32_000 };
const TRIES = 1_000;
/** Given by this process. */
const given = new Set<number>();

/** `count` different ports that nobody listens on now, and that nobody is given soon. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries += 1) {
    if (tries > TRIES) throw new Error(`No ${count} ports are free`);
    const port = randomInt(PORTS.from, PORTS.to);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** Resolves when every port takes a connection; rejects when `signal` aborts. */
export async function answering(ports: readonly number[], signal: AbortSignal): Promise<void> {
  for (const port of ports) {
    while (!(await answers(port))) await pause(PAUSE_MS, undefined, { signal });
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((done) => server.close(done));
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
