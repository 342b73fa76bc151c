/** Writes the sample file from the schema: each key with what it means, and its default or an example. */

import { type Key, keysOf, reference, requiredOf, variantsOf } from './reference.ts';
import { exampleOf, flow } from './wording.ts';

const WIDTH = 100;

const HEAD = `\
# Settings of Isthmus. Copy this file to isthmus.yaml and change it.
#
# Each key has its default here; one behind "#" has none and shows an example.
# File names are relative to this file. Where there is a key with _file at its end, the value may
# stand in the file it names; a line end that closes that file is not part of it.
# The environment overrides this file. A variable is ISTHMUS_ and the path of the key in capitals, its
# parts joined by two underscores, lists counted from 0:
#   ISTHMUS_XMPP__PORT=5348
#   ISTHMUS_NETWORKS__0__SECRET_FILE=/run/secrets/irc
#   ISTHMUS_ADMINS="[romeo@example.com]"`;

/** The text of isthmus.sample.yaml. */
export function sample(): string {
  const parts = sections(reference).flatMap((lines) => ['', ...lines]);
  return `${[HEAD, ...parts].join('\n')}\n`;
}

/** The lines of each key. */
function sections(key: Key): string[][] {
  const required = requiredOf(key);
  return Object.entries(keysOf(key, {})).map(([name, each]) => {
    const below = writeBelow(each);
    const set = required.includes(name) || each.default !== undefined;
    const value = below
      ? [`${name}:`, ...indent(below)]
      : [`${set ? '' : '#'}${name}: ${flow(each.default ?? exampleOf(each))}`];
    return [...comment(about(each)), ...value];
  });
}

/** The lines below a key whose value is not written on its own line. */
function writeBelow(key: Key): string[] | undefined {
  if (key.properties) return sections(key).flat();
  if (typeof key.additionalProperties === 'object') {
    const [name] = Object.keys(Object(exampleOf(key)));
    return [`${name}:`, ...indent(sections(key.additionalProperties).flat())];
  }
  const kinds = typeof key.items === 'object' && !Array.isArray(key.items) ? variantsOf(key.items) : [];
  return kinds.length > 0 ? kinds.flatMap((kind) => listItem(sections(kind).flat())) : undefined;
}

function about(key: Key): string {
  const choice = key.enum && `One of: ${key.enum.join(', ')}.`;
  const [example] = key.properties || key.default === undefined ? [] : (key.examples ?? []);
  const other = example === undefined || example === key.default ? undefined : `Example: ${flow(example)}`;
  return [key.description, choice, other].filter(Boolean).join(' ');
}

/** Puts the dash before the first key, and the comment on that key before the dash. */
function listItem(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return lines.map((line, index) => (index < first ? line : index === first ? `- ${line}` : `  ${line}`));
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function comment(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`.trimEnd());
}
