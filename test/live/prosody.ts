/** A real Prosody on loopback: no TLS, no other servers, own rooms, accounts and components as given. */

import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { PROSODY_13, programPath } from './installed.ts';
import { answering, freePorts } from './ports.ts';
import { lua, type Ports, prosodyConfig } from './prosody-config.ts';
import type { User, XmppServer, XmppServerOptions } from './xmpp-server.ts';

export interface ProsodyOptions extends XmppServerOptions {
  /** The system's own Prosody, or the newer one that install.sh has unpacked beside it. */
  readonly version?: 'system' | 13;
}

export class Prosody extends Child implements XmppServer {
  readonly host = 'localhost';
  readonly clientPort: number;
  readonly componentPort: number;
  readonly #folder: Folder;

  constructor(folder: Folder, program: string, { clientPort, componentPort }: Ports, listening: readonly number[]) {
    const command = [program, '-F', '--config', `${folder.path}/prosody.cfg.lua`] as const;
    super({ name: 'Prosody', command, folder, ready: (signal) => answering(listening, signal), unprivileged: true });
    this.#folder = folder;
    this.clientPort = clientPort;
    this.componentPort = componentPort;
  }

  /** Makes an account, at once, running or not. */
  async addUser({ name, password }: User): Promise<void> {
    const file = `data/localhost/accounts/${fileName(name)}.dat`;
    await this.#folder.write(file, `return { password = ${lua(password)} };\n`);
  }
}

export async function startProsody({ version = 'system', ...options }: ProsodyOptions = {}): Promise<Prosody> {
  const { components = [], users = [], upload = false } = options;
  const [clientPort = 0, componentPort = 0, httpPort = 0] = await freePorts(3);
  const ports = { clientPort, componentPort, httpPort };
  const folder = await Folder.make('prosody');
  await folder.write('prosody.cfg.lua', prosodyConfig(folder.path, ports, options));
  const listening = [clientPort, ...(components.length > 0 ? [componentPort] : []), ...(upload ? [httpPort] : [])];
  const program = version === 13 ? PROSODY_13 : (programPath('prosody') ?? 'prosody');
  const prosody = new Prosody(folder, program, ports, listening);
  for (const user of users) await prosody.addUser(user);
  return started(prosody);
}

/** As Prosody's util.datamanager spells a key. */
function fileName(key: string): string {
  const bytes = Buffer.from(key).toString('latin1');
  return bytes.replace(/[^0-9A-Za-z]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
