/** Everything that is wrong with the data of a configuration, told by path. */

import type { z } from 'zod';
import type { Problem } from './error.ts';
import { keyAt, keysOf, type Mapping, type Path, valueAt } from './reference.ts';
import { configSchema } from './schema.ts';
import { suggest } from './suggest.ts';
import { exampleAt, expectedAt, foundAt } from './wording.ts';

/** A problem whose place has not been looked up yet. */
export type PathProblem = Omit<Problem, 'where'> & { readonly path: Path };
/** What the schema makes of a file without problems. */
export type Checked = z.infer<typeof configSchema>;

/** The settings in `data`, or every problem they have; the settings are undefined then. */
export function check(data: Mapping): { config: Checked | undefined; problems: readonly PathProblem[] } {
  const { data: config, error } = configSchema.safeParse(data);
  const problems = [...(error?.issues ?? []).flatMap((issue) => explain(issue, data)), ...sharedHosts(data)];
  return { config: problems.length === 0 ? config : undefined, problems };
}

function explain(issue: z.core.$ZodIssue, data: Mapping): PathProblem[] {
  const path = issue.path.filter((name) => typeof name !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey(path, name, data));
  if (issue.code === 'invalid_key') return [wrongName(path, data)];
  const text = `expected ${expectedAt(path, data)}, found ${foundAt(path, data)}`;
  return [{ path, text, example: exampleAt(path, data) }];
}

/** What to say of a key `name` that the mapping at `parent` may not have. */
export function unknownKey(parent: Path, name: string, data: Mapping): PathProblem {
  const key = keyAt(parent, data);
  const known = key ? Object.keys(keysOf(key, parent.reduce<unknown>(valueAt, data))) : [];
  const near = suggest(name, known);
  const path = [...parent, name];
  if (known.length === 0) return { path, text: 'unknown key; no key can stand here' };
  if (near === undefined) return { path, text: `unknown key; known here are ${known.join(', ')}` };
  return { path, text: `unknown key; did you mean ${near}?`, example: exampleAt([...parent, near], data) };
}

function wrongName(path: Path, data: Mapping): PathProblem {
  const names = keyAt(path.slice(0, -1), data)?.propertyNames;
  const title = typeof names === 'object' ? names.title : undefined;
  return { path, text: `expected ${title ?? 'another name'}`, example: exampleAt(path.slice(0, -1), data) };
}

/** Two components of one host would take turns in throwing each other out (XEP-0114 §4: conflict). */
function sharedHosts(data: Mapping): PathProblem[] {
  const networks = valueAt(data, 'networks');
  const hosts = (Array.isArray(networks) ? networks : []).map((each) => {
    const host = valueAt(each, 'host');
    return typeof host === 'string' ? host.toLowerCase() : undefined;
  });
  return hosts.flatMap((host, index) => {
    const first = hosts.indexOf(host);
    const text = `expected a host of its own, found that of networks[${first}]`;
    return host === undefined || first === index ? [] : [{ path: ['networks', index, 'host'], text }];
  });
}
