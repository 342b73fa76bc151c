/** A screen that nobody sees, for clients with windows: Xvfb, a window manager and a message bus of its own. */

import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child, type Program, started } from './child.ts';
import { Folder, NOBODY, root } from './folder.ts';

const run = promisify(execFile);
const SIZE = '1280x900x24';
const TOOL_MS = 20_000;
const PAUSE_MS = 20;
const PICTURE_MS = 250;
/** Pictures alike in a row that mean that all is drawn, and how many are taken at most for that. */
const STILL = 4;
const MOST_PICTURES = 40;

export class Desktop implements AsyncDisposable {
  /** What programs of it need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly #parts: AsyncDisposableStack;

  private constructor(env: Readonly<Record<string, string>>, parts: AsyncDisposableStack) {
    this.env = env;
    this.#parts = parts;
  }

  static async start(): Promise<Desktop> {
    await using parts = new AsyncDisposableStack();
    const home = parts.use(await Folder.make('desktop'));
    const bus = `${home.path}/bus`;
    const display = Promise.withResolvers<string>();
    const screen = ['Xvfb', '-displayfd', '1', '-screen', '0', SIZE, '-nolisten', 'tcp'] as const;
    parts.use(await start('Xvfb', screen, { ready: async () => void (await display.promise), line: display.resolve }));
    const env = {
      HOME: home.path,
      XDG_RUNTIME_DIR: home.path,
      DISPLAY: `:${await display.promise}`,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}`,
      LANG: 'C.UTF-8',
      GDK_BACKEND: 'x11',
      GSK_RENDERER: 'cairo',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
    };
    const daemon = ['dbus-daemon', '--session', '--nofork', `--address=${env.DBUS_SESSION_BUS_ADDRESS}`] as const;
    parts.use(await start('D-Bus', daemon, { ready: (signal) => existing(bus, signal) }));
    parts.use(await start('openbox', ['env', ...pairs(env), 'openbox'], { ready: async () => undefined }));
    return new Desktop(env, parts.move());
  }

  /** Runs a tool on this screen to its end, without root rights; resolves with what it printed. */
  async tool(...command: readonly string[]): Promise<string> {
    const ids = root ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    const { stdout } = await run('setpriv', [...ids, '--', ...command], {
      env: { PATH: '/usr/bin:/bin', ...this.env },
      timeout: TOOL_MS,
    });
    return stdout;
  }

  /** A picture of the screen, as PNG, once nothing has moved on it for a second. */
  async picture(): Promise<Buffer> {
    let last = await this.#picture();
    for (let still = 0, taken = 1; still < STILL && taken < MOST_PICTURES; taken += 1) {
      await pause(PICTURE_MS);
      const next = await this.#picture();
      still = next.equals(last) ? still + 1 : 0;
      last = next;
    }
    return last;
  }

  /** Waits for a window with that title, and until it is drawn, and clicks at a place in it. */
  async click(title: string, x: number, y: number): Promise<void> {
    const id = await this.#window(title);
    await this.picture();
    await this.tool(
      'xdotool',
      'windowactivate',
      '--sync',
      id,
      'mousemove',
      '--window',
      id,
      `${x}`,
      `${y}`,
      'click',
      '1',
    );
  }

  /** Waits for a window with that title and gives it almost the whole screen. */
  async enlarge(title: string): Promise<void> {
    await this.tool('xdotool', 'windowsize', '--sync', await this.#window(title), '1270', '870');
  }

  /** Presses keys, as xdotool names them, in the window in front. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.tool('xdotool', 'key', '--delay', '60', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.tool('xdotool', 'type', '--delay', '20', text);
  }

  async #window(title: string): Promise<string> {
    const found = await this.tool('xdotool', 'search', '--sync', '--onlyvisible', '--name', title);
    return found.split('\n', 1)[0] ?? '';
  }

  /** Without times in it, so that two of the same are equal. */
  async #picture(): Promise<Buffer> {
    const options = { env: { PATH: '/usr/bin:/bin', ...this.env }, timeout: TOOL_MS, maxBuffer: 2 ** 25 };
    const command = ['-window', 'root', '-define', 'png:exclude-chunks=date,time', 'png:-'];
    return (await run('import', command, { ...options, encoding: 'buffer' })).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }
}

/** The environment, for env(1). */
export function pairs(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

async function start(name: string, command: Program['command'], more: Pick<Program, 'ready' | 'line'>): Promise<Child> {
  return started(new Child({ name, command, folder: await Folder.make(name), unprivileged: true, ...more }));
}

async function existing(path: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await access(path);
    } catch {
      await pause(PAUSE_MS, undefined, { signal });
    }
  }
}
