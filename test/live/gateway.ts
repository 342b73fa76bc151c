/** The gateway as admins run it: a process of its own, with a configuration file and a data folder. */

import { fileURLToPath } from 'node:url';
import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { Inbox } from './inbox.ts';
import type { Prosody } from './prosody.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const WAIT_MS = 15_000;

/** One line of its log. */
export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}
export interface GatewayOptions {
  readonly prosody: Prosody;
  /** Entries of `networks` in isthmus.yaml. */
  readonly networks: readonly object[];
  /** Any other keys of isthmus.yaml. */
  readonly settings?: object;
}

/** What the tests are told by names of this kind is no setting of the gateway. */
const OURS = ['--unset=ISTHMUS_ERGO', '--unset=ISTHMUS_EJABBERD'];

export class Gateway extends Child {
  readonly #inbox: Inbox<LogLine>;

  constructor(folder: Folder, inbox: Inbox<LogLine>) {
    super({
      name: 'gateway',
      command: ['env', ...OURS, process.execPath, MAIN, '--config', `${folder.path}/isthmus.yaml`],
      folder,
      ready: async () => {
        inbox.clear();
        await inbox.take(({ msg }) => msg === 'Gateway is online', WAIT_MS, 'Gateway is online');
      },
      line: (line) => inbox.put(parse(line)),
    });
    this.#inbox = inbox;
  }

  override get log(): string {
    return [...this.#inbox.all.map((line) => JSON.stringify(line)), super.log].join('\n');
  }

  /** Takes the first unread log line with that message; a start forgets what is unread. */
  async logged(msg: string, ms = WAIT_MS): Promise<LogLine> {
    return this.#inbox.take((line) => line.msg === msg, ms, msg);
  }

  /** All log lines, of all its runs. */
  lines(): readonly LogLine[] {
    return this.#inbox.all;
  }
}

/** Resolves when all its links are up. */
export async function startGateway({ prosody, networks, settings = {} }: GatewayOptions): Promise<Gateway> {
  const folder = await Folder.make('gateway');
  const data = `${folder.path}/data`;
  const xmpp = { host: '127.0.0.1', port: prosody.componentPort };
  // JSON is YAML.
  await folder.write(
    'isthmus.yaml',
    JSON.stringify({ xmpp, data, key_file: `${data}/isthmus.key`, networks, ...settings }),
  );
  return started(new Gateway(folder, new Inbox('gateway log', (line) => JSON.stringify(line))));
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}
