/** Values that stand in files of their own: `secret_file` names the file that holds `secret`. */

import { resolve } from 'node:path';
import type { PathProblem } from './check.ts';
import { readText } from './read-file.ts';
import { FILE_SUFFIX, isSecret, keysOf, type Mapping, mappings } from './reference.ts';

const LIMIT = 256 * 1024;

/** Puts the content of each named file in the place of its name; a line end that closes the file is not part of it. */
export function readTextFiles(data: Mapping, folder: string): PathProblem[] {
  const problems: PathProblem[] = [];
  for (const { mapping, key, path } of mappings(data)) {
    for (const [name, each] of Object.entries(keysOf(key, mapping))) {
      const text = isSecret(each) ? readTextFile(mapping, name, folder) : undefined;
      if (text !== undefined) problems.push({ path: [...path, name + FILE_SUFFIX], text });
    }
  }
  return problems;
}

/** What is wrong, if anything. */
function readTextFile(mapping: Mapping, name: string, folder: string): string | undefined {
  const file = mapping[name + FILE_SUFFIX];
  if (file === undefined) return undefined;
  delete mapping[name + FILE_SUFFIX];
  if (mapping[name] !== undefined) return `expected ${name} or ${name}${FILE_SUFFIX}, found both`;
  if (typeof file !== 'string' || file === '') return 'expected a file name';
  try {
    const text = readText(resolve(folder, file), LIMIT).replace(/\r?\n$/, '');
    mapping[name] = text;
    return text === '' ? 'expected a file with text, found an empty one' : undefined;
  } catch (error) {
    return `expected a readable file: ${error instanceof Error ? error.message : String(error)}`;
  }
}
