/** A real ejabberd on loopback: no TLS, no other servers, accounts and components as given. */

import { Child, started } from './child.ts';
import { inDebian } from './debian.ts';
import { ejabberdConfig, type Ports } from './ejabberd-config.ts';
import { EJABBERD, EJABBERD_FOLDER } from './ejabberd-install.ts';
import { Folder } from './folder.ts';
import { answering, freePorts } from './ports.ts';
import type { User, XmppServer, XmppServerOptions } from './xmpp-server.ts';

const WAIT_MS = 10_000;

export class Ejabberd extends Child implements XmppServer {
  readonly host = 'localhost';
  readonly clientPort: number;
  readonly componentPort: number;
  readonly #httpPort: number;

  constructor(folder: Folder, ports: Ports, listening: readonly number[]) {
    const { clientPort, componentPort, httpPort } = ports;
    const ready = (signal: AbortSignal) => answering(listening, signal);
    const start = command(folder.path);
    super({
      name: 'ejabberd',
      command: EJABBERD_FOLDER ? inDebian(EJABBERD_FOLDER, start) : start,
      folder,
      ready,
      unprivileged: !EJABBERD_FOLDER,
    });
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
  await folder.write('ejabberd.yml', ejabberdConfig(folder.path, ports, options));
  const listening = [clientPort, httpPort, ...(options.components?.length ? [componentPort] : [])];
  const ejabberd = await started(new Ejabberd(folder, ports, listening));
  for (const user of options.users ?? []) await ejabberd.addUser(user);
  return ejabberd;
}

/**
 * What ejabberdctl does, which itself wants to be root or the system's own user. Without a node name Erlang listens
 * nowhere and starts no epmd, which would outlive it; without busy waiting it leaves the cores to others.
 */
function command(folder: string): readonly [string, ...string[]] {
  const env = {
    HOME: folder,
    EJABBERD_CONFIG_PATH: `${folder}/ejabberd.yml`,
    EJABBERD_LOG_PATH: `${folder}/ejabberd.log`,
    ERL_CRASH_DUMP_BYTES: '0',
    ERL_LIBS: EJABBERD?.libraries ?? '',
  };
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const waits = ['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'];
  return ['env', ...settings, 'erl', ...waits, '-noinput', '-mnesia', 'dir', `"${folder}/spool"`, '-s', 'ejabberd'];
}
