/** A real biboumi, the gateway that ours takes the place of: a component of the XMPP server that listens on `port`. */

import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { Inbox } from './inbox.ts';
import { programPath } from './installed.ts';

const WAIT_MS = 15_000;

export interface BiboumiOptions {
  /** Where the XMPP server takes components, on loopback. */
  readonly port: number;
  /** What it shares with that server. */
  readonly secret: string;
  /** Its domain: `biboumi.localhost` unless given. */
  readonly host?: string;
  /** A postgresql:// address; a file of SQLite in its own folder unless given. */
  readonly database?: string;
  /** More of its configuration file. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export class Biboumi extends Child {
  readonly host: string;
  /** Its configuration file, with all that it runs with. */
  readonly configFile: string;
  /** What `db_name` says. */
  readonly database: string;
  readonly #inbox: Inbox<string>;

  constructor(folder: Folder, inbox: Inbox<string>, host: string, database: string) {
    const configFile = `${folder.path}/biboumi.cfg`;
    super({
      name: 'biboumi',
      command: [programPath('biboumi') ?? 'biboumi', configFile],
      folder,
      ready: async () => {
        inbox.clear();
        await inbox.take((line) => line.includes('Authenticated with the XMPP server'), WAIT_MS, 'Authenticated');
      },
      line: (line) => inbox.put(line),
      unprivileged: true,
    });
    this.host = host;
    this.configFile = configFile;
    this.database = database;
    this.#inbox = inbox;
  }

  override get log(): string {
    return [...this.#inbox.all, super.log].join('\n');
  }
}

/** Resolves when the XMPP server has taken it. */
export async function startBiboumi(options: BiboumiOptions): Promise<Biboumi> {
  const { port, secret, host = 'biboumi.localhost', settings = {} } = options;
  const folder = await Folder.make('biboumi');
  const { database = `${folder.path}/biboumi.sqlite` } = options;
  const lines = Object.entries({
    hostname: host,
    password: secret,
    xmpp_server_ip: '127.0.0.1',
    port,
    db_name: database,
    identd_port: 0,
    log_level: 0,
    ...settings,
  }).map(([name, value]) => `${name}=${value}\n`);
  await folder.write('biboumi.cfg', lines.join(''));
  return started(new Biboumi(folder, new Inbox('biboumi log', String), host, database));
}
