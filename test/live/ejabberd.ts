/** A real ejabberd on loopback: no TLS, no other servers, accounts and components as given. */

import { readFile } from 'node:fs/promises';
import { Child, started } from './child.ts';
import { ejabberdConfig, type Ports } from './ejabberd-config.ts';
import { Folder } from './folder.ts';
import { answering, freePorts } from './ports.ts';
import type { User, XmppServer, XmppServerOptions } from './xmpp-server.ts';

const CTL = '/usr/sbin/ejabberdctl';
const WAIT_MS = 10_000;

export class Ejabberd extends Child implements XmppServer {
  readonly host = 'localhost';
  readonly clientPort: number;
  readonly componentPort: number;
  readonly #httpPort: number;

  constructor(folder: Folder, libraries: string, ports: Ports, listening: readonly number[]) {
    const { clientPort, componentPort, httpPort } = ports;
    const ready = (signal: AbortSignal) => answering(listening, signal);
    super({ name: 'ejabberd', command: command(folder.path, libraries), folder, ready, unprivileged: true });
    this.clientPort = clientPort;
    this.componentPort = componentPort;
    this.#httpPort = httpPort;
  }

  /** Makes an account, at once; the server must be running. */
  async addUser({ name: user, password }: User): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.#httpPort}/api/register`, {
      method: 'POST',
      body: JSON.stringify({ user, host: this.host, password }),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    if (!response.ok) throw new Error(`ejabberd made no account for ${user}: ${await response.text()}`);
  }
}

/** It takes some seconds: let the tests of a file share one. */
export async function startEjabberd(options: XmppServerOptions = {}): Promise<Ejabberd> {
  const [clientPort = 0, componentPort = 0, httpPort = 0] = await freePorts(3);
  const ports = { clientPort, componentPort, httpPort };
  const folder = await Folder.make('ejabberd');
  await folder.write('ejabberd.yml', ejabberdConfig(ports, options));
  const listening = [clientPort, httpPort, ...(options.components?.length ? [componentPort] : [])];
  const ejabberd = await started(new Ejabberd(folder, await librariesFolder(), ports, listening));
  for (const user of options.users ?? []) await ejabberd.addUser(user);
  return ejabberd;
}

/**
 * What ejabberdctl does, which itself wants to be root or the system's own user. Without a node name Erlang listens
 * nowhere and starts no epmd, which would outlive it; without busy waiting it leaves the cores to others.
 */
function command(folder: string, libraries: string): [string, ...string[]] {
  const env = {
    HOME: folder,
    EJABBERD_CONFIG_PATH: `${folder}/ejabberd.yml`,
    EJABBERD_LOG_PATH: `${folder}/ejabberd.log`,
    ERL_CRASH_DUMP_BYTES: '0',
    ERL_LIBS: libraries,
  };
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const waits = ['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'];
  return ['env', ...settings, 'erl', ...waits, '-noinput', '-mnesia', 'dir', `"${folder}/spool"`, '-s', 'ejabberd'];
}

/** Debian's folder of Erlang libraries, which is named after the machine's architecture. */
async function librariesFolder(): Promise<string> {
  const found = /^ERL_LIBS='([^']+)'$/m.exec(await readFile(CTL, 'utf8'));
  if (!found?.[1]) throw new Error(`${CTL} does not say where ejabberd's libraries are.`);
  return found[1];
}
