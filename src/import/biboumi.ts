/** `isthmus import biboumi`: a gateway of biboumi becomes one of ours, with all that its users have and had said. */

import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bridges } from '#bridges/index.ts';
import { ircOptions } from '#bridges/irc/options.ts';
import { sealingKey } from '#config/key.ts';
import { loadConfig } from '#config/load.ts';
import type { Config } from '#config/schema.ts';
import { Refusal } from '#src/network.ts';
import type { Entry } from '#src/registry/archive.ts';
import { openBiboumi } from '#src/registry/biboumi.ts';
import { BIBOUMI_TABLES, type BiboumiDatabase } from '#src/registry/biboumi-tables.ts';
import { openRegistry, type Registry } from '#src/registry/database.ts';
import { occupantIds } from '#src/xmpp/occupant-id.ts';
import { type BiboumiConfig, databaseOf, type Environment, loadBiboumiConfig } from './biboumi-config.ts';
import { lineReader } from './biboumi-lines.ts';
import { type Count, importPeople, type People } from './biboumi-people.ts';
import { propose } from './biboumi-settings.ts';
import { type Output, progress } from './progress.ts';
import { Report } from './report.ts';
import { intoRegistry, nowhere, type Sink } from './sink.ts';
import { type Target, targetOf } from './target.ts';

const USAGE = `Usage: isthmus import biboumi [--from FILE] [--database NAME] [--config FILE] [--write]

  --from FILE      biboumi's settings, /etc/biboumi/biboumi.cfg when absent; BIBOUMI_* in the environment count too
  --database NAME  its database, where that is elsewhere than they say: a file, or postgresql://…
  --config FILE    settings of the gateway, isthmus.yaml in this folder when absent
  --write          bring it over; without it nothing is changed, and what would be done is told
`;

export interface BiboumiImport {
  readonly args: readonly string[];
  readonly env: Environment;
  /** For isthmus.yaml alone, so that it can be put into a file. */
  readonly stdout: Output;
  /** For everything else. */
  readonly stderr: Output;
}
interface Result {
  readonly people: People;
  readonly messages: Count;
}

/** Throws `Refusal`, or what `loadConfig` throws, with a sentence for the admin. */
export async function importBiboumi({ args, env, stdout, stderr }: BiboumiImport): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      from: { type: 'string', default: '/etc/biboumi/biboumi.cfg' },
      database: { type: 'string' },
      config: { type: 'string', default: 'isthmus.yaml' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void stdout.write(USAGE);
  const biboumi = loadBiboumiConfig(values.from, env);
  const tell = (line: string) => void stderr.write(`${line}\n`);
  const config = values.write || isWritten(values.config) ? loadConfig(values.config, env) : undefined;
  const found = config && configuredTarget(config, biboumi);
  if (values.write && !found) {
    const host = hostOf(biboumi.values);
    const why = `${values.config} has no IRC network on the host ${host}, which is biboumi’s. Add it first.`;
    throw new Refusal('not-found', why);
  }
  const target = found ?? draftTarget(biboumi);
  await using database = await openBiboumi(values.database ?? databaseOf(biboumi, env));
  tellTables(database, tell);
  const from = { biboumi, database, target, report: new Report(), stderr };
  // Awaited, since the database is closed behind this function.
  if (config && values.write) return await bring(from, config, tell);
  if (found) return await rehearse(from, [], 'Nothing was changed. Run it again with --write.', tell);
  const { yaml, notes } = propose({ config: biboumi, file: values.from });
  stdout.write(yaml);
  const next = 'Nothing was changed. Put the settings above into isthmus.yaml, then run it again with --write.';
  await rehearse(from, notes, next, tell);
}

/** A shell makes the file empty that what is proposed is to be written to. */
function isWritten(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Tells what would be done, and what comes next. */
async function rehearse(from: From, notes: readonly string[], next: string, tell: Tell): Promise<void> {
  const result = await run({ ...from, sink: nowhere });
  tellResult(result, 'would be brought over', tell);
  tellLost([...notes, ...from.report.lines()], tell);
  tell(next);
}

async function bring(from: From, config: Config, tell: Tell): Promise<void> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  await using registry = await openRegistry(join(config.data, 'isthmus.sqlite'), sealingKey(config.key_file));
  const result = await run({ ...from, sink: await intoRegistry(registry), registry });
  tellResult(result, 'were brought over', tell);
  tellLost(from.report.lines(), tell);
}

