/** A real PostgreSQL on loopback with an empty database, whose data is gone with it and never synced to disk. */

import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child, started } from './child.ts';
import { Folder, NOBODY, root } from './folder.ts';
import { POSTGRES } from './installed.ts';
import { freePorts } from './ports.ts';

const run = promisify(execFile);
const USER = 'isthmus';
const PAUSE_MS = 20;
// It refuses to run as root.
const IDS = root ? { uid: NOBODY, gid: NOBODY } : {};

export class Postgres extends Child {
  readonly port: number;
  /** Names its database, with a user who may do everything and needs no password. */
  readonly uri: string;

  constructor(folder: Folder, port: number) {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: folder.path, fsync: 'off' };
    const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = [`${POSTGRES}/postgres`, '-D', `${folder.path}/data`, '-p', String(port), ...set] as const;
    super({ name: 'PostgreSQL', command, folder, ready: (signal) => accepting(port, signal), unprivileged: true });
    this.port = port;
    this.uri = `postgresql://${USER}@127.0.0.1:${port}/postgres`;
  }
}

export async function startPostgres(): Promise<Postgres> {
  const [port = 0] = await freePorts(1);
  const folder = await Folder.make('postgres');
  const how = ['--no-sync', '--auth=trust', '--encoding=UTF8', '--locale=C', `--username=${USER}`];
  await run(`${POSTGRES}/initdb`, ['-D', `${folder.path}/data`, ...how], { ...IDS, cwd: folder.path });
  return started(new Postgres(folder, port));
}

/** It listens some time before it takes clients. */
async function accepting(port: number, signal: AbortSignal): Promise<void> {
  while (!(await accepts(port))) await pause(PAUSE_MS, undefined, { signal });
}

async function accepts(port: number): Promise<boolean> {
  try {
    await run(`${POSTGRES}/pg_isready`, ['-q', '-h', '127.0.0.1', '-p', String(port)]);
    return true;
  } catch {
    return false;
  }
}
