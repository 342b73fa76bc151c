/** Loading isthmus.yaml: file, environment and secret files become one `Config`, or one error with all that is wrong. */

import { dirname, join, resolve } from 'node:path';
import { type Checked, check, type PathProblem } from './check.ts';
import { applyEnvironment, type Environment, type Setting } from './environment.ts';
import { ConfigError, type Problem } from './error.ts';
import { readText } from './read-file.ts';
import { child, FILE_SUFFIX, isMapping, type Mapping, mappings, type Path } from './reference.ts';
import type { Config } from './schema.ts';
import { readTextFiles } from './text-files.ts';
import { pathText } from './wording.ts';
import { readYaml, type Source } from './yaml.ts';

const LIMIT = 1024 * 1024;

/** The settings in the file at `path`, changed by the environment; throws ConfigError with every problem at once. */
export function loadConfig(path: string, environment: Environment): Config {
  let text: string;
  try {
    text = readText(path, LIMIT);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(path, [{ where: 'the file', text: `can't be read: ${reason}` }]);
  }
  return parseConfig(text, environment, { file: path, folder: dirname(resolve(path)) });
}

/** As loadConfig, for the text of a file named `file`; file names in it are relative to `folder`. */
export function parseConfig(
  text: string,
  environment: Environment,
  { file, folder }: { readonly file: string; readonly folder: string },
): Config {
  const source = readYaml(text);
  if (source.problems.length > 0) throw new ConfigError(file, source.problems);
  const data = source.data ?? {};
  if (!isMapping(data)) throw new ConfigError(file, [{ where: 'line 1', text: 'expected keys with values' }]);

  const { set, problems } = applyEnvironment(data, environment);
  fillBlanks(data);
  const unread = readTextFiles(data, folder);
  const { config, problems: found } = check(data);

  const told = new Set(unread.map(({ path }) => pathText(path)));
  const rest = found.filter(({ path }) => !told.has(pathText(path) + FILE_SUFFIX));
  const inOrder = [...unread, ...rest].sort((a, b) => source.line(a.path) - source.line(b.path));
  problems.push(...inOrder.map((each) => placed(each, placeOf(each.path, set, source))));
  if (!config || problems.length > 0) throw new ConfigError(file, problems);
  return settle(config, folder);
}

function placed({ path, ...problem }: PathProblem, place: string): Problem {
  return { where: `${pathText(path)} (${place})`, ...problem };
}

function placeOf(path: Path, set: readonly Setting[], source: Source): string {
  const setting = set.find((each) => each.path.every((name, index) => name === path[index]));
  return setting ? `environment variable ${setting.name}` : `line ${source.line(path)}`;
}

/** A key with nothing after it counts as absent, or as empty where it has keys below it that may all be absent. */
function fillBlanks(data: Mapping): void {
  for (const { mapping, key } of mappings(data)) {
    for (const [name, value] of Object.entries(mapping)) {
      if (value !== null) continue;
      if (child(key, name, mapping)?.type === 'object') mapping[name] = {};
      else delete mapping[name];
    }
  }
}

function settle(config: Checked, folder: string): Config {
  const data = resolve(folder, config.data);
  return {
    ...config,
    data,
    key_file: config.key_file === undefined ? join(data, 'isthmus.key') : resolve(folder, config.key_file),
    networks: config.networks.map((each) => ({ ...each, xmpp: { ...config.xmpp, ...each.xmpp } })),
  };
}
