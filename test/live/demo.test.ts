/** The demo, run as a newcomer runs it: its conversation arrives, and nothing of it outlives it. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Folder } from './folder.ts';
import { Inbox } from './inbox.ts';
import { unlessAbsent } from './installed.ts';
import { IrcClient } from './irc-client.ts';
import { eachLine } from './lines.ts';

const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));
const WAIT_MS = 30_000;

describe('the demo', { ...unlessAbsent('prosody', 'inspircd', 'slixmpp'), concurrency: 6 }, () => {
  test('delivers both ways, in lines that fit a terminal of 80 columns, and leaves nothing', async () => {
    await using demo = await Demo.start('--once');
    assert.equal(await demo.ended(), 0, demo.output);
    assert.match(demo.output, /^ *[\d.]+ ms {2}XMPP → IRC {2}<Romeo> It is the east/m);
    assert.match(demo.output, /^ *[\d.]+ ms {2}IRC → XMPP {2}<Juliet> רומיאו/m);
    assert.match(demo.output, /^Both directions delivered/m);
    assert.deepEqual(
      demo.output.split('\n').filter((line) => line.length > 80),
      [],
    );
    assert.ok(!demo.output.includes('\u001b'), 'no colours where there is no terminal');
    await demo.assertNothingLeft();
  });

  test('stays up with someone who answers, until Ctrl-C, and leaves nothing', async () => {
    await using demo = await Demo.start();
    await using nurse = await demo.visit('nurse');
    await nurse.expect(/^:Juliet!\S+ PRIVMSG #isthmus :Welcome, nurse!/);
    nurse.say('#isthmus', 'Madam!');
    await nurse.expect(/^:Juliet!\S+ PRIVMSG #isthmus :nurse: I hear you: Madam!$/);
    nurse.say('Juliet', '\u0001ACTION calls\u001b[2J\u0001');
    await nurse.expect(/^:Juliet!\S+ PRIVMSG nurse :I hear you: \* calls\[2J$/);
    // The terminal's, and npm's that passes it on.
    demo.process.kill('SIGINT');
    demo.process.kill('SIGINT');
    assert.equal(await demo.ended(), 0, demo.output);
    await demo.assertNothingLeft();
  });

  test('ends when the reader of its output has gone, and leaves nothing', async () => {
    await using demo = await Demo.start();
    await using nurse = await demo.visit('nurse');
    demo.process.stdout?.destroy();
    nurse.say('#isthmus', 'Anon!');
    assert.equal(await demo.ended(), 0, demo.output);
    await demo.assertNothingLeft();
  });

  test('says so by its exit code when it is ended in mid-conversation, and leaves nothing', async () => {
    await using demo = await Demo.start();
    await demo.shows(/<Romeo> It is the east/);
    demo.process.kill('SIGTERM');
    assert.equal(await demo.ended(), 1, demo.output);
    await demo.assertNothingLeft();
  });

  test('says which hop failed, with the ends of the logs, and leaves nothing', async () => {
    await using demo = await Demo.start();
    await demo.shows(/<Romeo> It is the east/);
    await demo.signal('src/main.ts', 'SIGSTOP');
    assert.equal(await demo.ended(), 1, demo.output);
    assert.match(demo.output, /^IRC → XMPP failed; this did not arrive: <Juliet> \S/m);
    assert.match(demo.output, /^romeo@localhost got nothing within 10000 ms /m);
    assert.match(demo.output, /^--- end of the log of gateway\n {2}\{/m);
    await demo.assertNothingLeft();
  });

  test('ends when one of its servers does, with the ends of the logs, and leaves nothing', async () => {
    await using demo = await Demo.start();
    await demo.shows(/Ctrl-C ends it/);
    await demo.signal('prosody', 'SIGKILL');
    assert.equal(await demo.ended(), 1, demo.output);
    assert.match(demo.output, /^Prosody has ended\.\n--- end of the log of gateway\n/m);
    await demo.assertNothingLeft();
  });
});

/** A running demo, with a folder of its own for what is temporary. */
class Demo implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #folder: Folder;
  readonly #lines = new Inbox<string>('demo', (line) => line);
  readonly #exit: Promise<unknown[]>;
  #started: readonly number[] = [];

  private constructor(folder: Folder, args: readonly string[]) {
    this.#folder = folder;
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, TMPDIR: folder.path } });
    for (const stream of [child.stdout, child.stderr]) eachLine(stream, (line) => this.#lines.put(line));
    this.process = child;
    this.#exit = once(child, 'exit');
  }

  /** Resolves when the first line has arrived on the other side: all its programs run. */
  static async start(...args: readonly string[]): Promise<Demo> {
    const demo = new Demo(await Folder.make('demo'), args);
    await demo.shows(/ ms {2}XMPP/);
    demo.#started = await demo.#children();
    return demo;
  }

  get output(): string {
    return this.#lines.all.join('\n');
  }

  async shows(what: RegExp): Promise<RegExpExecArray | null> {
    return what.exec(await this.#lines.take((line) => what.test(line), WAIT_MS, String(what)));
  }

  /** Joins the channel from the IRC side, once the demo has said where that is. */
  async visit(nick: string): Promise<IrcClient> {
    const invitation = await this.shows(/an IRC client at 127\.0\.0\.1, port (\d+)/);
    const client = await IrcClient.connect({ port: Number(invitation?.[1]), nick });
    await client.join('#isthmus');
    return client;
  }

  /** To the one of its child processes that runs `program`. */
  async signal(program: string, signal: NodeJS.Signals): Promise<void> {
    for (const pid of await this.#children()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if (command.includes(program)) process.kill(pid, signal);
    }
  }

  async #children(): Promise<number[]> {
    const { pid } = this.process;
    const ids = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return ids.split(' ').filter(Boolean).map(Number);
  }

  /** Its exit code. */
  async ended(): Promise<unknown> {
    return (await this.#exit)[0];
  }

  async assertNothingLeft(): Promise<void> {
    assert.ok(this.#started.length >= 4, 'two servers, the gateway and an XMPP client were seen running');
    for (const pid of this.#started) assert.throws(() => process.kill(pid, 0), /ESRCH/, `${pid} still runs`);
    assert.deepEqual(await readdir(this.#folder.path), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#exit;
    await this.#folder[Symbol.asyncDispose]();
  }
}
