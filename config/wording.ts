/** Words for a place in the file: its path, what is expected there, what was found, and an example. */

import { stringify } from 'yaml';
import { FILE_SUFFIX, isSecret, type Key, keyAt, keysOf, type Mapping, type Path, valueAt } from './reference.ts';

const PLAIN: readonly unknown[] = ['string', 'integer', 'number', 'boolean'];

/** `networks[0].servers["irc.libera.chat"].port` */
export function pathText(path: Path): string {
  const parts = path.map((name) => {
    if (typeof name === 'number') return `[${name}]`;
    return /^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return parts.join('').replace(/^\./, '');
}

/** What a value at `path` has to be. */
export function expectedAt(path: Path, data: Mapping): string {
  const key = keyAt(path, data);
  const text = key ? expected(key) : 'nothing';
  return key && isSecret(key) ? `${text} (or ${String(path.at(-1))}${FILE_SUFFIX})` : text;
}

function expected(key: Key): string {
  if (key.title) return key.title;
  if (key.enum) return `one of ${key.enum.map((each) => JSON.stringify(each)).join(', ')}`;
  if (key.type === 'integer') return `a whole number from ${key.minimum} to ${key.maximum}`;
  if (key.type === 'number') return `a number from ${key.minimum} to ${key.maximum}`;
  if (key.type === 'boolean') return 'true or false';
  if (key.type === 'array') return key.minItems ? 'a list with at least one entry' : 'a list';
  return key.type === 'string' ? 'text' : 'keys with values';
}

/** What stands at `path`; the value itself only where one word belongs, and never what may be a secret. */
export function foundAt(path: Path, data: Mapping): string {
  const value = path.reduce<unknown>(valueAt, data);
  const key = keyAt(path, data);
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'empty text';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'keys with values';
  const kind = typeof value === 'string' ? 'text' : `a ${typeof value}`;
  const hidden = !key || isSecret(key) || !PLAIN.includes(key.type);
  const quotes = key?.type === 'string' && typeof value !== 'string' ? ' (put it in quotes)' : '';
  return (hidden ? `${kind} that is not shown` : shorten(JSON.stringify(value))) + quotes;
}

/** A line of YAML that would be right at `path`. */
export function exampleAt(path: Path, data: Mapping): string | undefined {
  const named = path.slice(0, path.findLastIndex((name) => typeof name === 'string') + 1);
  const key = keyAt(named, data);
  const value = key && exampleOf(key);
  return value === undefined ? undefined : `${String(named.at(-1))}: ${flow(value)}`;
}

/** The value that messages and the sample show. */
export function exampleOf(key: Key): unknown {
  const [first] = Object.entries(keysOf(key, {}));
  return (
    key.examples?.[0] ?? (first ? { [first[0]]: exampleOf(first[1]) } : (key.default ?? key.const ?? key.enum?.[0]))
  );
}

/** A value as YAML on one line. */
export function flow(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    blockQuote: false,
    lineWidth: 0,
  }).trim();
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
