/** Gajim, a client that people use, on a screen of its own, and driven over D-Bus. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Child, started } from './child.ts';
import { inDebian } from './debian.ts';
import { type Desktop, pairs } from './desktop.ts';
import { Folder } from './folder.ts';
import { DEBIAN, PYTHON } from './installed.ts';

const run = promisify(execFile);
const APP = 'org.gajim.Gajim';
const PATH = '/org/gajim/Gajim';
const PAUSE_MS = 100;
const SETTINGS = fileURLToPath(new URL('gajim_account.py', import.meta.url));

export interface GajimLogin {
  readonly name: string;
  readonly password: string;
  readonly port: number;
}
/** The system's own, 1.7 on Debian 12, or the 2.x of a later Debian, which install.sh puts in a folder. */
export type GajimVersion = 'system' | 'trixie' | 'sid';

export class Gajim extends Child {
  /** Whether it is a 2.x, with other windows; it draws replies, reactions and moderation. */
  readonly modern: boolean;
  readonly #desktop: Desktop;
  readonly #account: string;

  private constructor(desktop: Desktop, folder: Folder, account: string, version: GajimVersion) {
    const env = {
      ...desktop.env,
      XDG_CONFIG_HOME: folder.path,
      XDG_DATA_HOME: folder.path,
      XDG_CACHE_HOME: folder.path,
    };
    const start = ['env', ...pairs(env), 'gajim', '-v'] as const;
    const unprivileged = version === 'system';
    const command = unprivileged ? start : inDebian(DEBIAN[version], start);
    super({ name: 'Gajim', command, folder, unprivileged, ready: (signal) => this.#listening(signal) });
    this.modern = version !== 'system';
    this.#desktop = desktop;
    this.#account = account;
  }

  /** Starts it with an account at `localhost`; it logs in by itself. */
  static async start(desktop: Desktop, version: GajimVersion, { name, password, port }: GajimLogin): Promise<Gajim> {
    const folder = await Folder.make('gajim');
    // A blinking cursor makes every picture another.
    const still = '[Settings]\ngtk-cursor-blink=0\ngtk-enable-animations=0\n';
    for (const gtk of ['gtk-3.0', 'gtk-4.0']) await folder.write(`${gtk}/settings.ini`, still);
    await folder.write('gajim/made', '');
    const settings = {
      name,
      hostname: 'localhost',
      address: `${name}@localhost`,
      password,
      active: true,
      savepass: true,
      autoconnect: true,
      use_custom_host: true,
      custom_host: '127.0.0.1',
      custom_port: port,
      custom_type: 'PLAIN',
      confirm_unencrypted_connection: false,
    };
    const script = await folder.write('account.py', await readFile(SETTINGS, 'utf8'));
    const write = [PYTHON, script, `${folder.path}/gajim/settings.sqlite`, name, JSON.stringify(settings)];
    if (version === 'system') await desktop.tool(...write);
    else await run('env', inDebian(DEBIAN[version], write));
    return started(new Gajim(desktop, folder, name, version));
  }

  /** Does what a menu does: of the application, or `win.` of its main window. */
  async act(action: string, parameter?: string): Promise<void> {
    const [path, name] = action.startsWith('win.') ? [`${PATH}/window/1`, action.slice(4)] : [PATH, action];
    await this.#call(path, 'Activate', name, parameter === undefined ? '[]' : `[<${parameter}>]`, '{}');
  }

  /** The same of the account: `services`, `execute-command`. */
  actAccount(action: string, parameter = `'${this.#account}'`): Promise<void> {
    return this.act(`${this.#account}-${action}`, parameter);
  }

  /** Its main window is there, and its account online: only then one can ask its server for something. */
  async #listening(signal: AbortSignal): Promise<void> {
    await this.#desktop.tool('gdbus', 'wait', '--session', '--timeout', '15', APP);
    const online = () => this.#call(PATH, 'Describe', `${this.#account}-services`);
    while (!(await online()).startsWith('((true')) await pause(PAUSE_MS, undefined, { signal });
  }

  #call(path: string, method: string, ...args: readonly string[]): Promise<string> {
    const call = ['--dest', APP, '--object-path', path, '--method', `org.gtk.Actions.${method}`, ...args];
    return this.#desktop.tool('gdbus', 'call', '--session', ...call);
  }
}
