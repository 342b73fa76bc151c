/** The schema as JSON Schema (draft 2020-12), which editors read and from which messages and the sample are written. */

import { z } from 'zod';
import { configSchema } from './schema.ts';

/** What may stand at one place of the file. */
export type Key = z.core.JSONSchema.BaseSchema;
/** Where in the file: names of keys and positions in lists. */
export type Path = readonly (string | number)[];
export type Mapping = Record<string, unknown>;

/** Every key marked `writeOnly` has a twin that names a file to read the value from; this ends its name. */
export const FILE_SUFFIX = '_file';

export const reference: Key = z.toJSONSchema(configSchema, {
  io: 'input',
  override: ({ jsonSchema }) => addFileKeys(jsonSchema),
});

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of one key or list position; undefined where there is none. */
export function valueAt(value: unknown, name: string | number): unknown {
  const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return holds ? Reflect.get(value, name) : undefined;
}

/** What may stand at `path` in the file `data`; undefined where nothing may. */
export function keyAt(path: Path, data: unknown): Key | undefined {
  let key: Key | undefined = reference;
  let value = data;
  for (const name of path) {
    key = key && child(key, name, value);
    value = valueAt(value, name);
  }
  return key;
}

/** The keys a mapping may have, by name. */
export function keysOf(key: Key, mapping: unknown): Readonly<Record<string, Key>> {
  const of = variant(key, mapping).properties ?? {};
  return Object.fromEntries(Object.entries(of).flatMap(([name, each]) => (isKey(each) ? [[name, each]] : [])));
}

/** Every mapping of the file that the schema knows, outermost first. */
export function* mappings(
  value: unknown,
  key: Key | undefined = reference,
  path: Path = [],
): Generator<{ mapping: Mapping; key: Key; path: Path }> {
  if (!key) return;
  if (isMapping(value)) yield { mapping: value, key, path };
  const entries = isMapping(value) ? Object.entries(value) : Array.isArray(value) ? [...value.entries()] : [];
  for (const [name, each] of entries) yield* mappings(each, child(key, name, value), [...path, name]);
}

/** What may stand at one key or position of `value`. */
export function child(key: Key, name: string | number, value: unknown): Key | undefined {
  if (typeof name === 'number') return isKey(key.items) ? key.items : undefined;
  const { properties = {}, additionalProperties } = variant(key, value);
  const found = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  return isKey(found) ? found : undefined;
}

/** The kinds a value may be of, where there are several. */
export function variantsOf(key: Key): Key[] {
  return key.oneOf?.filter(isKey) ?? [];
}

/** The kind that `value` says it is; the keys of all when it says none that is known. */
function variant(key: Key, value: unknown): Key {
  const kinds = variantsOf(key);
  if (kinds.length === 0) return key;
  const said = kinds.find((each) => kindOf(each) === valueAt(value, 'kind'));
  const all = Object.assign({}, ...kinds.map(({ properties }) => properties));
  return (
    said ?? { properties: { ...all, kind: { type: 'string', enum: kinds.flatMap((each) => kindOf(each) ?? []) } } }
  );
}

function kindOf({ properties }: Key): string | undefined {
  const kind = valueAt(valueAt(properties, 'kind'), 'const');
  return typeof kind === 'string' ? kind : undefined;
}

/** The keys that have to be there, with the first of each pair of which one has to be. */
export function requiredOf(key: Key): string[] {
  const either = key.allOf?.flatMap((each) => (isKey(each) ? variantsOf(each) : [])) ?? [];
  return [key, ...either].flatMap(({ required }) => required ?? []).filter((name) => !name.endsWith(FILE_SUFFIX));
}

/** Whether it is text that is never shown and that may stand in a file of its own. */
export function isSecret(key: Key): boolean {
  return valueAt(key, 'writeOnly') === true;
}

function isKey(value: unknown): value is Key {
  return isMapping(value);
}

function addFileKeys(key: Key): void {
  if (!key.properties) return;
  const entries = Object.entries(key.properties);
  const secret = new Set(entries.filter(([, each]) => isKey(each) && isSecret(each)).map(([name]) => name));
  key.properties = Object.fromEntries(
    entries.flatMap(([name, each]) => (secret.has(name) ? [[name, each], fileKey(name)] : [[name, each]])),
  );
  const either = key.required?.filter((name) => secret.has(name)) ?? [];
  if (either.length === 0) return;
  key.required = key.required?.filter((name) => !secret.has(name)) ?? [];
  key.allOf = either.map((name) => ({ oneOf: [{ required: [name] }, { required: [name + FILE_SUFFIX] }] }));
}

function fileKey(name: string): [string, Key] {
  const description = `File to read ${name} from, in place of ${name}.`;
  return [
    name + FILE_SUFFIX,
    { type: 'string', title: 'a file name', description, minLength: 1, examples: [`/etc/isthmus/${name}`] },
  ];
}
