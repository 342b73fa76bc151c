/** The process: what it says of its settings, and how it ends. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeXmppServer } from '#test/fakes/xmpp-server.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const SECRET = 'rosaline-only';
/** Less than what an administrator's patience, and the gateway's own, allows: nothing has to be waited for. */
const SOON = 2_000;

/** Runs with these settings (JSON is YAML), and never outlives the test. */
function run(t: TestContext, settings: object, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-main-'));
  const file = join(folder, 'isthmus.yaml');
  const base = { data: join(folder, 'data'), key_file: join(folder, 'data/isthmus.key') };
  writeFileSync(file, JSON.stringify({ ...base, ...settings }));
  const child = spawn(process.execPath, [MAIN, '--config', file, ...args], { cwd: folder });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  return { child, said };
}

async function ended(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = await once(child, 'close');
  return code ?? signal;
}

const settingsFor = (port: number) => ({
  xmpp: { host: '127.0.0.1', port },
  networks: [{ kind: 'irc', host: 'irc.example.com', secret: SECRET }],
});

test('--check tells whether the settings are right, and starts nothing', async (t) => {
  await using server = await FakeXmppServer.start({ secret: SECRET });
  const right = run(t, settingsFor(server.port), '--check');
  const wrong = run(t, { ...settingsFor(server.port), adminz: ['juliet@example.net'] }, '--check');
  assert.deepEqual(await Promise.all([ended(right.child), ended(wrong.child)]), [0, 1]);
  assert.match(right.said.stdout, /isthmus\.yaml is right\.\n$/);
  assert.match(wrong.said.stderr, /has one problem:\n- adminz/);
  assert.ok(!wrong.said.stderr.includes(SECRET));
  assert.equal(server.connections, 0);
});

test('what keeps it from starting is told with the place where it happened', async (t) => {
  const { child, said } = run(t, { ...settingsFor(1), data: '/dev/null/data' });
  assert.equal(await ended(child), 1);
  assert.match(said.stderr, /^Error: ENOTDIR.*\/dev\/null\/data/);
  assert.match(said.stderr, /gateway\.ts/);
});

test('SIGTERM ends it in order, with 0 and at once, whether or not the XMPP server is there', async (t) => {
  await using server = await FakeXmppServer.start({ secret: SECRET });
  const online = run(t, settingsFor(server.port));
  const alone = run(t, settingsFor(1));
  const stop = async ({ child, said }: typeof online, log: string) => {
    while (!said.stdout.includes(log)) {
      assert.equal(child.exitCode, null, said.stderr);
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    }
    const asked = performance.now();
    child.kill('SIGTERM');
    const code = await ended(child);
    return { code, soon: performance.now() - asked < SOON };
  };
  const ends = await Promise.all([stop(online, 'Gateway is online'), stop(alone, '"level"')]);
  assert.deepEqual(ends, [
    { code: 0, soon: true },
    { code: 0, soon: true },
  ]);
  assert.equal(server.goodbyes, 1);
});
