/** A program run for a test: started, watched until ready, frozen, killed, started again, and never left behind. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { type Folder, NOBODY, root } from './folder.ts';
import { eachLine } from './lines.ts';

// Under load the largest of them needs some seconds.
const READY_MS = 30_000;
// More than the gateway gives itself.
const STOP_MS = 12_000;
const LOG_LINES = 400;

export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Where it runs; removed with it. */
  readonly folder: Folder;
  /** Gives up root, when we are root. */
  readonly unprivileged?: boolean;
  /** Resolves when the program can be used; no longer waited for when `signal` aborts. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Takes the lines of standard output, which are then not in the log. */
  readonly line?: (line: string) => void;
}

/** One program, through all its restarts. */
export class Child implements AsyncDisposable {
  readonly #program: Program;
  readonly #log: string[] = [];
  #process: ChildProcessWithoutNullStreams | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(program: Program) {
    this.#program = program;
  }

  get name(): string {
    return this.#program.name;
  }

  /** Its last lines, of all its runs. */
  get log(): string {
    return this.#log.join('\n');
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Resolves when the program is ready; throws with its log when it ends before or is not ready in 30 s. */
  async start(): Promise<void> {
    const { name, ready } = this.#program;
    const process = this.#spawn();
    const early = new AbortController();
    this.#ended = once(process, 'close').then(
      ([code, signal]) => this.#end(early, `ended with ${signal ?? code}`),
      (error: Error) => this.#end(early, error.message),
    );
    this.#process = process;
    const signal = AbortSignal.any([early.signal, AbortSignal.timeout(READY_MS)]);
    try {
      await Promise.race([ready(signal), aborted(signal)]);
    } catch (cause) {
      await this.#signal('SIGKILL');
      throw new Error(`${name} did not get ready. Its log:\n${this.log}`, { cause });
    }
  }

  /** Writes one line to its standard input. */
  write(line: string): void {
    this.#process?.stdin.write(`${line}\n`);
  }

  /** Asks it to end, and insists after 12 s. */
  async stop(): Promise<void> {
    const insist = setTimeout(() => this.#process?.kill('SIGKILL'), STOP_MS);
    this.thaw();
    await this.#signal('SIGTERM');
    clearTimeout(insist);
  }

  async kill9(): Promise<void> {
    await this.#signal('SIGKILL');
  }

  /** Again, on the same ports and data. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Alive and silent, as behind a dead network, until `thaw`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#program.folder[Symbol.asyncDispose]();
  }

  #spawn(): ChildProcessWithoutNullStreams {
    const { command, folder, unprivileged, line } = this.#program;
    const ids = unprivileged && root ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    // The kernel kills it with us, however we end; an own session keeps Ctrl-C for us alone, who stop it in order.
    const child = spawn('setpriv', ['--pdeathsig=KILL', ...ids, '--', ...command], {
      cwd: folder.path,
      detached: true,
    });
    const keep = (text: string) => this.#keep(text);
    eachLine(child.stdout, line ?? keep);
    eachLine(child.stderr, keep);
    child.stdin.on('error', (error) => this.#keep(`(writing to it failed: ${error.message})`));
    return child;
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    this.#process?.kill(signal);
    await this.#ended;
  }

  #end(early: AbortController, how: string): void {
    this.#keep(`(${how})`);
    this.#process = undefined;
    early.abort(new Error(`${this.#program.name} ${how}`));
  }

  #keep(line: string): void {
    this.#log.push(line);
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

/** Starts a program just made, and leaves nothing of it behind when that fails. */
export async function started<C extends Child>(child: C): Promise<C> {
  try {
    await child.start();
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  return child;
}

/** Prints what the programs wrote once test `t` is over, if it failed. */
export function showLogsOnFailure(
  t: TestContext,
  ...programs: readonly { readonly name: string; readonly log: string }[]
): void {
  t.after(() => {
    // Its types don't know TestContext.passed yet.
    if ('passed' in t && t.passed === true) return;
    for (const { name, log } of programs) console.log(`--- log of ${name}\n${log}`);
  });
}
