/** Settings from the environment: `ISTHMUS_` and the key's path in capitals, its parts joined by two underscores. */

import { unknownKey } from './check.ts';
import type { Problem } from './error.ts';
import { FILE_SUFFIX, isMapping, keyAt, type Mapping, type Path, valueAt } from './reference.ts';
import { readYaml } from './yaml.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A path of the file that the variable `name` has set. */
export interface Setting {
  readonly path: Path;
  readonly name: string;
}

const PREFIX = 'ISTHMUS_';
/** Kubernetes makes such variables for a service that is named isthmus or isthmus-…; they are not meant for us. */
const KUBERNETES =
  /^ISTHMUS_([A-Z0-9]+_)*(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9]+)*|PORT|PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)$/;

/**
 * Sets in `data` what the environment says, over what the file says: `ISTHMUS_NETWORKS__0__SECRET=…` is the secret of
 * the first network. Text is taken as it is, any other value is read as YAML. Gives each path that was set its variable.
 */
export function applyEnvironment(data: Mapping, environment: Environment) {
  const set: Setting[] = [];
  const problems: Problem[] = [];
  for (const [name, text] of variables(environment)) {
    const path = pathOf(name);
    const wrong = unknownPart(path, data) ?? setValue(data, path, text);
    if (wrong === undefined) set.push({ path, name });
    else problems.push({ where: name, text: wrong });
  }
  return { set, problems };
}

function unknownPart(path: Path, data: Mapping): string | undefined {
  const index = path.findIndex((_, depth) => !keyAt(path.slice(0, depth + 1), data));
  return index < 0 ? undefined : unknownKey(path.slice(0, index), String(path[index]), data).text;
}

/** What is wrong, if anything. */
function setValue(data: Mapping, path: Path, text: string): string | undefined {
  const source = keyAt(path, data)?.type === 'string' ? { data: text, problems: [] } : readYaml(text);
  const [problem] = source.problems;
  if (problem) return `its value can't be read: ${problem.text}`;
  return assign(data, path, source.data) ? undefined : 'there is no such place; lists count from 0, without gaps';
}

function variables(environment: Environment): [string, string][] {
  return Object.entries(environment)
    .flatMap(([name, text]): [string, string][] => (text === undefined ? [] : [[name, text]]))
    .filter(([name]) => name.startsWith(PREFIX) && !KUBERNETES.test(name))
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function pathOf(name: string): Path {
  const parts = name.slice(PREFIX.length).toLowerCase().split('__');
  return parts.map((part) => (/^\d{1,4}$/.test(part) ? Number(part) : part));
}

function assign(into: unknown, [name, ...rest]: Path, value: unknown): boolean {
  if (name === undefined || !canHold(into, name)) return false;
  if (rest.length > 0) {
    const inner = valueAt(into, name) ?? (typeof rest[0] === 'number' ? [] : {});
    return assign(inner, rest, value) && Reflect.set(into, name, inner);
  }
  if (typeof name === 'string') Reflect.deleteProperty(into, twin(name));
  return Reflect.set(into, name, value);
}

function canHold(into: unknown, name: string | number): into is object {
  return Array.isArray(into)
    ? typeof name === 'number' && name <= into.length
    : isMapping(into) && typeof name === 'string';
}

/** The other way to give the same value, which the environment replaces too. */
function twin(name: string): string {
  return name.endsWith(FILE_SUFFIX) ? name.slice(0, -FILE_SUFFIX.length) : name + FILE_SUFFIX;
}
