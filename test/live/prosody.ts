/** A real Prosody on loopback: no TLS, no other servers, own rooms, accounts and components as given. */

import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { programPath } from './installed.ts';
import { answering, freePorts } from './ports.ts';

export interface User {
  readonly name: string;
  readonly password: string;
}
export interface Component {
  readonly host: string;
  readonly secret: string;
}
export interface ProsodyOptions {
  readonly components?: readonly Component[];
  /** Accounts at `localhost`. */
  readonly users?: readonly User[];
}

interface Ports {
  readonly clientPort: number;
  /** Answers only when started with components. */
  readonly componentPort: number;
}

export class Prosody extends Child {
  readonly host = 'localhost';
  readonly clientPort: number;
  readonly componentPort: number;
  readonly #folder: Folder;

  constructor(folder: Folder, { clientPort, componentPort }: Ports, listening: readonly number[]) {
    const command = [programPath('prosody') ?? 'prosody', '-F', '--config', `${folder.path}/prosody.cfg.lua`] as const;
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

export async function startProsody({ components = [], users = [] }: ProsodyOptions = {}): Promise<Prosody> {
  const [clientPort = 0, componentPort = 0] = await freePorts(2);
  const ports = { clientPort, componentPort };
  const folder = await Folder.make('prosody');
  await folder.write('prosody.cfg.lua', config(folder.path, ports, components));
  const prosody = new Prosody(folder, ports, components.length > 0 ? [clientPort, componentPort] : [clientPort]);
  for (const user of users) await prosody.addUser(user);
  return started(prosody);
}

function config(folder: string, { clientPort, componentPort }: Ports, components: readonly Component[]): string {
  return `
data_path = ${lua(`${folder}/data`)}
pidfile = ${lua(`${folder}/prosody.pid`)}
certificates = ${lua(folder)}
log = { info = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${clientPort} }
component_ports = { ${componentPort} }
component_interfaces = { "127.0.0.1" }
s2s_ports = {}; http_ports = {}; https_ports = {}
-- Otherwise the second of two stanzas waits for the TCP acknowledgement of the first, 40 ms.
network_settings = { nagle = false }
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
modules_disabled = { "s2s", "tls" }
modules_enabled = {
  "roster", "saslauth", "disco", "private", "vcard4", "vcard_legacy", "pep", "blocklist", "carbons", "smacks", "mam",
  "bookmarks", "ping",
}
VirtualHost "localhost"
Component "rooms.localhost" "muc"
${components.map(component).join('')}`;
}

function component({ host, secret }: Component): string {
  return `Component ${lua(host)}\n  component_secret = ${lua(secret)}\n`;
}

/** Strings without control characters are written alike in JSON and Lua. */
function lua(text: string): string {
  return JSON.stringify(text);
}

/** As Prosody's util.datamanager spells a key. */
function fileName(key: string): string {
  const bytes = Buffer.from(key).toString('latin1');
  return bytes.replace(/[^0-9A-Za-z]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
