/** A real Ergo on loopback: accounts, history and all of IRCv3 in one program, with no brake and cheap passwords. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { makeCertificate } from './certificate.ts';
import { Child, started } from './child.ts';
import { Folder } from './folder.ts';
import { answering, freePorts } from './ports.ts';

/** Debian has no Ergo: ISTHMUS_ERGO names the program, and without it no test for it exists. */
export const ERGO = find(process.env['ISTHMUS_ERGO']);

export interface ErgoOptions {
  /** What clients must give as PASS. */
  readonly password?: string;
  /** As Ergo is by default: many connections as one person, who may stay when the last has gone, named as the account. */
  readonly bouncer?: boolean;
  /** What gateways on loopback give in WEBIRC. */
  readonly webirc?: string;
  /** Asks port 113 of the client's address who it is (RFC 1413). */
  readonly ident?: boolean;
}
interface Ports {
  readonly port: number;
  readonly tlsPort: number;
}

export class Ergo extends Child {
  readonly port: number;
  readonly tlsPort: number;
  /** File of the authority that signed the server's certificate. */
  readonly caFile: string;

  constructor(program: string, folder: Folder, { port, tlsPort }: Ports, caFile: string) {
    const command = [program, 'run', '--conf', `${folder.path}/ergo.yaml`] as const;
    const ready = (signal: AbortSignal) => answering([port, tlsPort], signal);
    super({ name: 'Ergo', command, folder, ready, unprivileged: true });
    this.port = port;
    this.tlsPort = tlsPort;
    this.caFile = caFile;
  }
}

export async function startErgo(options: ErgoOptions = {}): Promise<Ergo> {
  if (!ERGO) throw new Error('ISTHMUS_ERGO does not name an Ergo.');
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const folder = await Folder.make('ergo');
  const { ca, certificate, key } = await makeCertificate(folder);
  await folder.write('ergo.motd', 'Welcome to the test\n');
  const tls = { cert: certificate, key };
  // JSON is YAML.
  const listeners = { [`127.0.0.1:${port}`]: {}, [`127.0.0.1:${tlsPort}`]: { tls } };
  await folder.write('ergo.yaml', JSON.stringify(config(ERGO, folder.path, listeners, options)));
  return started(new Ergo(ERGO, folder, { port, tlsPort }, ca));
}

function config(program: string, folder: string, listeners: object, options: ErgoOptions): object {
  const { password, bouncer = false, webirc, ident = false } = options;
  return {
    network: { name: 'TestNet' },
    server: {
      name: 'ergo.test',
      listeners,
      ...(password === undefined ? {} : { password: hash(program, password) }),
      casemapping: 'ascii',
      'enforce-utf8': true,
      'lookup-hostnames': false,
      'check-ident': ident,
      webirc: webirc === undefined ? [] : [{ password: hash(program, webirc), hosts: ['localhost'] }],
      motd: `${folder}/ergo.motd`,
      relaymsg: { enabled: true, separators: '/', 'available-to-chanops': true },
      'max-sendq': '64M',
      'ip-limits': { count: false, throttle: false },
      'ip-cloaking': { enabled: false },
    },
    accounts: accounts(bouncer),
    channels: { 'max-channels-per-client': 500, registration: { enabled: true, 'max-channels-per-account': 100 } },
    datastore: { path: `${folder}/ircd.db`, autoupgrade: true },
    'lock-file': `${folder}/ircd.lock`,
    logging: [{ method: 'stderr', type: '* -userinput -useroutput', level: 'info' }],
    languages: { enabled: false },
    limits: LIMITS,
    fakelag: { enabled: false },
    history: HISTORY,
    metadata: { enabled: true, 'max-subs': 100, 'max-keys': 100 },
  };
}

/** Only the hash of the server's password may be written down. */
function hash(program: string, password: string): string {
  return execFileSync(program, ['genpasswd'], { input: `${password}\n`, encoding: 'utf8' }).trim();
}

function accounts(bouncer: boolean): object {
  return {
    'authentication-enabled': true,
    registration: {
      enabled: true,
      'allow-before-connect': true,
      'bcrypt-cost': 4,
      'verify-timeout': '1h',
      throttling: { enabled: false },
    },
    'login-throttling': { enabled: false },
    'advertise-scram': true,
    'nick-reservation': { enabled: true, method: 'strict', 'force-nick-equals-account': bouncer },
    multiclient: { enabled: bouncer, 'allowed-by-default': bouncer, 'always-on': bouncer ? 'opt-in' : 'disabled' },
  };
}

const LIMITS = {
  nicklen: 32,
  identlen: 20,
  realnamelen: 150,
  channellen: 64,
  awaylen: 390,
  kicklen: 390,
  topiclen: 390,
  'monitor-entries': 100,
  'whowas-entries': 100,
  'chan-list-modes': 100,
  'registration-messages': 1024,
  multiline: { 'max-bytes': 4096, 'max-lines': 100 },
};

/** In memory: it is gone with the server. */
const HISTORY = {
  enabled: true,
  'channel-length': 2048,
  'client-length': 256,
  'autoreplay-on-join': 0,
  'chathistory-maxmessages': 1000,
  restrictions: { 'expire-time': '1w', 'query-cutoff': 'none' },
  // So that REDACT is offered.
  retention: { 'allow-individual-delete': true },
  'tagmsg-storage': { default: false, whitelist: ['+draft/react', '+react'] },
};

function find(program: string | undefined): string | undefined {
  if (!program) return undefined;
  if (!existsSync(program)) throw new Error(`ISTHMUS_ERGO names no file: there is no ${program}.`);
  return program;
}
