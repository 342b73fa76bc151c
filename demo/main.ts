/** `npm run demo [-- --once]`: someone on XMPP talks with someone on IRC before your eyes, then it is your turn. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { have } from '#test/live/installed.ts';
import { IrcClient } from '#test/live/irc-client.ts';
import { XmppClient } from '#test/live/xmpp-client.ts';
import { keepCompany } from './company.ts';
import { playScene } from './scene.ts';
import { CHANNEL, logsOf, openStage, ROMEO, ROOM, type Stage } from './stage.ts';

const INSTALL = fileURLToPath(new URL('../test/live/install.sh', import.meta.url));
const PACKAGES = ['prosody', 'inspircd', 'python3-slixmpp'];
const PROGRAMS = ['setpriv', 'prosody', 'inspircd', 'slixmpp'];
const WATCH_MS = 1_000;
const SIGN_OF_LIFE_MS = 30_000;

/** Resolves with the exit code, when nothing that was started is left. */
async function main(once: boolean): Promise<number> {
  if (!installed()) return 1;
  const stopped = asked();
  console.log('Starting Prosody, InspIRCd and the gateway between them on loopback ...');
  await using stage = await openStage();
  try {
    await using juliet = await IrcClient.connect({ port: stage.irc.port, nick: 'Juliet' });
    await juliet.join(CHANNEL);
    if ((await converse(stage, juliet, stopped)) === 'stopped') return 1;
    console.log('Both directions delivered; the times are from one client to the other.');
    console.log('(A second to connect is InspIRCd, which lets newcomers in once a second.)');
    if (once) return 0;
    console.log(invitation(stage));
    await Promise.race([stopped, keepCompany(juliet), watch(stage)]);
    return 0;
  } catch (error) {
    console.error(`\n${explain(error)}\n${logsOf(stage)}`);
    return 1;
  }
}

function installed(): boolean {
  spawnSync('bash', [INSTALL, ...PACKAGES], { stdio: 'inherit' });
  const absent = PROGRAMS.filter((program) => !have(program));
  if (absent.length > 0) console.error(`The demo needs ${absent.join(', ')}. When installed, type: npm run demo`);
  return absent.length === 0;
}

/** Resolves when the demo is asked to end: by a signal, or by a reader of its output who has gone. */
function asked(): Promise<'stopped'> {
  const { promise, resolve } = Promise.withResolvers<'stopped'>();
  // npm passes on the Ctrl-C that the terminal has sent us too, so a second one must not kill us while we clean up.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('stopped'));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => resolve('stopped'));
  void promise.then(() => console.log('\nStopping ...'));
  return promise;
}

async function converse(stage: Stage, juliet: IrcClient, stopped: Promise<'stopped'>): Promise<'stopped' | undefined> {
  const { jid, password } = ROMEO;
  await using romeo = await XmppClient.login({ jid, password, port: stage.prosody.clientPort });
  const played = playScene(romeo, juliet).then(() => undefined);
  return await Promise.race([stopped, played]);
}

/** Rejects when one of the three ends. */
function watch({ prosody, irc, gateway }: Stage): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  setInterval(() => {
    const ended = [prosody, irc, gateway].find(({ running }) => !running);
    if (ended) reject(new Error(`${ended.name} has ended.`));
  }, WATCH_MS);
  // Only a write tells that the reader of a pipe has gone.
  if (!process.stdout.isTTY) setInterval(() => console.log('  (still up)'), SIGN_OF_LIFE_MS);
  return promise;
}

function invitation({ prosody, irc }: Stage): string {
  const port = prosody.clientPort;
  return `
${styleText('bold', 'Your turn.')} Log in with an XMPP client of your own, on this machine:

  JID        ${ROMEO.jid}
  Password   ${ROMEO.password}
  Server     127.0.0.1, port ${port}; plain, no TLS: allow unencrypted connections
  Join       ${ROOM}

  profanity: /connect ${ROMEO.jid} server 127.0.0.1 port ${port} tls disable
             /join ${ROOM}
  Gajim:     Log In, Advanced Settings: that server and port, type "Plain"

Or sit on the other side: an IRC client at 127.0.0.1, port ${irc.port}, no TLS:
  /join ${CHANNEL}

Juliet is there and answers. ${styleText('bold', 'Ctrl-C ends it')} and leaves nothing running.
`;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${explain(error.cause)}`;
}

try {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  process.exitCode = await main(values.once);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
// Waits that nobody needs any more would hold the process up.
process.exit();
