/** biboumi's configuration: its file, what the environment sets over it, and the TLS policies beside it. */

import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readText } from '#config/read-file.ts';
import { Refusal } from '#src/network.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export interface BiboumiConfig {
  /** By option. */
  readonly values: ReadonlyMap<string, string>;
  /** Options that the environment has set. */
  readonly fromEnvironment: ReadonlySet<string>;
  /** By server, the empty one for all: what its policy file says, each line `option = value`. */
  readonly policies: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const PREFIX = 'BIBOUMI_';
const LIMIT = 256 * 1024;
const POLICY = /^(?:(.+)\.)?policy\.txt$/;
/** Policy files that are read. */
const POLICIES = 1_000;

/** Throws `Refusal` with a sentence for the admin where the file can't be read. */
export function loadBiboumiConfig(path: string, environment: Environment): BiboumiConfig {
  const { values, fromEnvironment } = readBiboumiConfig(read(path), environment);
  const folder = values.get('policy_directory') || dirname(resolve(path));
  return { values, fromEnvironment, policies: readPolicies(folder) };
}

/** A line is `option=value`, without spaces; one that begins with # is none. The last one counts, and the environment last. */
export function readBiboumiConfig(text: string, environment: Environment): Omit<BiboumiConfig, 'policies'> {
  const values = new Map<string, string>();
  const fromEnvironment = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const [option, value] = pairOf(line, '=');
    if (option !== '') values.set(option, value);
  }
  for (const [name, value] of Object.entries(environment)) {
    const option = name.startsWith(PREFIX) ? name.slice(PREFIX.length).toLowerCase() : '';
    if (option === '' || value === undefined) continue;
    values.set(option, value);
    fromEnvironment.add(option);
  }
  return { values, fromEnvironment };
}

/** Where biboumi keeps its messages: an address of PostgreSQL, or a file, which is in the home folder where none is named. */
export function databaseOf({ values }: BiboumiConfig, environment: Environment): string {
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] || homedir(), '.local/share');
  return values.get('db_name') || join(data, 'biboumi/biboumi.sqlite');
}

function readPolicies(folder: string): BiboumiConfig['policies'] {
  const policies = new Map<string, ReadonlyMap<string, string>>();
  for (const name of listed(folder)) {
    const [found, server = ''] = POLICY.exec(name) ?? [];
    if (found === undefined || policies.size >= POLICIES) continue;
    const lines = read(join(folder, name))
      .split(/\r?\n/)
      .map((line) => pairOf(line.trim(), '='));
    policies.set(server.toLowerCase(), new Map(lines.filter(([option]) => option !== '')));
  }
  return policies;
}

/** biboumi goes without policies as well. */
function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

function read(path: string): string {
  try {
    return readText(path, LIMIT);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  return new Refusal('not-found', `${path} can't be read: ${reason}. Check its name and who may read it.`, {
    cause: error,
  });
}

function pairOf(line: string, sign: string): [option: string, value: string] {
  const at = line.startsWith('#') ? -1 : line.indexOf(sign);
  return at < 1 ? ['', ''] : [line.slice(0, at).trim(), line.slice(at + 1)];
}
