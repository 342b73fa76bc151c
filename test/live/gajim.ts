/** Gajim, a client that people use, on a screen of its own, and driven over D-Bus. */

import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child, started } from './child.ts';
import { type Desktop, pairs } from './desktop.ts';
import { Folder } from './folder.ts';
import { PYTHON } from './installed.ts';

const APP = 'org.gajim.Gajim';
const PATH = '/org/gajim/Gajim';
const PAUSE_MS = 100;
const SETTINGS = fileURLToPath(new URL('gajim_account.py', import.meta.url));

export interface GajimLogin {
  readonly name: string;
  readonly password: string;
  readonly port: number;
}

export class Gajim extends Child {
  readonly #desktop: Desktop;
  readonly #account: string;

  private constructor(desktop: Desktop, folder: Folder, account: string) {
    const env = {
      ...desktop.env,
      XDG_CONFIG_HOME: folder.path,
      XDG_DATA_HOME: folder.path,
      XDG_CACHE_HOME: folder.path,
    };
    const command = ['env', ...pairs(env), 'gajim', '-v'] as const;
    super({ name: 'Gajim', command, folder, unprivileged: true, ready: (signal) => this.#listening(signal) });
    this.#desktop = desktop;
    this.#account = account;
  }

  /** Starts it with an account at `localhost`; it logs in by itself. */
  static async start(desktop: Desktop, { name, password, port }: GajimLogin): Promise<Gajim> {
    const folder = await Folder.make('gajim');
    // A blinking cursor makes every picture another.
    await folder.write('gtk-3.0/settings.ini', '[Settings]\ngtk-cursor-blink=0\ngtk-enable-animations=0\n');
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
    await desktop.tool(PYTHON, SETTINGS, `${folder.path}/gajim/settings.sqlite`, name, JSON.stringify(settings));
    return started(new Gajim(desktop, folder, name));
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