type Tell = (line: string) => void;
interface From {
  readonly biboumi: BiboumiConfig;
  readonly database: BiboumiDatabase;
  readonly target: Target;
  readonly report: Report;
  readonly stderr: Output;
}
/** Messages that are stored in one go: more would hold up a gateway that runs meanwhile. */
const TOGETHER = 5_000;

interface RunOptions extends From {
  readonly sink: Sink;
  /** Where there is one, its key makes the ids of occupants. */
  readonly registry?: Registry;
}

async function run(options: RunOptions): Promise<Result> {
  const { biboumi, database, target, sink, report } = options;
  const now = Date.now();
  const flag = (option: string, absent: boolean) => (biboumi.values.get(option) || String(absent)) === 'true';
  const people = await importPeople({
    database,
    target,
    sink,
    report,
    realnames: flag('realname_customization', true),
    persistent: flag('persistent_by_default', false),
    now,
  });
  return { people, messages: await importMessages(options, now) };
}

async function importMessages({ database, target, sink, registry, report, stderr }: RunOptions, now: number) {
  const key = registry?.deriveKey('occupant-id');
  // A dry run shows them to nobody.
  const occupantId = key ? occupantIds(key, target.places.host) : () => '';
  const entryOf = lineReader({ target, occupantId, report, now });
  const show = progress(stderr, database.counts.get('muclogline_') ?? 0, 'messages');
  const count: Count = { all: 0, added: 0 };
  let waiting: Entry[] = [];
  const add = async () => {
    count.all += waiting.length;
    count.added += await sink.messages(waiting);
    waiting = [];
  };
  let read = 0;
  for await (const rows of database.read('muclogline_')) {
    for (const row of rows) {
      const entry = entryOf(row);
      if (entry) waiting.push(entry);
    }
    if (waiting.length >= TOGETHER) await add();
    read += rows.length;
    show(read);
  }
  await add();
  return count;
}

/** The network whose host is biboumi's. */
function configuredTarget({ networks }: Config, { values }: BiboumiConfig): Target | undefined {
  const host = hostOf(values);
  const network = networks.find((each) => each.kind === 'irc' && each.host === host);
  return network && targetOf(host, bridges[network.kind](network), network, network.archive.days, network.access.allow);
}

/** As the settings that are proposed would make it. */
function draftTarget({ values }: BiboumiConfig): Target {
  const server = values.get('fixed_irc_server')?.trim().toLowerCase();
  const options = ircOptions.safeParse(server ? { server } : {});
  if (!options.success) {
    throw new Refusal('invalid', 'fixed_irc_server of biboumi’s settings is no name of a server. Correct it there.');
  }
  return targetOf(hostOf(values), bridges.irc(options.data), options.data, 0);
}

function hostOf(values: BiboumiConfig['values']): string {
  const host = values.get('hostname')?.trim().toLowerCase() ?? '';
  if (host !== '') return host;
  throw new Refusal('invalid', 'biboumi’s settings name no hostname. Name the right file with --from.');
}

function tellTables({ counts }: BiboumiDatabase, tell: Tell): void {
  for (const table of BIBOUMI_TABLES) {
    const count = counts.get(table);
    tell(`${table}: ${count === undefined ? 'not there' : `${count.toLocaleString('en')} rows`}`);
  }
}

function tellResult({ people, messages }: Result, verb: string, tell: Tell): void {
  const { users, accounts, preferences, contacts } = people;
  tell(`Settings of ${users.toLocaleString('en')} users:`);
  const counts = { messages, 'accounts with settings': accounts, preferences, contacts };
  for (const [what, { all, added }] of Object.entries(counts)) {
    const known = all > added ? `; ${(all - added).toLocaleString('en')} were there already` : '';
    tell(`- ${added.toLocaleString('en')} ${what} ${verb}${known}`);
  }
}

function tellLost(lines: readonly string[], tell: Tell): void {
  if (lines.length === 0) return tell('Everything could be kept.');
  tell('Not kept, or not as it was:');
  for (const line of lines) tell(`- ${line}`);
}
