/** Writes isthmus.sample.yaml and config/isthmus.schema.json from the schema; run by `npm run generate`. */

import { writeFile } from 'node:fs/promises';
import { reference } from './reference.ts';
import { sample } from './sample.ts';

await writeFile(new URL('../isthmus.sample.yaml', import.meta.url), sample());
await writeFile(new URL('isthmus.schema.json', import.meta.url), `${toJson(reference)}\n`);

/** JSON as the formatter has it: lists stay on one line, unless there are objects in them. */
function toJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  const inner = `${indent}  `;
  const written = entries.map(([name, each]) => {
    const text = toJson(each, inner);
    return Array.isArray(value) ? text : `${JSON.stringify(name)}: ${text}`;
  });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const flat = entries.length === 0 || (Array.isArray(value) && !written.some((text) => text.includes('\n')));
  return flat
    ? `${open}${written.join(', ')}${close}`
    : `${open}\n${inner}${written.join(`,\n${inner}`)}\n${indent}${close}`;
}
